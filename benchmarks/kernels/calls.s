# calls.s: fibonacci(24) by recursion, with the operating system's linkage: a save area for each call, chained, STM and LM of all registers.
# About 2.4 million instructions a round.

        .equ    caller_area,4                    # in a save area: where the caller's is, and the next one's
        .equ    next_area,8
        .equ    registers,12                     # r14 to r12
        .equ    register_0,20
        .equ    save_area_bytes,72

        lr      r9,r14
        l       r10,repetitions-kernel(r12)
        lr      r8,r13
1:      la      r1,24
        lr      r13,r8
        la      r15,fibonacci-kernel(r12)
        balr    r14,r15
        bct     r10,1b-kernel(r12)
        lr      r14,r9
        br      r14
fibonacci:                                       # r0 = fibonacci(r1)
        stm     r14,r12,registers(r13)
        la      r2,save_area_bytes(r13)
        st      r13,caller_area(r2)
        st      r2,next_area(r13)
        lr      r13,r2
        lr      r3,r1
        c       r3,two-kernel(r12)
        bl      leaf-kernel(r12)
        bctr    r1,0
        la      r15,fibonacci-kernel(r12)
        balr    r14,r15
        lr      r4,r0
        lr      r1,r3
        s       r1,two-kernel(r12)
        la      r15,fibonacci-kernel(r12)
        balr    r14,r15
        ar      r0,r4
return: l       r13,caller_area(r13)
        st      r0,register_0(r13)
        lm      r14,r12,registers(r13)
        br      r14
leaf:   lr      r0,r3
        b       return-kernel(r12)
        .balign 4
repetitions:
        .long   N
two:    .long   2
