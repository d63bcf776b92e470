# data.s: constants that GNU as has no directive for: EBCDIC text and packed decimal numbers.

# characters FIRST, CHARACTERS: gives consecutive EBCDIC codes from FIRST on to CHARACTERS. The code of character c is the value of the
# symbol "ebcdic.c", quotes included, which keeps `ebcdic` below to one line.
        .macro  characters first, characters
        .set    ebcdic_next,\first
        .irpc   c,"\characters"
        .set    "ebcdic.\c",ebcdic_next
        .set    ebcdic_next,ebcdic_next+1
        .endr
        .endm

# Letters, digits and the signs that have the same code in (nearly) all EBCDIC code pages.
        characters 0x40, " "
        characters 0x4B, ".<(+"
        characters 0x50, "&"
        characters 0x5B, "$*)"
        characters 0x5E, ";"
        characters 0x60, "-/"
        characters 0x6B, ",%_>?"
        characters 0x7A, ":"
        characters 0x7D, "'="
        characters 0x81, "abcdefghi"
        characters 0x91, "jklmnopqr"
        characters 0xA2, "stuvwxyz"
        characters 0xC1, "ABCDEFGHI"
        characters 0xD1, "JKLMNOPQR"
        characters 0xE2, "STUVWXYZ"
        characters 0xF0, "0123456789"
        .equ    new_line,0x15

# ebcdic TEXT [, LENGTH]: the text in EBCDIC, padded on the right with blanks to LENGTH.
        .macro  ebcdic text, length=0
        .set    ebcdic_start,.
        .irpc   c,"\text"
        .byte   0+"ebcdic.\c"
        .endr
        .if     \length
        .fill   \length-(.-ebcdic_start),1,0x40
        .endif
        .endm

# packed DIGITS, LENGTH [, SIGN]: a packed decimal number of LENGTH bytes (at most 8); SIGN is C (plus) or D (minus).
        .macro  packed digits, length, sign=C
        .set    packed_shift,8*\length-8
        .rept   \length
        .byte   (0x\digits\sign >> packed_shift) & 0xFF
        .set    packed_shift,packed_shift-8
        .endr
        .endm
