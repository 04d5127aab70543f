/* Whom a request comes from when proxies stand in front: the first from the right that is none of ours. */
#include "filters/forwarded.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct request r;
static struct field fields[REQUEST_FIELDS_MAX];
static char head[REQUEST_HEAD_MAX];
static struct network trusted[3];
static struct client client;

static void init(void)
{
    memset(&r, 0, sizeof r);
    r.head = head;
    r.fields = fields;
    network_parse(SLICE("10.0.0.0/8"), &trusted[0]);
    network_parse(SLICE("2001:db8:1::/48"), &trusted[1]);
    network_parse(SLICE("127.0.0.1"), &trusted[2]);
}

static struct span put(const char *text)
{
    struct span s = {(uint16_t)r.head_bytes, (uint16_t)strlen(text)};
    memcpy(head + r.head_bytes, text, s.len);
    r.head_bytes += s.len;
    return s;
}

static void field(const char *name, const char *value)
{
    fields[r.n_fields].name = put(name);
    fields[r.n_fields].value = put(value);
    r.n_fields++;
}

static const char *walk(enum forwarded_kind kind)
{
    static char text[IP_TEXT_BYTES];
    client = (struct client){0};
    ip_parse(SLICE("10.1.1.1"), &client.ip);
    forwarded_read(&r, kind, trusted, 3, &client);
    ip_text(&client.ip, text);
    return text;
}

/* One line of X-Forwarded-For. */
static const char *x_for(const char *value)
{
    init();
    field("X-Forwarded-For", value);
    return walk(FORWARDED_X);
}

static const char *rfc7239(const char *value)
{
    init();
    field("Forwarded", value);
    return walk(FORWARDED_RFC7239);
}

Test(filters_forwarded, the_rightmost_that_is_not_trusted)
{
    cr_assert_str_eq(x_for("203.0.113.9"), "203.0.113.9");
    cr_assert_str_eq(x_for("6.6.6.6, 203.0.113.9"), "203.0.113.9");
    cr_assert_str_eq(x_for("6.6.6.6, 203.0.113.9,10.0.0.2 , 10.0.0.3"), "203.0.113.9");
    cr_assert_str_eq(x_for("10.0.0.7, 10.0.0.2"), "10.0.0.7"); /* all are ours: the farthest */
    cr_assert_str_eq(x_for("2001:db8::9, 2001:db8:1::5"), "2001:db8::9");
    init();
    cr_assert_str_eq(walk(FORWARDED_X), "10.1.1.1");
}

Test(filters_forwarded, lines_are_joined_in_order)
{
    init();
    field("x-forwarded-for", "6.6.6.6, 203.0.113.9");
    field("Accept", "1.2.3.4");
    field("X-FORWARDED-FOR", "10.0.0.4, 10.0.0.5");
    cr_assert_str_eq(walk(FORWARDED_X), "203.0.113.9");
}

Test(filters_forwarded, ports_and_brackets)
{
    cr_assert_str_eq(x_for("203.0.113.9:4711"), "203.0.113.9");
    cr_assert_str_eq(x_for("[2001:db8::9]:4711, 10.0.0.1:1"), "2001:db8::9");
    cr_assert_str_eq(x_for("[2001:db8::9]"), "2001:db8::9");
}

Test(filters_forwarded, garbage_ends_the_walk_at_the_last_good_hop)
{
    static const char *const bad[] = {
        "unknown",   "_hidden", "",      "203.0.113.9:", "203.0.113.9:65536",    "203.0.113.9:port", "[::1",        "::1]",
        "[1.2.3.4]", "[::1]80", "1.2.3", "1.2.3.4.5",    "203.0.113.9 10.0.0.1", "\"203.0.113.9\"",  "[::1]:999999"};
    char line[128];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)snprintf(line, sizeof line, "6.6.6.6, %s, 10.0.0.9, 10.0.0.8", bad[i]);
        cr_assert_str_eq(x_for(line), "10.0.0.9", "%s", bad[i]);
        cr_assert_str_eq(x_for(bad[i]), "10.1.1.1", "%s", bad[i]); /* nothing good: the proxy itself */
    }
}

Test(filters_forwarded, the_walk_is_bounded)
{
    static char line[20000];
    size_t n = (size_t)snprintf(line, sizeof line, "6.6.6.6");
    for (int i = 1; i <= 200; i++) n += (size_t)snprintf(line + n, sizeof line - n, ", 10.0.%d.%d", i / 100, i % 100);
    cr_assert_str_eq(x_for(line), "10.0.1.37"); /* the 64th from the right: 137 */
    init();
    field("X-Forwarded-For", "6.6.6.6");
    for (unsigned i = 0; i < FORWARDED_HOPS_MAX - 1; i++) field("X-Forwarded-For", "10.0.0.1");
    cr_assert_str_eq(walk(FORWARDED_X), "6.6.6.6");
}

Test(filters_forwarded, scheme_and_host_of_the_nearest_proxy)
{
    init();
    field("X-Forwarded-Proto", "http, HTTPS");
    field("X-Forwarded-Host", "a.test");
    field("X-Forwarded-Host", "b.test:81");
    cr_assert_str_eq(walk(FORWARDED_X), "10.1.1.1");
    cr_assert(client.secure);
    cr_assert(slice_eq(request_span(&r, client.host), SLICE("b.test:81")));
    init();
    field("X-Forwarded-Proto", "https, http");
    field("X-Forwarded-Host", "a b");
    walk(FORWARDED_X);
    cr_assert(!client.secure && client.host.len == 0);
}

Test(filters_forwarded, rfc_7239)
{
    cr_assert_str_eq(rfc7239("for=192.0.2.43, for=203.0.113.9;proto=https;by=10.0.0.1"), "203.0.113.9");
    cr_assert(client.secure);
    cr_assert_str_eq(rfc7239("For=\"[2001:db8::1]:4711\";Proto=https ; host=q.test"), "2001:db8::1");
    cr_assert(slice_eq(request_span(&r, client.host), SLICE("q.test")));
    cr_assert_str_eq(rfc7239("for=203.0.113.9, for=10.0.0.4;host=\"q.test:80\""), "203.0.113.9");
    cr_assert_str_eq(rfc7239("for=6.6.6.6, for=unknown, for=10.0.0.3"), "10.0.0.3"); /* obfuscated: not an address */
    cr_assert_str_eq(rfc7239("for=6.6.6.6, for=_x;by=_y"), "10.1.1.1");
    cr_assert_str_eq(rfc7239("proto=http"), "10.1.1.1");
    cr_assert_str_eq(rfc7239("for=\"203.0.113.9:80\";ext=\"a,b\""), "203.0.113.9");
}

/* What a client may write to the left of what our proxy adds, so that it be read as the proxy's own. */
Test(filters_forwarded, quotes_do_not_swallow_what_a_proxy_adds)
{
    static const char *const tricks[] = {"for=6.6.6.6;x=\"",   "for=6.6.6.6, x=\"", "for=\"6.6.6.6",
                                         "for=6.6.6.6;x=\"\\", "for=6.6.6.6,\"",    "\\\""};
    char line[256];
    for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++) {
        (void)snprintf(line, sizeof line, "%s, for=203.0.113.9", tricks[i]);
        const char *one = rfc7239(line);
        cr_assert_str_neq(one, "6.6.6.6", "%s", line);
        (void)snprintf(line, sizeof line, "%s, for=\"203.0.113.9:81\";by=\"10.0.0.1:1\"", tricks[i]);
        cr_assert_str_neq(rfc7239(line), "6.6.6.6", "%s", line);
    }
    static const char *const bad[] = {"for",
                                      "for=",
                                      "=1.2.3.4",
                                      "for=1.2.3.4;",
                                      "for=1.2.3.4;for=6.6.6.6",
                                      "for=\"1.2.3.4\"x",
                                      "for= 1.2 .3.4",
                                      "f or=1.2.3.4",
                                      "for=\"1.2.\\3.4\"",
                                      ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert_str_eq(rfc7239(bad[i]), "10.1.1.1", "%s", bad[i]);
}

Test(filters_forwarded, only_what_is_configured_is_read)
{
    init();
    field("X-Forwarded-For", "1.1.1.1");
    field("Forwarded", "for=2.2.2.2");
    cr_assert_str_eq(walk(FORWARDED_X), "1.1.1.1");
    cr_assert_str_eq(walk(FORWARDED_RFC7239), "2.2.2.2");
    cr_assert_str_eq(walk(FORWARDED_NONE), "10.1.1.1");
}
