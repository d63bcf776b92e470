# invalidate.s: N times, stores a routine into another 2K block and calls it, so that each store but the first hits what has been executed.

        lr      r9,r14
        l       r2,repetitions-kernel(r12)
        l       r5,routine-kernel(r12)
1:      st      r5,0(r13)
        balr    r14,r13
        bct     r2,1b-kernel(r12)
        br      r9
        .balign 4
repetitions:
        .long   N
routine:
        lr      r3,r4
        br      r14
