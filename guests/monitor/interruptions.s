# interruptions.s: how the monitor is entered and left. Begins the nucleus page.
#
# A supervisor call or program interruption comes from a partition. I/O and external interruptions come from a partition, from
# the idle wait (whose PSW has the problem-state bit for this purpose), or from the monitor where it has enabled itself: then
# they are worked off and the monitor goes on, behind the wait if it was in one. Each interruption ends with one LPSW.

nucleus_page:

# from_partition OLD-PSW: saves what was interrupted.
        .macro  from_partition old_psw
        stm     r0,r15,save_general
        lm      r10,r13,bases
        mvc     run_psw(8),\old_psw
        .endm

# from_anywhere, and leave OLD-PSW: the same for interruptions that can come at any time.
        .macro  from_anywhere
        stm     r0,r15,interruption_save
        lm      r10,r13,bases
        .endm
        .macro  leave old_psw
        tm      \old_psw+1,0x01
        bo      7f(nucleus)
        ni      \old_psw+1,0xFD                  # no longer waiting
        lm      r0,r15,interruption_save
        lpsw    \old_psw
7:      mvc     save_general(64),interruption_save
        mvc     run_psw(8),\old_psw
        b       dispatch(nucleus)
        .endm

# ---- supervisor call ----

supervisor_call:
        from_partition supervisor_call_old_psw
        count   svc_count
        l       r2,call_code_at
        lh      r2,0(r2)
        la      r1,calls
        cr      r2,r1
        bnl     unknown_call(nucleus)
        sll     r2,2
        l       r2,call_table(r2,nucleus)
        l       r1,save_general+4
        br      r2                               # r1 as the caller has it
unknown_call:
        l       r1,unknown_call_at(nucleus)
        b       abend(services)

# call_done: the caller goes on with r15 = 0.
call_done:
        xc      save_general+60(4),save_general+60
# call_exit: what the dials want at each supervisor call.
call_exit:
        l       r3,ssm_owed
        a       r3,ssm_dial
        bm      no_ssm(nucleus)
ssm_due:
        ssm     enabled_mask
        ssm     disabled_mask
        l       r1,ssm_count
        la      r1,2(r1)
        st      r1,ssm_count
        s       r3,ssm_step
        bnm     ssm_due(nucleus)
no_ssm: st      r3,ssm_owed

        l       r3,lpsw_owed
        a       r3,lpsw_more
        bm      no_lpsw(nucleus)
lpsw_due:
        lpsw    further_psw(nucleus)
further:
        count   more_lpsw_count
        s       r3,svc_dial
        bnm     lpsw_due(nucleus)
no_lpsw:
        st      r3,lpsw_owed

        l       r3,switch_owed
        a       r3,switch_dial
        st      r3,switch_owed
        c       r3,switch_forced
        bl      dispatch(nucleus)
        mvi     rotate,1
        mvi     reschedule,1
        b       dispatch(nucleus)

# ---- program interruption: the end of the job ----

program_interruption:
        tm      program_old_psw+1,0x01
        bz      own_error(nucleus)
        from_partition program_old_psw
        count   program_count
        l       r2,program_code_at
        lh      r2,0(r2)
        la      r1,17
        cr      r2,r1
        bh      own_error(nucleus)
        bctr    r2,0
        sll     r2,5                             # reasons have 32 characters each
        l       r1,program_reasons_at(nucleus)
        ar      r1,r2
        b       abend(services)
own_error:
        lpsw    own_error_psw(nucleus)

# ---- external interruption: a tick of the interval timer ----

external_interruption:
        from_anywhere
        l       r3,ticks_wanted
        ltr     r3,r3
        bz      external_done(nucleus)           # left over from before initial program loading
        count   timer_count

# The next tick comes 1,000,000 / TIMER instructions after this one. At 64 a microsecond, and 1/76800 s a unit of the timer, these are
# 1200 / TIMER units.
        l       r1,tick_rest
        a       r1,units_per_million(nucleus)
        sr      r0,r0
        dr      r0,r3
        st      r0,tick_rest
        la      r2,interval_timer
        cli     timer_stopped,0
        be      add_tick(nucleus)
        la      r2,idle_timer                    # it was pending when the timer was stopped
add_tick:
        a       r1,0(r2)
        bp      tick_set(nucleus)
        la      r1,1                             # it is late: as soon as possible
tick_set:
        st      r1,0(r2)

        l       r3,switch_owed
        c       r3,switch_refused
        bl      own_timers(nucleus)
        mvi     rotate,1
        mvi     reschedule,1

# The timers of partitions.
own_timers:
        l       r3,timers_set
        ltr     r3,r3
        bz      external_done(nucleus)
        l       r4,partitions
        l       r7,first_block
next_timer:
        l       r1,pcb_ticks(r7)
        ltr     r1,r1
        bz      timer_runs(nucleus)
        bct     r1,still_runs(nucleus)
        mvi     pcb_rung(r7),1
        bctr    r3,0
        st      r3,timers_set
        bal     r14,wake(nucleus)
        sr      r1,r1
still_runs:
        st      r1,pcb_ticks(r7)
timer_runs:
        la      r7,control_block_size(r7)
        bct     r4,next_timer(nucleus)
external_done:
        leave   external_old_psw

# wake: the partition r7 is ready if it waits for an event.
wake:   cli     pcb_state(r7),AWAITS_EVENT
        bner    r14
        mvi     pcb_state(r7),READY
        mvi     reschedule,1
        br      r14

# ---- I/O interruption ----

io_interruption:
        from_anywhere
        count   io_count
        l       r2,io_code_at
        lh      r2,0(r2)
        l       r7,disk_owner
        ltr     r7,r7
        bz      not_disk(nucleus)
        la      r1,disk
        cr      r1,r2
        be      disk_interruption(nucleus)
not_disk:
        c       r2,io_device
        bne     io_leave(nucleus)                # unsolicited
        oc      io_status(2),unit_status
        tm      unit_status,0x06                 # device end or unit check
        bnz     io_ends(nucleus)
        tm      channel_status,0x3F
        bz      io_leave(nucleus)
io_ends:
        mvi     io_done,1
io_leave:
        leave   io_old_psw

        .balign 8
further_psw:
        .long   0,further
own_error_psw:
        .long   0x00020000,0x00DEA000+program_old_psw
units_per_million:
        .long   1200
unknown_call_at:
        .long   unknown_call_reason
program_reasons_at:
        .long   program_reasons
call_table:
        .long   call_end, call_time, call_write, call_open, call_get, call_put, call_set_timer, call_wait, call_send
