# report.s: printing into the report area, which is what a guest has instead of a printer.
#
# The word at real X'600' counts the bytes of the text, which is EBCDIC, begins at X'604' and ends its lines with X'15'. The area ends
# at X'DFF'; a guest that prints more fails with X'DEA600'.
#
# The macros call routines that `report_routines` places into the program page. They change r0, r1, r14 and the condition code, nothing
# else, and need r12 as the base of the program page. They run with DAT off.

        .equ    report_length,0x600
        .equ    report_text,0x604
        .equ    report_room,0xE00-report_text    # bytes that fit

        .equ    report_save,0xE00                # r2 and r3 of whoever called put_string
        .equ    report_return,0xE08              # return address of put_constant and put_number
        .equ    number_save,0xE0C                # r2 of whoever called put_number
        .equ    number_packed,0xE10              # doubleword
        .equ    number_text,0xE18                # 12 bytes, edited

# put "TEXT": prints a constant.
        .macro  put text
        bal     r14,put_constant(r12)
        .byte   8f-7f
7:      ebcdic  "\text"
8:      .balign 2
        .endm

# put_line ["TEXT"]: prints a constant, if there is one, and ends the line.
        .macro  put_line text
        .ifnb   \text
        put     "\text"
        .endif
        bal     r14,put_new_line(r12)
        .endm

# put_storage ADDRESS, LENGTH: prints LENGTH bytes, 1 to 256, of EBCDIC text.
        .macro  put_storage address, length
        la      r1,\address
        la      r0,\length
        bal     r14,put_string(r12)
        .endm

# put_number REGISTER [, WIDTH]: prints a signed number in decimal, right-aligned in WIDTH columns, at most 12.
        .macro  put_number register, width=1
        lr      r1,\register
        la      r0,\width
        bal     r14,put_decimal(r12)
        .endm

# put_hexadecimal REGISTER: prints the register as eight hexadecimal digits.
        .macro  put_hexadecimal register
        lr      r1,\register
        bal     r14,put_hex(r12)
        .endm

        .macro  report_routines

# put_string: appends r0 bytes at r1 to the report.
put_string:
        stm     r2,r3,report_save
        l       r2,report_length
        lr      r3,r2
        ar      r3,r0                            # the length with this string
        c       r3,report_limit(r12)
        bh      report_full(r12)
        st      r3,report_length
        lr      r3,r0
        bctr    r3,0
        ex      r3,put_move(r12)
        lm      r2,r3,report_save
        br      r14
put_move:
        mvc     report_text(1,r2),0(r1)          # EX supplies the length
report_full:
        fail    0x600
        .balign 4
report_limit:
        .long   report_room

# put_constant: r14 points at a length byte with the text behind it, and behind that, on a halfword, is the next instruction.
put_constant:
        st      r14,report_return
        sr      r0,r0
        ic      r0,0(r14)
        la      r1,1(r14)
        bal     r14,put_string(r12)
        ar      r1,r0
        la      r1,1(r1)
        srl     r1,1
        sll     r1,1                             # rounded up to the halfword
        br      r1

put_new_line:
        la      r1,line_end(r12)
        la      r0,1
        b       put_string(r12)
line_end:
        .byte   new_line
        .balign 2

# put_decimal: appends the number in r1, at least r0 bytes wide. EDMK leaves the address of the first significant digit in r1.
put_decimal:
        st      r14,report_return
        st      r2,number_save
        cvd     r1,number_packed
        mvc     number_text(12),number_pattern(r12)
        la      r1,number_text+11
        edmk    number_text(12),number_packed+2
        bnm     put_unsigned(r12)
        bctr    r1,0
        mvi     0(r1),0+"ebcdic.-"
put_unsigned:
        la      r2,number_text+12
        sr      r2,r1                            # length as edited
        cr      r0,r2
        bnh     put_edited(r12)
        sr      r2,r0
        ar      r1,r2                            # blanks to the left make up the width
        lr      r2,r0
put_edited:
        lr      r0,r2
        l       r2,number_save
        bal     r14,put_string(r12)
        l       r14,report_return
        br      r14
number_pattern:
        .byte   0x40,0x20,0x20,0x20,0x20,0x20,0x20,0x20,0x20,0x20,0x21,0x20

# put_hex: appends r1 in hexadecimal. UNPK spreads the digits, with one byte more than needed as it swaps the last, and TR, whose
# table begins X'F0' bytes before the first digit's entry, gives them graphics. So hex_digits must not lie in the first X'F0' of the page.
put_hex:
        st      r14,report_return
        st      r1,number_packed
        unpk    number_text(9),number_packed(5)
        la      r1,hex_digits-0xF0(r12)
        tr      number_text(8),0(r1)
        la      r1,number_text
        la      r0,8
        bal     r14,put_string(r12)
        l       r14,report_return
        br      r14
hex_digits:
        ebcdic  "0123456789ABCDEF"
        .balign 2
        .endm
