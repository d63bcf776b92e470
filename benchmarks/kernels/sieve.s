# sieve.s: the primes below 1,000,000, a byte for each number: stores of words and bytes in long and short steps, and a byte at a time read
# back. About 8.75 million instructions a pass. r11 is the number of primes, 78,498.

        l       r2,repetitions-kernel(r12)
pass:   lr      r3,r13
        la      r8,4
        lr      r9,r13
        a       r9,last_word-kernel(r12)
        l       r5,ones-kernel(r12)
fill:   st      r5,0(r3)
        bxle    r3,r8,fill-kernel(r12)
        sr      r10,r10
        la      r3,2
number: lr      r4,r13
        ar      r4,r3
        cli     0(r4),1
        bne     next-kernel(r12)
        lr      r7,r3
        mr      r6,r3
        lr      r8,r3
        l       r9,last-kernel(r12)
strike: stc     r10,0(r7,r13)
        bxle    r7,r8,strike-kernel(r12)
next:   la      r3,1(r3)
        c       r3,root-kernel(r12)
        bnh     number-kernel(r12)
        sr      r11,r11
        la      r7,2
        la      r8,1
        l       r9,last-kernel(r12)
count:  sr      r0,r0
        ic      r0,0(r7,r13)
        ar      r11,r0
        bxle    r7,r8,count-kernel(r12)
        bct     r2,pass-kernel(r12)
        br      r14
        .balign 4
repetitions:
        .long   N
last_word:
        .long   999996
last:   .long   999999
root:   .long   1000
ones:   .long   0x01010101
