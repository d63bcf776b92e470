# job_compute.s: the program COMPUTE: fixed-point arithmetic on a table, by a linear congruential generator. A unit is 32 numbers.
#
# r2 the number, from 370 + partition on; the result is a sum over the table.

        .equ    table,kernel_data                # 256 words

        .equ    COMPUTE_COST,358

compute:
        la      r2,370
        a       r2,job_partition(r13)
        la      r10,compute_unit(r12)
        bal     r11,next_unit(r12)
        sr      r2,r2
        la      r3,256
        la      r4,table(r13)
sum_table:
        lr      r5,r2
        sll     r2,5
        sr      r2,r5                            # times 31
        al      r2,0(r4)
        la      r4,4(r4)
        bct     r3,sum_table(r12)
        b       job_ends(r12)

compute_unit:
        la      r7,32
next_number:
        lr      r5,r2
        m       r4,multiplier(r12)
        al      r5,increment(r12)
        lr      r2,r5
        srl     r5,22
        n       r5,table_index(r12)
        l       r3,table(r5,r13)
        alr     r3,r2
        x       r3,table_mixer(r12)
        st      r3,table(r5,r13)
        bct     r7,next_number(r12)
        br      r14
        .balign 4
table_index:
        .long   0x3FC
table_mixer:
        .long   0x0F1E2D3C
