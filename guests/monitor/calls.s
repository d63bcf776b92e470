# calls.s: the supervisor calls, in the nucleus page. Each is entered with r1 as its caller has it, and goes to `call_done`, to
# `call_exit` with r15 set, or to `abend`. An address is looked at before anything is stored: see `caller_address`.

# caller_address: r1, a virtual address, becomes a real one, whose block must have the caller's key; else the job is ended. What is
# there must not cross a boundary of 2K. Changes r2 and r3.
caller_address:
        la      r1,0(r1)
        cli     translation,0
        be      is_real(nucleus)
        lra     r1,0(r1)
        bnz     refuse_address(nucleus)
is_real:
        c       r1,storage_end
        bnl     refuse_address(nucleus)
        lr      r2,r1
        n       r2,block_mask
        isk     r3,r2
        n       r3,key_bits
        c       r3,pcb_key(r13)
        bcr     8,r14
refuse_address:
        l       r1,bad_address_at(nucleus)
        b       abend(services)

# aligned_address MULTIPLE: the same for what has a length, and so must have an address, of a power of two.
        .macro  aligned_address multiple
        la      r2,\multiple-1
        nr      r2,r1
        bnz     refuse_address(nucleus)
        bal     r14,caller_address(nucleus)
        .endm

call_end:
        b       end_of_job(services)

call_time:
        aligned_address 8
        stck    0(r1)
        b       call_done(nucleus)

# Write: both ends of the text are looked at.
call_write:
        l       r4,save_general
        ltr     r4,r4
        bnp     refuse_address(nucleus)
        la      r2,line_size
        cr      r4,r2
        bh      refuse_address(nucleus)
        lr      r5,r1
        ar      r1,r4
        bctr    r1,0
        bal     r14,caller_address(nucleus)
        lr      r1,r5
        bal     r14,caller_address(nucleus)
        la      r2,0(r1)
        lr      r0,r4
        bal     r14,add_output(services)
        b       call_done(nucleus)

# Open: name, password, volume at r1. The volume has been mounted under its label; the catalogue has the password.
call_open:
        aligned_address 32
        clc     16(8,r1),volume_label
        bne     wrong_volume(nucleus)
        cli     volume_label,0x40
        be      wrong_volume(nucleus)
        l       r2,catalogue_at(nucleus)
        la      r3,most_partitions
find_entry:
        clc     0(8,r1),0(r2)
        be      entry_found(nucleus)
        la      r2,16(r2)
        bct     r3,find_entry(nucleus)
        l       r1,no_data_set_at(nucleus)
        b       abend(services)
entry_found:
        clc     8(8,r1),8(r2)
        bne     wrong_password(nucleus)
        la      r4,most_partitions+1
        sr      r4,r3                            # the entry's number, which is the cylinder
        stc     r4,pcb_opened(r13)
        b       call_done(nucleus)
wrong_volume:
        l       r1,wrong_volume_at(nucleus)
        b       abend(services)
wrong_password:
        l       r1,wrong_password_at(nucleus)
        b       abend(services)

# Get and put: the request waits in the control block until the disk is free.
call_get:
        mvi     pcb_command(r13),read_data
        b       transfer(nucleus)
call_put:
        mvi     pcb_command(r13),write_data
transfer:
        aligned_address record_size
        l       r4,save_general
        la      r2,records
        cr      r4,r2
        bh      refuse_record(nucleus)
        ltr     r4,r4
        bnp     refuse_record(nucleus)
        cli     pcb_opened(r13),0
        be      refuse_record(nucleus)
        stc     r4,pcb_record(r13)
        st      r1,pcb_buffer(r13)
        xc      save_general+60(4),save_general+60
        bal     r14,await_io(nucleus)
        lr      r7,r13
        l       r1,disk_owner
        ltr     r1,r1
        bnz     busy(nucleus)
        bal     r14,start_disk(nucleus)
        b       call_exit(nucleus)
busy:   mvi     pcb_state(r13),AWAITS_DISK
        count   disk_queue
        b       call_exit(nucleus)
refuse_record:
        l       r1,no_record_at(nucleus)
        b       abend(services)

call_set_timer:
        l       r4,save_general
        l       r1,timer_dial
        ltr     r1,r1
        bz      no_timer(nucleus)
        ltr     r4,r4
        bnp     no_timer(nucleus)
        l       r1,pcb_ticks(r13)
        ltr     r1,r1
        bnz     timer_counted(nucleus)
        count   timers_set
timer_counted:
        st      r4,pcb_ticks(r13)
        mvi     pcb_rung(r13),0
        b       call_done(nucleus)
no_timer:
        l       r1,no_timer_at(nucleus)
        b       abend(services)

# Wait: if nothing has come yet, the call is repeated when something has: the caller's PSW is set back.
call_wait:
        cli     pcb_rung(r13),0
        bne     has_rung(nucleus)
        cli     pcb_mail(r13),0
        bne     has_mail(nucleus)
        l       r1,run_psw+4
        bctr    r1,0
        bctr    r1,0
        st      r1,run_psw+4
        l       r1,svc_count
        bctr    r1,0
        st      r1,svc_count                     # it will be counted then
        mvi     pcb_state(r13),AWAITS_EVENT
        mvi     reschedule,1
        b       dispatch(nucleus)
has_rung:
        mvi     pcb_rung(r13),0
        b       call_done(nucleus)
has_mail:
        mvi     pcb_mail(r13),0
        mvc     save_general+4(4),pcb_message(r13)
        la      r1,4
        st      r1,save_general+60
        b       call_exit(nucleus)

# Send: r15 is 4 if the other has not taken the last message yet.
call_send:
        l       r4,save_general
        ltr     r4,r4
        bnp     refuse_partition(nucleus)
        c       r4,partitions
        bh      refuse_partition(nucleus)
        lr      r7,r4
        sll     r7,8
        a       r7,idle_block
        cli     pcb_mail(r7),0
        bne     not_taken(nucleus)
        mvi     pcb_mail(r7),1
        st      r1,pcb_message(r7)
        bal     r14,wake(nucleus)
        b       call_done(nucleus)
not_taken:
        la      r1,4
        st      r1,save_general+60
        b       call_exit(nucleus)
refuse_partition:
        l       r1,no_partition_at(nucleus)
        b       abend(services)

        .balign 4
bad_address_at:
        .long   bad_address_reason
wrong_volume_at:
        .long   wrong_volume_reason
wrong_password_at:
        .long   wrong_password_reason
no_data_set_at:
        .long   no_data_set_reason
no_record_at:
        .long   no_record_reason
no_timer_at:
        .long   no_timer_reason
no_partition_at:
        .long   no_partition_reason
catalogue_at:
        .long   catalogue
