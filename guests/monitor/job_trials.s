# job_trials.s: programs that try what they may not do, and programs that talk and sleep. One that tries ends with an error if
# it is let.

store_trial:
        l       r1,job_neighbour(r13)
        st      r1,0(r1)
        b       was_let(r12)

fetch_trial:
        l       r1,job_neighbour(r13)
        l       r2,0(r1)
        b       was_let(r12)

time_trial:
        l       r1,job_neighbour(r13)
        svc     TIME
        b       was_let(r12)

password_trial:
        mvc     open_password(8,r13),guess(r12)
        la      r1,open_name(r13)
        svc     OPEN
        b       was_let(r12)

volume_trial:
        mvc     open_volume(8,r13),other_volume_name(r12)
        la      r1,open_name(r13)
        svc     OPEN

was_let:
        bal     r14,job_error(r12)
        sr      r2,r2
        b       job_ends(r12)

# TALK: a number goes around all partitions, and each adds one. The result is what a partition has received.
talk:   l       r4,job_partition(r13)
        lr      r0,r4
        la      r5,1(r4)                         # the next partition
        c       r5,job_partitions(r13)
        bnh     next_known(r12)
        la      r5,1
next_known:
        bct     r0,receive(r12)
        bal     r14,send_on(r12)                 # the first partition begins, with 0
receive:
        svc     WAIT
        lr      r2,r1
        bct     r4,pass_on(r12)
        b       job_ends(r12)
pass_on:
        la      r1,1(r1)
        bal     r14,send_message(r12)
        b       job_ends(r12)
send_on:
        sr      r1,r1
send_message:
        lr      r0,r5
        svc     SEND
        ltr     r15,r15
        bcr     8,r14
        b       send_message(r12)

# SLEEP: the timer runs for three ticks, in which the time of day must go on. The result is 0: it was the timer that ended the wait.
sleep:  la      r1,last_clock(r13)
        svc     TIME
        la      r0,3
        svc     SET_TIMER
        svc     WAIT
        lr      r2,r15
        la      r1,clock(r13)
        svc     TIME
        clc     clock(8,r13),last_clock(r13)
        bh      job_ends(r12)
        bal     r14,job_error(r12)
        b       job_ends(r12)

guess:  ebcdic  "GUESS", 8
other_volume_name:
        ebcdic  "OTHER1", 8
        .balign 8
job_image_end:
