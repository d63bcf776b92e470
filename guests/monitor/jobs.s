# jobs.s: the beginning and the end of jobs, in the services page.
#
# A partition's stream is a number of jobs. When one ends or is ended, a line of the partition's output says so, and the next is
# loaded. The output of all is printed when the last stream has ended, in the order of partitions: what is printed does not
# depend on timing.

        .equ    most_jobs,20

# abend: the current partition's job is ended for the reason at r1, 32 characters.
abend:
        lr      r4,r1
        bal     r9,job_heading(services)
        put     "ABEND "
        put_storage 0(r4),32
        bal     r9,output_line(services)
        b       job_over(services)

# end_of_job: supervisor call 0. What the job tells is in the saved r2-r5.
end_of_job:
        bal     r9,job_heading(services)
        put     "UNITS "
        l       r1,pcb_base(r13)
        a       r1,parameters_offset(services)
        l       r4,job_units(r1)
        put_number r4,10
        put     " RESULT "
        l       r4,save_general+8
        put_hexadecimal r4
        put     " TRANSFERS "
        l       r4,save_general+12
        put_number r4,7
        put     " SUM "
        l       r4,save_general+16
        put_hexadecimal r4
        put     " ERRORS "
        l       r4,save_general+20
        put_number r4
        bal     r9,output_line(services)

# job_over: what is left of it is taken away, and the next one begins or the stream is at its end.
job_over:
        xc      pcb_abend(4,r13),pcb_abend(r13)
        mvi     pcb_opened(r13),0
        mvi     pcb_rung(r13),0
        l       r1,pcb_ticks(r13)
        ltr     r1,r1
        bz      no_ticks(services)
        xc      pcb_ticks(4,r13),pcb_ticks(r13)
        l       r1,timers_set
        bctr    r1,0
        st      r1,timers_set
no_ticks:
        l       r1,pcb_job(r13)
        la      r1,1(r1)
        st      r1,pcb_job(r13)
        c       r1,jobs
        bh      stream_over(services)
        bal     r14,load_job(services)
        mvc     run_psw(72),pcb_psw(r13)
        b       call_exit(nucleus)
stream_over:
        mvi     pcb_state(r13),ENDED
        mvi     reschedule,1
        l       r1,partitions_left
        bctr    r1,0
        st      r1,partitions_left
        ltr     r1,r1
        bnz     call_exit(nucleus)
        b       finish(starter)

# job_heading: "JOB  1 COMPUTE  ".
job_heading:
        put     "JOB "
        l       r3,pcb_job(r13)
        put_number r3,2
        put     " "
        l       r3,pcb_program(r13)
        mh      r3,word_length(services)
        a       r3,program_names_at(services)
        put_storage 0(r3),8
        put     " "
        br      r9

# load_job: the program into the partition r13, everything else there zero, and its parameters. A stream of MIXED jobs takes the
# three programs in turns. Changes r0-r9; the context is in the control block.
load_job:
        lr      r8,r14
        l       r6,pcb_base(r13)
        l       r7,partition_length(services)
        l       r4,job_image_at(services)
        l       r5,job_image_length(services)
        lr      r2,r6
        mvcl    r6,r4

        l       r3,pcb_first_program(r13)
        l       r4,mixed_program(services)
        cr      r3,r4
        bne     program_known(services)
        lr      r9,r2
        l       r2,pcb_job(r13)
        a       r2,pcb_number(r13)
        srda    r2,32
        d       r2,three(services)               # the rest in r2
        lr      r3,r2
        lr      r2,r9
program_known:
        st      r3,pcb_program(r13)
        a       r2,parameters_offset(services)   # r2: the parameters
        st      r3,job_program(r2)
        sll     r3,2
        l       r3,program_costs(r3,services)
        st      r3,job_cost(r2)

# Units of work: millions * work_left / (partitions * jobs * cost).
        l       r5,partitions
        mh      r5,jobs+2
        mr      r4,r3
        lr      r1,r5
        l       r5,millions
        m       r4,work_left
        dr      r4,r1
        ltr     r5,r5
        bp      some_work(services)
        la      r5,1
some_work:
        st      r5,job_units(r2)
        mvc     job_work(4,r2),work_for_calls
        mvc     job_calls(4,r2),svc_dial
        mvc     job_transfers(4,r2),sio_dial
        mvc     job_partition(4,r2),pcb_number(r13)
        mvc     job_partitions(4,r2),partitions
        mvc     job_volume(8,r2),volume_label
        l       r1,pcb_number(r13)
        la      r3,1
        nr      r1,r3
        l       r3,partition_length(services)
        a       r3,pcb_base(r13)                 # the next one of an odd partition, the one before of an even one
        ltr     r1,r1
        bnz     neighbour_known(services)
        s       r3,partition_length(services)
        s       r3,partition_length(services)
neighbour_known:
        st      r3,job_neighbour(r2)

        xc      pcb_general(64,r13),pcb_general(r13)
        l       r1,pcb_base(r13)
        cli     translation,2
        bne     address_known(services)
        l       r1,private_at(services)
address_known:
        st      r1,pcb_psw+4(r13)
        a       r1,parameters_offset(services)
        st      r1,pcb_general+4(r13)
        sr      r1,r1
        st      r1,pcb_psw(r13)
        mvc     pcb_psw(1,r13),partition_mask
        mvc     pcb_psw+1(1,r13),pcb_key+3(r13)
        oi      pcb_psw+1(r13),0x01
        oc      pcb_psw+1(1,r13),mode_bit
        mvi     pcb_state(r13),READY
        br      r8

        .balign 4
partition_length:
        .long   partition_size
job_image_at:
        .long   job_image
job_image_length:
        .long   job_image_end-job_image
private_at:
        .long   private_address
program_names_at:
        .long   program_names
mixed_program:
        .long   MIXED
parameters_offset:
        .long   parameters
three:  .long   3
word_length:
        .short  word_size
        .balign 4
# Instructions of a unit of work, with the loop around it: as counted on the machine.
program_costs:
        .long   COMPUTE_COST, COMMERCE_COST, FILES_COST
        .fill   programs-3,4,1000
