# services.s: begins the services page: lines, the monitor's own I/O, and the way to stop.

        .org    0x2000
services_page:

# stop NUMBER: the disabled wait X'DEAnnn'.
        .macro  stop number
        la      r1,\number
        b       stop_with(services)
        .endm
        .balign 4
stop_with:
        o       r1,stop_psw+4(services)
        st      r1,stop_psw+4(services)
        lpsw    stop_psw(services)

# do_io: the channel program at r1 on the device r0, to its end; io_status has unit and channel status. Changes r0-r2.
do_io:
        st      r1,caw
        lr      r2,r0
        st      r2,io_device
        xc      io_status(2),io_status
        mvi     io_done,0
start_io:
        sio     0(r2)
        bc      8,await_end(services)
        bc      2,start_io(services)
        bc      1,no_device(services)
        tm      unit_status,0x10
        bo      start_io(services)
        mvc     io_status(2),unit_status
        b       io_is_done(services)
no_device:
        stop    0x203
await_end:
        ssm     disabled_mask
        cli     io_done,0
        bne     io_is_done(services)
        lpsw    await_psw(services)              # goes on at await_end
io_is_done:
        xc      io_device(4),io_device
        br      r14

# print_line: prints the line that has been put together. Changes r0-r2, r14; returns to r9.
print_line:
        l       r1,report_length
        ltr     r1,r1
        bnz     print_some(services)
        la      r1,1
        mvi     report_text,0x40
print_some:
        sth     r1,print_ccw+6(services)
        xc      report_length(4),report_length
        la      r0,printer
        la      r1,print_ccw(services)
        bal     r14,do_io(services)
        cli     io_status,0x0C
        ber     r9
        stop    0x205

# add_output: r0 characters at r2 as a line of the output of r13; if there is no room, the job is ended. Changes r1-r3.
add_output:
        l       r1,pcb_lines(r13)
        la      r3,most_lines-most_jobs
        cr      r1,r3
        bnl     no_room(services)
add_line:
        l       r1,pcb_lines(r13)
        lr      r3,r1
        la      r1,1(r1)
        st      r1,pcb_lines(r13)
        mh      r3,line_length(services)
        a       r3,pcb_output(r13)
        mvi     0(r3),0x40
        mvc     1(line_size-1,r3),0(r3)
        lr      r1,r0
        bctr    r1,0
        ex      r1,move_line(services)
        br      r14
move_line:
        mvc     0(1,r3),0(r2)
no_room:
        l       r1,no_room_at(services)
        b       abend(services)

# output_line: the line that has been put together as a line of the output of r13. Changes r0-r3; returns to r9.
output_line:
        l       r0,report_length
        xc      report_length(4),report_length
        l       r2,report_text_at(services)
        bal     r14,add_line(services)
        br      r9

        report_routines

        .balign 8
stop_psw:
        .long   0x00020000,0x00DEA000
await_psw:
        .long   0xFF020000,await_end             # made EC by the starter if need be
print_ccw:
        ccw     0x09,report_text,SLI,80
report_text_at:
        .long   report_text
no_room_at:
        .long   no_room_reason
line_length:
        .short  line_size
