# job_commerce.s: the program COMMERCE: invoices in packed decimal, sorted, with a report. A unit is 8 invoices.
#
# An invoice has a quantity of 1 to 32 and a price of 0 to 163.83; 19% of tax, rounded, are added. A unit's invoices are sorted
# by their amounts, and the smallest and the largest are summed. The result is the last seven digits of the total.

        .equ    batch,kernel_data                # 8 amounts of 8 bytes
        .equ    quantity,kernel_data+0x40        # doublewords
        .equ    amount,kernel_data+0x48
        .equ    tax,kernel_data+0x50
        .equ    total,kernel_data+0x58
        .equ    total_tax,kernel_data+0x60
        .equ    smallest,kernel_data+0x68
        .equ    largest,kernel_data+0x70

        .equ    COMMERCE_COST,361

commerce:
        la      r2,370
        a       r2,job_partition(r13)
        mvc     total(8,r13),packed_zero(r12)
        mvc     total_tax(24,r13),total(r13)     # the four lie one behind the other
        la      r10,commerce_unit(r12)
        bal     r11,next_unit(r12)

        la      r3,total(r13)
        la      r4,total_words(r12)
        bal     r14,report_amounts(r12)
        la      r3,smallest(r13)
        la      r4,range_words(r12)
        bal     r14,report_amounts(r12)
        l       r2,total+4(r13)
        b       job_ends(r12)

# report_amounts: writes a line of the words at r4 and the two amounts at r3.
report_amounts:
        mvc     text(report_columns,r13),0(r4)
        mvc     text+9(21,r13),money(r12)
        ed      text+9(21,r13),0(r3)
        mvc     text+35(21,r13),money(r12)
        ed      text+35(21,r13),8(r3)
        la      r0,report_columns
        la      r1,text(r13)
        svc     WRITE
        br      r14

commerce_unit:
        la      r6,batch(r13)
        la      r7,8
next_invoice:
        lr      r5,r2
        m       r4,multiplier(r12)
        al      r5,increment(r12)
        lr      r2,r5
        srl     r5,27
        la      r5,1(r5)
        cvd     r5,quantity(r13)
        lr      r5,r2
        srl     r5,8
        n       r5,price_bits(r12)
        cvd     r5,amount(r13)
        mp      amount(8,r13),quantity+6(2,r13)
        zap     tax(8,r13),amount(8,r13)
        mp      tax(8,r13),tax_rate(2,r12)
        srp     tax(8,r13),62,5                  # two places to the right
        ap      total_tax(8,r13),tax(8,r13)
        ap      amount(8,r13),tax(8,r13)
        ap      total(8,r13),amount(8,r13)
        mvc     0(8,r6),amount(r13)
        la      r6,8(r6)
        bct     r7,next_invoice(r12)

# Sort by exchange.
        la      r5,batch(r13)
        la      r6,7
next_place:
        lr      r3,r5
        lr      r7,r6
next_pair:
        la      r3,8(r3)
        clc     0(8,r5),0(r3)
        bnh     in_order(r12)
        xc      0(8,r5),0(r3)
        xc      0(8,r3),0(r5)
        xc      0(8,r5),0(r3)
in_order:
        bct     r7,next_pair(r12)
        la      r5,8(r5)
        bct     r6,next_place(r12)
        ap      smallest(8,r13),batch(8,r13)
        ap      largest(8,r13),batch+56(8,r13)
        br      r14

        .balign 4
price_bits:
        .long   0x3FFF
packed_zero:
        packed  0, 8
tax_rate:
        packed  19, 2
# 15 digits with two decimals, in 21 columns.
money:  .byte   0x40,0x20,0x6B,0x20,0x20,0x20,0x6B,0x20,0x20,0x20,0x6B,0x20,0x20,0x20,0x6B,0x20,0x21,0x20,0x4B,0x20,0x20
        .equ    report_columns,56
total_words:
        ebcdic  "TOTAL                           TAX", report_columns
range_words:
        ebcdic  "SMALLEST                        MAX", report_columns
        .balign 2
