# mandelbrot: a picture of the Mandelbrot set in hexadecimal floating point, and what short precision makes of it.
#
# How. The 60 x 20 points c = (-2.125 + 3/64 column, -1.0390625 + 7/64 row) are iterated by z = z*z + c from z = 0 until |z|**2 > 4, at
# most 254 times, once in long and once in short precision. The counts of a line, one byte each, are made into graphics by TR; points
# that never escape are blank. At the end stand the number of points at which the short count differs from the long one, and the area
# of the set, which is the number of points inside times 21/4096, converted to decimal by way of an unnormalised addition.
#
# The constants are exact in hexadecimal; the iteration truncates as the machine does, with one guard digit. MER leaves a long product, of
# which AER uses the short part. Prints 20 lines and two numbers. About 2.7 million instructions. Storage: 16 KB.
#
# Registers
#     r2  rows left             r5  column                        f0,f2  z
#     r3  columns left          r6  points inside                 f4,f6  the squares of its parts
#     r4  count                 r7  points that differ            r12    base of the page X'1000'

        .include "guest.s"

        .equ    rows,20
        .equ    columns,60
        .equ    most,255                         # iterations

# iterate PRECISION: sets r4 to the count for the point c; PRECISION is d (long) or e (short), as in the names of the instructions.
        .macro  iterate precision
        sdr     f0,f0
        sdr     f2,f2
        la      r4,1
1:      l\precision\()r f4,f0
        m\precision\()r f4,f0                    # x*x
        l\precision\()r f6,f2
        m\precision\()r f6,f2                    # y*y
        m\precision\()r f2,f0
        a\precision\()r f2,f2
        a\precision f2,imaginary(r12)            # y = 2xy + imaginary part of c
        l\precision\()r f0,f4
        s\precision\()r f0,f6
        a\precision f0,real(r12)                 # x = x*x - y*y + real part of c
        a\precision\()r f4,f6
        c\precision f4,four(r12)
        bh      2f(r12)
        la      r4,1(r4)
        c       r4,most_iterations(r12)
        bl      1b(r12)
2:
        .endm

        guest
program:
        l       r12,program_base
        sr      r6,r6
        sr      r7,r7
        la      r2,rows
row:    mvc     real(8,r12),left(r12)
        la      r3,columns
        la      r5,0
column: iterate d
        stc     r4,long_counts(r5)
        iterate e
        stc     r4,short_counts(r5)
        ld      f0,real(r12)
        ad      f0,column_step(r12)
        std     f0,real(r12)
        la      r5,1(r5)
        bct     r3,column(r12)

# Compare and count before TR makes graphics of the counts.
        la      r3,columns
        la      r5,0
point:  la      r1,long_counts(r5)
        la      r14,short_counts(r5)
        cli     0(r1),most
        bne     outside(r12)
        la      r6,1(r6)
outside:
        clc     0(1,r1),0(r14)
        be      equal(r12)
        la      r7,1(r7)
equal:  la      r5,1(r5)
        bct     r3,point(r12)

        l       r1,graphics_address(r12)
        tr      long_counts(columns),0(r1)
        put_storage long_counts,columns
        put_line
        ld      f0,imaginary(r12)
        ad      f0,row_step(r12)
        std     f0,imaginary(r12)
        bct     r2,row(r12)

        put     "Points that differ in short precision: "
        put_number r7
        put_line

# To floating point: an integer is the low end of an unnormalised number with characteristic X'4E'; adding zero normalises it.
        st      r6,integer+4(r12)
        ld      f0,integer(r12)
        ad      f0,zero(r12)
        md      f0,cell_area(r12)
        md      f0,thousand(r12)
        ad      f0,half(r12)
        aw      f0,unnormalised_zero(r12)        # and back: this shifts the number to characteristic X'4E'
        std     f0,integer(r12)
        l       r1,integer+4(r12)
        cvd     r1,integer(r12)
        mvc     area_text(7,r12),area_pattern(r12)
        ed      area_text(7,r12),integer+5(r12)
        put     "Area of the set:"
        put_storage area_text(r12),7
        put_line
        succeed

        report_routines

# The counts of one line, below X'1000' so that an index register is enough to address them.
        .equ    long_counts,0xE80
        .equ    short_counts,0xEC0

        .balign 8
real:   .long   0,0                              # c
imaginary:
        .long   0xC110A000,0                     # -1.0390625
left:   .long   0xC1220000,0                     # -2.125
column_step:
        .long   0x3FC00000,0                     # 3/64
row_step:
        .long   0x401C0000,0                     # 7/64
cell_area:
        .long   0x3F150000,0                     # 21/4096
four:   .long   0x41400000,0
thousand:
        .long   0x433E8000,0
half:   .long   0x40800000,0
zero:   .long   0,0
integer:
        .long   0x4E000000,0
unnormalised_zero:
        .long   0x4E000000,0
most_iterations:
        .long   most
graphics_address:
        .long   graphics
area_pattern:
        .byte   0x40,0x20,0x21,0x4B,0x20,0x20,0x20
area_text:
        .fill   7
        program_end

# What a count looks like.
graphics:
        ebcdic  " ...,,,---:::;;;+++===***%%%&&&"
        .fill   most-(.-graphics),1,0+"ebcdic.&"
        ebcdic  " "
