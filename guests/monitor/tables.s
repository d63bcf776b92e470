# tables.s: the words of the cards, the reasons for which jobs are ended, and the first catalogue. The page X'4000'.

        .org    0x4000
verbs:
        ebcdic  "END", word_size
        ebcdic  "RUN", word_size
        ebcdic  "VOLUME", word_size
        ebcdic  "DIAL", word_size
        ebcdic  "JOB", word_size
        .equ    verbs_count,5

# keyword WORD, VERB, KIND, TARGET, LEAST, MOST
        .macro  keyword text, verb, kind, target, least, most
        .balign 4
        ebcdic  "\text", word_size
        .byte   \verb,\kind
        .long   \target,\least,\most
        .endm
        .balign 4
keywords:
        keyword "MILLIONS",   1, NUMBER, millions, 1, 100000
        keyword "PARTITIONS", 1, NUMBER, partitions, 1, most_partitions
        keyword "JOBS",       1, NUMBER, jobs, 1, most_jobs
        keyword "MODE",       1, WORD, mode, modes, 2
        keyword "DAT",        1, WORD, dat, spaces, 3
        keyword "MEASURE",    1, WORD, measure, answers, 2
        keyword "LABEL",      2, TEXT, volume_label, 0, 0
        keyword "FORMAT",     2, WORD, format, answers, 2
        keyword "SVC",        3, NUMBER, svc_dial, 1, 10000
        keyword "SIO",        3, NUMBER, sio_dial, 0, 10000
        keyword "LPSW",       3, NUMBER, lpsw_dial, 0, 50000
        keyword "SSM",        3, NUMBER, ssm_dial, 0, 50000
        keyword "TIMER",      3, NUMBER, timer_dial, 0, 1000
        keyword "SWITCH",     3, NUMBER, switch_dial, 0, 10000
        keyword "PARTITION",  4, NUMBER, job_card_partition, 1, most_partitions
        keyword "PROGRAM",    4, WORD, job_card_program, program_names, programs
        keyword "PRIORITY",   4, NUMBER, job_card_priority, 1, 99
        .equ    keywords_count,(.-keywords)/row_length

modes:  ebcdic  "BC", word_size
        ebcdic  "EC", word_size
spaces: ebcdic  "NO", word_size
        ebcdic  "ONE", word_size
        ebcdic  "EACH", word_size
answers:
        ebcdic  "NO", word_size
        ebcdic  "YES", word_size
program_names:
        ebcdic  "COMPUTE", word_size
        ebcdic  "COMMERCE", word_size
        ebcdic  "FILES", word_size
        ebcdic  "MIXED", word_size
        ebcdic  "STORE", word_size
        ebcdic  "FETCH", word_size
        ebcdic  "BADTIME", word_size
        ebcdic  "BADPASS", word_size
        ebcdic  "BADLABEL", word_size
        ebcdic  "TALK", word_size
        ebcdic  "SLEEP", word_size
        .equ    programs,(.-program_names)/word_size
        .equ    MIXED,3

# Reasons: the completion codes are those of OS/360 where it has one.
program_reasons:
        ebcdic  "0C1 OPERATION", 32
        ebcdic  "0C2 PRIVILEGED OPERATION", 32
        ebcdic  "0C3 EXECUTE", 32
        ebcdic  "0C4 PROTECTION", 32
        ebcdic  "0C5 ADDRESSING", 32
        ebcdic  "0C6 SPECIFICATION", 32
        ebcdic  "0C7 DATA", 32
        ebcdic  "0C8 FIXED-POINT OVERFLOW", 32
        ebcdic  "0C9 FIXED-POINT DIVIDE", 32
        ebcdic  "0CA DECIMAL OVERFLOW", 32
        ebcdic  "0CB DECIMAL DIVIDE", 32
        ebcdic  "0CC EXPONENT OVERFLOW", 32
        ebcdic  "0CD EXPONENT UNDERFLOW", 32
        ebcdic  "0CE SIGNIFICANCE", 32
        ebcdic  "0CF FLOATING-POINT DIVIDE", 32
        ebcdic  "0C4 SEGMENT TRANSLATION", 32
        ebcdic  "0C4 PAGE TRANSLATION", 32
unknown_call_reason:
        ebcdic  "FXX UNKNOWN SUPERVISOR CALL", 32
bad_address_reason:
        ebcdic  "30A ADDRESS IS NOT THE JOBS OWN", 32
wrong_password_reason:
        ebcdic  "913 WRONG PASSWORD", 32
wrong_volume_reason:
        ebcdic  "813 WRONG VOLUME", 32
no_data_set_reason:
        ebcdic  "213 NO SUCH DATA SET", 32
no_record_reason:
        ebcdic  "013 NO SUCH RECORD OR NOT OPEN", 32
no_timer_reason:
        ebcdic  "12F DIAL TIMER IS 0", 32
no_partition_reason:
        ebcdic  "202 NO SUCH PARTITION", 32
no_room_reason:
        ebcdic  "722 OUTPUT LIMIT", 32
disk_error_reason:
        ebcdic  "001 I/O ERROR", 32

# The data sets of the partitions with their passwords.
first_catalogue:
        .irp    n,01,02,03,04,05,06,07,08,09,10,11,12,13,14,15
        ebcdic  "WORK\n", 8
        ebcdic  "KEY\n", 8
        .endr
        .fill   16,1,0
