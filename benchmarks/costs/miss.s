# miss.s: N times, purges the TLB and loads a word from each of 2048 blocks of 2K. For DAT: without, nothing is purged.

        .equ    touched_blocks,2048

        l       r2,repetitions-kernel(r12)
pass:   ptlb
        lr      r3,r13
        la      r5,touched_blocks
1:      l       r4,0(r3)
        la      r3,2048(r3)
        bct     r5,1b-kernel(r12)
        bct     r2,pass-kernel(r12)
        br      r14
        .balign 4
repetitions:
        .long   N
