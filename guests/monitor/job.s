# job.s: the programs of the jobs: what they have in common. They run in problem state in a partition, wherever it is: the image
# is copied there, so no address in it is an address constant.
#
# A program does units of work in a loop. Whenever it has done `job_work` instructions it makes a supervisor call: a transfer to or
# from its data set if one is due, else it asks for the time of day, which must not go back.
#
# r8 work until the next call, r9 units left, r10 where a unit is, r12 base of the program, r13 parameters and variables; r2-r7
# are the kernel's, others are free

        .org    0x5000
job_image:
        balr    r12,0
        bctr    r12,0
        bctr    r12,0
        b       job_begins(r12)

# ---- variables, behind the parameters ----

        .equ    transfer_owed,0x40
        .equ    transfers,0x44
        .equ    transfer_sum,0x48
        .equ    errors,0x4C
        .equ    clock,0x50                       # the time of day, and the last one
        .equ    last_clock,0x58
        .equ    open_name,0x60
        .equ    open_password,0x68
        .equ    open_volume,0x70
        .equ    text,0x80                        # 80 characters
        .equ    edited,0xD0
        .equ    packed_number,0xF0
        .equ    record,0x100                     # 256 bytes
        .equ    kernel_data,0x200

job_begins:
        lr      r13,r1
        l       r2,job_calls(r13)
        lcr     r2,r2
        st      r2,transfer_owed(r13)
        l       r8,job_work(r13)
        srl     r8,1
        l       r9,job_units(r13)

# The data set's name and password: WORKnn, KEYnn.
        l       r2,job_partition(r13)
        cvd     r2,packed_number(r13)
        oi      packed_number+7(r13),0x0F
        mvc     open_name(24,r13),names(r12)
        unpk    open_name+4(2,r13),packed_number+6(2,r13)
        mvc     open_password+3(2,r13),open_name+4(r13)
        mvc     open_volume(8,r13),job_volume(r13)
        l       r2,job_transfers(r13)
        ltr     r2,r2
        bz      nothing_to_open(r12)
        la      r1,open_name(r13)
        svc     OPEN
nothing_to_open:
        l       r2,job_program(r13)
        sll     r2,2
        b       program_branches(r2,r12)
program_branches:
        b       compute(r12)
        b       commerce(r12)
        b       files(r12)
        b       job_ends(r12)                    # MIXED is never run
        b       store_trial(r12)
        b       fetch_trial(r12)
        b       time_trial(r12)
        b       password_trial(r12)
        b       volume_trial(r12)
        b       talk(r12)
        b       sleep(r12)

# work: runs the kernel at r10 for r9 units; returns to r11.
next_unit:
        balr    r14,r10
        s       r8,job_cost(r13)
        bm      call_due(r12)
unit_done:
        bct     r9,next_unit(r12)
        br      r11

call_due:
        a       r8,job_work(r13)
        l       r1,transfer_owed(r13)
        a       r1,job_transfers(r13)
        bm      ask_time(r12)
        s       r1,job_calls(r13)
        st      r1,transfer_owed(r13)
        bal     r14,transfer_record(r12)
        b       called(r12)
ask_time:
        st      r1,transfer_owed(r13)
        mvc     last_clock(8,r13),clock(r13)
        la      r1,clock(r13)
        svc     TIME
        clc     clock(8,r13),last_clock(r13)
        bnl     called(r12)
        bal     r14,job_error(r12)
called: ltr     r8,r8
        bm      call_due(r12)
        b       unit_done(r12)

job_error:
        l       r1,errors(r13)
        la      r1,1(r1)
        st      r1,errors(r13)
        br      r14

# transfer_record: record n of the data set is read and looked at, and at the next call written with the next version; then
# comes record n+1, and behind the last the first. A record has its version in word 0, the partition in word 1, and version *
# 256 + n in word 63.
transfer_record:
        lr      r15,r14
        l       r1,transfers(r13)
        lr      r0,r1
        la      r1,1(r1)
        st      r1,transfers(r13)
        srl     r0,1
        n       r0,fifteen(r12)
        lr      r14,r0
        la      r14,1(r14)                       # n
        lr      r0,r14
        tm      transfers+3(r13),1
        bz      rewrite(r12)
        st      r15,packed_number(r13)
        la      r1,record(r13)
        svc     GET
        l       r15,packed_number(r13)
        l       r1,record(r13)
        a       r1,transfer_sum(r13)
        a       r1,record+252(r13)
        st      r1,transfer_sum(r13)
        l       r1,record(r13)
        sll     r1,8
        ar      r1,r0
        c       r1,record+252(r13)
        bne     wrong_record(r12)
        clc     record+4(4,r13),job_partition(r13)
        bcr     8,r15
wrong_record:
        lr      r14,r15
        b       job_error(r12)
rewrite:
        l       r1,record(r13)
        la      r1,1(r1)
        st      r1,record(r13)
        sll     r1,8
        ar      r1,r0
        st      r1,record+252(r13)
        st      r15,packed_number(r13)
        la      r1,record(r13)
        svc     PUT
        l       r15,packed_number(r13)
        br      r15

# job_ends: with the result in r2.
job_ends:
        l       r3,transfers(r13)
        l       r4,transfer_sum(r13)
        l       r5,errors(r13)
        svc     END

        .balign 4
fifteen:
        .long   15
multiplier:
        .long   1103515245
increment:
        .long   12345
names:  ebcdic  "WORK", 8
        ebcdic  "KEY", 8
        .fill   8,1,0x40
