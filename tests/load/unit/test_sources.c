#include "tools/load/sources.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct options o;
static in_addr_t addresses[8];

static void up(void)
{
    memset(&o, 0, sizeof o);
    o.target = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(8080)};
    o.dst_ports[0] = 8080;
    o.dst_ports_n = 1;
    for (uint32_t i = 0; i < 8; i++) addresses[i] = htonl(INADDR_LOOPBACK + 1 + i);
    o.sources = addresses;
}

TestSuite(load_sources, .init = up);

static struct sources *make(uint32_t thread, uint32_t threads)
{
    struct sources *s = NULL;
    cr_assert_eq(sources_make(&o, thread, threads, &s), 0);
    return s;
}

static struct endpoint take(struct sources *s)
{
    struct endpoint e = {0};
    int rc = sources_take(s, &e);
    cr_assert_eq(rc, 0, "%d", rc);
    cr_assert(e.local.sin_family == AF_INET && e.remote.sin_family == AF_INET);
    cr_assert_eq(e.remote.sin_addr.s_addr, o.target.sin_addr.s_addr);
    return e;
}

static void give(struct sources *s, const struct endpoint *e)
{
    sources_give(s, &e->local, ntohs(e->remote.sin_port));
}

static bool same(const struct endpoint *a, const struct endpoint *b)
{
    return a->local.sin_addr.s_addr == b->local.sin_addr.s_addr && a->local.sin_port == b->local.sin_port &&
           a->remote.sin_port == b->remote.sin_port;
}

/* Takes all there are; each only once. */
static size_t take_all(struct sources *s, struct endpoint *all, size_t room)
{
    size_t n = 0;
    struct endpoint e;
    int rc;
    while ((rc = sources_take(s, &e)) == 0) {
        cr_assert_lt(n, room);
        for (size_t i = 0; i < n; i++) cr_assert_not(same(&all[i], &e));
        all[n++] = e;
    }
    cr_assert_eq(rc, -EADDRNOTAVAIL);
    return n;
}

Test(load_sources, the_kernel_chooses)
{
    struct sources *s = make(0, 1);
    cr_assert_eq(sources_capacity(&o), UINT64_MAX);
    for (int i = 0; i < 100; i++) {
        struct endpoint e = take(s);
        cr_assert(e.local.sin_addr.s_addr == htonl(INADDR_ANY) && e.local.sin_port == 0);
        cr_assert_eq(ntohs(e.remote.sin_port), 8080);
        give(s, &e);
    }
    sources_free(s);
}

Test(load_sources, the_kernel_chooses_and_ports_take_turns)
{
    o.dst_ports[1] = 8081;
    o.dst_ports[2] = 8082;
    o.dst_ports_n = 3;
    struct sources *s = make(0, 2), *other = make(1, 2);
    for (int i = 0; i < 9; i++) cr_assert_eq(ntohs(take(s).remote.sin_port), 8080 + i % 3);
    cr_assert_eq(ntohs(take(other).remote.sin_port), 8081, "threads begin at different ones");
    sources_free(s);
    sources_free(other);
}

Test(load_sources, a_range_of_ports)
{
    struct endpoint all[16];
    o.port_first = 20000;
    o.port_last = 20009;
    cr_assert_eq(sources_capacity(&o), 10);
    struct sources *s = make(0, 1);
    cr_assert_eq(take_all(s, all, 16), 10);
    for (int i = 0; i < 10; i++) {
        cr_assert_eq(all[i].local.sin_addr.s_addr, htonl(INADDR_ANY));
        cr_assert_eq(ntohs(all[i].local.sin_port), 20000 + i);
    }
    sources_free(s);
}

Test(load_sources, every_port_of_every_address_for_every_destination)
{
    static struct endpoint all[64];
    o.sources_n = 3;
    o.dst_ports[1] = 9000;
    o.dst_ports_n = 2;
    o.port_first = 20000;
    o.port_last = 20004;
    cr_assert_eq(sources_capacity(&o), 30);
    struct sources *s = make(0, 1);
    cr_assert_eq(take_all(s, all, 64), 30);
    for (int i = 0; i < 3; i++) cr_assert_eq(all[i].local.sin_addr.s_addr, addresses[i], "addresses take turns first");
    cr_assert_neq(all[0].remote.sin_port, all[3].remote.sin_port);
    cr_assert_eq(all[0].local.sin_port, all[5].local.sin_port);
    cr_assert_neq(all[0].local.sin_port, all[6].local.sin_port);
    sources_free(s);
}

Test(load_sources, the_servers_ports_are_left_out)
{
    struct endpoint all[16];
    o.port_first = 8076;
    o.port_last = 8085;
    cr_assert_eq(sources_capacity(&o), 9);
    struct sources *s = make(0, 1);
    cr_assert_eq(take_all(s, all, 16), 9);
    for (int i = 0; i < 9; i++) cr_assert_neq(ntohs(all[i].local.sin_port), 8080);
    sources_free(s);
    o.port_first = o.port_last = 8080;
    cr_assert_eq(sources_capacity(&o), 0);
    s = make(0, 1);
    cr_assert_eq(take_all(s, all, 16), 0);
    sources_free(s);
}

Test(load_sources, addresses_without_a_range)
{
    o.sources_n = 2;
    cr_assert_eq(sources_capacity(&o), 2 * (65535 - 1024 + 1 - 1));
    struct sources *s = make(0, 1);
    cr_assert_eq(ntohs(take(s).local.sin_port), 1024);
    struct endpoint e;
    uint64_t taken = 1;
    while (sources_take(s, &e) == 0) taken++; /* an assertion each would take half a minute */
    cr_assert_eq(taken, sources_capacity(&o));
    cr_assert_eq(sources_take(s, &e), -EADDRNOTAVAIL);
    sources_free(s);
}

Test(load_sources, threads_share_the_ports)
{
    static struct endpoint all[64];
    size_t n = 0;
    o.sources_n = 2;
    o.port_first = 20000;
    o.port_last = 20010;
    for (uint32_t i = 0; i < 4; i++) {
        struct sources *s = make(i, 4);
        struct endpoint e;
        while (sources_take(s, &e) == 0) {
            for (size_t k = 0; k < n; k++) cr_assert_not(same(&all[k], &e));
            cr_assert_eq(ntohs(e.local.sin_port) % 4u, (20000 + i) % 4u, "every fourth");
            all[n++] = e;
        }
        sources_free(s);
    }
    cr_assert_eq(n, 22);
    o.port_last = 20001;
    struct sources *s = make(3, 4);
    struct endpoint e;
    cr_assert_eq(sources_take(s, &e), -EADDRNOTAVAIL, "more threads than ports");
    sources_free(s);
}

Test(load_sources, what_was_given_back_comes_last)
{
    o.port_first = 20000;
    o.port_last = 20004;
    struct sources *s = make(0, 1);
    struct endpoint first = take(s), second = take(s);
    give(s, &second);
    give(s, &first);
    for (int i = 2; i < 5; i++) cr_assert_eq(ntohs(take(s).local.sin_port), 20000 + i, "never used so far");
    cr_assert_eq(ntohs(take(s).local.sin_port), 20001, "then in the order in which they came back");
    cr_assert_eq(ntohs(take(s).local.sin_port), 20000);
    struct endpoint e;
    cr_assert_eq(sources_take(s, &e), -EADDRNOTAVAIL);
    give(s, &first);
    e = take(s);
    cr_assert(same(&e, &first));
    sources_free(s);
}

/* Against a list of what is taken. */
Test(load_sources, many_taken_and_given)
{
    enum { N = 3 * 2 * 200 };
    static struct endpoint held[N];
    uint32_t held_n = 0, random = 1;
    o.sources_n = 3;
    o.dst_ports[1] = 9000;
    o.dst_ports_n = 2;
    o.port_first = 30000;
    o.port_last = 30199;
    struct sources *s = make(0, 1);
    for (int i = 0; i < 20000; i++) {
        random = random * 1664525u + 1013904223u;
        if (held_n == N || (held_n && (random >> 16) % 100 < 45)) {
            uint32_t at = (random >> 8) % held_n;
            give(s, &held[at]);
            held[at] = held[--held_n];
        } else {
            held[held_n] = take(s);
            for (uint32_t k = 0; k < held_n && i % 50 == 0; k++) cr_assert_not(same(&held[k], &held[held_n]));
            held_n++;
        }
    }
    while (held_n < N) held[held_n++] = take(s);
    struct endpoint e;
    cr_assert_eq(sources_take(s, &e), -EADDRNOTAVAIL, "none lost, none twice");
    sources_free(s);
    cr_assert_null(sources_free(NULL));
}

/* The kernel keeps the ports of closed connections for a while: the next run does not begin with them. */
Test(load_sources, another_run_goes_on_with_other_ports)
{
    static struct options two;
    struct sources *s;
    struct endpoint e;
    two.port_first = 20000;
    two.port_last = 20009;
    two.dst_ports[0] = 80;
    two.dst_ports_n = 1;
    uint16_t seen[2][3];
    for (int run = 0; run < 2; run++) {
        cr_assert_eq(sources_make(&two, 0, 1, &s), 0);
        for (int i = 0; i < 3; i++) {
            cr_assert_eq(sources_take(s, &e), 0);
            seen[run][i] = e.local.sin_port;
        }
        sources_free(s);
    }
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) cr_assert_neq(seen[0][i], seen[1][k]);
}
