# layout.s: where everything is: registers, the common area below X'1000', partition control blocks, tables and partitions.
#
#     X'00200'  common area: what all parts of the monitor know, addressed without a base register
#     X'00600'  the line that is being made (report.s)
#     X'01000'  nucleus page, base r11: interruptions, dispatcher, supervisor calls
#     X'02000'  services page, base r12: printing, synchronous I/O, the volume, the end of jobs
#     X'03000'  starter page, base r10: cards and initialisation, and X'04000' its tables
#     X'05000'  the image of the job programs, copied into a partition when a job begins
#     X'08000'  partition control blocks, 256 bytes each; that of partition 0 is the idle one
#     X'09000'  output of the jobs, 4K for each partition
#     X'18000'  segment tables and page tables
#     X'19000'  the CCWs that have loaded the monitor; later the catalogue and the buffers of the monitor's own I/O
#     X'20000'  the partitions, 32K each
#
# In the monitor r10-r13 always have these contents, and r13 is the current partition's control block.

        .equ    starter,10
        .equ    services,12
        .equ    nucleus,11

        .equ    control_blocks,0x8000
        .equ    control_block_size,256
        .equ    outputs,0x9000
        .equ    segment_tables,0x18000
        .equ    segment_table_size,128
        .equ    page_tables,0x18800
        .equ    loader_ccws,0x19000
        .equ    catalogue,0x19000
        .equ    record_area,0x19800
        .equ    partition_area,0x20000
        .equ    partition_size,0x8000
        .equ    most_partitions,15
        .equ    storage_size,0x100000
        .equ    private_address,0x100000         # of a partition in an address space of its own

        .equ    line_size,96
        .equ    most_lines,42                    # of a partition's output

# ---- assigned storage that guest.s does not name ----

        .equ    io_code,0xBA                     # EC mode

        .equ    first_new_psw,0x58               # there are five
        .equ    reader_at_ipl,2                  # the device that the monitor was loaded from

# ---- devices ----

        .equ    printer,0x00E
        .equ    disk,0x150

# ---- partition control block ----

        .equ    pcb_psw,0
        .equ    pcb_general,8
        .equ    pcb_float,72
        .equ    pcb_segments,104                 # control register 1
        .equ    pcb_key,108                      # the key in bits 24-27
        .equ    pcb_number,112
        .equ    pcb_base,116                     # real address of the partition
        .equ    pcb_next,120                     # the ring of the partitions in use
        .equ    pcb_priority,124                 # 1 to 99; a higher number goes first. 0: idle
        .equ    pcb_state,128                    # byte
        .equ    READY,0
        .equ    AWAITS_IO,1
        .equ    AWAITS_DISK,2                    # its request is queued
        .equ    AWAITS_EVENT,3
        .equ    ENDED,4
        .equ    pcb_opened,129                   # byte: its data set is open
        .equ    pcb_command,130                  # byte: of the request, read or write
        .equ    pcb_record,131                   # byte
        .equ    pcb_buffer,132                   # real address
        .equ    pcb_abend,136                    # address of the reason for which it must end, or 0
        .equ    pcb_program,140                  # number of the program
        .equ    pcb_job,144                      # number of the job that runs
        .equ    pcb_lines,148                    # lines of output
        .equ    pcb_output,152                   # where they are
        .equ    pcb_ticks,156                    # of the interval timer until its own timer has run out; 0: none
        .equ    pcb_rung,160                     # byte: it has run out
        .equ    pcb_mail,161                     # byte: a message is there
        .equ    pcb_message,164
        .equ    pcb_first_program,168            # of its stream

# ---- parameters of a job, in the second page of its partition ----

        .equ    parameters,0x1000                # from the beginning of the partition
        .equ    job_program,0
        .equ    job_units,4                      # units of work
        .equ    job_cost,8                       # instructions of one
        .equ    job_work,12                      # instructions from one supervisor call to the next
        .equ    job_calls,16                     # the dials SVC and SIO
        .equ    job_transfers,20
        .equ    job_partition,24
        .equ    job_partitions,28
        .equ    job_neighbour,32                 # address of another partition
        .equ    job_volume,36                    # its label, 8 characters

# ---- supervisor calls ----

        .equ    END,0                            # of the job: r2 result, r3 records, r4 their sum, r5 errors
        .equ    TIME,1                           # time of day to the doubleword at r1
        .equ    WRITE,2                          # r0 characters at r1 as a line of the job's output
        .equ    OPEN,3                           # data set: name, password, volume, 8 characters each, at r1
        .equ    GET,4                            # record r0 of the data set into the 256 bytes at r1
        .equ    PUT,5                            # and back
        .equ    SET_TIMER,6                      # r0 ticks
        .equ    WAIT,7                           # for the timer (r15 0) or a message (r15 4, r1 the message)
        .equ    SEND,8                           # message r1 to partition r0
        .equ    calls,9

# ---- the common area ----

        .text
        .org    0
        .long   0,start                          # what initial program loading loads
        .org    interval_timer
        .long   0x7FFFFFFF
        .org    first_new_psw
        .long   0,external_interruption,0,supervisor_call,0,program_interruption
        .long   0x00020000,0x00DEA000+machine_check_old_psw,0,io_interruption
        .org    0x200
bases:  .long   starter_page, nucleus_page, services_page
current:
        .long   control_blocks                   # the control block of whoever runs: r10-r13 are loaded together
        .balign 8
run_psw:
        .long   0,0                              # of the partition that runs, or was interrupted
save_general:
        .fill   16,4,0                           # behind its PSW, as in a control block
interruption_save:
        .fill   16,4,0                           # registers at an I/O or external interruption

last:   .long   control_blocks+control_block_size  # the partition that ran last, for when nobody does
partitions_left:
        .long   0                                # whose streams have not ended

# Where the codes of interruptions are stored: in the old PSWs in BC mode.
external_code_at:
        .long   external_old_psw+2
call_code_at:
        .long   supervisor_call_old_psw+2
program_code_at:
        .long   program_old_psw+2
io_code_at:
        .long   io_old_psw+2

# Bytes of PSWs, by mode.
enabled_mask:
        .byte   0xFF                             # of the monitor
disabled_mask:
        .byte   0
partition_mask:
        .byte   0xFF                             # with DAT if it is on
mode_bit:
        .byte   0                                # X'08' in EC mode

# Flags, 1 or 0.
reschedule:
        .byte   0                                # the dispatcher must choose
rotate: .byte   0                                # beginning behind the partition that ran last
held:   .byte   0                                # nobody may take the place of the one that waits for I/O
timer_stopped:
        .byte   0
translation:
        .byte   0                                # DAT: 0 off, 1 one address space, 2 one for each
io_done:
        .byte   0
        .balign 4

# The dials, events per million instructions, in the order of the keyword table.
svc_dial:
        .long   1
sio_dial:
        .long   0
lpsw_dial:
        .long   -1                               # -1: as many as there must be
ssm_dial:
        .long   0
timer_dial:
        .long   0
switch_dial:
        .long   -1

# Other cards.
millions:
        .long   1
partitions:
        .long   1
jobs:   .long   1                                # of each partition
mode:   .long   0                                # 0 BC, 1 EC
dat:    .long   0
measure:
        .long   0
format: .long   1
job_card_partition:
        .long   0
job_card_program:
        .long   0
job_card_priority:
        .long   0
volume_label:
        ebcdic  "        "                       # blank: no volume is mounted
        .balign 4

# What is due at a supervisor call: `owed` goes up by the dial and down by `step`, negative while nothing is due.
ssm_owed:
        .long   0
ssm_step:
        .long   0                                # two at a time
lpsw_owed:
        .long   0
lpsw_more:
        .long   0                                # the dial, less those that end interruptions
switch_owed:
        .long   0
switch_forced:
        .long   0                                # when more is owed, a switch is made
switch_refused:
        .long   0                                # when less is owed, none that can wait is made

# The interval timer.
ticks_wanted:
        .long   0                                # the dial TIMER, once the streams have started
tick_rest:
        .long   0
idle_timer:
        .long   0
timers_set:
        .long   0                                # partitions that have set one
never:  .long   0x7FFFFFFF

# Counters.
svc_count:
        .long   0
sio_count:
        .long   0
more_lpsw_count:
        .long   0
ssm_count:
        .long   0
timer_count:
        .long   0
switch_count:
        .long   0
io_count:
        .long   0
program_count:
        .long   0

# The disk, and I/O of the monitor itself.
disk_owner:
        .long   0                                # control block of the partition whose request is being carried out
disk_queue:
        .long   0                                # how many wait
io_device:
        .long   0                                # of the monitor's own operation
io_status:
        .short  0
        .balign 4
work_for_calls:
        .long   0                                # instructions between two supervisor calls of a job
work_left:
        .long   0                                # instructions of a million that are the jobs'

        .org    0x600
        .long   0                                # report_length

# count COUNTER: adds one; changes r1.
        .macro  count counter
        l       r1,\counter
        la      r1,1(r1)
        st      r1,\counter
        .endm

# Common constants, behind what report.s uses.
        .org    0xE80
key_bits:
        .long   0xF0
block_mask:
        .long   0x00FFF800
offset_in_block:
        .long   0x7FF
storage_end:
        .long   storage_size
idle_block:
        .long   control_blocks
first_block:
        .long   control_blocks+control_block_size
card:   .fill   80,1,0x40
        .org    0x1000
