# channel.s: what guests that do I/O need: assigned storage of the channels, and channel command words.

        .equ    csw,0x40
        .equ    unit_status,0x44
        .equ    channel_status,0x45
        .equ    residual,0x46
        .equ    caw,0x48

# Flags of a CCW.
        .equ    CD,0x80
        .equ    CC,0x40
        .equ    SLI,0x20
        .equ    SKIP,0x10
        .equ    PCI,0x08
        .equ    IDA,0x04

# ccw COMMAND, ADDRESS, FLAGS, COUNT
        .macro  ccw command, address, flags, count
        .long   (\command<<24)+\address
        .byte   \flags,0
        .short  \count
        .endm
        .macro  tic target
        ccw     0x08,\target,0,0
        .endm
