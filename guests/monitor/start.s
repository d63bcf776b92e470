# start.s: begins the starter page: the machine is made ready, cards are read and looked at, and the streams start. `finish` is
# their end.

        .org    0x3000
starter_page:

start:
        lm      r10,r13,bases
        ssm     disabled_mask
        lh      r1,reader_at_ipl
        st      r1,reader(starter)
        lctl    c0,c2,first_controls(starter)

# Zeros from the control blocks to the partitions, key 0 with fetch protection for all blocks.
        l       r2,idle_block
        l       r3,cleared(starter)
        sr      r4,r4
        sr      r5,r5
        mvcl    r2,r4
        la      r1,0x08
        l       r2,storage_end
next_block:
        s       r2,block_length(starter)
        ssk     r1,r2
        ltr     r2,r2
        bnz     next_block(starter)

# The block of the disk's channel program is not fetch-protected: the channel fetches it with a partition's key.
        sr      r1,r1
        la      r2,disk_program(nucleus)
        n       r2,block_mask
        ssk     r1,r2

        bal     r14,make_partitions(starter)
        bal     r14,read_cards(starter)
        bal     r14,check_dials(starter)
        l       r1,mode
        ltr     r1,r1
        bz      mode_set(starter)
        bal     r14,extended_control(starter)
mode_set:
        bal     r14,make_tables(starter)
        cli     volume_label,0x40
        be      no_volume(starter)
        bal     r14,mount(services)
no_volume:

# The streams.
        l       r13,first_block
        st      r13,last
        l       r7,partitions
        st      r7,partitions_left
        st      r7,streams(starter)
next_stream:
        bal     r14,load_job(services)
        la      r1,control_block_size(r13)
        st      r1,pcb_next(r13)
        l       r7,streams(starter)
        bct     r7,more_streams(starter)
        l       r1,first_block
        st      r1,pcb_next(r13)                 # the ring is closed
        l       r13,current
        mvc     pcb_psw(1,r13),enabled_mask      # the idle partition
        mvi     pcb_psw+1(r13),0x03
        oc      pcb_psw+1(1,r13),mode_bit
        mvc     run_psw(8),pcb_psw(r13)
        l       r1,last
        cli     translation,0
        be      no_translation(starter)
        lctl    c1,c1,pcb_segments(r1)
no_translation:
        l       r1,timer_dial
        ltr     r1,r1
        bz      no_ticks_wanted(starter)
        st      r1,ticks_wanted
        lr      r3,r1
        l       r1,units_per_million(nucleus)
        sr      r0,r0
        dr      r0,r3
        st      r0,tick_rest
        st      r1,interval_timer
no_ticks_wanted:
        xc      io_count(4),io_count             # of the streams
        mvi     reschedule,1
        b       dispatch(nucleus)
more_streams:
        st      r7,streams(starter)
        l       r13,pcb_next(r13)
        b       next_stream(starter)

# make_partitions: the control blocks, and each partition's key.
make_partitions:
        l       r7,first_block
        la      r2,1
        l       r3,first_partition(starter)
        l       r5,first_output(starter)
next_partition:
        st      r2,pcb_number(r7)
        lr      r1,r2
        sll     r1,4
        st      r1,pcb_key(r7)
        st      r3,pcb_base(r7)
        st      r5,pcb_output(r7)
        la      r6,1
        st      r6,pcb_job(r7)
        la      r6,10
        st      r6,pcb_priority(r7)
        mvi     pcb_state(r7),ENDED
        la      r1,0x08(r1)
        lr      r4,r3
        a       r3,partition_length(services)
key_of_block:
        ssk     r1,r4
        a       r4,block_length(starter)
        cr      r4,r3
        bl      key_of_block(starter)
        a       r5,output_length(starter)
        la      r7,control_block_size(r7)
        la      r2,1(r2)
        la      r1,most_partitions
        cr      r2,r1
        bnh     next_partition(starter)
        br      r14

# extended_control: everything that depends on the mode.
extended_control:
        mvi     mode_bit,0x08
        mvi     enabled_mask,0x03
        mvi     partition_mask,0x03
        la      r1,external_code
        st      r1,external_code_at
        la      r1,supervisor_call_code
        st      r1,call_code_at
        la      r1,program_code
        st      r1,program_code_at
        la      r1,io_code
        st      r1,io_code_at
        la      r1,first_new_psw
        la      r2,5
next_new_psw:
        oi      1(r1),0x08
        la      r1,8(r1)
        bct     r2,next_new_psw(starter)
        mvi     await_psw(services),0x03
        oi      await_psw+1(services),0x08
        oi      further_psw+1(nucleus),0x08
        br      r14

# make_tables: page tables that give each address itself; for a partition's own address space, a segment at 1M with its storage
# as well.
make_tables:
        mvc     translation(1),dat+3
        l       r1,dat
        ltr     r1,r1
        bcr     8,r14
        oi      partition_mask,0x04
        l       r2,page_tables_at(starter)
        sr      r3,r3
        la      r4,256
next_page:
        sth     r3,0(r2)
        la      r2,2(r2)
        la      r3,0x10(r3)
        bct     r4,next_page(starter)
        l       r7,first_block
        la      r8,most_partitions
        l       r5,segment_tables_at(starter)    # r2: the page table of the partition
space_of_partition:
        lr      r1,r5
        a       r1,table_length(starter)
        st      r1,pcb_segments(r7)
        l       r3,page_tables_at(starter)
        o       r3,full_table(starter)
        lr      r1,r5
        la      r4,16
next_segment:
        st      r3,0(r1)
        la      r1,4(r1)
        a       r3,page_table_length(starter)
        bct     r4,next_segment(starter)
        lr      r3,r2
        o       r3,full_table(starter)
        st      r3,0(r1)
        la      r4,15
no_segment:
        la      r1,4(r1)
        mvi     3(r1),1                          # invalid
        bct     r4,no_segment(starter)
        l       r3,pcb_base(r7)
        srl     r3,8
        la      r4,16
        la      r6,partition_size/4096
next_own_page:
        sth     r3,0(r2)
        la      r3,0x10(r3)
        bct     r6,own_page(starter)
        l       r3,invalid_page(starter)
        la      r6,16
own_page:
        la      r2,2(r2)
        bct     r4,next_own_page(starter)
        la      r5,segment_table_size(r5)
        la      r7,control_block_size(r7)
        bct     r8,space_of_partition(starter)
        br      r14

        .balign 8
first_controls:
        .long   0x00800080,0,-1                  # 4K pages, 64K segments, interval timer; all channels
block_length:
        .long   2048
cleared:
        .long   loader_ccws-control_blocks
streams:
        .long   0
first_partition:
        .long   partition_area
first_output:
        .long   outputs
output_length:
        .long   4096
segment_tables_at:
        .long   segment_tables
page_tables_at:
        .long   page_tables
table_length:
        .long   0x01000000                       # of control register 1: 32 entries
full_table:
        .long   0xF0000000                       # 16 pages
page_table_length:
        .long   32
invalid_page:
        .long   0x0008
