# user.s: what stands around a kernel to make a program of it that runs under Linux for s390x, hence on qemu-s390x, in 64-bit mode. It is
# assembled together with one kernel, as wrap.s is. N: repetitions, for the kernel. The exit status is 0.

        .include "guest.s"

        .equ    exit,1                           # the system call
        .text
        .globl  _start
_start:
        balr    r11,0
1:      l       r12,kernel_address-1b(r11)
        l       r13,data_address-1b(r11)
        balr    r14,r12
        sr      r2,r2
        svc     exit
        .balign 4
kernel_address:
        .long   kernel
data_address:
        .long   data
        .comm   data,0x400000,4096

        .org    0x800
kernel:
