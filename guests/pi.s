# pi: a thousand decimals of pi by the spigot of Rabinowitz and Wagon, four digits at a time.
#
# How. pi = 2 + 1/3 (2 + 2/5 (2 + 3/7 (2 + ...))): in the mixed radix with the places i/(2i+1) all digits of pi are 2. Multiplying that
# number by 10000 and normalising it from the right to the left pushes the next four decimal digits out at the left end. `remainders`
# holds the digits of the number, scaled by 1000 at the start so that the first four digits to come out are 3141; 14 places less are
# needed for each four digits more. A group can come out as 10000, and then carries into the groups before it.
#
# Prints 20 lines of 50 decimals. About 5 million instructions, a sixth of them MR and DR. Storage: 128 KB.
#
# Registers of the spigot
#     r0,r1  product            r6   2i-1                           r10  places still needed
#     r2     i, the place       r7   address of remainder i         r11  address of the next group
#     r4,r5  carry, dividend    r8   10000                          r12  base of the page X'1000'
#     r3     group              r9   what is left of the last group

        .include "guest.s"

        .equ    groups,251                       # of four digits: 1004 digits, of which 1001 are printed
        .equ    places,14*groups
        .equ    per_line,5                       # blocks of ten decimals
        .equ    lines,20

        guest
program:
        l       r12,program_base
        l       r8,ten_thousand(r12)

# All digits are 2, times 1000. Place 0 is not used.
        la      r2,places
        l       r7,remainders(r12)
        la      r1,2000
fill:   la      r7,4(r7)
        st      r1,0(r7)
        bct     r2,fill(r12)

        la      r10,places
        l       r11,group_values(r12)
        sr      r9,r9

# One group: from the right to the left, carry = (carry * i + remainder * 10000) / (2i-1).
group:  lr      r2,r10
        lr      r7,r2
        sll     r7,2
        a       r7,remainders(r12)
        lr      r6,r2
        sll     r6,1
        bctr    r6,0
        sr      r4,r4
        sr      r5,r5
place:  l       r1,0(r7)
        mr      r0,r8
        ar      r5,r1                            # below 2**31, so r4 stays zero
        dr      r4,r6
        st      r4,0(r7)
        s       r7,four(r12)
        bctr    r6,0
        bctr    r6,0
        bct     r2,next_place(r12)
        b       pushed_out(r12)
next_place:
        mr      r4,r2
        b       place(r12)

# What comes out is the next group's quotient on top of what the last group has left over.
pushed_out:
        sr      r4,r4
        dr      r4,r8
        lr      r3,r9
        ar      r3,r5
        lr      r9,r4
        st      r3,0(r11)
        lr      r7,r11
carry:  c       r3,ten_thousand(r12)
        bl      carried(r12)
        s       r3,ten_thousand(r12)
        st      r3,0(r7)
        s       r7,four(r12)
        l       r3,0(r7)
        la      r3,1(r3)
        st      r3,0(r7)
        b       carry(r12)
carried:
        la      r11,4(r11)
        s       r10,fourteen(r12)
        bp      group(r12)

# The groups as one string of zoned digits.
        l       r7,group_values(r12)
        l       r6,digits(r12)
        la      r2,groups
unpack: l       r1,0(r7)
        cvd     r1,packed_group(r12)
        unpk    0(4,r6),packed_group+5(3,r12)
        oi      3(r6),0xF0                       # a zone where the sign was
        la      r7,4(r7)
        la      r6,4(r6)
        bct     r2,unpack(r12)

        put_line "pi with 1000 decimals"
        l       r6,digits(r12)
        mvc     first_line(1,r12),0(r6)
        la      r6,1(r6)
        la      r2,lines
line:   put_storage first_line(r12),2
        mvc     first_line(2,r12),blanks(r12)
        la      r3,per_line
block:  mvc     ten_digits+1(10,r12),0(r6)
        put_storage ten_digits(r12),11
        la      r6,10(r6)
        bct     r3,block(r12)
        put_line
        bct     r2,line(r12)
        succeed

        report_routines
        .balign 8
packed_group:
        .fill   8
remainders:
        .long   0x10000
group_values:
        .long   0x18000
digits: .long   0x1C000
ten_thousand:
        .long   10000
fourteen:
        .long   14
four:   .long   4
first_line:
        ebcdic  " ."
blanks: ebcdic  "  "
ten_digits:
        ebcdic  " ", 11
        program_end
