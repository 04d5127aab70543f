/* Where others may be asked: no door of one's own network. */
#include "outbound/destination.h"

#include <criterion/criterion.h>

#define N(list) (sizeof(list) / sizeof *(list))

static struct ip ip(const char *text)
{
    struct ip out;
    cr_assert(ip_parse(slice_str(text), &out), "%s", text);
    return out;
}

Test(outbound_destination, addresses_of_the_public_internet)
{
    static const char *const yes[] = {"1.1.1.1",      "9.255.255.255", "11.0.0.0",      "100.63.255.255", "100.128.0.0",   "126.255.255.255", "128.0.0.1",
                                      "169.253.0.1",  "172.15.0.1",    "172.32.0.0",    "192.0.1.1",      "192.167.0.1",   "192.169.0.1",     "198.17.255.255",
                                      "198.20.0.0",   "223.255.255.255", "2606:4700::1", "2a00:1450::1",  "2001:4860::8888", "2001:200::1", "3ffe::1"};
    for (size_t i = 0; i < N(yes); i++) {
        struct ip a = ip(yes[i]);
        cr_assert(destination_is_public(&a), "%s", yes[i]);
    }
}

Test(outbound_destination, all_others)
{
    static const char *const no[] = {
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
        "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
        "198.19.255.255", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::1", "::2", "64:ff9b::a00:1" /* 10.0.0.1 within */, "2002:a00:1::" /* likewise */, "2001::1" /* Teredo */, "2001:db8::1",
        "2001:2::1", "2001:10::1", "2001:20::1", "2001:30::1", "2001:1::1", "2001:1ff::1", "3fff::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "4000::1", "::a00:1"};
    for (size_t i = 0; i < N(no); i++) {
        struct ip a = ip(no[i]);
        cr_assert_not(destination_is_public(&a), "%s", no[i]);
    }
    static const struct ip unknown;
    cr_assert_not(destination_is_public(&unknown));
}

Test(outbound_destination, what_an_operator_allows)
{
    struct network n[2];
    struct ip a = ip("10.1.2.3"), b = ip("10.2.0.1"), c = ip("fd00::1"), unknown = {{0}};
    cr_assert(network_parse(SLICE("10.1.0.0/16"), &n[0]) && network_parse(SLICE("fd00::/8"), &n[1]));
    cr_assert(destination_allowed(&a, n, 2) && destination_allowed(&c, n, 2));
    cr_assert_not(destination_allowed(&b, n, 2) || destination_allowed(&a, n, 0));
    cr_assert(network_parse(SLICE("::/0"), &n[0]));
    cr_assert_not(destination_allowed(&unknown, n, 1));
}

Test(outbound_destination, urls)
{
    static const char *const yes[] = {"https://login.example", "https://login.example/", "HTTPS://login.example:8443/keys?x=1&y=%20",
                                      "https://127.0.0.1:1/", "https://[2001:db8::1]/k", "https://[::1]:443", "https://a_b.example?x"};
    static const char *const no[] = {
        "", "https://", "http://login.example/", "file:///etc/passwd", "gopher://x/", "//login.example", "https:/login.example",
        "https://user:pw@host/", "https://a\\@b/", "https://a#@b/", "https://a/#f", "https://a b/", "https://a/\r\nx", "https://a/\x7f", "https://a/\xc3\xa9",
        "https://:443/", "https://a:/", "https://a:0/", "https://a:65536/", "https://a:443x/", "https://[::1", "https://[::1]x/", "https://[]/",
        "https://[g::]/", "https://a:1:2/", "https://a%2e/", "https:///x", "https://?x"};
    const char *why;
    for (size_t i = 0; i < N(yes); i++) cr_assert(destination_url_ok(slice_str(yes[i]), &why), "%s: %s", yes[i], why);
    for (size_t i = 0; i < N(no); i++) cr_assert_not(destination_url_ok(slice_str(no[i]), &why), "%s", no[i]);
    char text[DESTINATION_URL_MAX + 2] = "https://a/";
    memset(text + 10, 'x', sizeof text - 11);
    cr_assert_not(destination_url_ok(slice_make(text, DESTINATION_URL_MAX + 1), &why));
    cr_assert(destination_url_ok(slice_make(text, DESTINATION_URL_MAX), &why));
}
