# privileged.s: the privileged S/370 instructions that GNU as does not know, because ESA/390 has dropped them.

        .macro  ssk  first, second               # SET STORAGE KEY of the 2K block at (second) from bits 24-30 of first
        .insn   rr,0x0800,\first,\second
        .endm

        .macro  isk  first, second               # INSERT STORAGE KEY
        .insn   rr,0x0900,\first,\second
        .endm

        .macro  rrb  block                       # RESET REFERENCE BIT
        .insn   s,0xB2130000,\block
        .endm

        .macro  stidc channel                    # STORE CHANNEL ID
        .insn   s,0xB2030000,\channel
        .endm

        .macro  sio  device                      # START I/O
        .insn   s,0x9C000000,\device
        .endm

        .macro  siof device                      # START I/O FAST RELEASE
        .insn   s,0x9C010000,\device
        .endm

        .macro  tio  device                      # TEST I/O
        .insn   s,0x9D000000,\device
        .endm

        .macro  clrio device                     # CLEAR I/O
        .insn   s,0x9D010000,\device
        .endm

        .macro  hio  device                      # HALT I/O
        .insn   s,0x9E000000,\device
        .endm

        .macro  hdv  device                      # HALT DEVICE
        .insn   s,0x9E010000,\device
        .endm

        .macro  tch  channel                     # TEST CHANNEL
        .insn   s,0x9F000000,\channel
        .endm
