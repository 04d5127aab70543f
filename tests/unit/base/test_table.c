#include "base/table.h"
#include "base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define N 10000

struct entry {
    struct table_node node; /* first: table nodes are cast back */
    char name[16];
};

static struct entry entries[N];
static struct table table;

static struct entry *find(const char *name)
{
    uint64_t hash = table_hash(&table, slice_str(name));
    for (struct table_node *n = table_first(&table, hash); n; n = table_next(n))
        if (slice_eq(slice_str(((struct entry *)n)->name), slice_str(name)))
            return (struct entry *)n;
    return NULL;
}

Test(base_table, finds_10k_keys)
{
    cr_assert_eq(table_init(&table, N, 7), 0);
    for (int i = 0; i < N; i++) {
        (void)snprintf(entries[i].name, sizeof entries[i].name, "key-%d", i);
        table_add(&table, &entries[i].node, table_hash(&table, slice_str(entries[i].name)));
    }
    cr_assert_eq(table.n, N);
    for (int i = 0; i < N; i++) cr_assert_eq(find(entries[i].name), &entries[i]);
    cr_assert_null(find("key-10000"));
    for (int i = 0; i < N; i += 2) table_remove(&table, &entries[i].node);
    for (int i = 0; i < N; i++)
        cr_assert_eq(find(entries[i].name), i % 2 ? &entries[i] : NULL, "%d", i);
    cr_assert_eq(table.n, N / 2);
    table_deinit(&table);
}

Test(base_table, equal_hashes_are_all_walked)
{
    cr_assert_eq(table_init(&table, 0, 7), 0);
    for (int i = 0; i < 4; i++) table_add(&table, &entries[i].node, i < 3 ? 99 : 99 + 16);
    int n = 0;
    for (struct table_node *at = table_first(&table, 99); at; at = table_next(at)) n++;
    cr_assert_eq(n, 3, "and not the one that only shares the bucket");
    table_remove(&table, &entries[1].node);
    table_remove(&table, &entries[2].node);
    cr_assert_eq(table_first(&table, 99), &entries[0].node);
    cr_assert_null(table_next(&entries[0].node));
    table_deinit(&table);
}

Test(base_table, hashes_depend_on_seed_length_and_each_byte)
{
    struct table other;
    cr_assert_eq(table_init(&table, 16, 1), 0);
    cr_assert_eq(table_init(&other, 16, 2), 0);
    char bytes[24] = {0};
    for (size_t len = 0; len <= sizeof bytes; len++) {
        uint64_t hash = table_hash(&table, slice_make(bytes, len));
        cr_assert_neq(hash, table_hash(&other, slice_make(bytes, len)));
        if (len) cr_assert_neq(hash, table_hash(&table, slice_make(bytes, len - 1)));
        for (size_t i = 0; i < len; i++) {
            bytes[i] = 1;
            cr_assert_neq(hash, table_hash(&table, slice_make(bytes, len)));
            bytes[i] = 0;
        }
    }
    table_deinit(&table);
    table_deinit(&other);
}
