#include "journal/segment.h"

#include <criterion/criterion.h>

#include <errno.h>

Test(journal_segment, names)
{
    char name[SEGMENT_NAME_BYTES];
    uint32_t number;
    bool is_new;
    segment_name(name, 3, 42, "seg");
    cr_assert_str_eq(name, "journal-3-0000000042.seg");
    cr_assert(segment_parse_name(name, 3, &number, &is_new) && number == 42 && !is_new);
    cr_assert_not(segment_parse_name(name, 2, &number, &is_new));
    segment_name(name, 63, UINT32_MAX, "new");
    cr_assert(segment_parse_name(name, 63, &number, &is_new) && number == UINT32_MAX && is_new);
    static const char *const others[] = {"",
                                         "journal",
                                         "journal-0.lock",
                                         "journal-0-42.seg",
                                         "journal-0-0000000042.segx",
                                         "journal-0-0000000042",
                                         "journal-0-0000000000.seg",
                                         "journal-0-4294967296.seg",
                                         "journal--0000000042.seg",
                                         "Journal-0-0000000042.seg",
                                         "journal-0-0000000042.seg.bak",
                                         "x-0-0000000042.seg"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_assert_not(segment_parse_name(others[i], 0, &number, &is_new), "%s", others[i]);
}

Test(journal_segment, heads_are_read_back_and_no_bit_changes_unnoticed)
{
    static uint8_t block[JOURNAL_BLOCK];
    struct segment_head
        head = {.engine = 1, .engines = 2, .number = 3, .bytes = 65536, .salt = 4, .sequence_floor = 5, .wall_ns = 6},
        back;
    segment_put_head(block, &head);
    cr_assert_eq(segment_get_head(block, &back), 0);
    cr_assert_arr_eq(&head, &back, sizeof head);
    for (size_t bit = 0; bit < sizeof block * 8; bit++) {
        block[bit / 8] ^= (uint8_t)(1u << bit % 8);
        cr_assert_eq(segment_get_head(block, &back), -EBADMSG, "bit %zu", bit);
        block[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    struct segment_head other = head;
    other.salt++;
    cr_assert_neq(segment_seed(&head), segment_seed(&other));
    other = head;
    other.number++;
    cr_assert_neq(segment_seed(&head), segment_seed(&other));
}
