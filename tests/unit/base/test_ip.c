/* Addresses and networks: what is one, what is in one, at each prefix length. */
#include "base/ip.h"

#include "base/random.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>

static struct ip ip(const char *text)
{
    struct ip out;
    cr_assert(ip_parse(slice_str(text), &out), "%s", text);
    return out;
}

static struct network network(const char *text)
{
    struct network out;
    cr_assert(network_parse(slice_str(text), &out), "%s", text);
    return out;
}

static bool has(const char *net, const char *address)
{
    struct network n = network(net);
    struct ip a = ip(address);
    return network_has(&n, &a);
}

Test(base_ip, reads_and_writes)
{
    static const char *const same[] = {"192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::1", "fe80::1:2:3:4"};
    char text[IP_TEXT_BYTES];
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct ip a = ip(same[i]);
        cr_assert_eq(ip_text(&a, text), strlen(same[i]));
        cr_assert_str_eq(text, same[i]);
    }
    struct ip none = {{0}};
    cr_assert_eq(ip_text(&none, text), 1);
    cr_assert_str_eq(text, "-");
    struct ip mapped = ip("::ffff:192.0.2.1"), plain = ip("192.0.2.1");
    cr_assert(ip_eq(&mapped, &plain) && ip_is_v4(&mapped) && ip_is_known(&mapped));
}

static void check_text(const struct ip *a)
{
    char expected[IP_TEXT_BYTES], text[IP_TEXT_BYTES];
    if (ip_is_v4(a)) (void)inet_ntop(AF_INET, a->b + 12, expected, sizeof expected);
    else (void)inet_ntop(AF_INET6, a->b, expected, sizeof expected);
    cr_assert_eq(ip_text(a, text), strlen(expected), "%s: %s", expected, text);
    cr_assert_str_eq(text, expected);
}

/* Every pattern of groups that are zero, short, long, all ones. */
Test(base_ip, is_written_as_the_c_library_does)
{
    static const uint16_t groups[] = {0, 1, 0x23, 0x456, 0x789a, 0xffff};
    struct random r;
    random_seed(&r, 1);
    for (unsigned zeros = 0; zeros < 255; zeros++) {
        for (int n = 0; n < 300; n++) {
            struct ip a = {{0}};
            for (unsigned i = 0; i < 8; i++) {
                uint16_t group = zeros >> i & 1 ? 0 : groups[1 + random_below(&r, 5)];
                a.b[2 * i] = (uint8_t)(group >> 8);
                a.b[2 * i + 1] = (uint8_t)group;
            }
            check_text(&a);
        }
    }
    for (unsigned n = 0; n < 256; n++) {
        struct ip a = {{[10] = 0xff,
                        [11] = 0xff,
                        [12] = (uint8_t)n,
                        [13] = (uint8_t)(255 - n),
                        [14] = (uint8_t)(n / 2),
                        [15] = (uint8_t)(n * 7)}};
        check_text(&a);
        a.b[10] = a.b[11] = 0; /* compatible with IPv4 */
        check_text(&a);
    }
    for (int n = 0; n < 100000; n++) {
        struct ip a;
        uint64_t half[2] = {random_u64(&r), random_u64(&r)};
        memcpy(a.b, half, sizeof a.b);
        check_text(&a);
    }
}

Test(base_ip, refuses_what_is_none)
{
    static const char *const bad[] = {"",
                                      "1.2.3",
                                      "1.2.3.4.5",
                                      "01.2.3.4",
                                      "256.1.1.1",
                                      "1.2.3.4 ",
                                      " 1.2.3.4",
                                      "1.2.3.4:80",
                                      "[::1]",
                                      "::1%eth0",
                                      ":::",
                                      "g::",
                                      "unknown",
                                      "_x",
                                      "1.2.3.4/8",
                                      "0x7f.1.1.1",
                                      "1:2:3:4:5:6:7:8:9",
                                      "00000:0000:0000:0000:0000:0000:0000:0000:0000:0000"};
    struct ip out;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert_not(ip_parse(slice_str(bad[i]), &out), "%s", bad[i]);
    cr_assert_not(ip_parse(slice_make("1.2.3.4\0", 8), &out));
}

Test(base_ip, loopback)
{
    struct ip a = ip("127.0.0.1"), b = ip("127.255.0.9"), c = ip("::1"), d = ip("128.0.0.1"), e = ip("::2");
    cr_assert(ip_is_loopback(&a) && ip_is_loopback(&b) && ip_is_loopback(&c) && !ip_is_loopback(&d) && !ip_is_loopback(&e));
}

Test(base_ip, of_socket_addresses)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr = {htonl(0xc0000201)}};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = {{{0x20, 1, 0xd, 0xb8, [15] = 1}}}};
    struct sockaddr other = {.sa_family = AF_UNIX};
    struct ip a = ip_of((struct sockaddr *)&v4), b = ip_of((struct sockaddr *)&v6), c = ip_of(&other);
    struct ip want_a = ip("192.0.2.1"), want_b = ip("2001:db8::1");
    cr_assert(ip_eq(&a, &want_a) && ip_eq(&b, &want_b) && !ip_is_known(&c));
}

Test(base_ip, clients)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.1", "::ffff:192.0.2.1", true},
        {"2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true},
        {"2001:db8::1", "2001:db8:0:1::1", false},
        {"2001:db8::1", "2001:db9::1", false},
        {"::1", "127.0.0.1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ip a = ip(cases[i].a), b = ip(cases[i].b);
        struct ip of_a = ip_client(&a), of_b = ip_client(&b);
        cr_assert_eq(ip_eq(&of_a, &of_b), cases[i].same, "%s %s", cases[i].a, cases[i].b);
    }
}

Test(base_ip, networks)
{
    cr_assert(has("10.0.0.0/8", "10.255.255.255") && !has("10.0.0.0/8", "11.0.0.0") && !has("10.0.0.0/8", "9.255.255.255"));
    cr_assert(has("192.0.2.4/30", "192.0.2.7") && !has("192.0.2.4/30", "192.0.2.8") && !has("192.0.2.4/30", "192.0.2.3"));
    cr_assert(has("192.0.2.1", "192.0.2.1") && !has("192.0.2.1", "192.0.2.0"));
    cr_assert(has("0.0.0.0/0", "1.2.3.4") && !has("0.0.0.0/0", "2001:db8::1")); /* all of IPv4, not of IPv6 */
    cr_assert(has("::/0", "2001:db8::1") && has("::/0", "1.2.3.4"));
    cr_assert(has("2001:db8::/33", "2001:db8:7fff::1") && !has("2001:db8::/33", "2001:db8:8000::"));
    cr_assert(has("::ffff:10.0.0.0/104", "10.1.2.3")); /* the same address, written as IPv6 */
}

/* For every prefix length: the address with just the last bit of the prefix turned is outside, with the first behind it inside. */
Test(base_ip, each_prefix_length)
{
    struct ip base = ip("2001:db8:5a5a:a5a5:5a5a:a5a5:5a5a:a5a5");
    for (unsigned bits = 1; bits <= 128; bits++) {
        struct network n = network_of(&base, bits);
        struct ip a = base;
        a.b[(bits - 1) / 8] ^= (uint8_t)(0x80 >> (bits - 1) % 8);
        cr_assert_not(network_has(&n, &a), "/%u", bits);
        a = base;
        if (bits < 128) a.b[bits / 8] ^= (uint8_t)(0x80 >> bits % 8);
        cr_assert(network_has(&n, &a), "/%u", bits);
    }
}

Test(base_ip, refuses_networks)
{
    static const char *const bad[] = {
        "10.1.2.3/8", "10.0.0.0/33",  "10.0.0.0/",     "/8", "10.0.0.0/08x", "10.0.0.0/-1", "2001:db8::1/32",
        "::/129",     "10.0.0.0/8/8", "10.0.0.0/0008", ""};
    struct network out;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert_not(network_parse(slice_str(bad[i]), &out), "%s", bad[i]);
    struct network two[] = {network("10.0.0.0/8"), network("::1")};
    struct ip a = ip("::1"), b = ip("11.0.0.1");
    cr_assert(networks_have(two, 2, &a) && !networks_have(two, 2, &b) && !networks_have(two, 0, &a));
}
