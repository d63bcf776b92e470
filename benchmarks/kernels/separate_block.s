# separate_block.s: the loop of shared_block.s with its data in the 2K block behind that of its code, to be compared with it.

        .equ    data_distance,0x800
        .include "shared_block.s"
