# shared_block.s: stores into the 2K block that the program runs in, a kilobyte behind it, as programs do that have their data behind their
# code. Executes 3 + 6 N. separate_block.s has the data in the next 2K block, which is also another page of 4K.

        .ifndef data_distance
        .equ    data_distance,0x400
        .endif

        l       r2,repetitions-kernel(r12)
        la      r4,3
1:      l       r3,data_distance(r12)
        ar      r3,r4
        st      r3,data_distance(r12)
        xr      r4,r3
        mvi     data_distance+4(r12),7
        bct     r2,1b-kernel(r12)
        br      r14
        .balign 4
repetitions:
        .long   N
        .org    kernel+data_distance
        .long   0,0
