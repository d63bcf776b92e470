# summary.s: what is printed at the end, in the starter page: the output of each partition, and what the monitor has counted.

# finish: prints all, and stops.
finish: l       r1,svc_count
        a       r1,timer_count
        a       r1,io_count
        a       r1,program_count
        a       r1,more_lpsw_count
        st      r1,lpsw_count(starter)
        mvc     transfer_interruptions(4,starter),io_count
        l       r13,first_block
        l       r8,partitions
output_of_partition:
        l       r7,pcb_output(r13)
        l       r6,pcb_lines(r13)
output_line_of:
        put     "P"
        l       r3,pcb_number(r13)
        put_number r3,2
        put     " "
        put_storage 0(r7),line_size
        bal     r9,print_line(services)
        la      r7,line_size(r7)
        bct     r6,output_line_of(starter)
        la      r13,control_block_size(r13)
        bct     r8,output_of_partition(starter)

# summary TEXT, COUNTER
        .macro  summary text, counter
        l       r3,\counter
        put_number r3,10
        put     " \text"
        bal     r9,print_line(services)
        .endm
        summary "SUPERVISOR CALLS", svc_count
        summary "START I/O TO THE DISK", sio_count
        summary "SET SYSTEM MASK", ssm_count
        summary "FURTHER LOAD PSW", more_lpsw_count
        summary "PROGRAM INTERRUPTIONS", program_count
        l       r1,measure
        ltr     r1,r1
        bz      ended(starter)

# What depends on the timing.
        summary "TIMER INTERRUPTIONS", timer_count
        summary "I/O INTERRUPTIONS", transfer_interruptions(starter)
        summary "LOAD PSW", lpsw_count(starter)
        summary "SWITCHES", switch_count
ended:  put     "END OF THE MONITOR"
        bal     r9,print_line(services)
        lpsw    success(starter)
        .balign 8
success:
        .long   0x00020000,0
lpsw_count:
        .long   0
transfer_interruptions:
        .long   0
