# chase.s: a list of 65536 nodes of 16 bytes, in the order of a random-number generator, followed from end to end: loads that wait for each
# other, over 1 MB. Executes 917,507 + 327,683 N.

        sr      r3,r3
        l       r2,nodes-kernel(r12)
build:  lr      r7,r3
        m       r6,factor-kernel(r12)
        al      r7,summand-kernel(r12)
        n       r7,mask-kernel(r12)              # the next node's number
        lr      r4,r3
        sll     r4,4
        ar      r4,r13
        lr      r5,r7
        sll     r5,4
        ar      r5,r13
        st      r5,0(r4)                         # its address
        st      r3,4(r4)                         # a value
        lr      r3,r7
        bct     r2,build-kernel(r12)
        l       r10,repetitions-kernel(r12)
        lr      r3,r13
        sr      r5,r5
pass:   l       r2,nodes-kernel(r12)
1:      l       r3,0(r3)
        l       r4,4(r3)
        ar      r5,r4
        st      r5,8(r3)
        bct     r2,1b-kernel(r12)
        bct     r10,pass-kernel(r12)
        br      r14
        .balign 4
repetitions:
        .long   N
nodes:  .long   65536
factor: .long   20077
summand:
        .long   12345
mask:   .long   65535
