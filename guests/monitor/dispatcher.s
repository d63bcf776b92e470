# dispatcher.s: who runs next, in the nucleus page.
#
# It is the ready partition with the highest priority; among equals the one that ran last goes on, or, if `rotate` says so, the
# next one in the ring begins. The registers and the PSW of whoever runs are in `save_general` and `run_psw` while the monitor
# runs; they move to and from the control block when the CPU is given to another. Floating-point registers and control register
# 1 stay while nobody else but the idle partition has run.

dispatch:
        cli     reschedule,0
        bne     choose(nucleus)
resume: lm      r0,r15,save_general
        lpsw    run_psw

choose: mvi     reschedule,0
        l       r2,idle_block
        cli     held,0
        bne     chosen(nucleus)
        l       r1,last
        cli     rotate,0
        be      look(nucleus)
        mvi     rotate,0
        l       r1,pcb_next(r1)
look:   l       r5,partitions
next_candidate:
        cli     pcb_state(r1),READY
        bne     not_this(nucleus)
        clc     pcb_priority(4,r1),pcb_priority(r2)
        bnh     not_this(nucleus)
        lr      r2,r1
not_this:
        l       r1,pcb_next(r1)
        bct     r5,next_candidate(nucleus)

chosen: cr      r2,r13
        be      same(nucleus)
        mvc     pcb_psw(72,r13),run_psw
        c       r2,idle_block
        be      becomes_idle(nucleus)
        cli     timer_stopped,0
        be      timer_on(nucleus)
        mvc     interval_timer(4),idle_timer
        mvi     timer_stopped,0
timer_on:
        c       r2,last
        bne     switch(nucleus)
moved:  lr      r13,r2
        st      r13,current
        mvc     run_psw(72),pcb_psw(r13)
same:   l       r1,pcb_abend(r13)
        ltr     r1,r1
        bz      resume(nucleus)
        b       abend(services)

# Another partition than the last one.
switch: l       r3,last
        std     f0,pcb_float(r3)
        std     f2,pcb_float+8(r3)
        std     f4,pcb_float+16(r3)
        std     f6,pcb_float+24(r3)
        ld      f0,pcb_float(r2)
        ld      f2,pcb_float+8(r2)
        ld      f4,pcb_float+16(r2)
        ld      f6,pcb_float+24(r2)
        st      r2,last
        l       r3,switch_owed
        s       r3,svc_dial
        st      r3,switch_owed
        count   switch_count
        cli     translation,2
        bne     moved(nucleus)
        lctl    c1,c1,pcb_segments(r2)
        b       moved(nucleus)

# Nobody is ready. The timer counts the time in which a partition runs, unless one waits for its own timer.
becomes_idle:
        l       r1,timers_set
        ltr     r1,r1
        bnz     moved(nucleus)
        mvc     idle_timer(4),interval_timer
        mvc     interval_timer(4),never
        mvi     timer_stopped,1
        b       moved(nucleus)

# await_io: the current partition waits for I/O. If more switches have been made than the dial wants, nobody else runs meanwhile.
await_io:
        mvi     reschedule,1
        l       r1,switch_owed
        c       r1,switch_refused
        bnlr    r14
        mvi     held,1
        br      r14
