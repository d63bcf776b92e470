# wrap.s: what stands around a kernel: the low core, keys and DAT as they are asked for, and the clock before and after. It is assembled
# together with one kernel, as one source: `as wrap.s sieve.s`. benchmarks/README.md tells what a kernel may rely on.
#
# Symbols that the assembler is given:
#
#     N      repetitions, for the kernel
#     SYS    370, or 900 for qemu-system-s390x: z/Architecture's low core, 31-bit addresses, neither DAT nor KEY
#     DAT    0: off, and BC mode. 64, 1: on, all of storage mapped to itself, in pages of 4K and segments of 64K or 1M
#     KEY    of the PSW, and of all storage, which is fetch-protected if it is not 0
#
# A raw image for address 0, started by the restart new PSW. It ends in the disabled wait of success, or in X'DEAnnn' as the guests do
# (guests/README.md). When it has ended, loading the PSW at X'3D0' runs the kernel once more.

        .include "guest.s"

        .equ    clock_before,0x3C0
        .equ    clock_after,0x3C8
        .equ    blocks,8192                      # of 2K, in 16 MB

        .text
        .org    0
        .if     SYS==370
        .long   0,start                          # restart new PSW
        .org    0x58
        .if     DAT
        .equ    translated,0x04080000            # first word of a PSW: EC mode, DAT on
        .else
        .equ    translated,0
        .endif
        new_psw , external_old_psw
        new_psw supervisor_call, , translated
        new_psw , program_old_psw
        new_psw , machine_check_old_psw
        new_psw , io_old_psw
        .else
        .long   0x00080000,0x80000000+start      # QEMU takes the address from the second word
        .macro  long_psw mask, address           # 31-bit addresses
        .long   \mask,0x80000000,0,\address
        .endm
        .macro  lpswe address                    # LOAD PSW EXTENDED
        .insn   s,0xB2B20000,\address
        .endm
        .org    0x1B0
        long_psw 0x00020001,0xDEA018             # external
        long_psw 0,supervisor_call
        long_psw 0x00020001,0xDEA028             # program
        long_psw 0x00020001,0xDEA030             # machine check
        long_psw 0x00020001,0xDEA038             # input/output
        .endif

        .org    0x3D0
        .if     SYS==370
kernel_psw:
        .long   translated+(KEY<<20),run
        .endif

        .org    0x400
start:
        .if     SYS==370
        .if     KEY
        la      r3,(KEY<<4)+8                    # key, fetch protection
        l       r2,block_count
        sr      r1,r1
1:      ssk     r3,r1
        la      r1,2048(r1)
        bct     r2,1b
        .endif
        .if     DAT
        lctl    c0,c1,translation
        .endif
        lpsw    kernel_psw
        .else
        .short  0x010D                           # SET ADDRESSING MODE to 31 bits
        .endif
run:
        l       r12,kernel_address
        l       r13,data_address
        stck    clock_before
        balr    r14,r12
        stck    clock_after
        .if     SYS==370
        lpsw    success_psw
supervisor_call:
        lpsw    supervisor_call_old_psw
        .else
        lpswe   success_psw
supervisor_call:
        lpswe   0x140
        .endif

        .balign 8
success_psw:
        .if     SYS==370
        .long   0x00020000,0
        .else
        long_psw 0x00020001,0
        .endif
kernel_address:
        .long   kernel
data_address:
        .long   0x100000
block_count:
        .long   blocks
        .if     DAT
translation:                                     # CR0 and CR1
        .if     DAT==64
        .equ    segments,256
        .long   0x00800000,0x0F000000+segment_table
        .else
        .equ    segments,16
        .long   0x00900000,0x00000000+segment_table
        .endif
        .equ    page_table_bytes,2*4096/segments

        .text   1                                # behind the kernel
        .balign 4096
page_tables:
        .set    page,0
        .rept   4096
        .short  page<<4
        .set    page,page+1
        .endr
        .balign 4096
segment_table:
        .set    page_table,page_tables+0xF0000000
        .rept   segments
        .long   page_table
        .set    page_table,page_table+page_table_bytes
        .endr
        .text
        .endif

        .org    0x1800
kernel:
