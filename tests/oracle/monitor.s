# The case monitor: runs the cases of one storage image, on any S/370.
#
# It owns real locations X'800'-X'FFF' (code, save areas, parameters) and X'1000'-X'13FF' (tables of block addresses); see
# layout.h for the map of the whole image, which oracle_fuzz builds around this code. For every case it
#   1. makes the test region (block 0, the main region, the last 4K of storage) pristine and applies the case's patches
#      to it and to a shadow copy,
#   2. sets the keys of the region's blocks, the clock comparator, CRs, FPRs, GRs, and loads the case's PSW,
#   3. logs every interruption: class, old PSW, locations 128-159, GRs; resumes at the first landing point behind the
#      old instruction address, or ends the case if there is none,
#   4. writes a record: CRs, FPRs, keys, the log, and every 32 bytes of the region that differ from the shadow copy.
# After the last case it loads the disabled wait PSW 00020000 00C0DE00; X'00BAD100' means that the records did not fit.
#
# Nothing here needs a base register, so that no case can take one away: everything lies below 4096.

 .machine g5
 .text
img:
 .org 0x0
 .long 0x00000000,0x00000800     # restart new PSW
 .org 0x50
 .long 0x7fffffff                # interval timer: far from going negative
 .org 0x58
 .macro newpsw entry              # EC mode, DAT off, supervisor state, everything disabled
 .long 0x00080000,\entry-img
 .endm
 newpsw external
 newpsw svc
 newpsw program
 newpsw machine
 newpsw inout

 .org 0x800
start:
 lpsw ecstart-img(0)             # EC mode from here on, for ISK to show R and C
ecmode:
 lctl 0,15,sane-img(0)
 l 1,memsize-img(0)              # every block: key 15, fetch protected, until a case says otherwise
 la 0,0xf8(0)
guard:
 sl 1,blocksize-img(0)
 .byte 0x08,0x01                 # SSK 0,1
 ltr 1,1
 bnz guard-img(0)

nextcase:
 l 2,count-img(0)
 ltr 2,2
 bz done-img(0)
 bctr 2,0
 st 2,count-img(0)

# An interval-timer interruption that the case before has left pending is taken now, and forgotten.
 lctl 0,0,drain_cr0-img(0)
 mvc 88(8,0),drain_psw-img(0)
 ssm drain_mask-img(0)
 ssm drain_mask+1-img(0)
 lctl 0,0,sane-img(0)

# restore: R1 table of chunk addresses, R5 chunks left, R3 pristine, R4 shadow
 l 1,chunks-img(0)
 l 5,nchunks-img(0)
 l 3,pristine-img(0)
 l 4,shadow-img(0)
restore:
 l 2,0(1)
 clc 0(256,2),0(3)
 be clean-img(0)
 mvc 0(256,2),0(3)
clean:
 clc 0(256,4),0(3)
 be clean2-img(0)
 mvc 0(256,4),0(3)
clean2:
 la 1,4(1)
 la 3,256(3)
 la 4,256(4)
 bct 5,restore-img(0)

# patches: halfword offset in the region, byte length-1, byte 0, data padded to a halfword
 l 11,case-img(0)
 lh 5,268(11)
 la 6,270(11)
patch:
 ltr 5,5
 bz patched-img(0)
 sr 7,7
 icm 7,3,0(6)                    # offset
 lr 8,7
 srl 8,8
 sll 8,2
 l 1,chunks-img(0)
 l 8,0(8,1)                      # real address of the chunk
 lr 9,7
 n 9,lowbyte-img(0)
 ar 8,9
 lr 9,7
 al 9,shadow-img(0)
 sr 7,7
 ic 7,2(6)
 ex 7,move1-img(0)
 ex 7,move2-img(0)
 la 6,6(7,6)                     # 4 + length, rounded up to a halfword
 n 6,even-img(0)
 bctr 5,0
 b patch-img(0)
move1: mvc 0(1,8),4(6)
move2: mvc 0(1,9),4(6)

patched:
 l 1,blocks-img(0)
 l 5,nblocks-img(0)
 la 6,184(11)
setkey:
 l 2,0(1)
 ic 0,0(6)
 .byte 0x08,0x02                 # SSK 0,2
 la 1,4(1)
 la 6,1(6)
 bct 5,setkey-img(0)

 l 10,result-img(0)
 cl 10,limit-img(0)
 bnl full-img(0)
 xc 0(16,10),0(10)
 mvc 4(4,10),4(11)               # case number
 la 1,132(10)
 st 1,log-img(0)
 la 1,204(11)
 st 1,landing-img(0)

 .byte 0xb2,0x08                 # SPT: far from negative
 .short cputimer-img
 .byte 0xb2,0x06                 # SCKC 16(11)
 .short 0xb010
 .byte 0xb2,0x0d,0,0             # PTLB
 ld 0,88(11)
 ld 2,96(11)
 ld 4,104(11)
 ld 6,112(11)
 mvc casepsw-img(8,0),8(11)
 lctl 0,15,120(11)
 lm 0,15,24(11)
 lpsw casepsw-img(0)

external:
 stm 0,15,grsave-img(0)
 la 1,1(0)
 la 2,24(0)
 b common-img(0)
svc:
 stm 0,15,grsave-img(0)
 la 1,2(0)
 la 2,32(0)
 b common-img(0)
program:
 stm 0,15,grsave-img(0)
 la 1,3(0)
 la 2,40(0)
 b common-img(0)
machine:
 stm 0,15,grsave-img(0)
 la 1,4(0)
 la 2,48(0)
 b common-img(0)
inout:
 stm 0,15,grsave-img(0)
 la 1,5(0)
 la 2,56(0)

# R1 = class, R2 = old PSW
common:
 stctl 0,15,crsave-img(0)
 lctl 0,15,sane-img(0)
 l 10,log-img(0)
 st 1,0(10)
 mvc 4(8,10),0(2)
 mvc 12(32,10),128(0)
 mvc 44(64,10),grsave-img(0)
 la 10,108(10)
 st 10,log-img(0)
 l 10,result-img(0)
 l 1,8(10)
 la 1,1(1)
 st 1,8(10)
 l 11,case-img(0)

# the next landing point behind the old instruction address; each is used once at most
 l 3,4(2)
 la 3,0(3)
 l 4,landing-img(0)
land:
 la 5,268(11)
 clr 4,5
 bnl endcase-img(0)
 l 5,0(4)
 la 4,4(4)
 clr 5,3
 bnh land-img(0)
 st 4,landing-img(0)
 mvc casepsw-img(8,0),8(11)
 stcm 5,7,casepsw+5-img(0)
 lctl 0,15,crsave-img(0)
 lm 0,15,grsave-img(0)
 lpsw casepsw-img(0)

endcase:
 l 1,blocks-img(0)
 l 5,nblocks-img(0)
 la 6,112(10)
getkey:
 l 2,0(1)
 sr 0,0
 .byte 0x09,0x02                 # ISK 0,2
 stc 0,0(6)
 la 1,4(1)
 la 6,1(6)
 bct 5,getkey-img(0)
 mvc 16(64,10),crsave-img(0)
 std 0,80(10)
 std 2,88(10)
 std 4,96(10)
 std 6,104(10)

# compare: R1 chunk table, R5 chunks left, R4 shadow, R7 region offset, R9 log position, R8 pieces
 l 1,chunks-img(0)
 l 5,nchunks-img(0)
 l 4,shadow-img(0)
 sr 7,7
 sr 8,8
 l 9,log-img(0)
compare:
 l 2,0(1)
 clc 0(256,2),0(4)
 be same-img(0)
 la 6,8(0)
piece:
 clc 0(32,2),0(4)
 be samepiece-img(0)
 st 7,0(9)
 mvc 4(32,9),0(2)
 la 9,36(9)
 la 8,1(8)
samepiece:
 la 2,32(2)
 la 4,32(4)
 la 7,32(7)
 bct 6,piece-img(0)
 b nextchunk-img(0)
same:
 la 4,256(4)
 la 7,256(7)
nextchunk:
 la 1,4(1)
 bct 5,compare-img(0)
 st 8,12(10)
 lr 2,9
 sr 2,10
 st 2,0(10)                      # length of the record
 st 9,result-img(0)
 al 11,0(11)
 st 11,case-img(0)
 b nextcase-img(0)

drained:
 lpsw 24(0)
done:
 lpsw donepsw-img(0)
full:
 lpsw fullpsw-img(0)

 .balign 8
ecstart: .long 0x00080000,ecmode-img
donepsw: .long 0x00020000,0x00c0de00
fullpsw: .long 0x00020000,0x00bad100
cputimer: .long 0x7fffffff,0xffffffff
drain_psw: .long 0x00080000,drained-img
drain_cr0: .long 0x00000080
drain_mask: .byte 0x01,0x00,0,0
lowbyte: .long 0xff
even: .long 0xfffffffe
blocksize: .long 2048
sane: .long 0x00000000,0,0xffffffff,0,0,0,0,0,0,0,0,0,0,0,0xc2000000,0x200

# Parameters, filled by oracle_fuzz; layout.h knows these places.
 .org 0xf00
case: .long 0                    # address of the next case
count: .long 0                   # cases left
result: .long 0                  # where the next record goes
limit: .long 0                   # records may not start behind this address
memsize: .long 0
chunks: .long 0                  # addresses of the 256-byte chunks of the region
nchunks: .long 0
pristine: .long 0
shadow: .long 0
blocks: .long 0                  # addresses of its 2K blocks
nblocks: .long 0
log: .long 0
landing: .long 0
 .balign 8
casepsw: .long 0,0              # the PSW to load next

 .org 0xf80
crsave: .fill 16,4,0
grsave: .fill 16,4,0             # X'FC0'
 .org 0x1000
