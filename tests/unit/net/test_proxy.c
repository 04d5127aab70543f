/* The PROXY protocol: what is a header, what never becomes one, and that it does not matter how the bytes come. */
#include "net/proxy.h"

#include "base/digest.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct proxy_header h;

/* Every beginning must say MORE, and the whole with something behind it the same as the whole. */
static enum proxy_outcome parse(const void *p, size_t n)
{
    char longer[8192];
    enum proxy_outcome whole = proxy_parse(p, n, &h);
    struct proxy_header first = h;
    for (size_t i = 1; whole == PROXY_WHOLE && i < h.bytes; i++) cr_assert_eq(proxy_parse(p, i, &h), PROXY_MORE, "%zu", i);
    memcpy(longer, p, n);
    memset(longer + n, 'G', 100);
    enum proxy_outcome behind = proxy_parse(longer, n + 100, &h);
    if (whole != PROXY_MORE) cr_assert(behind == whole && (whole == PROXY_BAD || h.bytes == first.bytes));
    h = first;
    return whole;
}

static const char *from(void)
{
    static char text[IP_TEXT_BYTES];
    ip_text(&h.from, text);
    return text;
}

static enum proxy_outcome line(const char *text)
{
    return parse(text, strlen(text));
}

Test(net_proxy, version_1)
{
    cr_assert_eq(line("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n"), PROXY_WHOLE);
    cr_assert_str_eq(from(), "192.0.2.1");
    cr_assert_eq(line("PROXY TCP6 2001:db8::1 2001:db8::2 0 65535\r\n"), PROXY_WHOLE);
    cr_assert_str_eq(from(), "2001:db8::1");
    cr_assert_eq(line("PROXY UNKNOWN\r\n"), PROXY_WHOLE);
    cr_assert_str_eq(from(), "-");
    cr_assert_eq(line("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"), PROXY_WHOLE);
    cr_assert_str_eq(from(), "-");
    cr_assert_eq(
        line("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe 65535 65535\r\n"),
        PROXY_WHOLE); /* the longest */
}

Test(net_proxy, what_is_no_version_1)
{
    static const char *const bad[] = {
        "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\r\n",
        "PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n",
        "PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY TCP6 ::ffff:1.2.3.4 192.0.2.2 1 2\r\n",
        "PROXY TCP5 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY \r\n",
        "PROXY\r\n",
        "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        "GET / HTTP/1.1\r\n",
        "PROXY UNKNOWNX\r\n",
        " PROXY UNKNOWN\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
        "PROXY tcp4 192.0.2.1 192.0.2.2 1 2\r\n",
        "\r\nPROXY UNKNOWN\r\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert_eq(line(bad[i]), PROXY_BAD, "%s", bad[i]);
}

Test(net_proxy, a_line_has_107_bytes_at_most)
{
    char text[160] = "PROXY UNKNOWN ";
    memset(text + 14, 'x', 100);
    memcpy(text + 105, "\r\n", 2);
    cr_assert_eq(parse(text, 107), PROXY_WHOLE);
    memset(text + 14, 'x', 100);
    memcpy(text + 106, "\r\n", 2);
    cr_assert_eq(proxy_parse(text, 106, &h), PROXY_MORE);
    cr_assert_eq(proxy_parse(text, 107, &h), PROXY_BAD);
    cr_assert_eq(proxy_parse(text, 108, &h), PROXY_BAD);
}

/* ---- version 2 ---- */

static uint8_t bytes[8192];

static size_t begin(uint8_t version_command, uint8_t family_transport, size_t len)
{
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes, "\r\n\r\n\0\r\nQUIT\n", 12);
    bytes[12] = version_command;
    bytes[13] = family_transport;
    bytes[14] = (uint8_t)(len >> 8);
    bytes[15] = (uint8_t)len;
    memcpy(bytes + 16, "\xc0\x00\x02\x01\xc0\x00\x02\x02\xdc\x04\x01\xbb", 12);
    return 16 + len;
}

Test(net_proxy, version_2)
{
    cr_assert_eq(parse(bytes, begin(0x21, 0x11, 12)), PROXY_WHOLE);
    cr_assert_str_eq(from(), "192.0.2.1");
    size_t n = begin(0x21, 0x21, 36);
    memcpy(bytes + 16, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x09", 16);
    cr_assert_eq(parse(bytes, n), PROXY_WHOLE);
    cr_assert_str_eq(from(), "2001:db8::9");
    cr_assert_eq(parse(bytes, begin(0x20, 0x11, 12)), PROXY_WHOLE); /* LOCAL */
    cr_assert_str_eq(from(), "-");
    cr_assert_eq(parse(bytes, begin(0x20, 0x00, 33)), PROXY_WHOLE); /* skipped, whatever stands there */
    cr_assert_eq(h.bytes, 49);
    cr_assert_eq(parse(bytes, begin(0x21, 0x00, 0)), PROXY_WHOLE);
    cr_assert_eq(parse(bytes, begin(0x21, 0x31, 216)), PROXY_WHOLE); /* a Unix socket */
    cr_assert_str_eq(from(), "-");
    cr_assert_eq(parse(bytes, begin(0x21, 0x12, 12)), PROXY_WHOLE); /* UDP */
    cr_assert_str_eq(from(), "-");
}

Test(net_proxy, what_is_no_version_2)
{
    static const uint8_t bad[][3] = {{0x11, 0x11, 12}, {0x31, 0x11, 12}, {0x22, 0x11, 12}, {0x2f, 0x11, 12},  {0x21, 0x41, 12},
                                     {0x21, 0x13, 12}, {0x21, 0x11, 11}, {0x21, 0x21, 35}, {0x21, 0x31, 215}, {0x20, 0x41, 12}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(parse(bytes, begin(bad[i][0], bad[i][1], bad[i][2])), PROXY_BAD, "%zu", i);
    cr_assert_eq(parse(bytes, begin(0x20, 0x11, PROXY_BYTES_MAX - 16)), PROXY_WHOLE); /* at the bound */
    cr_assert_eq(h.bytes, PROXY_BYTES_MAX);
    cr_assert_eq(parse(bytes, begin(0x20, 0x11, PROXY_BYTES_MAX - 15)), PROXY_BAD);
    cr_assert_eq(proxy_parse("\r\n\r\n\0\r\nQUIX\n", 12, &h), PROXY_BAD);
}

Test(net_proxy, extras)
{
    size_t n = begin(0x21, 0x11, 12 + 5 + 7 + 3);
    memcpy(bytes + 28, "\x01\x00\x02h2", 5);         /* ALPN */
    memcpy(bytes + 33, "\x03\x00\x04\0\0\0\0", 7);   /* CRC32C */
    memcpy(bytes + 40, "\x05\x00\x00", 3);           /* an empty UNIQUE_ID */
    uint32_t sum = crc32c(0, bytes, n);
    for (int i = 0; i < 4; i++) bytes[36 + i] = (uint8_t)(sum >> (24 - 8 * i));
    cr_assert_eq(parse(bytes, n), PROXY_WHOLE);
    cr_assert_str_eq(from(), "192.0.2.1");
    for (size_t i = 16; i < n; i++) { /* any bit that is another one */
        if (i == 33 || i == 28 || i == 40) continue; /* types: the sum may become something that is skipped */
        bytes[i] ^= 1;
        cr_assert_eq(proxy_parse(bytes, n, &h), PROXY_BAD, "%zu", i);
        bytes[i] ^= 1;
    }
    bytes[35] = 3;
    cr_assert_eq(proxy_parse(bytes, n, &h), PROXY_BAD); /* a sum of three bytes */
    n = begin(0x21, 0x11, 12 + 4);
    memcpy(bytes + 28, "\x01\x00\x02h", 4); /* longer than the header */
    cr_assert_eq(parse(bytes, n), PROXY_BAD);
    n = begin(0x21, 0x11, 12 + 2);
    cr_assert_eq(parse(bytes, n), PROXY_BAD);
}

/* What a balancer says of how its client came (§2.2.5): a byte of flags, four of a verdict, perhaps more of such. */
Test(net_proxy, how_the_client_came)
{
    size_t n = begin(0x21, 0x11, 12 + 8);
    memcpy(bytes + 28, "\x20\x00\x05\x01\0\0\0\0", 8);
    cr_assert(parse(bytes, n) == PROXY_WHOLE && h.secure);
    memcpy(bytes + 28, "\x20\x00\x05\x07\0\0\0\1", 8); /* with a certificate, that was not found good */
    cr_assert(parse(bytes, n) == PROXY_WHOLE && h.secure);
    memcpy(bytes + 28, "\x20\x00\x05\x00\0\0\0\0", 8);
    cr_assert(parse(bytes, n) == PROXY_WHOLE && !h.secure);
    memcpy(bytes + 28, "\x20\x00\x05\xfe\0\0\0\0", 8); /* flags of other things */
    cr_assert(parse(bytes, n) == PROXY_WHOLE && !h.secure);
    n = begin(0x21, 0x11, 12 + 8 + 10);
    memcpy(bytes + 28, "\x20\x00\x0f\x01\0\0\0\0\x21\x00\x07TLSv1.3", 18);
    cr_assert(parse(bytes, n) == PROXY_WHOLE && h.secure && h.bytes == n);
    n = begin(0x21, 0x00, 8); /* its address is not said: then nobody is it said of */
    memcpy(bytes + 16, "\x20\x00\x05\x01\0\0\0\0", 8);
    cr_assert(parse(bytes, n) == PROXY_WHOLE && !h.secure);
    n = begin(0x20, 0x11, 12 + 8); /* LOCAL */
    memcpy(bytes + 28, "\x20\x00\x05\x01\0\0\0\0", 8);
    cr_assert(parse(bytes, n) == PROXY_WHOLE && !h.secure);
    cr_assert(parse(bytes, begin(0x21, 0x11, 12)) == PROXY_WHOLE && !h.secure);
    cr_assert(line("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n") == PROXY_WHOLE && !h.secure);
}

Test(net_proxy, what_nobody_can_say_of_how_it_came)
{
    size_t n = begin(0x21, 0x11, 12 + 7);
    memcpy(bytes + 28, "\x20\x00\x04\x01\0\0\0", 7); /* too short */
    cr_assert_eq(parse(bytes, n), PROXY_BAD);
    n = begin(0x21, 0x11, 12 + 3);
    memcpy(bytes + 28, "\x20\x00\x00", 3);
    cr_assert_eq(parse(bytes, n), PROXY_BAD);
    n = begin(0x21, 0x11, 12 + 16);
    memcpy(bytes + 28, "\x20\x00\x05\x01\0\0\0\0\x20\x00\x05\x01\0\0\0\0", 16); /* twice */
    cr_assert_eq(parse(bytes, n), PROXY_BAD);
}
