# job_files.s: the program FILES: bytes are moved and translated, as access methods and sorts do it. A unit translates 256 bytes
# eight times and goes over their words.
#
# r2 the sum, 31 times the last one and the next word, from 370 + partition on: the result.

        .equ    bytes,kernel_data
        .equ    translation_table,kernel_data+256

        .equ    FILES_COST,408

# The bytes are 0, 1, 2... at first, and byte n of the table is 5n + 3 + the partition.
files:  sr      r2,r2
        l       r4,job_partition(r13)
        la      r4,3(r4)
        la      r3,bytes(r13)
        la      r5,256
next_byte:
        stc     r2,0(r3)
        stc     r4,256(r3)
        la      r2,1(r2)
        la      r4,5(r4)
        la      r3,1(r3)
        bct     r5,next_byte(r12)
        la      r2,370
        a       r2,job_partition(r13)
        la      r10,files_unit(r12)
        bal     r11,next_unit(r12)
        b       job_ends(r12)

files_unit:
        la      r7,8
translate_bytes:
        tr      bytes(256,r13),translation_table(r13)
        bct     r7,translate_bytes(r12)
        la      r3,bytes(r13)
        la      r7,64
sum_bytes:
        lr      r5,r2
        sll     r2,5
        sr      r2,r5                            # times 31
        al      r2,0(r3)
        la      r3,4(r3)
        bct     r7,sum_bytes(r12)
        br      r14
