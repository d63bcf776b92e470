# integer.s: arithmetic and logic between registers, 10 instructions a round. Executes 7 + 10 N.

        l       r2,repetitions-kernel(r12)
        la      r3,1
        sr      r4,r4
        la      r5,7
        la      r6,3
        sr      r7,r7
1:      ar      r4,r3
        sr      r5,r4
        sll     r5,1
        xr      r5,r6
        ar      r6,r4
        srl     r6,3
        or      r6,r3
        lr      r8,r5
        alr     r7,r8
        bct     r2,1b-kernel(r12)
        br      r14
        .balign 4
repetitions:
        .long   N
