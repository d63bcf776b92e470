# move.s: 64 KB moved, 256 bytes with each MVC. Executes 3 + 1028 N.

        l       r2,repetitions-kernel(r12)
        l       r9,distance-kernel(r12)
pass:   lr      r3,r13
        la      r4,0(r9,r13)
        la      r5,256
1:      mvc     0(256,r3),0(r4)
        la      r3,256(r3)
        la      r4,256(r4)
        bct     r5,1b-kernel(r12)
        bct     r2,pass-kernel(r12)
        br      r14
        .balign 4
repetitions:
        .long   N
distance:
        .long   0x10000
