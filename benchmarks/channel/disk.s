# disk.s: reads a 3330 from beginning to end, over and over, or formats it: the workload of benchmarks/channel_side_by_side.
#
# Symbols that the assembler is given: MODE 0 formats every track with three records of 4096 bytes; 1 reads a record with each START I/O,
# 2 a track, 3 a cylinder, each with SEEK, SEARCH ID EQUAL and READ DATA commands chained. PASSES over CYLINDERS cylinders. The drive is 150.
#
# A raw image for address 0, started by the restart new PSW. It ends in the disabled wait of success, or with the status of the channel
# program that did not end as it should in the PSW's address. r5 pass, r6 cylinder, r7 head, r8 record, r12 base.

        .include "guest.s"
        .include "channel.s"

        .text
        .org    0
        .long   0,program
        .org    0x78
        .long   0,interrupted
        .org    0x1000
program:
        balr    r12,0
        bctr    r12,0
        bctr    r12,0
        la      r1,0x150
        la      r2,commands(r12)
        st      r2,0x48                          # CAW
        l       r5,passes(r12)
next_pass:
        sr      r6,r6
next_cylinder:
        sr      r7,r7
next_track:
        la      r8,1
next_record:
        sth     r6,seek+2(r12)
        sth     r7,seek+4(r12)
        mvc     identifier(4,r12),seek+2(r12)
        .if     MODE>0
        stc     r8,identifier+4(r12)
        .else
        mvc     counts(4,r12),seek+2(r12)
        mvc     counts+8(4,r12),seek+2(r12)
        mvc     counts+16(4,r12),seek+2(r12)
        .endif
        sio     0(r1)
        bnz     wrong(r12)
        lpsw    wait(r12)
interrupted:
        clc     0x44(2),good(r12)
        bne     wrong(r12)
        .if     MODE==1
        la      r8,1(r8)
        c       r8,records(r12)
        bnh     next_record(r12)
        .endif
        .if     MODE<3
        la      r7,1(r7)
        c       r7,heads(r12)
        bl      next_track(r12)
        .endif
        la      r6,1(r6)
        c       r6,cylinders(r12)
        bl      next_cylinder(r12)
        bct     r5,next_pass(r12)
        lpsw    success(r12)
wrong:
        mvc     failure+6(2,r12),0x44
        lpsw    failure(r12)

        .balign 8
wait:           .long   0xFE020000,0
success:        .long   0x00020000,0
failure:        .long   0x00020000,0
passes:         .long   PASSES
cylinders:      .long   CYLINDERS
heads:          .long   19
records:        .long   3
good:           .byte   0x0C,0
                .balign 4
seek:           .short  0,0,0
identifier:     .byte   0,0,0,0,0

        .balign 8
commands:
        ccw     0x07,seek,CC,6
        .if     MODE==0
        ccw     0x1F,mask,CC,1
        .endif
1:      ccw     0x31,identifier,CC,5
        tic     1b
        .if     MODE==0
        .irp    record,0,1
        ccw     0x1D,counts+8*\record,0x80|CC,8
        ccw     0,data,CC,4096
        .endr
        ccw     0x1D,counts+16,0x80|CC,8
        ccw     0,data,0,4096
        .endif
        .if     MODE==1
        ccw     0x06,data,0,4096
        .endif
        .if     MODE==2
        ccw     0x06,data,CC,4096
        ccw     0x06,data+0x1000,CC,4096
        ccw     0x06,data+0x2000,0,4096
        .endif
        .if     MODE==3
        .rept   56
        ccw     0x86,data,CC,4096
        .endr
        ccw     0x86,data,0,4096
        .endif
mask:   .byte   0xC0
        .balign 4
counts: .byte   0,0,0,0,1,0,0x10,0, 0,0,0,0,2,0,0x10,0, 0,0,0,0,3,0,0x10,0

        .equ    data,0x8000
