# iotest.s: does I/O with every kind of device and prints what came of it.
#
# It is loaded from a card reader: iotest.deck is a loader, the program, and two cards of data for it. The devices it expects are those of
# iotest.cnf: 009 console, 00C reader, 00D punch, 00E printer, 150 a 3330 and 180 a tape with nothing on them, 240 a 3310.
#
# Each step is one channel program, a row of the table `steps`. The report, on the printer, has a line for each: unit and channel status,
# residual count, whether the data that came were those expected, and after a unit check the first two bytes of sense. An operator must
# type HELLO on the console. The end is the disabled wait of success; X'DEA1nn' is an instruction with a condition code that should not be.
#
# r1 device, r2 channel program, r9 row of the table, r12 base of the program.

        .include "guest.s"
        .include "channel.s"

        .equ    io_new_psw,0x78
        .equ    program_new_psw,0x68

# Work storage, below the program and over the loader.
        .equ    line,0xE80                       # of the report, 80 bytes
        .equ    status,0xF00                     # unit and channel status
        .equ    count,0xF02
        .equ    seen,0xF04                       # status of the interruptions of one operation
        .equ    attention,0xF06                  # unit status that was not asked for
        .equ    sense_bytes,0xF10                # 24 bytes
        .equ    input,0x6000                     # what the steps read

# ---- Card 1: what initial program loading reads, and the loader on cards 2 and 3 ----

        .section .ipl,"ax"
        .long   0,loader                         # PSW: BC mode, disabled
        ccw     0x02,loader,CC,80
        ccw     0x02,loader+80,SLI,80
        .fill   80-24,1,0x40

        .section .loader,"ax"
loader:
        balr    r12,0
        lh      r2,2                             # the reader, where IPL has left its address
        l       r3,4f-loader-2(r12)
        l       r4,5f-loader-2(r12)
        la      r5,6f-loader-2(r12)
        st      r5,caw
1:      st      r3,6f-loader-2(r12)
        mvi     6f-loader-2(r12),0x02
        sio     0(r2)
        bc      7,3f-loader-2(r12)
2:      tio     0(r2)
        bc      2,2b-loader-2(r12)               # working
        cli     unit_status,0x0C
        bc      7,3f-loader-2(r12)
        la      r3,80(r3)
        bct     r4,1b-loader-2(r12)
        l       r3,4f-loader-2(r12)
        br      r3
3:      lpsw    7f-loader-2(r12)
        .balign 4
4:      .long   program
5:      .long   (program_cards-program)/80
        .balign 8
6:      ccw     0x02,0,0,80
7:      .long   0x00020000,0x00DEA100
        .org    loader+160,0x40

# ---- The program ----

        .text
program:
        balr    r12,0
        bctr    r12,0
        bctr    r12,0                            # so that displacements are the low 12 bits of an address
        mvc     io_new_psw(8),handler_psw(r12)
        mvc     program_new_psw(8),surprise_psw(r12)
        l       r9,first_step(r12)
next_step:
        lh      r1,20(r9)
        ltr     r1,r1
        bz      finished(r12)
        mvi     line,0x40
        mvc     line+1(79),line
        mvc     line(20),0(r9)
        tm      22(r9),AWAIT
        bz      perform(r12)
        bal     r14,await_attention(r12)
        lh      r1,20(r9)
perform:
        l       r2,24(r9)
        bal     r14,do_io(r12)
        la      r3,line+21
        la      r4,status
        bal     r14,put_halfword(r12)
        tm      22(r9),NO_COUNT
        bo      compare(r12)
        la      r3,line+26
        la      r4,count
        bal     r14,put_halfword(r12)
compare:
        lh      r5,36(r9)                        # length
        ltr     r5,r5
        bz      sense(r12)
        l       r4,28(r9)
        l       r6,32(r9)
        lr      r7,r5
        mvc     line+31(9),same_text(r12)
        clcl    r4,r6
        be      sense(r12)
        mvc     line+31(9),different_text(r12)
sense:
        tm      status,0x02                 # unit check
        bz      print(r12)
        l       r2,sense_program(r12)
        bal     r14,do_io(r12)
        mvc     line+41(5),sense_text(r12)
        la      r3,line+47
        la      r4,sense_bytes
        bal     r14,put_halfword(r12)
print:
        bal     r8,print_line(r12)
        la      r9,38(r9)
        b       next_step(r12)
finished:
        mvi     line,0x40
        mvc     line+1(79),line
        mvc     line(13),end_text(r12)
        bal     r8,print_line(r12)
        lpsw    done_psw(r12)

print_line:
        lh      r1,printer(r12)
        l       r2,print_program(r12)
        bal     r14,do_io(r12)
        cli     status,0x0C
        ber     r8
        lpsw    failed_1(r12)

# do_io: the channel program at r2 on the device r1, to its end: `status`, and `count` if it ended by an interruption.
do_io:
        st      r2,caw
        xc      status(4),status
        xc      seen(2),seen
start:
        xc      csw(8),csw
        sio     0(r1)
        bc      8,wait(r12)
        bc      4,stored(r12)
        lpsw    failed_2(r12)
stored:
        tm      unit_status,0x10                 # busy: the device had something to say
        bz      immediate(r12)
        oc      attention(1),unit_status
        b       start(r12)
immediate:
        mvc     status(2),unit_status
        br      r14
wait:
        lpsw    wait_psw(r12)
# An interruption. What is not the end of the operation is noted.
handler:
        lh      r3,0x3A
        cr      r3,r1
        be      ours(r12)
        oc      attention(1),unit_status
        ltr     r1,r1
        bnz     wait(r12)
        br      r14
ours:
        oc      seen(2),unit_status
        tm      unit_status,0x0E                 # channel end, device end, unit check
        bnz     ended(r12)
        tm      channel_status,0x3F              # a check of the channel; not its PCI alone
        bz      wait(r12)
ended:
        mvc     status(2),seen
        mvc     count(2),residual
        br      r14

# await_attention: until the console has presented attention.
await_attention:
        tm      attention,0x80
        bor     r14
        sr      r1,r1                            # no device
        lpsw    wait_psw(r12)

# put_halfword: two bytes at r4 as four hexadecimal digits at r3.
put_halfword:
        unpk    0(5,r3),0(3,r4)
        mvi     4(r3),0x40
        tr      0(4,r3),digits-240(r12)
        br      r14

        .balign 8
wait_psw:       .long   0xFE020000,0
handler_psw:    .long   0,handler
surprise_psw:   .long   0x00020000,0x00DEA028
done_psw:       .long   0x00020000,0
failed_1:       .long   0x00020000,0x00DEA101
failed_2:       .long   0x00020000,0x00DEA102
first_step:     .long   steps
print_program:  .long   print_ccw
sense_program:  .long   sense_ccw
printer:        .short  0x00E
digits:         ebcdic  "0123456789ABCDEF"
same_text:      ebcdic  "SAME     "
different_text: ebcdic  "DIFFERENT"
sense_text:     ebcdic  "SENSE"
end_text:       ebcdic  "END OF IOTEST"

        .org    program+0x400
print_ccw:      ccw     0x09,line,SLI,80
sense_ccw:      ccw     0x04,sense_bytes,SLI,24

# ---- Channel programs ----

# Console.
console_write:  ccw     0x09,greeting,0,12
console_sense:  ccw     0x04,input,0,1
console_read:   ccw     0x0A,input,SLI,20
console_bad:    ccw     0x33,input,SLI,1
# Reader.
reader_card:    ccw     0x02,input,0,80
reader_long:    ccw     0x02,input,0,100
reader_end:     ccw     0x02,input,SLI,80
# Punch.
punch_cards:    ccw     0x01,card_1,CC,80
                ccw     0x01,card_2,0,80
punch_long:     ccw     0x01,card_1,0,81
# Printer.
printer_skip:   ccw     0x8B,0,SLI,1
printer_chain:  ccw     0x01,banner,CC|SLI,12
                ccw     0x09,banner,SLI,12
# Tape.
tape_mode:      ccw     0xC3,0,SLI,1
tape_rewind:    ccw     0x07,0,SLI,1
tape_write:     ccw     0x01,card_1,0,80
tape_gather:    ccw     0x01,card_1,CD,40
                ccw     0,card_2,CD,30
                tic     1f
1:              ccw     0,banner,0,10
tape_indirect:  ccw     0x01,idaws,IDA,3000
tape_mark:      ccw     0x1F,0,SLI,1
tape_read:      ccw     0x02,input,0,80
tape_scatter:   ccw     0x02,input,CD,40
                ccw     0,input,CD|SKIP,30
                ccw     0,input+40,0,10
tape_collect:   ccw     0x02,idaws_in,IDA,3000
tape_at_mark:   ccw     0x02,input,0,80
tape_back:      ccw     0x27,0,SLI,1
tape_forward:   ccw     0x37,0,SLI,1
tape_backward:  ccw     0x0C,input+79,0,80
tape_back_file: ccw     0x2F,0,SLI,1
tape_next_file: ccw     0x3F,0,SLI,1
tape_short:     ccw     0x02,input,0,70
tape_long:      ccw     0x02,input,0,90
# PCI: on the second of three commands.
pci:            ccw     0x03,0,CC|SLI,1
                ccw     0x03,0,CC|SLI|PCI,1
                ccw     0x03,0,SLI,1
# Checks of the channel: CCWs that are not valid, chained to one that is.
bad_count:      ccw     0x03,0,CC|SLI,1
                ccw     0x02,input,0,0
bad_tic:        ccw     0x03,0,CC|SLI,1
                tic     1f
1:              tic     bad_tic

# CKD: cylinder 1, head 2.
disk_format:    ccw     0x07,seek_2,CC,6
                ccw     0x1F,mask,CC,1
1:              ccw     0x31,id_0,CC,5
                tic     1b
                ccw     0x1D,record_1,CC,32
                ccw     0x1D,record_2,0,32
disk_read:      ccw     0x07,seek_2,CC,6
1:              ccw     0x31,id_2,CC,5
                tic     1b
                ccw     0x06,input,0,20
disk_key:       ccw     0x07,seek_2,CC,6
1:              ccw     0x29,key_1,CC,4
                tic     1b
                ccw     0x06,input,0,20
disk_ckd:       ccw     0x07,seek_2,CC,6
1:              ccw     0x31,id_0,CC,5
                tic     1b
                ccw     0x1E,input,0,32
disk_update:    ccw     0x07,seek_2,CC,6
1:              ccw     0x31,id_1,CC,5
                tic     1b
                ccw     0x05,banner,SLI,12
disk_updated:   ccw     0x07,seek_2,CC,6
1:              ccw     0x31,id_1,CC,5
                tic     1b
                ccw     0x06,input,0,20
disk_multiple:  ccw     0x07,seek_1,CC,6         # the track before; the search goes on to the next
1:              ccw     0xB1,id_2,CC,5
                tic     1b
                ccw     0x06,input,0,20
disk_missing:   ccw     0x07,seek_2,CC,6
1:              ccw     0x31,id_9,CC|SLI,5
                tic     1b
                ccw     0x06,input,0,20
disk_short:     ccw     0x07,seek_2,CC,6
1:              ccw     0x31,id_2,CC,5
                tic     1b
                ccw     0x06,input,0,10
disk_beyond:    ccw     0x07,seek_far,SLI,6
disk_bad:       ccw     0x05,input,SLI,1

# FBA: blocks 5 and 6.
block_write:    ccw     0x63,extent,CC,16
                ccw     0x43,locate_write,CC,8
                ccw     0x41,pattern,0,1024
block_read:     ccw     0x63,extent,CC,16
                ccw     0x43,locate_read,CC,8
                ccw     0x42,input,0,1024
block_one:      ccw     0x63,extent,CC,16
                ccw     0x43,locate_one,CC,8
                ccw     0x42,input,0,512
block_beyond:   ccw     0x63,extent,CC,16
                ccw     0x43,locate_beyond,0,8
block_bad:      ccw     0x42,input,SLI,512

# ---- What the steps send and expect ----

greeting:       ebcdic  "SAY HELLO   "
hello:          ebcdic  "HELLO"
banner:         ebcdic  "BANNER LINE "
                .balign 4
idaws:          .long   pattern+100,pattern+0x800
idaws_in:       .long   input+100,input+0x800
seek_1:         .short  0,1,1
seek_2:         .short  0,1,2
seek_far:       .short  0,9999,0
mask:           .byte   0xC0
id_0:           .byte   0,1,0,2,0
id_1:           .byte   0,1,0,2,1
id_2:           .byte   0,1,0,2,2
id_9:           .byte   0,1,0,2,9
record_1:       .byte   0,1,0,2,1,4,0,20
key_1:          ebcdic  "KEY1DATA OF RECORD ONE  "
record_2:       .byte   0,1,0,2,2,4,0,20
                ebcdic  "KEY2"
data_2:         ebcdic  "DATA OF RECORD TWO  "
updated:        ebcdic  "BANNER LINE "
                .fill   8,1,0
                .balign 4
extent:         .byte   0xC0,0,0,0
                .long   0,0,99
locate_write:   .byte   0x01,0,0,2
                .long   5
locate_read:    .byte   0x06,0,0,2
                .long   5
locate_one:     .byte   0x06,0,0,1
                .long   6
locate_beyond:  .byte   0x06,0,0,1
                .long   100
gathered:       ebcdic  "THE FIRST OF TWO CARDS THAT ARE PUNCHED "
                ebcdic  "BANNER LIN"
card_1:         ebcdic  "THE FIRST OF TWO CARDS THAT ARE PUNCHED "
                ebcdic  "BY IOTEST AND WRITTEN ONTO ITS TAPE, 1.."
card_2:         ebcdic  "THE SECOND OF TWO CARDS THAT ARE PUNCHED"
                ebcdic  " BY IOTEST AND WRITTEN ON TAPE IN PART, "

# ---- The steps ----

        .equ    NO_COUNT,1
        .equ    AWAIT,2
# step NAME, DEVICE, PROGRAM [, FLAGS, EXPECTED, LENGTH, FOUND]
        .macro  step name, device, program, flags=0, expected=0, length=0, found=input
7:      ebcdic  "\name"
        .fill   20-(.-7b),1,0x40
        .short  \device
        .byte   \flags,0
        .long   \program,\expected,\found
        .short  \length
        .endm

        .balign 2
steps:
        step    "PRINTER SKIP",        0x00E, printer_skip, NO_COUNT
        step    "PRINTER CHAIN",       0x00E, printer_chain
        step    "CONSOLE WRITE",       0x009, console_write
        step    "CONSOLE READ",        0x009, console_read, AWAIT, hello, 5
        step    "CONSOLE SENSE",       0x009, console_sense
        step    "CONSOLE BAD COMMAND", 0x009, console_bad, NO_COUNT
        step    "READER CARD",         0x00C, reader_card, 0, data_card, 80
        step    "READER LONG",         0x00C, reader_long, 0, data_card+80, 80
        step    "READER END",          0x00C, reader_end, NO_COUNT
        step    "PUNCH CARDS",         0x00D, punch_cards
        step    "PUNCH LONG",          0x00D, punch_long
        step    "TAPE MODE SET",       0x180, tape_mode, NO_COUNT
        step    "TAPE REWIND",         0x180, tape_rewind, NO_COUNT
        step    "TAPE WRITE",          0x180, tape_write
        step    "TAPE GATHER",         0x180, tape_gather
        step    "TAPE WRITE INDIRECT", 0x180, tape_indirect
        step    "TAPE MARK",           0x180, tape_mark, NO_COUNT
        step    "TAPE REWIND",         0x180, tape_rewind, NO_COUNT
        step    "TAPE READ",           0x180, tape_read, 0, card_1, 80
        step    "TAPE SCATTER",        0x180, tape_scatter, 0, gathered, 50
        step    "TAPE READ INDIRECT",  0x180, tape_collect, 0, pattern+100, 3000, input+100
        step    "TAPE READ AT MARK",   0x180, tape_at_mark
        step    "TAPE BACK OVER MARK", 0x180, tape_back, NO_COUNT
        step    "TAPE BACK",           0x180, tape_back, NO_COUNT
        step    "TAPE BACK",           0x180, tape_back, NO_COUNT
        step    "TAPE READ BACKWARD",  0x180, tape_backward, 0, card_1, 80
        step    "TAPE BACK AT START",  0x180, tape_back, NO_COUNT
        step    "TAPE FORWARD",        0x180, tape_forward, NO_COUNT
        step    "TAPE NEXT FILE",      0x180, tape_next_file, NO_COUNT
        step    "TAPE BACK FILE",      0x180, tape_back_file, NO_COUNT
        step    "TAPE REWIND",         0x180, tape_rewind, NO_COUNT
        step    "TAPE READ SHORT",     0x180, tape_short
        step    "TAPE READ LONG",      0x180, tape_long
        step    "TAPE PCI",            0x180, pci
        step    "CHANNEL COUNT ZERO",  0x180, bad_count, NO_COUNT
        step    "CHANNEL TIC TO TIC",  0x180, bad_tic, NO_COUNT
        step    "DISK FORMAT",         0x150, disk_format
        step    "DISK READ",           0x150, disk_read, 0, data_2, 20
        step    "DISK READ BY KEY",    0x150, disk_key, 0, key_1+4, 20
        step    "DISK READ CKD",       0x150, disk_ckd, 0, record_1, 32
        step    "DISK UPDATE",         0x150, disk_update
        step    "DISK READ",           0x150, disk_updated, 0, updated, 20
        step    "DISK MULTIPLE TRACK", 0x150, disk_multiple, 0, data_2, 20
        step    "DISK NO RECORD",      0x150, disk_missing, NO_COUNT
        step    "DISK READ SHORT",     0x150, disk_short
        step    "DISK SEEK BEYOND",    0x150, disk_beyond, NO_COUNT
        step    "DISK BAD SEQUENCE",   0x150, disk_bad, NO_COUNT
        step    "BLOCK WRITE",         0x240, block_write
        step    "BLOCK READ",          0x240, block_read, 0, pattern, 1024
        step    "BLOCK READ ONE",      0x240, block_one, 0, pattern+512, 512
        step    "BLOCK BEYOND EXTENT", 0x240, block_beyond, NO_COUNT
        step    "BLOCK BAD SEQUENCE",  0x240, block_bad, NO_COUNT
        .fill   38,1,0

data_card:      ebcdic  "THE FIRST CARD OF DATA IN THE DECK OF IO"
                ebcdic  "TEST, AND ITS LAST COLUMN HAS A LETTER Z"
                ebcdic  "THE SECOND CARD OF DATA IN THE DECK OF I"
                ebcdic  "OTEST, READ WITH A COUNT OF A HUNDRED..Z"

        .org    program+0x2000
pattern:                                         # 4 KB in which no two fullwords are the same
        .set    value,0x01234567
        .rept   1024
        .long   value
        .set    value,(value*69069+1)&0xFFFFFFFF
        .endr
        .fill   (80-(.-program)%80)%80,1,0
program_cards:

# ---- The cards of data ----

        .section .cards,"a"
        ebcdic  "THE FIRST CARD OF DATA IN THE DECK OF IO"
        ebcdic  "TEST, AND ITS LAST COLUMN HAS A LETTER Z"
        ebcdic  "THE SECOND CARD OF DATA IN THE DECK OF I"
        ebcdic  "OTEST, READ WITH A COUNT OF A HUNDRED..Z"
