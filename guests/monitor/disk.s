# disk.s: requests of partitions to the disk, in the nucleus page. One is carried out at a time; the others wait in their
# control blocks.
#
# Partition n's data set is cylinder n: 16 records of 256 bytes, each the only one of a track, so that the search for it is
# short. The channel program reads or writes the partition's own storage under the partition's key, so that the channel checks
# the protection once more.

        .equ    read_data,0x06
        .equ    write_data,0x05
        .equ    record_size,256
        .equ    records,16

# start_disk: carries out the request of the partition r7. Changes r0-r2.
start_disk:
        st      r7,disk_owner
        mvi     pcb_state(r7),AWAITS_IO
        mvc     disk_seek+3(1,nucleus),pcb_opened(r7)
        mvc     disk_seek+5(1,nucleus),pcb_record(r7)
        mvc     disk_id(4,nucleus),disk_seek+2(nucleus)
        mvc     disk_move+1(3,nucleus),pcb_buffer+1(r7)
        mvc     disk_move(1,nucleus),pcb_command(r7)
        la      r1,disk_program(nucleus)
        st      r1,caw
        l       r1,pcb_key(r7)
        stc     r1,caw
        count   sio_count
        la      r2,disk
again:  sio     0(r2)
        bcr     8,r14
        bc      2,again(nucleus)                 # a channel or device that is about to interrupt
        bc      1,disk_gone(nucleus)
        tm      unit_status,0x10
        bo      again(nucleus)                   # it had something else to say
        b       disk_ended(nucleus)              # refused at once
disk_gone:
        oi      unit_status,0x02
        b       disk_ended(nucleus)

disk_interruption:
        tm      unit_status,0x06
        bnz     complete(nucleus)
        tm      channel_status,0x3F
        bz      io_leave(nucleus)                # channel end only, or attention
complete:
        la      r14,io_leave(nucleus)

# disk_ended: the request of r7 is done, with the status in the CSW; the next one is started. Returns to r14.
disk_ended:
        cli     unit_status,0x0C
        bne     disk_error(nucleus)
        tm      channel_status,0xFF
        bnz     disk_error(nucleus)
disk_free:
        mvi     pcb_state(r7),READY
        xc      disk_owner(4),disk_owner
        c       r7,last
        bne     others_io(nucleus)
        mvi     held,0
others_io:
        clc     pcb_priority(4,r7),pcb_priority(r13)
        bnh     next_request(nucleus)
        mvi     reschedule,1
next_request:
        l       r1,disk_queue
        ltr     r1,r1
        bcr     8,r14
        bctr    r1,0
        st      r1,disk_queue
look_for_request:
        l       r7,pcb_next(r7)
        cli     pcb_state(r7),AWAITS_DISK
        be      start_disk(nucleus)
        b       look_for_request(nucleus)
disk_error:
        l       r1,disk_error_at(nucleus)
        st      r1,pcb_abend(r7)
        b       disk_free(nucleus)
disk_error_at:
        .long   disk_error_reason

        .balign 64                               # all in one block of 2K
disk_program:
        ccw     0x07,disk_seek,CC,6
disk_search:
        ccw     0x31,disk_id,CC,5
        tic     disk_search
disk_move:
        ccw     read_data,0,0,record_size
disk_seek:
        .short  0,0,0
disk_id:
        .short  0,0
        .byte   1
        .balign 2
