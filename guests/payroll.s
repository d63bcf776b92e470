# payroll: a commercial program of the time, all in packed decimal: computes the week's pay, sorts, prints with control breaks.
#
# How. For each employee
#
#     gross = (hours + half the hours over 40) * rate                        rounded half up to the cent
#     tax   = 15% of what gross has above 200.00 and up to 500.00, and 25% of what is above 500.00, rounded half up
#     net   = gross - tax - advance; when negative it is printed with CR, and the employee owes it
#
# The records are then sorted by department and name, and printed with totals for each department and for all. The last lines print the
# average pay per hour, which needs DP, and the amount to be fetched from the bank with a floating dollar sign and with protecting
# asterisks, which are EDMK and another fill character.
#
# Registers
#     r4  record                r8   record length, increment of BXLE          r10  return address, first level
#     r5  next record           r9   last record, comparand of BXLE            r11  return address, second level
#     r6  last with a neighbour                                                r12  base of the page X'1000'

        .include "guest.s"

# ---- the record ----

        .equ    department,0                     # the first two fields are the sort key
        .equ    name,10
        .equ    key_length,26
        .equ    hours,26                         # 999.99
        .equ    rate,29                          # 999.99
        .equ    advance,32                       # 99999.99, as all amounts
        .equ    gross,36
        .equ    tax,40
        .equ    net,44
        .equ    record_length,48

# employee DEPARTMENT, NAME, HOURS, RATE, ADVANCE: amounts in hundredths.
        .macro  employee department, name, hours, rate, advance
        ebcdic  "\department", 10
        ebcdic  "\name", 16
        packed  \hours, 3
        packed  \rate, 3
        packed  \advance, 4
        .fill   record_length-gross
        .endm

# ---- the print line ----

        .equ    at_name,2
        .equ    at_hours,18
        .equ    at_rate,25
        .equ    at_gross,32
        .equ    at_tax,42
        .equ    at_advance,52
        .equ    at_net,62
        .equ    line_length,74

# edit PATTERN, COLUMN, PATTERN-LENGTH, SOURCE: edits a packed field into the line.
        .macro  edit pattern, column, length, source
        mvc     line+\column(\length,r12),\pattern(r12)
        ed      line+\column(\length,r12),\source
        .endm

# print: prints the line without its trailing blanks and clears it.
        .macro  print
        bal     r11,print_line(r12)
        .endm

        guest
program:
        l       r12,program_base

# ---- compute ----

        la      r8,record_length
        l       r9,last_employee(r12)
        l       r4,employees(r12)
compute:
        bal     r10,gross_pay(r12)
        bal     r10,income_tax(r12)
        zap     net(4,r4),gross(4,r4)
        sp      net(4,r4),tax(4,r4)
        sp      net(4,r4),advance(4,r4)
        bxle    r4,r8,compute(r12)

# ---- sort: exchange neighbours until a pass over the table has exchanged nothing ----

        lr      r6,r9
        sr      r6,r8                            # the last record that has a neighbour
pass:   mvi     exchanged(r12),0
        l       r4,employees(r12)
compare:
        la      r5,record_length(r4)
        clc     0(key_length,r4),0(r5)
        bnh     in_order(r12)
        xc      0(record_length,r4),0(r5)
        xc      0(record_length,r5),0(r4)
        xc      0(record_length,r4),0(r5)
        mvi     exchanged(r12),1
in_order:
        lr      r4,r5
        cr      r4,r6
        bnh     compare(r12)
        cli     exchanged(r12),0
        bne     pass(r12)

# ---- print ----

        mvc     line(line_length,r12),headings(r12)
        print
        l       r4,employees(r12)
        bal     r10,new_department(r12)
detail: clc     current(10,r12),department(r4)
        be      same_department(r12)
        bal     r10,department_totals(r12)
        bal     r10,new_department(r12)
same_department:
        mvc     line+at_name(16,r12),name(r4)
        edit    hundreds,at_hours,7,hours(r4)
        edit    hundreds,at_rate,7,rate(r4)
        edit    amount,at_gross,10,gross(r4)
        edit    amount,at_tax,10,tax(r4)
        edit    amount,at_advance,10,advance(r4)
        edit    credit,at_net,12,net(r4)
        print
        ap      total_hours(4,r12),hours(3,r4)
        ap      total_gross(4,r12),gross(4,r4)
        ap      total_tax(4,r12),tax(4,r4)
        ap      total_advance(4,r12),advance(4,r4)
        ap      total_net(4,r12),net(4,r4)
        ap      total_heads(2,r12),one(1,r12)
        bxle    r4,r8,detail(r12)
        bal     r10,department_totals(r12)

        mvc     line(15,r12),all_departments(r12)
        print
        mvc     totals(totals_length,r12),grand_totals(r12)
        bal     r10,print_totals(r12)

# Average per hour: amount in hundredths * 100 / hours in hundredths. DP leaves the quotient in the first 8-4 bytes.
        zap     work(8,r12),grand_gross(4,r12)
        srp     work(8,r12),3,0                  # one more place than is printed
        dp      work(8,r12),grand_hours(4,r12)
        srp     work(4,r12),64-1,5               # which is rounded off
        mvc     line(26,r12),average_text(r12)
        edit    amount,26,10,work(r12)
        print

# EDMK leaves the address of the first significant digit in r1; without one before the point, it is the place after the X'21'.
        mvc     line(26,r12),bank_text(r12)
        mvc     line+26(10,r12),amount(r12)
        la      r1,line+26+6(r12)
        edmk    line+26(10,r12),grand_net(r12)
        bctr    r1,0
        mvi     0(r1),0+"ebcdic.$"
        edit    protected,37,10,grand_net(r12)
        print
        succeed

# ---- gross_pay ----

gross_pay:
        zap     overtime(3,r12),hours(3,r4)
        sp      overtime(3,r12),forty(3,r12)
        bp      has_overtime(r12)
        zap     overtime(3,r12),zero(1,r12)
has_overtime:
        zap     work(8,r12),overtime(3,r12)
        mp      work(8,r12),five(1,r12)          # half of it, in thousandths
        zap     product(8,r12),hours(3,r4)
        srp     product(8,r12),1,0               # thousandths as well
        ap      product(8,r12),work(8,r12)
        mp      product(8,r12),rate(3,r4)        # five places
        srp     product(8,r12),64-3,5            # two
        zap     gross(4,r4),product(8,r12)
        br      r10

# ---- income_tax ----

income_tax:
        zap     tax(4,r4),zero(1,r12)
        cp      gross(4,r4),tax_free(3,r12)
        bnhr    r10
        zap     product(8,r12),gross(4,r4)
        cp      gross(4,r4),upper_limit(3,r12)
        bnh     lower_part(r12)
        zap     product(8,r12),upper_limit(3,r12)
lower_part:
        sp      product(8,r12),tax_free(3,r12)
        mp      product(8,r12),lower_rate(2,r12)
        zap     work(8,r12),gross(4,r4)
        sp      work(8,r12),upper_limit(3,r12)
        bnp     tax_sum(r12)
        mp      work(8,r12),upper_rate(2,r12)
        ap      product(8,r12),work(8,r12)
tax_sum:
        srp     product(8,r12),64-2,5
        zap     tax(4,r4),product(8,r12)
        br      r10

# ---- new_department: prints its name and remembers it ----

new_department:
        mvc     current(10,r12),department(r4)
        mvc     line(10,r12),department(r4)
        print
        br      r10

# ---- department_totals: adds the totals to the grand totals, prints and clears them ----

department_totals:
        ap      grand_hours(4,r12),total_hours(4,r12)
        ap      grand_gross(4,r12),total_gross(4,r12)
        ap      grand_tax(4,r12),total_tax(4,r12)
        ap      grand_advance(4,r12),total_advance(4,r12)
        ap      grand_net(4,r12),total_net(4,r12)
        ap      grand_heads(2,r12),total_heads(2,r12)
print_totals:
        edit    heads,0,4,total_heads(r12)
        mvc     line+4(10,r12),heads_text(r12)
        edit    amount,at_hours-3,10,total_hours(r12)
        edit    amount,at_gross,10,total_gross(r12)
        edit    amount,at_tax,10,total_tax(r12)
        edit    amount,at_advance,10,total_advance(r12)
        edit    credit,at_net,12,total_net(r12)
        print
        mvc     totals(totals_length,r12),no_totals(r12)
        br      r10

# ---- print_line ----

print_line:
        la      r1,line+line_length(r12)
trim:   bctr    r1,0
        cli     0(r1),0x40
        be      trim(r12)
        la      r0,line-1(r12)
        sr      r1,r0
        lr      r0,r1
        la      r1,line(r12)
        bal     r14,put_string(r12)
        put_line
        mvi     line(r12),0x40
        mvc     line+1(line_length-1,r12),line(r12)
        br      r11

        report_routines

# ---- constants ----

zero:   packed  0, 1
one:    packed  1, 1
five:   packed  5, 1
forty:  packed  04000, 3
tax_free:
        packed  20000, 3
upper_limit:
        packed  50000, 3
lower_rate:
        packed  015, 2
upper_rate:
        packed  025, 2

# Edit patterns: X'20' selects a digit, X'21' as well and makes what follows significant. A CR is blanked out unless the number is negative.
heads:  .byte   0x40,0x20,0x21,0x20                                           #        999
hundreds:
        .byte   0x40,0x20,0x21,0x20,0x4B,0x20,0x20                            #     999.99
amount: .byte   0x40,0x20,0x20,0x6B,0x20,0x21,0x20,0x4B,0x20,0x20             #  99,999.99
credit: .byte   0x40,0x20,0x20,0x6B,0x20,0x21,0x20,0x4B,0x20,0x20,0xC3,0xD9   #  99,999.99CR
protected:
        .byte   0x5C,0x20,0x20,0x6B,0x20,0x21,0x20,0x4B,0x20,0x20             # *99,999.99

headings:
        ebcdic  "PAYROLL             HOURS   RATE     GROSS       TAX   ADVANCE       NET", line_length
heads_text:
        ebcdic  " employees"
all_departments:
        ebcdic  "ALL DEPARTMENTS"
average_text:
        ebcdic  "Average pay per hour", 26
bank_text:
        ebcdic  "To be fetched at the bank", 26

no_totals:
        packed  0, 4
        packed  0, 4
        packed  0, 4
        packed  0, 4
        packed  0, 4
        packed  0, 2

# ---- variables ----

totals: .equ    total_hours,totals
        .equ    total_gross,totals+4
        .equ    total_tax,totals+8
        .equ    total_advance,totals+12
        .equ    total_net,totals+16
        .equ    total_heads,totals+20
        .equ    totals_length,22
        packed  0, 4
        packed  0, 4
        packed  0, 4
        packed  0, 4
        packed  0, 4
        packed  0, 2
grand_totals:
        .equ    grand_hours,grand_totals
        .equ    grand_gross,grand_totals+4
        .equ    grand_tax,grand_totals+8
        .equ    grand_advance,grand_totals+12
        .equ    grand_net,grand_totals+16
        .equ    grand_heads,grand_totals+20
        packed  0, 4
        packed  0, 4
        packed  0, 4
        packed  0, 4
        packed  0, 4
        packed  0, 2
overtime:
        packed  0, 3
work:   packed  0, 8
product:
        packed  0, 8
current:
        ebcdic  " ", 10
exchanged:
        .byte   0
line:   ebcdic  " ", line_length
        .balign 4
employees:
        .long   first_employee
last_employee:
        .long   end_of_employees-record_length
        program_end

first_employee:
        employee "FINISHING", "NOVAK, PETER",     03850, 01275, 0000000
        employee "ASSEMBLY",  "MILLER, FRANK",    04200, 01140, 0000000
        employee "OFFICE",    "WEBER, ANNA",      04000, 01525, 0005000
        employee "ASSEMBLY",  "BAKER, ROSE",      00625, 01080, 0010000
        employee "ASSEMBLY",  "ADAMS, JOHN",      05150, 01215, 0002500
        employee "FINISHING", "KOWALSKI, JAN",    03725, 01138, 0000000
        employee "OFFICE",    "ABBOTT, GRACE",    05500, 01890, 0000000
        employee "ASSEMBLY",  "MILLER, ALICE",    04000, 01140, 0000000
        employee "FINISHING", "DUBOIS, CLAIRE",   04475, 01305, 0001999
        employee "ASSEMBLY",  "YOUNG, THEODORE",  00050, 01005, 0000000
        employee "OFFICE",    "STONE, HENRY",     01600, 01250, 0000000
        employee "ASSEMBLY",  "FISCHER, KARL",    04000, 01250, 0000000
end_of_employees:
