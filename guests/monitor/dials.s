# dials.s: what the cards ask for together, in the starter page: whether it can be, and how much work that leaves to the jobs.
#
# Each event has a cost in instructions, the monitor's and the job's, as counted on the machine. What the events of a million
# instructions do not take is work; a job makes a supervisor call whenever it has done its share.

check_dials:
        st      r14,check_return(starter)
        l       r1,dat
        ltr     r1,r1
        bz      dat_good(starter)
        l       r1,mode
        ltr     r1,r1
        bnz     dat_good(starter)
        put     "RUN DAT: FOUND MODE=BC, EXPECTED MODE=EC"
        b       dials_bad(starter)
dat_good:
        l       r3,sio_dial
        ltr     r3,r3
        bz      sio_good(starter)
        c       r3,svc_dial
        bh      sio_bad(starter)
        cli     volume_label,0x40
        bne     sio_good(starter)
        put     "DIAL SIO: FOUND NO VOLUME, EXPECTED A CARD VOLUME LABEL="
        b       dials_bad(starter)
sio_bad:
        put     "DIAL SIO: FOUND "
more_than_calls:
        put_number r3
        put     ", EXPECTED NO MORE THAN SVC="
        l       r3,svc_dial
        put_number r3
        b       dials_bad(starter)
sio_good:

# LPSW: one for each interruption; SWITCH: one for each wait for I/O and each tick, if there is anybody else.
        l       r2,sio_dial
        a       r2,timer_dial
        l       r1,partitions
        bct     r1,others(starter)
        xc      switch_dial(4),switch_dial
others: l       r3,switch_dial
        ltr     r3,r3
        bnm     switch_given(starter)
        st      r2,switch_dial
        b       switch_known(starter)
switch_given:
        c       r3,svc_dial
        bnh     switch_known(starter)
        put     "DIAL SWITCH: FOUND "
        b       more_than_calls(starter)
switch_known:
        a       r2,svc_dial
        l       r3,lpsw_dial
        ltr     r3,r3
        bm      lpsw_known(starter)
        cr      r3,r2
        bl      lpsw_bad(starter)
        sr      r3,r2
        st      r3,lpsw_more
        b       lpsw_known(starter)
lpsw_bad:
        put     "DIAL LPSW: FOUND "
        put_number r3
        put     ", EXPECTED SVC + SIO + TIMER="
        put_number r2
        put     " OR MORE"
        b       dials_bad(starter)
lpsw_known:

# What is owed, from the beginning on.
        l       r1,svc_dial
        lcr     r2,r1
        st      r2,lpsw_owed
        sll     r1,1
        st      r1,ssm_step
        sll     r2,1
        st      r2,ssm_owed
        sll     r1,1
        st      r1,switch_forced
        lcr     r1,r1
        st      r1,switch_refused

# Work.
        l       r4,million(starter)
        la      r5,event_costs(starter)
        la      r6,6
next_event:
        lm      r1,r3,0(r5)                      # where the dial is, its cost, and more for each partition
        m       r2,partitions
        a       r3,4(r5)
        m       r2,0(r1)
        sr      r4,r3
        la      r5,12(r5)
        bct     r6,next_event(starter)
        c       r4,least_work(starter)
        bl      no_work(starter)
        st      r4,work_left
        sr      r2,r2
        lr      r3,r4
        d       r2,svc_dial
        st      r3,work_for_calls
        l       r14,check_return(starter)
        br      r14
no_work:
        put     "DIALS: FOUND "
        put_number r4
        put     " INSTRUCTIONS OF A MILLION FOR WORK, EXPECTED 50000 OR MORE"
dials_bad:
        bal     r9,print_line(services)
        stop    0x201

        .balign 4
check_return:
        .long   0
million:
        .long   1000000
least_work:
        .long   50000
event_costs:
        .long   svc_dial,70,0, sio_dial,155,8, lpsw_more,6,0, ssm_dial,4,0, timer_dial,60,6, switch_dial,45,7
