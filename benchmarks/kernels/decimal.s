# decimal.s: packed decimal arithmetic, conversion and editing. Executes 4 + 15 N: the sum does not reach its limit, so one ZAP is never done.

        .equ    sum,0
        .equ    increment,8
        .equ    factor,12
        .equ    zero,14
        .equ    product,16
        .equ    limit,24
        .equ    divisor,40
        .equ    pattern,44                       # 17 bytes
        .equ    quotient,64                      # behind the constants
        .equ    converted,80
        .equ    zoned,96
        .equ    packed_again,112
        .equ    edited,128

        l       r2,repetitions-kernel(r12)
        mvc     0(64,r13),constants-kernel(r12)
        la      r3,1
1:      ap      sum(8,r13),increment(4,r13)
        zap     product(8,r13),increment(4,r13)
        mp      product(8,r13),factor(2,r13)
        ap      sum(8,r13),product(8,r13)
        cp      sum(8,r13),limit(8,r13)
        bl      2f-kernel(r12)
        zap     sum(8,r13),zero(1,r13)
2:      zap     quotient(8,r13),sum(8,r13)
        dp      quotient(8,r13),divisor(3,r13)
        cvd     r3,converted(r13)
        cvb     r4,converted(r13)
        unpk    zoned(15,r13),sum(8,r13)
        pack    packed_again(8,r13),zoned(15,r13)
        mvc     edited(17,r13),pattern(r13)
        ed      edited(17,r13),sum+1(r13)
        bct     r2,1b-kernel(r12)
        br      r14
        .balign 8
repetitions:
        .long   N,0
constants:
        packed  0,8
        packed  12345,4
        packed  12,2
        packed  0,1
        .byte   0
        packed  0,8
        packed  999999999999999,8
        .fill   8
        packed  12345,3
        .byte   0
        .byte   0x40,0x20,0x20,0x20,0x20,0x6B,0x20,0x20,0x20,0x6B,0x20,0x20,0x21,0x4B,0x20,0x20,0x60
        .org    constants+64
