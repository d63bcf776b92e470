# float.s: the scalar product of two vectors of 1000 long hexadecimal floating-point numbers. Executes 8013 + 4003 N.

        la      r2,1000
        lr      r3,r13
        l       r9,distance-kernel(r12)
        la      r4,0(r9,r13)
        la      r11,0(r9,r4)
        mvc     0(8,r11),integer-kernel(r12)
fill:   st      r2,4(r11)                        # r2 as an unnormalised number
        sdr     f0,f0
        ad      f0,0(r11)
        std     f0,0(r3)
        std     f0,0(r4)
        la      r3,8(r3)
        la      r4,8(r4)
        bct     r2,fill-kernel(r12)
        l       r2,repetitions-kernel(r12)
        lr      r3,r13
        la      r4,0(r9,r13)
        la      r8,8
        l       r9,last-kernel(r12)
pass:   sr      r7,r7
        sdr     f2,f2
1:      ld      f0,0(r7,r3)
        md      f0,0(r7,r4)
        adr     f2,f0
        bxle    r7,r8,1b-kernel(r12)
        bct     r2,pass-kernel(r12)
        std     f2,0(r11)
        br      r14
        .balign 4
repetitions:
        .long   N
distance:
        .long   0x4000
integer:
        .long   0x4E000000,0
last:   .long   7992
