# volume.s: the volume's label, its catalogue, and the formatting of its data sets, in the services page.
#
# The label is the third record of cylinder 0, track 0: VOL1 and the serial number. The catalogue is the only record of cylinder
# 1, track 0: 15 entries of 16 bytes, a data set's name and its password. Record m of data set n is the only one of cylinder n,
# track m; the data sets of the partitions in use are formatted.

# mount: reads the label and compares it with that of the card VOLUME, then makes or reads the catalogue. Changes r0-r9.
mount:
        lr      r8,r14
        la      r1,label_program(services)
        bal     r14,volume_io(services)
        l       r3,record_area_at(services)
        clc     0(4,r3),vol1(services)
        bne     not_labelled(services)
        clc     4(6,r3),volume_label
        bne     other_volume(services)
        clc     format(4),zero(services)
        be      read_catalogue(services)

# Format: the catalogue from the image, then the tracks.
        l       r3,record_area_at(services)
        l       r1,first_catalogue_at(services)
        mvc     8(record_size,r3),0(r1)
        l       r4,catalogue_area_at(services)
        mvc     0(record_size,r4),0(r1)
        la      r4,1                             # cylinder
        sr      r6,r6                            # track
        bal     r7,format_track(services)
next_data_set:
        la      r6,1
next_record:
        xc      8(record_size,r3),8(r3)
        st      r4,8+4(r3)                       # partition
        st      r6,8+252(r3)                     # record
        bal     r7,format_track(services)
        la      r6,1(r6)
        la      r1,records
        cr      r6,r1
        bnh     next_record(services)
        la      r4,1(r4)
        c       r4,partitions
        bnh     next_data_set(services)
        br      r8

read_catalogue:
        la      r1,catalogue_program(services)
        bal     r14,volume_io(services)
        br      r8

not_labelled:
        put     "VOLUME 150: FOUND NO LABEL, EXPECTED "
        b       say_expected(services)
other_volume:
        put     "VOLUME 150: FOUND LABEL "
        put_storage 4(r3),6
        put     ", EXPECTED "
say_expected:
        put_storage volume_label,6
        bal     r9,print_line(services)
        stop    0x202

# volume_io: the channel program r1 on the disk must succeed.
volume_io:
        lr      r9,r14
        la      r0,disk
        bal     r14,do_io(services)
        clc     io_status(2),good_status(services)
        ber     r9
        put     "VOLUME 150: FOUND STATUS "
        lh      r4,io_status
        put_hexadecimal r4
        put     ", EXPECTED 0C00"
        bal     r9,print_line(services)
        stop    0x204

# format_track: record 1 of cylinder r4, track r6, from the record area, r3, behind room for its count. Returns to r7.
format_track:
        stc     r4,track_seek+3(services)
        stc     r6,track_seek+5(services)
        mvc     track_id(4,services),track_seek+2(services)
        mvc     0(4,r3),track_id(services)
        mvc     4(4,r3),record_1(services)
        la      r1,format_program(services)
        bal     r14,volume_io(services)
        br      r7

        .balign 8
label_program:
        ccw     0x07,label_seek,CC,6
        ccw     0x31,label_id,CC,5
        tic     label_program+8
        ccw     read_data,record_area,SLI,80
catalogue_program:
        ccw     0x07,catalogue_seek,CC,6
        ccw     0x31,catalogue_id,CC,5
        tic     catalogue_program+8
        ccw     read_data,catalogue,SLI,record_size
format_program:
        ccw     0x07,track_seek,CC,6
        ccw     0x1F,file_mask,CC,1
        ccw     0x31,track_id,CC,5
        tic     format_program+16
        ccw     0x1D,record_area,0,8+record_size
label_seek:
        .short  0,0,0
label_id:
        .byte   0,0,0,0,3
        .balign 2
catalogue_seek:
        .short  0,1,0
catalogue_id:
        .byte   0,1,0,0,1
        .balign 2
track_seek:
        .short  0,0,0
track_id:
        .byte   0,0,0,0,0
file_mask:
        .byte   0xC0
        .balign 4
record_1:
        .byte   1,0                              # number, length of the key, length of the data
        .short  record_size
good_status:
        .byte   0x0C,0
        .balign 4
zero:   .long   0
record_area_at:
        .long   record_area
first_catalogue_at:
        .long   first_catalogue
catalogue_area_at:
        .long   catalogue
vol1:   ebcdic  "VOL1"
        .balign 2
