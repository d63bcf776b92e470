# supervisor: a small multiprogramming supervisor: three tasks in their own address spaces, with demand paging, storage keys and time slices.
#
# How. The supervisor runs in EC mode with DAT off and key 0, disabled; it is entered by interruptions only. A task runs in problem state
# with DAT on, 4K pages and 64K segments, under its own PSW key and its own segment table:
#
#     X'003000'          the shared page, key 0, not fetch-protected: tasks may read it
#     X'010000'-X'010FFF' the task's program, brought in at the first reference by copying it from its place in the image
#     X'020000'-X'02FFFF' the task's data, 16 pages, brought in as zeros
#     X'030000'          the supervisor's tables, key 0, fetch-protected: tasks may not even read them
#
# A frame that is brought in gets the task's key with fetch protection (SSK) before the page-table entry is made valid. A time slice is
# ended by the interval timer, the clock comparator or the CPU timer, in turns. Protection and privileged-operation exceptions are counted,
# and the task goes on behind the offending instruction. When a task ends, its pages are made invalid (PTLB) and its frames free.
#
# Supervisor calls: 0 yield; 1 print the r0 bytes at r1 as a line; 2 end. Lines are kept with the task and printed at the end, so that what
# the guest prints does not depend on timing. For the same reason the supervisor goes on waiting, enabled and without tasks, until each
# timer has ended `wanted` slices, and prints only that they did.
#
# The tasks: A makes passes over 64K of pseudo-random numbers; B looks for the longest Collatz chain and keeps the lengths of all; C first tries
# three things that are forbidden to it and then adds 1/k**2 in long floating point, yielding now and then. About 30 million
# instructions and at least 300 timer interruptions. Storage: 448 KB.
#
# Registers of the supervisor
#     r12  base of the page X'1000'            r0-r11, r14, r15  scratch
#     r13  the current task                    control register 1 stays that of the task that ran last

        .include "guest.s"

# ---- sizes ----

        .equ    wanted,100                       # slices to be ended by each timer
        .equ    frames,48
        .equ    first_frame,0x40000
        .equ    page_size,4096
        .equ    key_block,2048

# ---- a task ----

        .equ    task_psw,0
        .equ    task_general,8
        .equ    task_float,72
        .equ    task_segments,104                # value of control register 1
        .equ    task_key,108                     # storage key, with fetch protection, in the last byte
        .equ    task_program,112                 # where its program is in the image
        .equ    task_pages,116                   # page tables of its program and its data, 16 entries each, adjacent
        .equ    task_next,120                    # the ring of the tasks
        .equ    task_ended,124                   # byte: 1 when it has ended
        .equ    task_text_length,126             # halfword
        .equ    task_text,128
        .equ    task_text_room,160
        .equ    task_length,288

# ---- free storage below the program ----

        .equ    save_general,0xE80               # general registers at the interruption
        .equ    run_psw,0xEC0                    # PSW of the task that is dispatched
        .equ    current,0xEC8                    # address of the task that runs

# enter OLD-PSW: saves all of the interrupted task and makes the supervisor's registers.
        .macro  enter old_psw
        stm     r0,r15,save_general
        l       r12,program_base
        l       r13,current
        mvc     task_psw(8,r13),\old_psw
        mvc     task_general(64,r13),save_general
        std     f0,task_float(r13)
        std     f2,task_float+8(r13)
        std     f4,task_float+16(r13)
        std     f6,task_float+24(r13)
        .endm

# count COUNTER: adds one.
        .macro  count counter
        l       r1,\counter(r12)
        la      r1,1(r1)
        st      r1,\counter(r12)
        .endm

        guest   external=external_interruption, supervisor_call=supervisor_call, program=program_interruption, flags=0x00080000

# ---- start ----

program:
        l       r12,program_base
        lctl    c0,c0,control_0(r12)

# All blocks below the frames get key 0 with fetch protection, and the shared page key 0 without.
        la      r1,0x08
        l       r2,frames_end(r12)
protect:
        s       r2,block_length(r12)
        ssk     r1,r2
        ltr     r2,r2
        bnz     protect(r12)
        sr      r1,r1
        l       r2,shared_address(r12)
        ssk     r1,r2
        la      r2,key_block(r2)
        ssk     r1,r2

# All frames onto the stack of free ones.
        la      r1,frames
        l       r2,frames_end(r12)
        l       r3,stack_address(r12)
free:   s       r2,page_length(r12)
        st      r2,0(r3)
        la      r3,4(r3)
        bct     r1,free(r12)
        st      r3,stack_top(r12)

        l       r13,first_task(r12)
        b       dispatch(r12)

# ---- external interruption: the end of a time slice ----

external_interruption:
        enter   external_old_psw
        clc     external_code(2),code_clock_comparator(r12)
        be      comparator_slice(r12)
        clc     external_code(2),code_cpu_timer(r12)
        be      cpu_slice(r12)
        clc     external_code(2),code_interval_timer(r12)
        be      interval_slice(r12)
        fail    0x101
comparator_slice:
        count   comparator_slices
        b       next_task(r12)
cpu_slice:
        count   cpu_slices
        b       next_task(r12)
interval_slice:
        count   interval_slices

# ---- dispatching: the next task in the ring that has not ended, or none ----

next_task:
        l       r13,task_next(r13)
        la      r1,3
ready:  cli     task_ended(r13),0
        be      dispatch(r12)
        l       r13,task_next(r13)
        bct     r1,ready(r12)

# All tasks have ended.
        la      r1,wanted
        c       r1,interval_slices(r12)
        bh      wait(r12)
        c       r1,comparator_slices(r12)
        bh      wait(r12)
        c       r1,cpu_slices(r12)
        bnh     print_all(r12)
wait:   l       r13,idle_task(r12)
        mvc     task_psw(8,r13),wait_psw(r12)

# Set one timer and put the other two off, then go.
dispatch:
        mvc     interval_timer(4),timer_never(r12)
        spt     timer_never(r12)
        sckc    comparator_never(r12)
        l       r1,turn(r12)
        bct     r1,not_interval(r12)
        mvc     interval_timer(4),interval_slice_length(r12)
        la      r1,3                             # the turns are 3, 2, 1, and again
        b       timers_set(r12)
not_interval:
        bct     r1,not_cpu(r12)
        spt     slice_length(r12)
        la      r1,1
        b       timers_set(r12)
not_cpu:
        stck    clock(r12)
        lm      r2,r3,clock(r12)
        al      r3,slice_length+4(r12)
        bc      12,no_carry(r12)
        la      r1,1
        alr     r2,r1
no_carry:
        stm     r2,r3,clock(r12)
        sckc    clock(r12)
        la      r1,2
timers_set:
        st      r1,turn(r12)

# resume: the same task goes on with what is left of its slice.
resume: st      r13,current
        lctl    c1,c1,task_segments(r13)
        ld      f0,task_float(r13)
        ld      f2,task_float+8(r13)
        ld      f4,task_float+16(r13)
        ld      f6,task_float+24(r13)
        mvc     run_psw(8),task_psw(r13)
        lm      r0,r15,task_general(r13)
        lpsw    run_psw

# ---- supervisor call ----

supervisor_call:
        enter   supervisor_call_old_psw
        lh      r2,supervisor_call_code
        ltr     r2,r2
        bz      next_task(r12)
        bct     r2,not_print(r12)
        b       print_line(r12)
not_print:
        bct     r2,unknown_call(r12)
        b       end_task(r12)
unknown_call:
        fail    0x102

# Print: the line must be in one page that the task itself may read, so translate it and look at its key.
print_line:
        ltr     r0,r0
        bnp     bad_line(r12)
        c       r0,page_length(r12)
        bh      bad_line(r12)
        lra     r4,0(r1)
        bnz     bad_line(r12)
        lr      r2,r4
        n       r2,block_mask(r12)
        isk     r3,r2
        n       r3,access_bits(r12)
        l       r2,task_key(r13)
        n       r2,access_bits(r12)
        cr      r2,r3
        bne     bad_line(r12)
        lr      r2,r1
        n       r2,offset_mask(r12)
        ar      r2,r0
        c       r2,page_length(r12)
        bh      bad_line(r12)
        lh      r3,task_text_length(r13)
        lr      r5,r3
        ar      r5,r0
        la      r5,1(r5)                         # with the end of the line
        ch      r5,text_room(r12)
        bh      bad_line(r12)
        sth     r5,task_text_length(r13)
        la      r3,task_text(r3,r13)
        lr      r5,r0
        bctr    r5,0
        ex      r5,move_line(r12)
        la      r5,1(r5,r3)
        mvi     0(r5),new_line
        b       resume(r12)
move_line:
        mvc     0(1,r3),0(r4)
bad_line:
        fail    0x103

# End: give the frames back, and make sure that no translation to them is remembered.
end_task:
        mvi     task_ended(r13),1
        l       r2,task_pages(r13)
        la      r3,32
        l       r5,stack_top(r12)
release:
        tm      1(r2),0x08                       # invalid
        bo      not_there(r12)
        lh      r4,0(r2)
        n       r4,frame_bits(r12)
        sll     r4,8
        oi      1(r2),0x08
        st      r4,0(r5)
        la      r5,4(r5)
not_there:
        la      r2,2(r2)
        bct     r3,release(r12)
        st      r5,stack_top(r12)
        ptlb
        b       next_task(r12)

# ---- program interruption ----

program_interruption:
        enter   program_old_psw
        clc     program_code(2),code_page(r12)
        be      page_fault(r12)
        clc     program_code(2),code_protection(r12)
        be      protection(r12)
        clc     program_code(2),code_privileged(r12)
        be      privileged(r12)
        fail    0x104
protection:
        tm      task_psw+1(r13),0x01             # only a task can cause these: problem state
        bz      supervisor_error(r12)
        count   protections
        b       resume(r12)
privileged:
        count   privileges
        b       resume(r12)
supervisor_error:
        fail    program_old_psw

# Page fault. The operation was nullified: after the page has come the task repeats the instruction. LRA finds the page-table entry.
page_fault:
        count   page_faults
        l       r4,translation_address
        la      r4,0(r4)
        lra     r5,0(r4)
        bc      13,bad_page(r12)                 # CC 2: the page is invalid, and r5 has the address of its entry
        lr      r2,r4
        srl     r2,16
        l       r8,task_program(r13)             # where the page comes from
        l       r9,page_length(r12)
        bct     r2,not_program(r12)
        n       r4,page_in_segment(r12)
        bnz     bad_page(r12)                    # programs have one page
        b       take_frame(r12)
not_program:
        bct     r2,bad_page(r12)
        sr      r9,r9                            # data pages come as zeros
take_frame:
        l       r1,stack_top(r12)
        c       r1,stack_address(r12)
        be      no_frame(r12)
        s       r1,four(r12)
        st      r1,stack_top(r12)
        l       r6,0(r1)
        l       r2,task_key(r13)
        ssk     r2,r6
        la      r3,key_block(r6)
        ssk     r2,r3
        lr      r3,r6
        srl     r3,8
        l       r7,page_length(r12)
        mvcl    r6,r8                            # r9 is 4096, or 0 which fills with zeros
        sth     r3,0(r5)
        b       resume(r12)
bad_page:
        fail    0x105
no_frame:
        fail    0x106

# ---- the end ----

print_all:
        put_line "Supervisor: 3 tasks, each with its own key and address space, 4K pages"
        l       r13,first_task(r12)
        la      r4,3
print_task:
        lh      r5,task_text_length(r13)
        put_storage task_text(r13),0(r5)
        l       r13,task_next(r13)
        bct     r4,print_task(r12)
        put     "Page faults resolved: "
        l       r4,page_faults(r12)
        put_number r4
        put_line
        put     "Protection exceptions: "
        l       r4,protections(r12)
        put_number r4
        put     ", privileged-operation exceptions: "
        l       r4,privileges(r12)
        put_number r4
        put_line
        la      r4,wanted
        put     "Interval timer, clock comparator and CPU timer have each ended "
        put_number r4
        put_line " time slices or more"
        succeed

        report_routines

# ---- constants and variables of the supervisor ----

        .balign 8
timer_never:
        .long   0x7FFFFFFF,0xFFFFFFFF
comparator_never:
        .long   0xFFFFFFFF,0xFFFFFFFF
slice_length:
        .long   0,500<<12                        # 500 microseconds; bit 51 is one
clock:  .long   0,0
wait_psw:
        .long   0x010A0000,0                     # EC mode, enabled for external interruptions, wait
interval_slice_length:
        .long   38                               # 1/76800 s each, 495 microseconds
turn:   .long   3
control_0:
        .long   0x00800C80                       # 4K pages, 64K segments; clock comparator, CPU timer, interval timer
frames_end:
        .long   first_frame+frames*page_size
page_length:
        .long   page_size
block_length:
        .long   key_block
shared_address:
        .long   shared
stack_address:
        .long   frame_stack
stack_top:
        .long   0
first_task:
        .long   task_a
idle_task:
        .long   task_idle
four:   .long   4
block_mask:
        .long   0x00FFF800
access_bits:
        .long   0x000000F0
offset_mask:
        .long   page_size-1
page_in_segment:
        .long   0x0000F000
frame_bits:
        .long   0x0000FFF0
page_faults:
        .long   0
protections:
        .long   0
privileges:
        .long   0
interval_slices:
        .long   0
comparator_slices:
        .long   0
cpu_slices:
        .long   0
text_room:
        .short  task_text_room
code_clock_comparator:
        .short  0x1004
code_cpu_timer:
        .short  0x1005
code_interval_timer:
        .short  0x0080
code_page:
        .short  0x0011
code_protection:
        .short  0x0004
code_privileged:
        .short  0x0002
        program_end

# ==== page X'2000': the tables ====

# segment_table PAGES: program and data are the task's own, the shared page and the supervisor's tables are common to all.
        .macro  segment_table pages
        .balign 64
        .long   0xF0000000+shared_pages, 0xF0000000+\pages, 0xF0000000+\pages+32, 0xF0000000+forbidden_pages
        .fill   12,4,1
        .endm

# task NAME, KEY, PROGRAM, PAGES, SEGMENTS, NEXT
        .macro  task name, key, image, pages, segments, next
        .balign 8
\name:  .long   0x05090000+(\key<<20),0x00010000 # DAT, external interruptions, key, EC mode, problem state; program at X'10000'
        .fill   12,4,0
        .long   0x00010000,0,0,0                 # r12 is the base of the program
        .fill   4,8,0
        .long   \segments, \key*16+8, \image, \pages, \next
        .byte   0,0,0,0
        .fill   task_text_room
        .endm

tables:
        task    task_a, 1, program_a, pages_a, segments_a, task_b
        task    task_b, 2, program_b, pages_b, segments_b, task_c
        task    task_c, 3, program_c, pages_c, segments_c, task_a
        task    task_idle, 0, 0, 0, segments_a, task_a
segments_a:
        segment_table pages_a
segments_b:
        segment_table pages_b
segments_c:
        segment_table pages_c
pages_a:
        .fill   32,2,0x0008
pages_b:
        .fill   32,2,0x0008
pages_c:
        .fill   32,2,0x0008
shared_pages:
        .fill   3,2,0x0008
        .short  0x0030                           # X'3000' is X'3000'
        .fill   12,2,0x0008
forbidden_pages:
        .short  0x0020                           # X'30000' is X'2000', the tables
        .fill   15,2,0x0008
frame_stack:
        .fill   frames,4,0

# ==== page X'3000': the shared page ====

        .org    0x3000
shared: ebcdic  "0123456789ABCDEF"               # the digits that the tasks print with

# shared_hexadecimal: the address that makes TR of digits with zone F use the table above.
        .equ    shared_hexadecimal,0x3000-0xF0

# ==== page X'4000': task A, passes over 64K ====

# Registers: r5 number, r6 address, r7 words left, r8 and r9 checksums, r10 passes left.
        .org    0x4000
program_a:
        l       r5,seed_a(r12)
        l       r6,data_a(r12)
        l       r7,words_a(r12)
fill_a: m       r4,multiplier_a(r12)             # r5 = r5*1103515245 + 12345
        al      r5,increment_a(r12)
        st      r5,0(r6)
        la      r6,4(r6)
        bct     r7,fill_a(r12)

        sr      r8,r8
        sr      r9,r9
        la      r10,128
pass_a: l       r6,data_a(r12)
        l       r7,words_a(r12)
word_a: al      r8,0(r6)
        alr     r9,r8
        st      r9,0(r6)
        la      r6,4(r6)
        bct     r7,word_a(r12)
        bct     r10,pass_a(r12)

        st      r8,result_a(r12)
        unpk    text_a+40(9,r12),result_a(5,r12)
        st      r9,result_a(r12)
        unpk    text_a+48(9,r12),result_a(5,r12)
        l       r1,digits_a(r12)
        tr      text_a+40(16,r12),0(r1)
        la      r1,text_a(r12)
        la      r0,56
        svc     1
        svc     2

        .balign 4
seed_a: .long   370
data_a: .long   0x20000
words_a:
        .long   16384
multiplier_a:
        .long   1103515245
increment_a:
        .long   12345
digits_a:
        .long   shared_hexadecimal
result_a:
        .long   0,0
text_a: ebcdic  "A, key 1: 128 passes over 64K, checksum ", 60

# ==== page X'5000': task B, Collatz chains ====

# Registers: r4 start, r5 number, r6 steps, r7 one, r8 scratch, r9 most steps, r10 where they began, r11 address of the steps, r3 limit.
        .org    0x5000
program_b:
        la      r4,1
        la      r7,1
        sr      r9,r9
        l       r11,data_b(r12)
        l       r3,limit_b(r12)
start_b:
        lr      r5,r4
        sr      r6,r6
step_b: cr      r5,r7
        be      one_b(r12)
        ar      r6,r7
        lr      r8,r5
        nr      r8,r7
        bz      even_b(r12)
        lr      r8,r5
        sll     r5,1
        ar      r5,r8
        ar      r5,r7                            # 3n+1
        b       step_b(r12)
even_b: srl     r5,1
        b       step_b(r12)
one_b:  sth     r6,0(r11)
        la      r11,2(r11)
        cr      r6,r9
        bnh     shorter_b(r12)
        lr      r9,r6
        lr      r10,r4
shorter_b:
        ar      r4,r7
        cr      r4,r3
        bl      start_b(r12)

        sr      r6,r6                            # add all steps up
        l       r11,data_b(r12)
        bctr    r3,0
sum_b:  ah      r6,0(r11)
        la      r11,2(r11)
        bct     r3,sum_b(r12)

        cvd     r10,packed_b(r12)
        ed      text_b+41(6,r12),packed_b+5(r12)
        cvd     r9,packed_b(r12)
        ed      text_b+49(4,r12),packed_b+6(r12)
        cvd     r6,packed_b(r12)
        ed      text_b+60(8,r12),packed_b+4(r12)
        la      r1,text_b(r12)
        la      r0,75
        svc     1
        svc     2

        .balign 8
packed_b:
        .long   0,0
data_b: .long   0x20000
limit_b:
        .long   20000
text_b: ebcdic  "B, key 2: longest Collatz chain starts at"
        .byte   0x40,0x20,0x20,0x20,0x20,0x20
        ebcdic  ": "
        .byte   0x40,0x20,0x20,0x20
        ebcdic  " steps;"
        .byte   0x40,0x20,0x20,0x20,0x20,0x20,0x20,0x20
        ebcdic  " in all"

# ==== page X'6000': task C, forbidden operations and a sum in floating point ====

# Registers: r4 terms left to the next yield, r5 yields left to the next page, r6 address, r7 pages left; f0 sum, f2 k, f4 term.
        .org    0x6000
program_c:
        l       r2,digits_c(r12)
        la      r2,0xF0(r2)
        mvi     0(r2),0                          # a store into the shared page: protection
        cli     0(r2),0xF0
        bne     effect_c(r12)
        l       r2,tables_c(r12)
        lr      r3,r2
        l       r3,0(r2)                         # a fetch from the supervisor's tables: protection
        cr      r3,r2
        bne     effect_c(r12)
        ssm     zero_c(r12)                      # disabling: privileged operation
        la      r1,forbidden_c(r12)
        la      r0,forbidden_length_c
        svc     1

        sdr     f0,f0
        ld      f2,one_c(r12)
        l       r6,data_c(r12)
        la      r7,10
page_c: la      r5,50
yield_c:
        la      r4,1000
term_c: ld      f4,one_c(r12)
        ddr     f4,f2
        ddr     f4,f2
        adr     f0,f4
        ad      f2,one_c(r12)
        bct     r4,term_c(r12)
        svc     0
        bct     r5,yield_c(r12)
        std     f0,0(r6)                         # the sum so far, one into each page
        a       r6,page_length_c(r12)
        bct     r7,page_c(r12)

        l       r6,data_c(r12)                   # add them up again
        la      r7,10
        sdr     f2,f2
again_c:
        ad      f2,0(r6)
        a       r6,page_length_c(r12)
        bct     r7,again_c(r12)

        ste     f0,result_c(r12)
        unpk    text_c+29(9,r12),result_c(5,r12)
        std     f0,result_c(r12)
        unpk    text_c+37(9,r12),result_c+4(5,r12)
        ste     f2,result_c(r12)
        unpk    text_c+69(9,r12),result_c(5,r12)
        std     f2,result_c(r12)
        unpk    text_c+77(9,r12),result_c+4(5,r12)
        l       r1,digits_c(r12)
        tr      text_c+29(16,r12),0(r1)
        tr      text_c+69(16,r12),0(r1)
        mvc     text_c+45(24,r12),partial_c(r12)
        la      r1,text_c(r12)
        la      r0,85
        svc     1
        svc     2

effect_c:
        la      r1,changed_c(r12)
        la      r0,changed_length_c
        svc     1
        svc     2

        .balign 8
one_c:  .long   0x41100000,0
result_c:
        .long   0,0,0
data_c: .long   0x20000
page_length_c:
        .long   page_size
tables_c:
        .long   0x30000
digits_c:
        .long   shared_hexadecimal
zero_c: .byte   0
text_c: ebcdic  "C, key 3: sum of 1/k**2 is 0x", 86
partial_c:
        ebcdic  ", of ten partial sums 0x"
forbidden_c:
        ebcdic  "C, key 3: three forbidden operations had no effect"
        .equ    forbidden_length_c,.-forbidden_c
changed_c:
        ebcdic  "C, key 3: a forbidden operation had an effect"
        .equ    changed_length_c,.-changed_c
