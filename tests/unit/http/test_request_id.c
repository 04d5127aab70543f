/* Ids of requests: how they look, that each is another, what is taken from outside. */
#include "http/request_id.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MANY 20000

static uint64_t number_of(const char id[REQUEST_ID_BYTES])
{
    char digits[17] = {0};
    memcpy(digits, id + REQUEST_ID_BYTES - 16, 16);
    return strtoull(digits, NULL, 16);
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

Test(http_request_id, looks_like_one)
{
    struct request_ids ids;
    char id[REQUEST_ID_BYTES + 1] = {0}, again[REQUEST_ID_BYTES + 1];
    request_ids_init(&ids, 1);
    for (int i = 0; i < MANY; i++) {
        id[REQUEST_ID_BYTES] = '#';
        cr_assert_eq(request_id_make(&ids, id) - id, REQUEST_ID_BYTES);
        cr_assert_eq(id[REQUEST_ID_BYTES], '#', "a byte too many");
        id[REQUEST_ID_BYTES] = 0;
        cr_assert(request_id_ok(slice_str(id)));
        cr_assert_eq(strncmp(id, "req_", 4), 0);
        cr_assert_eq(strspn(id + 4, "0123456789abcdef"), 32, "%s", id);
        (void)snprintf(again, sizeof again, "%.20s%016" PRIx64, id, number_of(id));
        cr_assert_str_eq(id, again);
    }
}

Test(http_request_id, none_comes_twice)
{
    static uint64_t numbers[MANY];
    struct request_ids ids;
    char id[REQUEST_ID_BYTES];
    request_ids_init(&ids, 2);
    for (int i = 0; i < MANY; i++) {
        (void)request_id_make(&ids, id);
        numbers[i] = number_of(id);
    }
    qsort(numbers, MANY, sizeof *numbers, by_size);
    for (int i = 1; i < MANY; i++) cr_assert_neq(numbers[i - 1], numbers[i]);
}

/* Others have another start, and hide their numbers in another way. */
Test(http_request_id, shards_have_nothing_in_common)
{
    struct request_ids a, b;
    char of_a[REQUEST_ID_BYTES], of_b[REQUEST_ID_BYTES];
    request_ids_init(&a, 3);
    request_ids_init(&b, 4);
    (void)request_id_make(&a, of_a);
    (void)request_id_make(&b, of_b);
    cr_assert_neq(memcmp(of_a, of_b, 20), 0);
    cr_assert_neq(number_of(of_a), number_of(of_b));
    request_ids_init(&b, 3);
    (void)request_id_make(&b, of_b);
    cr_assert_eq(memcmp(of_a, of_b, sizeof of_a), 0, "the seed decides");
}

/* From one to the next each bit changes about every other time, as it would were they drawn by lot: nothing tells how many lie between
 * two of them. */
Test(http_request_id, does_not_count)
{
    struct request_ids ids;
    char id[REQUEST_ID_BYTES];
    int changes[64] = {0};
    request_ids_init(&ids, 5);
    (void)request_id_make(&ids, id);
    for (int i = 0; i < MANY; i++) {
        uint64_t before = number_of(id);
        (void)request_id_make(&ids, id);
        for (int bit = 0; bit < 64; bit++) changes[bit] += (int)((before ^ number_of(id)) >> bit & 1);
    }
    for (int bit = 0; bit < 64; bit++)
        cr_assert(changes[bit] > MANY * 45 / 100 && changes[bit] < MANY * 55 / 100, "bit %d: %d times of %d", bit, changes[bit], MANY);
}

Test(http_request_id, taken_from_outside)
{
    static const char *const fine[] = {"a", "Z", "0", "-", ".", "_", "4f1c.A-b_9", "req_0123456789abcdef0123456789abcdef"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) cr_assert(request_id_ok(slice_str(fine[i])), "%s", fine[i]);
    char longest[REQUEST_ID_MAX + 2];
    memset(longest, 'x', sizeof longest);
    cr_assert(request_id_ok(slice_make(longest, REQUEST_ID_MAX)));
    cr_assert_not(request_id_ok(slice_make(longest, REQUEST_ID_MAX + 1)));
    cr_assert_not(request_id_ok(SLICE("")));
    for (int c = 0; c < 256; c++) {
        char text[3] = {'a', (char)c, 'b'};
        bool is_fine = c && strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-", c);
        cr_assert_eq(request_id_ok(slice_make(text, 3)), is_fine, "byte %d", c);
    }
}
