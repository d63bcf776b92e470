# selftest: a quick check of the instructions with operands whose results are known, the first thing to run on a new machine.
#
# How. Each case in the table at the end is one instruction with all that it may see and change: general registers 0-3, the floating-point
# registers, 16 bytes `first`, 16 bytes `second`, condition code and program mask; and the same as it should be afterwards. What a case
# does not mention is X'A5' or unchanged, so that an instruction that changes too much is noticed. A case is run twice: moved into `slot`
# among the driver's own instructions, which also tests that a store is seen by the instruction fetch, and in place by EXECUTE.
# `outcome` tells how the instruction ended: 0 in sequence, X'80' by branching, X'81' in a supervisor call, else the program
# interruption code.
#
# The expected values are from "Principles of Operation" examples and from the project's table of vectors that were computed by hand and
# run on Hercules 3.13. Where the architecture leaves a result open (a data exception terminates) there is no case.
#
# Prints the number of tests and of errors, and before that a line for each of the first 20 errors. Ends with X'DEA100' after an error.
#
# Registers
#     r0-r3  the instruction's       r7  0 direct, 1 by EXECUTE       r10  case
#     r4     CC and mask afterwards  r8  errors                       r11  end of the table
#     r5     CC and mask before      r9  tests                        r12  base of the page X'1000'
#     r6     link of the driver

        .include "guest.s"

# ---- the state that a case compares, in the free storage below the program ----

        .equ    actual,0xE80                     # general registers 0-3
        .equ    actual_float,0xE90               # floating-point registers 0 2 4 6
        .equ    first,0xEB0
        .equ    second,0xEC0
        .equ    actual_length,80
        .equ    outcome,0xED0
        .equ    testing,0xED1                    # 1 while a program interruption is the case's and not the driver's

# ---- the case ----

        .equ    case_instruction,0
        .equ    case_name,6
        .equ    case_mask,12                     # CC and program mask before, in bits 2-7
        .equ    case_mask_expected,13
        .equ    case_outcome,14
        .equ    case_direct,15                   # 1: not by EXECUTE
        .equ    case_general,16
        .equ    case_float,32
        .equ    case_storage,64
        .equ    case_expected,96                 # actual_length bytes
        .equ    case_length,176

# area VALUES, LENGTH: words, filled up with X'A5'.
        .macro  area values, length
        .set    area_start,.
        .ifnb   \values
        .long   \values
        .endif
        .fill   \length-(.-area_start),1,0xA5
        .endm

        .macro  area_after before, after, length
        .ifb    \after
        area    "\before", \length
        .else
        area    "\after", \length
        .endif
        .endm

# case NAME, "INSTRUCTION", [what it sees and changes, as words]. The _out arguments are needed where something changes.
        .macro  case name, instruction, gr, gr_out, fr, fr_out, one, one_out, two, cc=1, cc_in=1, mask=0, mask_out, outcome=0, direct=0
        .set    case_start,.
        \instruction
        .fill   (case_start+6-.)/2,2,0x0700      # filled up with BCR 0,0
        ebcdic  "\name", 6
        .byte   \cc_in*16+\mask
        .ifb    \mask_out
        .byte   \cc*16+\mask
        .else
        .byte   \cc*16+\mask_out
        .endif
        .byte   \outcome, \direct
        area    "\gr", 16
        area    "\fr", 32
        area    "\one", 16
        area    "\two", 16
        area_after "\gr", "\gr_out", 16
        area_after "\fr", "\fr_out", 32
        area_after "\one", "\one_out", 16
        area    "\two", 16
        .endm

# load_state: everything that the instruction may see; SPM comes last.
        .macro  load_state
        mvc     first(32),case_storage(r10)
        mvi     outcome,0
        mvi     testing,1
        ld      f0,case_float(r10)
        ld      f2,case_float+8(r10)
        ld      f4,case_float+16(r10)
        ld      f6,case_float+24(r10)
        lm      r0,r3,case_general(r10)
        l       r5,case_mask(r10)
        spm     r5
        .endm

        guest   program=interrupted, supervisor_call=called
program:
        l       r12,program_base

# What the cases for control instructions need: a storage key, a control register and translation tables.
        la      r1,0xFE
        l       r2,keyed_block(r12)
        ssk     r1,r2
        lctl    c0,c1,translation(r12)
        lctl    c10,c10,control_value(r12)

        sr      r8,r8
        sr      r9,r9
        l       r10,first_case(r12)
        l       r11,last_case(r12)
next:   sr      r7,r7
        mvc     slot(6,r12),case_instruction(r10)
        load_state
slot:   .fill   3,2,0x0700
        balr    r4,0                             # CC and program mask into bits 2-7 of r4
        b       ended(r12)
by_execute:
        la      r7,1
        load_state
        ex      0,case_instruction(r10)
        balr    r4,0
        b       ended(r12)

taken:  balr    r4,0                             # the target of the branch instructions
        mvi     outcome,0x80
        b       ended(r12)

called: mvi     outcome,0x81
        l       r4,supervisor_call_old_psw+4
        b       ended(r12)

interrupted:
        cli     testing,1
        bne     driver_interrupted(r12)
        mvc     outcome(1),program_old_psw+3     # BC mode
        l       r4,program_old_psw+4             # ILC, CC, program mask, as BALR gives them

# ---- compare ----

ended:  stm     r0,r3,actual
        std     f0,actual_float
        std     f2,actual_float+8
        std     f4,actual_float+16
        std     f6,actual_float+24
        mvi     testing,0
        sr      r5,r5
        spm     r5
        la      r9,1(r9)
        n       r4,mask_bits(r12)
        srl     r4,24
        sr      r5,r5
        ic      r5,case_mask_expected(r10)
        cr      r4,r5
        bne     wrong(r12)
        clc     outcome(1),case_outcome(r10)
        bne     wrong(r12)
        clc     actual(actual_length),case_expected(r10)
        be      right(r12)
wrong:  la      r8,1(r8)
        c       r8,most_errors(r12)
        bh      right(r12)
        put     "wrong: "
        put_storage case_name(r10),6
        sr      r5,r5
        ic      r5,outcome
        put     " CC and mask "
        put_hexadecimal r4
        put     " outcome "
        put_hexadecimal r5
        ltr     r7,r7
        bz      line(r12)
        put     " by EXECUTE"
line:   put_line
right:  ltr     r7,r7
        bnz     advance(r12)
        cli     case_direct(r10),0
        be      by_execute(r12)
advance:
        la      r10,case_length(r10)
        cr      r10,r11
        bl      next(r12)

        put_number r9
        put     " tests, "
        put_number r8
        put_line " errors"
        ltr     r8,r8
        bnz     errors(r12)
        succeed
errors: fail    0x100
driver_interrupted:
        fail    program_old_psw

        report_routines
        .balign 4
first_case:
        .long   cases
last_case:
        .long   end_of_cases
most_errors:
        .long   20
mask_bits:
        .long   0x3F000000
keyed_block:
        .long   0x0000F800
control_value:
        .long   0x00ABCDE0
translation:
        .long   0x008000E0                       # CR0: 4K pages, 64K segments; external masks as after a reset
        .long   segment_table                    # CR1: one unit of 16 segments
translate_table:
        .byte   0x00,0x7F,0x00,0x11,0x22,0x33,0x44,0x55
        .balign 2
nested: ex      0,0
        program_end

# Segment 0 has two pages, the second invalid; segment 1 is invalid.
        .balign 64
segment_table:
        .long   page_table+0xF0000000,1
        .fill   14,4,1
page_table:
        .short  0x1230,0x0018
        .fill   14,2,0x0008

        .balign 8
cases:

# ---- fixed point ----

        case AR,   "ar r0,r1",       gr="0x7FFFFFFF,1", gr_out="0x80000000,1", cc=3
        case AR,   "ar r0,r1",       gr="0x7FFFFFFF,1", gr_out="0x80000000,1", cc=3, mask=8, outcome=8
        case A,    "a r0,first",     gr=5, gr_out=0xFFFFFFFE, one=0xFFFFFFF9, cc=1, cc_in=0
        case AH,   "ah r0,first",    gr=1, gr_out=0xFFFFFFFF, one=0xFFFEA5A5, cc=1, cc_in=0
        case ALR,  "alr r0,r1",      gr="0xFFFFFFFF,1", gr_out="0,1", cc=2
        case ALR,  "alr r0,r1",      gr="0xFFFFFFFF,2", gr_out="1,2", cc=3
        case AL,   "al r0,first",    gr=1, gr_out=3, one=2, cc=1, cc_in=0
        case SR,   "sr r0,r1",       gr="5,5", gr_out="0,5", cc=0
        case S,    "s r0,first",     gr=0, gr_out=0x80000000, one=0x80000000, cc=3
        case SH,   "sh r0,first",    gr=1, gr_out=3, one=0xFFFEA5A5, cc=2
        case SLR,  "slr r0,r1",      gr="5,3", gr_out="2,3", cc=3
        case SLR,  "slr r0,r1",      gr="3,5", gr_out="0xFFFFFFFE,5", cc=1, cc_in=0
        case SL,   "sl r0,first",    gr=3, gr_out=0, one=3, cc=2
        case CR,   "cr r0,r1",       gr="0xFFFFFFFF,1", cc=1, cc_in=0
        case C,    "c r0,first",     gr=1, one=0x80000000, cc=2
        case CH,   "ch r0,first",    gr=0xFFFFFFFE, one=0xFFFEA5A5, cc=0
        case CLR,  "clr r0,r1",      gr="0xFFFFFFFF,1", cc=2
        case CL,   "cl r0,first",    gr=1, one=0x80000000, cc=1, cc_in=0
        case LTR,  "ltr r0,r1",      gr="5,0x80000000", gr_out="0x80000000,0x80000000", cc=1, cc_in=0
        case LPR,  "lpr r0,r1",      gr="5,0x80000000", gr_out="0x80000000,0x80000000", cc=3
        case LNR,  "lnr r0,r1",      gr="0,7", gr_out="0xFFFFFFF9,7", cc=1, cc_in=0
        case LCR,  "lcr r0,r0",      gr=0x80000000, cc=3
        case MR,   "mr r0,r2",       gr="9,0xFFFFFFFD,5", gr_out="0xFFFFFFFF,0xFFFFFFF1,5"
        case M,    "m r0,first",     gr="9,0x7FFFFFFF", gr_out="0x3FFFFFFF,0x00000001", one=0x7FFFFFFF
        case M,    ".long 0x5C100000+first",     gr="9,9", one=1, outcome=6
        case MH,   "mh r0,first",    gr=0x12345678, gr_out=0x1907A988, one=0x7FFFA5A5
        case DR,   "dr r0,r2",       gr="0,100,0xFFFFFFF9", gr_out="2,0xFFFFFFF2,0xFFFFFFF9"
        case D,    "d r0,first",     gr="0xFFFFFFFF,0xFFFFFF9C", gr_out="0xFFFFFFFE,0xFFFFFFF2", one=7
        case D,    "d r0,first",     gr="0xFFFFFFFF,0x80000000", gr_out="0,0x80000000", one=1
        case D,    "d r0,first",     gr="0xFFFFFFFF,0x80000000", one=0xFFFFFFFF, outcome=9
        case D,    "d r0,first",     gr="0,1", one=0, outcome=9

# ---- shifts ----

        case SLA,  "sla r0,31",      gr=1, gr_out=0, cc=3
        case SLA,  "sla r0,63",      gr=0xC0000000, gr_out=0x80000000, cc=3
        case SLA,  "sla r0,0",       gr=0x80000000, cc=1, cc_in=0
        case SRA,  "sra r0,63",      gr=0x80000001, gr_out=0xFFFFFFFF, cc=1, cc_in=0
        case SLL,  "sll r0,4(r1)",   gr="0x12345678,4", gr_out="0x34567800,4"
        case SRL,  "srl r0,32",      gr=0xFFFFFFFF, gr_out=0
        case SLDA, "slda r0,1",      gr="0x7FFFFFFF,0xFFFFFFFF", gr_out="0x7FFFFFFF,0xFFFFFFFE", cc=3
        case SLDA, "slda r0,63",     gr="0xFFFFFFFF,0xFFFFFFFF", gr_out="0x80000000,0", cc=1, cc_in=0
        case SLDA, ".long 0x8F100001",     gr="1,1", outcome=6
        case SRDA, "srda r0,33",     gr="0x80000000,1", gr_out="0xFFFFFFFF,0xC0000000", cc=1, cc_in=0
        case SLDL, "sldl r0,36",     gr="1,0x12345678", gr_out="0x23456780,0"
        case SRDL, "srdl r0,4",      gr="0x12345678,0x9ABCDEF0", gr_out="0x01234567,0x89ABCDEF"

# ---- loading and storing ----

        case L,    "l r0,first+1",   gr=0, gr_out=0x34567890, one="0x12345678,0x90A5A5A5"
        case LR,   "lr r0,r3",       gr="1,2,3,4", gr_out="4,2,3,4"
        case LH,   "lh r0,first",    gr=0, gr_out=0xFFFF8000, one=0x8000A5A5
        case LA,   "la r1,1(r1)",    gr="5,0xFFFFFFFF", gr_out="5,0"
        case LA,   "la r0,0xFFF(r1,r2)", gr="5,0x00FFFFFF,0x80000002", gr_out="0x00001000,0x00FFFFFF,0x80000002"
        case LM,   "lm r1,r3,first", gr="9,9,9,9", gr_out="9,1,2,3", one="1,2,3"
        case ST,   "st r0,first+2",  gr=0x12345678, one="0,0", one_out="0x00001234,0x56780000"
        case STH,  "sth r0,first",   gr=0x12345678, one=0, one_out=0x56780000
        case STC,  "stc r0,first",   gr=0x12345678, one=0, one_out=0x78000000
        case STM,  "stm r0,r2,first", gr="1,2,3,4", one_out="1,2,3"
        case IC,   "ic r0,first",    gr=0x12345678, gr_out=0x123456C1, one=0xC1A5A5A5
        case ICM,  "icm r0,5,first", gr=0x12345678, gr_out=0x12805601, one=0x8001A5A5, cc=1, cc_in=0
        case ICM,  "icm r0,3,first", gr=0x12345678, gr_out=0x12347FFF, one=0x7FFFA5A5, cc=2
        case ICM,  "icm r0,0,first", gr=0x12345678, one=0xFFA5A5A5, cc=0
        case STCM, "stcm r0,10,first", gr=0x12345678, one=0, one_out=0x12560000
        case CLM,  "clm r0,9,first", gr=0x12345678, one=0x1279A5A5, cc=1, cc_in=0
        case CLM,  "clm r0,0,first", gr=0x12345678, one=0, cc=0

# ---- logic and comparing in storage ----

        case NR,   "nr r0,r1",       gr="0x0F0F0F0F,0xF0F0F0F0", gr_out="0,0xF0F0F0F0", cc=0
        case O,    "o r0,first",     gr=0x0F0F0F0F, gr_out=0xFFFFFFFF, one=0xF0F0F0F0, cc=1, cc_in=0
        case XR,   "xr r0,r0",       gr=0x12345678, gr_out=0, cc=0
        case NI,   "ni first,0x0F",  one=0xF1A5A5A5, one_out=0x01A5A5A5, cc=1, cc_in=0
        case OI,   "oi first,0",     one=0x00A5A5A5, cc=0
        case XI,   "xi first,0xFF",  one=0xFFA5A5A5, one_out=0x00A5A5A5, cc=0
        case NC,   "nc first(3),second", one=0x12345678, one_out=0x10305078, two=0xF0F0F0F0, cc=1, cc_in=0
        case OC,   "oc first(3),first+1", one=0x01020408, one_out=0x03060C08, cc=1, cc_in=0
        case XC,   "xc first(4),first", one=0x12345678, one_out=0, cc=0
        case TM,   "tm first,0xC0",  one=0x80A5A5A5, cc=1, cc_in=0
        case TM,   "tm first,0xC0",  one=0xC0A5A5A5, cc=3
        case TM,   "tm first,0",     one=0xFFA5A5A5, cc=0
        case CLI,  "cli first,0x80", one=0x7FA5A5A5, cc=1, cc_in=0
        case CLC,  "clc first(4),second", one=0x12345678, two=0x12345578, cc=2
        case MVI,  "mvi first,0x5C", one=0, one_out=0x5C000000
        case TS,   "ts first",       one=0x7F000000, one_out=0xFF000000, cc=0
        case CS,   "cs r0,r2,first", gr="5,6,7", one=5, one_out=7, cc=0
        case CS,   "cs r0,r2,first", gr="5,6,7", gr_out="8,6,7", one=8, cc=1, cc_in=0
        case CS,   "cs r0,r2,first+2", gr="5,6,7", one=5, outcome=6
        case CDS,  "cds r0,r2,first", gr="5,6,7,8", one="5,6", one_out="7,8", cc=0

# ---- moving and translating ----

        case MVC,  "mvc first+1(7),first", one="0x5C000000,0", one_out="0x5C5C5C5C,0x5C5C5C5C"
        case MVCIN, "mvcin first(4),second+3", one=0, one_out=0x78563412, two=0x12345678
        case MVN,  "mvn first(3),second", one=0x12345678, one_out=0x1A3C5E78, two=0x9ABCDEF0
        case MVZ,  "mvz first(3),second", one=0x12345678, one_out=0x92B4D678, two=0x9ABCDEF0
        case MVO,  "mvo first(4),second(3)", one=0x7788990C, one_out=0x0123456C, two=0x123456A5
        case TR,   "tr first(4),translate_table(r12)", one=0x03040507, one_out=0x11223355
        case TRT,  "trt first(4),translate_table(r12)", gr="0,0xAA000000,0xBBBBBB00", gr_out="0,0xAA000EB2,0xBBBBBB7F", one=0x00000100, cc=1, cc_in=0
        case TRT,  "trt first(3),translate_table(r12)", gr="0,0xAA000000,0xBBBBBB00", gr_out="0,0xAA000EB2,0xBBBBBB7F", one=0x00000100, cc=2
        case TRT,  "trt first(2),translate_table(r12)", gr="0,0xAA000000,0xBBBBBB00", one=0x00000100, cc=0
        case MVCL, "mvcl r2,r0",     gr="0xAA000EC0,0x5C000003,0xFF000EB0,8", gr_out="0x00000EC3,0x5C000000,0x00000EB8,0", one="0,0", one_out="0xC1C2C35C,0x5C5C5C5C", two=0xC1C2C3C4, cc=2
        case MVCL, "mvcl r2,r0",     gr="0x00000EC0,0x5C000003,0x00000EB0,2", gr_out="0x00000EC2,0x5C000001,0x00000EB2,0", one=0, one_out=0xC1C20000, two=0xC1C2C3C4, cc=1, cc_in=0
        case MVCL, "mvcl r2,r0",     gr="0x00000EB0,8,0x00000EB1,8", one="1,2", cc=3
        case CLCL, "clcl r2,r0",     gr="0xAA000EC0,0x40000003,0xFF000EB0,4", gr_out="0x00000EC3,0x40000000,0x00000EB4,0", one=0xC1C2C340, two=0xC1C2C3A5, cc=0
        case CLCL, "clcl r2,r0",     gr="0x00000EC0,0x40000004,0x00000EB0,4", gr_out="0x00000EC2,0x40000002,0x00000EB2,2", one=0xC1C2C5C4, two=0xC1C2C3C4, cc=2
        case PACK, "pack first(4),second(3)", one=0, one_out=0x0000123C, two=0xF1F2C3A5
        case PACK, "pack first(3),first+1(2)", one=0xF1F2F3F4, one_out=0x00023FF4
        case UNPK, "unpk first(5),second(3)", one="0,0", one_out="0xF1F2F3F4,0xC5000000", two=0x12345CA5
        case UNPK, "unpk first(4),first+1(3)", one=0x0012345C, one_out=0xF3F3F4C5
        case CVB,  "cvb r0,first",   gr=0, gr_out=0x7FFFFFFF, one="0x00000214,0x7483647C"
        case CVB,  "cvb r0,first",   gr=0, gr_out=0x80000000, one="0x00000214,0x7483648D"
        case CVB,  "cvb r0,first",   gr=0, gr_out=0x80000000, one="0x00000214,0x7483648C", outcome=9
        case CVD,  "cvd r0,first",   gr=0x80000000, one="0,0", one_out="0x00000214,0x7483648D"

# ---- branching ----

        case BC,   "bc 4,taken(r12)", outcome=0x80
        case BC,   "bc 11,taken(r12)"
        case BCR,  "bcr 15,0"
        case BCT,  "bct r0,taken(r12)", gr=2, gr_out=1, outcome=0x80
        case BCT,  "bct r0,taken(r12)", gr=1, gr_out=0
        case BCTR, "bctr r0,0",      gr=0, gr_out=0xFFFFFFFF
        case BXH,  "bxh r0,r2,taken(r12)", gr="5,0,1,5", gr_out="6,0,1,5", outcome=0x80
        case BXLE, "bxle r0,r2,taken(r12)", gr="5,0,1,5", gr_out="6,0,1,5"
        case BXLE, "bxle r0,r3,taken(r12)", gr="1,0,0,1", gr_out="2,0,0,1"
        case BAL,  "bal r0,taken(r12)", gr=0, gr_out=0x90000000+slot+4, outcome=0x80, direct=1
        case BALR, "balr r0,0",      gr=0, gr_out=0x60000000+slot+2, cc=2, cc_in=2, direct=1
        case BAS,  ".long 0x4D000000+(r12<<12)+taken-program", gr=0, gr_out=slot+4, outcome=0x80, direct=1
        case SPM,  "spm r0",         gr=0xF5000000, cc=3, mask_out=5
        case SVC,  "svc 5",          outcome=0x81
        case EX,   "ex r1,1",        outcome=6, direct=1
        case EX,   "ex r1,nested(r12)", outcome=3, direct=1
        case none, ".short 0",       outcome=1

# ---- decimal ----

        case AP,   "ap first(4),second(4)", one=0x9999999C, one_out=0x0000000C, two=0x0000001C, cc=3
        case AP,   "ap first(4),second(4)", one=0x9999999C, one_out=0x0000000C, two=0x0000001C, cc=3, mask=4, outcome=10
        case AP,   "ap first(4),second(4)", one=0x0000005C, one_out=0x0000000C, two=0x0000005D, cc=0
        case AP,   "ap first(2),second(2)", one=0x500DA5A5, one_out=0x000DA5A5, two=0x500DA5A5, cc=3
        case SP,   "sp first(2),second(2)", one=0x123CA5A5, one_out=0x001DA5A5, two=0x124CA5A5, cc=1, cc_in=0
        case ZAP,  "zap first(2),second(3)", one=0xFFFFA5A5, one_out=0x000DA5A5, two=0x01000DA5, cc=3
        case ZAP,  "zap first(2),second(3)", one=0xFFFFA5A5, one_out=0x000CA5A5, two=0x00000DA5, cc=0
        case ZAP,  "zap first(2),second(2)", one=0xFFFFA5A5, one_out=0x012CA5A5, two=0x012AA5A5, cc=2
        case CP,   "cp first(2),second(2)", one=0x000CA5A5, two=0x000DA5A5, cc=0
        case MP,   "mp first(4),second(2)", one=0x0000123C, one_out=0x0056088D, two=0x456DA5A5
        case MP,   "mp first(4),second(2)", one=0x0000000C, one_out=0x0000000D, two=0x456DA5A5
        case MP,   "mp first(2),second(2)", one=0x123CA5A5, two=0x456DA5A5, outcome=6
        case DP,   "dp first(6),second(2)", one="0x00000012,0x345CA5A5", one_out="0x0000184D,0x017CA5A5", two=0x067DA5A5
        case DP,   "dp first(6),second(2)", one="0x00000012,0x345DA5A5", one_out="0x0000184D,0x017DA5A5", two=0x067CA5A5
        case DP,   "dp first(4),second(2)", one=0x1234567C, two=0x001CA5A5, outcome=11
        case DP,   "dp first(4),second(2)", one=0x0000567C, two=0x000CA5A5, outcome=11
        case SRP,  "srp first(4),2,5", one=0x0012345C, one_out=0x1234500C, cc=2
        case SRP,  "srp first(4),3,0", one=0x0012345C, one_out=0x2345000C, cc=3
        case SRP,  "srp first(4),63,5", one=0x0012345C, one_out=0x0001235C, cc=2
        case SRP,  "srp first(4),63,4", one=0x0000005D, one_out=0x0000000C, cc=0
        case SRP,  "srp first(4),32,5", one=0x0012345D, one_out=0x0000000C, cc=0
        case ED,   "ed first(10),second", one="0x40202020,0x6B202120,0x4B20A5A5", one_out="0x404040F1,0x6BF2F3F4,0x4BF5A5A5", two=0x0012345C, cc=2
        case ED,   "ed first(12),second", one="0x40202020,0x22402020,0x204B2140", one_out="0x404040F1,0x404040F1,0xF24BF040", two="0x001C012D,0", cc=1, cc_in=0
        case ED,   "ed first(13),second", one="0x4020206B,0x2021204B,0x202040C3,0xD9A5A5A5", one_out="0x4040F16B,0xF2F3F44B,0xF5F640C3,0xD9A5A5A5", two=0x0123456D, cc=1, cc_in=0
        case ED,   "ed first(13),second", one="0x4020206B,0x2021204B,0x202040C3,0xD9A5A5A5", one_out="0x4040F16B,0xF2F3F44B,0xF5F64040,0x40A5A5A5", two=0x0123456C, cc=2
        case ED,   "ed first(13),second", one="0x4020206B,0x2021204B,0x202040C3,0xD9A5A5A5", one_out="0x40404040,0x4040F04B,0xF0F040C3,0xD9A5A5A5", two=0x0000000D, cc=0
        case EDMK, "edmk first(10),second", gr="0,0xAAAAAAAA", gr_out="0,0xAA000EB2", one="0x4020206B,0x2020204B,0x2020A5A5", one_out="0x4040F16B,0xF2F3F44B,0xF5F6A5A5", two=0x0123456C, cc=2
        case EDMK, "edmk first(10),second", gr="0,0xAAAAAAAA", one="0x4020206B,0x2021204B,0x2020A5A5", one_out="0x40404040,0x4040F04B,0xF0F4A5A5", two=0x0000004C, cc=2

# ---- floating point ----

        case LE,   "le f0,first",    fr="1,2", fr_out="0x41100000,2", one=0x41100000
        case LD,   "ld f0,first",    fr="1,2", fr_out="0x41100000,3", one="0x41100000,3"
        case LER,  "ler f0,f2",      fr="1,2,3,4", fr_out="3,2,3,4"
        case STE,  "ste f0,first",   fr="1,2", one="0,0", one_out="1,0"
        case STD,  "std f0,first",   fr="1,2", one="0,0", one_out="1,2"
        case LER,  ".short 0x3801",      outcome=6
        case LTDR, "ltdr f0,f2",     fr="1,2,0xC1000000,0", fr_out="0xC1000000,0,0xC1000000,0", cc=0
        case LCDR, "lcdr f0,f2",     fr="1,2,0x41000000,0", fr_out="0xC1000000,0,0x41000000,0", cc=0
        case LPER, "lper f0,f2",     fr="1,2,0xC1012345,0", fr_out="0x41012345,2,0xC1012345,0", cc=2
        case LNDR, "lndr f0,f2",     fr="1,2,0x41012345,6", fr_out="0xC1012345,6,0x41012345,6", cc=1, cc_in=0
        case AER,  "aer f0,f2",      fr="0x41100000,7,0xC0FFFFFF,9", fr_out="0x3B100000,7,0xC0FFFFFF,9", cc=2
        case AER,  "aer f0,f2",      fr="0x41FFFFFF,7,0x41FFFFFF,9", fr_out="0x421FFFFF,7,0x41FFFFFF,9", cc=2
        case AER,  "aer f0,f2",      fr="0x7FFFFFFF,7,0x7FFFFFFF,9", fr_out="0x001FFFFF,7,0x7FFFFFFF,9", cc=2, outcome=12
        case AER,  "aer f0,f2",      fr="0x42123456,7,0xC2123456,9", fr_out="0,7,0xC2123456,9", cc=0
        case AER,  "aer f0,f2",      fr="0x42123456,7,0xC2123456,9", fr_out="0x42000000,7,0xC2123456,9", cc=0, mask=1, outcome=14
        case AER,  "aer f0,f2",      fr="0x00123456,7,0x80123455,9", fr_out="0,7,0x80123455,9", cc=0
        case AER,  "aer f0,f2",      fr="0x00123456,7,0x80123455,9", fr_out="0x7B100000,7,0x80123455,9", cc=2, mask=2, outcome=13
        case AUR,  "aur f0,f2",      fr="0x42000123,7,0x42000100,9", fr_out="0x42000223,7,0x42000100,9", cc=2
        case AD,   "ad f0,first",    fr="0x41100000,0", fr_out="0x41300000,0", one="0x41200000,0", cc=2
        case AWR,  "awr f0,f2",      fr="0x4F080000,0,0x4E000000,0x12345678", fr_out="0x4F080000,0x01234567,0x4E000000,0x12345678", cc=2
        case SDR,  "sdr f0,f2",      fr="0x41100000,0,0x40FFFFFF,0xFFFFFFFF", fr_out="0x33100000,0,0x40FFFFFF,0xFFFFFFFF", cc=2
        case SWR,  "swr f0,f2",      fr="0x4E000000,0,0x4E000000,0", fr_out="0,0,0x4E000000,0", cc=0
        case CER,  "cer f0,f2",      fr="0x42001000,7,0x41010000,9", cc=0
        case CER,  "cer f0,f2",      fr="0xC2000000,7,0x41000000,9", cc=0
        case CD,   "cd f0,first",    fr="0x41100000,0", one="0x41100000,1", cc=1, cc_in=0
        case MER,  "mer f0,f2",      fr="0x41200000,7,0x41300000,9", fr_out="0x41600000,0,0x41300000,9"
        case MER,  "mer f0,f2",      fr="0x01200000,7,0x01300000,9", fr_out="0,0,0x01300000,9"
        case MDR,  "mdr f0,f2",      fr="0x41123456,0x78ABCDEF,0x41234567,0x89ABCDEF", fr_out="0x41282174,0xAA707E48,0x41234567,0x89ABCDEF"
        case DER,  "der f0,f2",      fr="0x41100000,7,0x41300000,9", fr_out="0x40555555,7,0x41300000,9"
        case DDR,  "ddr f0,f2",      fr="0x41100000,0,0x41300000,0", fr_out="0x40555555,0x55555555,0x41300000,0"
        case DE,   "de f0,first",    fr="0x41100000,7", one=0, outcome=15
        case HER,  "her f0,f2",      fr="1,7,0x4113579B,9", fr_out="0x409ABCD8,7,0x4113579B,9"
        case HDR,  "hdr f0,f2",      fr="1,7,0x41100000,1", fr_out="0x40800000,8,0x41100000,1"
        case LRER, "lrer f0,f2",     fr="1,7,0x41FFFFFF,0x80000000", fr_out="0x42100000,7,0x41FFFFFF,0x80000000"
        case LRDR, "lrdr f0,f4",     fr="1,2,3,4,0x41123456,0x78ABCDEF,0x33800000,0", fr_out="0x41123456,0x78ABCDF0,3,4,0x41123456,0x78ABCDEF,0x33800000,0"
        case AXR,  "axr f0,f4",      fr="0x41100000,0,0x33000000,1,0x41100000,0,0x33FFFFFF,0xFFFFFFFF", fr_out="0x41200000,1,0x33000000,0,0x41100000,0,0x33FFFFFF,0xFFFFFFFF", cc=2
        case SXR,  "sxr f0,f4",      fr="0x41100000,0,0x33000000,1,0x41100000,0,0x33000000,1", fr_out="0,0,0,0,0x41100000,0,0x33000000,1", cc=0
        case MXR,  "mxr f0,f4",      fr="0x41200000,0,0x33000000,0,0x41300000,0,0x33000000,0", fr_out="0x41600000,0,0x33000000,0,0x41300000,0,0x33000000,0"
        case MXDR, "mxdr f0,f4",     fr="0x41123456,0x78ABCDEF,3,4,0x41234567,0x89ABCDEF,5,6", fr_out="0x41282174,0xAA707E48,0x33CED7CB,0x1F2A5210,0x41234567,0x89ABCDEF,5,6"

# ---- control ----

        case IPK,  "ipk",            gr="0,0,0xABCDEFFF", gr_out="0,0,0xABCDEF00"
        case ISK,  "isk r0,r1",      gr="0x12345678,0x0000F800", gr_out="0x123456F8,0x0000F800"
        case ISK,  "isk r0,r1",      gr="0x12345678,0x0000F801", outcome=6
        case STCTL, "stctl c10,c10,first", one=0, one_out=0x00ABCDE0
        case STNSM, "stnsm first,0xFF", one=0xFFFFFFFF, one_out=0x00FFFFFF
        case LRA,  "lra r0,0x456(r1)", gr="0,0x123", gr_out="0x00123579,0x123", cc=0
        case LRA,  "lra r0,0(r1)",   gr="0,0x1234", gr_out="page_table+2,0x1234", cc=2
        case LRA,  "lra r0,0(r1)",   gr="0,0x10000", gr_out="segment_table+4,0x10000", cc=1, cc_in=0
        case LRA,  "lra r0,0(r1)",   gr="0,0x100000", gr_out="segment_table+64,0x100000", cc=3
end_of_cases:
