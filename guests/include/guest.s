# guest.s: what every guest begins with: names of registers and assigned storage, the low core, and the two ways to end.
#
# A guest is a raw image that is loaded at real 0 and started with the restart new PSW. It says `guest` first, which lays out
#
#     X'000'-X'1FF'   assigned storage (GA22-7000, "Assigned Storage Locations") with the new PSWs
#     X'200'-X'20F'   the constants program_base and success_psw
#     X'600'-X'DFF'   the report: a length word and the text (report.s)
#     X'E00'-X'E7F'   work storage of the routines in report.s
#     X'E80'-X'FFF'   free for the guest's own use
#     X'1000'         the program, one page, base register r12
#
# Displacements. The linker puts the low 12 bits of an address into a displacement. So `l r3,limit(r12)` addresses `limit`, as USING
# would in IBM's assembler, if r12 holds the address of the 4K page that `limit` is in; and what is below X'1000' needs no base register.
# Each guest therefore lists its base registers and the pages that they cover, and says `program_end` where its program page ends.

        .machine g5                              # the oldest that GNU as knows; guests use S/370 instructions only

# ---- registers ----

        .irp    n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        .equ    r\n,\n                           # general register
        .equ    c\n,\n                           # control register
        .endr
        .irp    n,0,2,4,6
        .equ    f\n,\n                           # floating-point register
        .endr

# ---- assigned storage ----

        .equ    external_old_psw,0x18
        .equ    supervisor_call_old_psw,0x20
        .equ    program_old_psw,0x28
        .equ    machine_check_old_psw,0x30
        .equ    io_old_psw,0x38
        .equ    interval_timer,0x50
        .equ    external_code,0x86               # EC mode; in BC mode it is in the old PSW
        .equ    supervisor_call_code,0x8A        # EC mode
        .equ    program_code,0x8E                # EC mode
        .equ    translation_address,0x90         # of a segment or page exception, in bits 8-31

# new_psw HANDLER, CLASS, FLAGS: a new PSW that enters HANDLER, or without one the disabled wait X'DEAnnn', where nnn is CLASS, the
# location of the old PSW to look at. FLAGS is the first word: X'00000000' BC mode, X'00080000' EC mode with DAT off, both disabled.
        .macro  new_psw handler, class, flags
        .ifb    \handler
        .long   0x00020000,0x00DEA000+\class
        .else
        .long   \flags,\handler
        .endif
        .endm

# guest [EXTERNAL=] [SUPERVISOR_CALL=] [PROGRAM=] [FLAGS=]: the low core, with the handlers that the guest wants.
        .macro  guest external, supervisor_call, program, flags=0
        .text
        .org    0
        .long   0,program                        # restart new PSW: BC mode, disabled, key 0
        .org    0x58
        new_psw "\external", external_old_psw, \flags
        new_psw "\supervisor_call", supervisor_call_old_psw, \flags
        new_psw "\program", program_old_psw, \flags
        new_psw , machine_check_old_psw, \flags
        new_psw , io_old_psw, \flags
        .org    0x200
program_base:
        .long   program
        .balign 8
success_psw:
        .long   0x00020000,0x00000000
        .org    0x600
        .long   0                                # report_length
        .org    0x1000
        .endm

# program_end: fills up the program page. When the program is longer than its base register reaches, GNU as says "attempt to move
# .org backwards" here.
        .macro  program_end
        .org    program+0x1000
        .endm

# ---- endings ----

# succeed: the disabled wait of success.
        .macro  succeed
        lpsw    success_psw
        .endm

# fail NNN: the disabled wait with instruction address X'DEAnnn'. Guests number their own failures from X'100'.
        .macro  fail number
        lpsw    9f(r12)
        .balign 8
9:      .long   0x00020000,0x00DEA000+\number
        .endm

        .include "data.s"
        .include "privileged.s"
        .include "report.s"
