# links.s: a chain of N blocks in one 2K block. Each can be left in two ways, which lead to the next one alike: by the first jump if r1 is
# zero, else by the second.

        ltr     r1,r1
        .rept   N
        bz      8+.-kernel(r12)
        b       4+.-kernel(r12)
        .endr
        br      r14
        .org    kernel+2048
