/* OpenSSL's buffers of records, which a thread keeps for the next one. */
#include "net/tls_memory.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#define READ 16712u /* what OpenSSL 3.0 wants for a record to be read, */
#define WRITE 16584u /* and for one to be written */

static void *get(size_t bytes) { return tls_memory_get(bytes, __FILE__, __LINE__); }
static void *change(void *p, size_t bytes) { return tls_memory_change(p, bytes, __FILE__, __LINE__); }
static void put(void *p) { tls_memory_put(p, __FILE__, __LINE__); }

Test(net_tls_memory, the_next_gets_what_the_one_before_had, .init = tls_memory_begin, .fini = tls_memory_end)
{
    void *p = get(READ);
    memset(p, 1, READ);
    put(p);
    for (int i = 0; i < 10; i++) {
        char *q = get(i % 2 ? READ : WRITE);
        cr_assert_eq((void *)q, p);
        memset(q, i, i % 2 ? READ : WRITE);
        put(q);
    }
    cr_assert_eq(tls_memory_kept(), 1u);
}

Test(net_tls_memory, only_a_few_are_kept, .init = tls_memory_begin, .fini = tls_memory_end)
{
    void *all[TLS_MEMORY_KEPT + 3];
    for (unsigned i = 0; i < TLS_MEMORY_KEPT + 3; i++) all[i] = get(WRITE);
    for (unsigned i = 0; i < TLS_MEMORY_KEPT + 3; i++) put(all[i]);
    cr_assert_eq(tls_memory_kept(), TLS_MEMORY_KEPT);
}

Test(net_tls_memory, other_sizes_are_not, .init = tls_memory_begin, .fini = tls_memory_end)
{
    static const size_t sizes[] = {1, 40, 1024, 16383, 20000, 65536, 1 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *p = get(sizes[i]);
        p[0] = p[sizes[i] - 1] = 1;
        put(p);
        cr_assert_eq(tls_memory_kept(), 0u, "%zu", sizes[i]);
    }
    put(NULL);
}

Test(net_tls_memory, what_grows_keeps_its_bytes, .init = tls_memory_begin, .fini = tls_memory_end)
{
    char *p = get(100);
    memset(p, 7, 100);
    static const size_t sizes[] = {WRITE, READ, 40000, WRITE, 50};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        p = change(p, sizes[i]);
        for (int k = 0; k < 50; k++) cr_assert_eq(p[k], 7);
    }
    put(p);
}

static void *on_another(void *arg)
{
    void *p = get(READ);
    put(arg);
    put(p);
    return (void *)(uintptr_t)(tls_memory_kept() + 1);
}

Test(net_tls_memory, threads_that_have_not_begun_keep_nothing, .init = tls_memory_begin, .fini = tls_memory_end)
{
    pthread_t t;
    void *kept = NULL;
    cr_assert_eq(pthread_create(&t, NULL, on_another, get(WRITE)), 0);
    cr_assert(pthread_join(t, &kept) == 0 && kept == (void *)1);
    tls_memory_end();
    put(get(WRITE));
    cr_assert_eq(tls_memory_kept(), 0u);
    tls_memory_end(); /* twice is fine */
}
