# svc.s: a supervisor call and the LPSW that returns from it. Executes 2 + 3 N, the LPSW of the handler included.

        l       r2,repetitions-kernel(r12)
1:      svc     1
        bct     r2,1b-kernel(r12)
        br      r14
        .balign 4
repetitions:
        .long   N
