# primes: the sieve of Eratosthenes up to 16,000,000, the guest that shows how fast the machine is.
#
# How. Odd numbers only: the byte at index i stands for 2i+1 and becomes 1 when that number is found to be composite. Each prime p from
# 3 on strikes out its odd multiples, which begin at p*p (index p*p/2) and lie p bytes apart. One pass over the bytes then counts.
# Prints the number of primes and the last eight of them. About 53 million instructions, almost all in the loops `strike` and `count`.
# Storage: 9 MB (8,000,000 flags from X'100000').
#
# Registers
#     r3  p                     r7  index             r10  address of the flags
#     r4  scratch               r8  increment         r11  1
#     r5  count                 r9  last index        r12  base of the page X'1000'
# The triple r7, r8, r9 is what BXLE wants: index, increment, comparand.

        .include "guest.s"

        .equ    limit,16000000
        .equ    flags,limit/2
        .equ    shown,8                          # how many of the last primes are printed

        guest
program:
        l       r12,program_base
        l       r10,flags_address(r12)
        la      r11,1

# All flags to zero: MVCL with an empty second operand fills with the pad byte, here zero.
        lr      r2,r10
        l       r3,flags_count(r12)
        sr      r4,r4
        sr      r5,r5
        mvcl    r2,r4

# Strike out the multiples of each prime whose square is below the limit.
        l       r9,last_index(r12)
        sr      r0,r0
        la      r3,3
sieve:  lr      r7,r3
        mr      r6,r3                            # r7 = p*p; it is odd
        srl     r7,1                             # and this its index
        cr      r7,r9
        bh      sieved(r12)
        lr      r4,r3
        srl     r4,1                             # the index of p
        ic      r0,0(r4,r10)
        ltr     r0,r0
        bnz     composite(r12)
        lr      r8,r3
strike: stc     r11,0(r7,r10)
        bxle    r7,r8,strike(r12)
composite:
        la      r3,2(r3)
        b       sieve(r12)

# The flags add up to the number of composites among the odd numbers.
sieved: sr      r5,r5
        sr      r7,r7
        la      r8,1
count:  ic      r0,0(r7,r10)
        ar      r5,r0
        bxle    r7,r8,count(r12)
        lcr     r5,r5
        a       r5,flags_count(r12)              # the others are primes: 1 is not one, but the even prime 2 takes its place

        put     "Primes below "
        l       r4,number_limit(r12)
        put_number r4
        put     ": "
        put_number r5
        put_line

# Look for the last primes from the end, store them from the right to the left.
        la      r4,last_primes+4*shown(r12)
        lr      r7,r9
        la      r5,shown
search: ic      r0,0(r7,r10)
        ltr     r0,r0
        bnz     earlier(r12)
        la      r3,1(r7,r7)                      # 2i+1
        bctr    r4,0
        bctr    r4,0
        bctr    r4,0
        bctr    r4,0
        st      r3,0(r4)
        bctr    r5,0
earlier:
        bctr    r7,0
        ltr     r5,r5
        bnz     search(r12)

        put     "The last ones:"
        la      r5,shown
print:  l       r3,0(r4)
        put     " "
        put_number r3
        la      r4,4(r4)
        bct     r5,print(r12)
        put_line
        succeed

        report_routines
        .balign 4
flags_address:
        .long   0x100000
flags_count:
        .long   flags
last_index:
        .long   flags-1
number_limit:
        .long   limit
last_primes:
        .fill   shown,4,0
        program_end
