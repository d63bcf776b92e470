# cards.s: reads the cards that say what the monitor shall do, in the starter page. README.md describes them; tables.s has the
# words.
#
# A card that is not good is printed with what was found and what was expected, and the next one is read; after END the monitor
# stops if there were any.
#
# r4 column that is looked at, r5 the end of the columns, r6 length of the word, r8 its beginning, r3 verb, r7 row of the table

        .equ    word_size,10
        .equ    columns,72

# A row of the table of keywords.
        .equ    row_word,0
        .equ    row_verb,10                      # byte
        .equ    row_kind,11                      # byte
        .equ    NUMBER,0
        .equ    WORD,1                           # one of a list; its value is its place
        .equ    TEXT,2                           # up to 6 characters
        .equ    row_target,12
        .equ    row_least,16                     # of a WORD: the list
        .equ    row_most,20                      #             how many
        .equ    row_length,24

read_cards:
        st      r14,cards_return(starter)
next_card:
        mvi     card,0x40
        mvc     card+1(79),card
        l       r0,reader(starter)
        la      r1,read_ccw(starter)
        bal     r14,do_io(services)
        cli     io_status,0x0C
        bne     no_card(starter)
        la      r4,card
        la      r5,card+columns
        cli     card,0+"ebcdic.*"
        be      next_card(starter)
        bal     r14,skip_blanks(starter)
        b       next_card(starter)               # nothing on it
        bal     r14,get_word(starter)
        l       r7,verbs_at(starter)
        sr      r3,r3
        la      r2,verbs_count
find_verb:
        clc     0(word_size,r7),word(starter)
        be      verb_found(starter)
        la      r7,word_size(r7)
        la      r3,1(r3)
        bct     r2,find_verb(starter)
        bal     r9,bad_card(starter)
        put     "RUN, VOLUME, DIAL, JOB OR END"
        b       next_after_bad(starter)
verb_found:
        ltr     r3,r3
        bz      cards_read(starter)              # END
        mvc     job_card_partition(12),no_job(starter)

next_keyword:
        bal     r14,skip_blanks(starter)
        b       card_over(starter)
        bal     r14,get_word(starter)
        l       r7,keywords_at(starter)
        la      r2,keywords_count
find_keyword:
        bal     r14,is_of_verb(starter)
        bne     other_keyword(starter)
        clc     row_word(word_size,r7),word(starter)
        be      keyword_found(starter)
other_keyword:
        la      r7,row_length(r7)
        bct     r2,find_keyword(starter)
        b       bad_keyword(starter)
keyword_found:
        cli     0(r4),0+"ebcdic.="
        bne     no_value(starter)
        la      r4,1(r4)
        bal     r14,get_word(starter)
        l       r2,row_target(r7)
        cli     row_kind(r7),WORD
        be      a_word(starter)
        bh      a_text(starter)

# A number: 1 to 9 digits.
        ltr     r6,r6
        bz      bad_number(starter)
        la      r1,9
        cr      r6,r1
        bh      bad_number(starter)
        lr      r1,r8
        lr      r0,r6
a_digit:
        cli     0(r1),0xF0
        bl      bad_number(starter)
        la      r1,1(r1)
        bct     r0,a_digit(starter)
        lr      r1,r6
        bctr    r1,0
        ex      r1,pack_number(starter)
        cvb     r1,number(starter)
        c       r1,row_least(r7)
        bl      bad_number(starter)
        c       r1,row_most(r7)
        bh      bad_number(starter)
        st      r1,0(r2)
        b       next_keyword(starter)
pack_number:
        pack    number(8,starter),0(1,r8)

a_word: l       r1,row_least(r7)
        sr      r9,r9
find_value:
        c       r9,row_most(r7)
        bnl     bad_value(starter)
        clc     0(word_size,r1),word(starter)
        be      value_found(starter)
        la      r1,word_size(r1)
        la      r9,1(r9)
        b       find_value(starter)
value_found:
        st      r9,0(r2)
        b       next_keyword(starter)

a_text: la      r1,6
        cr      r6,r1
        bh      bad_text(starter)
        ltr     r6,r6
        bz      bad_text(starter)
        mvc     0(8,r2),word(starter)
        b       next_keyword(starter)

# The end of a card: those of JOB are for one partition or for all.
card_over:
        l       r7,first_block
        la      r2,1
a_partition:
        l       r1,job_card_partition
        ltr     r1,r1
        bz      concerned(starter)
        cr      r1,r2
        bne     not_concerned(starter)
concerned:
        l       r1,job_card_program
        ltr     r1,r1
        bm      same_program(starter)
        st      r1,pcb_first_program(r7)
same_program:
        l       r1,job_card_priority
        ltr     r1,r1
        bm      not_concerned(starter)
        st      r1,pcb_priority(r7)
not_concerned:
        la      r7,control_block_size(r7)
        la      r2,1(r2)
        la      r1,most_partitions
        cr      r2,r1
        bnh     a_partition(starter)
        b       next_card(starter)

# skip_blanks: goes on at 4(r14) with r4 at the next word, or at 0(r14) if there is none.
skip_blanks:
        cr      r4,r5
        bcr     11,r14
        cli     0(r4),0x40
        bne     4(r14)
        la      r4,1(r4)
        b       skip_blanks(starter)

# get_word: what is up to the next blank or =. A word that is too long is like none in the tables, as it is cut off with a mark.
get_word:
        mvi     word(starter),0x40
        mvc     word+1(word_size-1,starter),word(starter)
        lr      r8,r4
        sr      r6,r6
next_character:
        cr      r4,r5
        bcr     11,r14
        cli     0(r4),0x40
        bcr     8,r14
        cli     0(r4),0+"ebcdic.="
        bcr     8,r14
        la      r1,word_size
        cr      r6,r1
        bnl     too_long(starter)
        la      r1,word(r6,starter)
        mvc     0(1,r1),0(r4)
character_done:
        la      r6,1(r6)
        la      r4,1(r4)
        b       next_character(starter)
too_long:
        mvi     word(starter),0xFF
        b       character_done(starter)

# is_of_verb: whether the row r7 is one of the verb r3.
is_of_verb:
        sr      r1,r1
        ic      r1,row_verb(r7)
        cr      r1,r3
        br      r14

# ---- what is wrong ----

# bad_card: prints the card, and begins the line that tells what is wrong with the word.
bad_card:
        put     "CARD: "
        put_storage card,columns
        mvi     cards_bad(starter),1
        lr      r2,r9
        st      r2,bad_return(starter)
        bal     r9,print_line(services)
        put     "FOUND '"
        ltr     r6,r6
        bz      found_nothing(starter)
        lr      r1,r8
        lr      r0,r6
        bal     r14,put_string(services)
found_nothing:
        put     "', EXPECTED "
        l       r2,bad_return(starter)
        br      r2
next_after_bad:
        bal     r9,print_line(services)
        b       next_card(starter)

bad_keyword:
        bal     r9,bad_card(starter)
        put     "ONE OF "
        l       r7,keywords_at(starter)
        la      r2,keywords_count
list_keyword:
        bal     r14,is_of_verb(starter)
        bne     not_listed(starter)
        put_storage row_word(r7),word_size
not_listed:
        la      r7,row_length(r7)
        bct     r2,list_keyword(starter)
        b       next_after_bad(starter)
no_value:
        bal     r9,bad_card(starter)
        put     "= AND A VALUE BEHIND IT"
        b       next_after_bad(starter)
bad_number:
        bal     r9,bad_card(starter)
        put     "A NUMBER FROM "
        l       r2,row_least(r7)
        put_number r2
        put     " TO "
        l       r2,row_most(r7)
        put_number r2
        b       next_after_bad(starter)
bad_value:
        bal     r9,bad_card(starter)
        put     "ONE OF "
        l       r2,row_most(r7)
        l       r7,row_least(r7)
list_value:
        put_storage 0(r7),word_size
        la      r7,word_size(r7)
        bct     r2,list_value(starter)
        b       next_after_bad(starter)
bad_text:
        bal     r9,bad_card(starter)
        put     "1 TO 6 CHARACTERS"
        b       next_after_bad(starter)
no_card:
        put     "CARD READER: FOUND NO FURTHER CARD, EXPECTED A CARD END"
        bal     r9,print_line(services)
        stop    0x200

cards_read:
        cli     cards_bad(starter),0
        l       r14,cards_return(starter)
        bcr     8,r14
        stop    0x200

        .balign 8
number: .long   0,0
read_ccw:
        ccw     0x02,card,SLI,80
reader: .long   0
cards_return:
        .long   0
bad_return:
        .long   0
verbs_at:
        .long   verbs
keywords_at:
        .long   keywords
no_job: .long   0,-1,-1
word:   .fill   word_size,1,0x40
cards_bad:
        .byte   0
        .balign 2
