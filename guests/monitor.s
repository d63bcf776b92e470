# monitor: a multiprogramming monitor with fixed partitions, and the jobs that run in them, for measuring.
#
# One to fifteen partitions, isolated by storage keys with fetch protection, run streams of jobs in problem state: COMPUTE,
# COMMERCE, FILES, or the three in turns. The monitor gives the CPU to the ready partition with the highest priority, in time
# slices by the interval timer, answers supervisor calls, and transfers records between partitions and their data sets on a
# disk, with I/O interruptions. Cards behind it in the card reader say how many events there shall be of each kind in a million
# instructions; monitor/README.md describes them.
#
# It is a deck: the first card is read by initial program loading and has two CCWs, which read the next cards. These have further
# CCWs, which read the other cards of CCWs and then the monitor, a card each, without an instruction being executed.
#
# layout.s says what is where. The pages' base registers: r11 nucleus, r12 services, r10 starter.

        .include "guest.s"
        .include "channel.s"
        .include "layout.s"
        .include "interruptions.s"
        .include "dispatcher.s"
        .include "calls.s"
        .include "disk.s"
        .include "services.s"
        .include "jobs.s"
        .include "volume.s"
        .include "start.s"
        .include "dials.s"
        .include "cards.s"
        .include "summary.s"
        .include "tables.s"
        .include "job.s"
        .include "job_compute.s"
        .include "job_commerce.s"
        .include "job_files.s"
        .include "job_trials.s"

        .equ    monitor_end,0x6000
        .equ    monitor_cards,(monitor_end+79)/80
        .org    monitor_end
        .org    80*monitor_cards

# ---- The cards in front of it ----

        .equ    ccws_of_card,10
        .equ    ccw_cards,(monitor_cards-1+ccws_of_card-2)/(ccws_of_card-1)

        .section .ipl,"a"
        .long   0,start
        ccw     0x02,loader_ccws,CC,80
        tic     loader_ccws
        .fill   80-24,1,0x40

        .section .loader,"a"
        .set    address,loader_ccws+80
        .rept   ccw_cards-1
        ccw     0x02,address,CC,80
        .set    address,address+80
        .endr
        .set    address,0
        .rept   monitor_cards-1
        ccw     0x02,address,CC,80
        .set    address,address+80
        .endr
        ccw     0x02,address,0,80
        .fill   ccw_cards*ccws_of_card-(ccw_cards-1)-monitor_cards,8,0
