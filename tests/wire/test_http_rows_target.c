/* The request target: RFC 9112 §3.2, RFC 3986. */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */

static const struct row target_rows[] = {
    ROW("query", LINE("GET /livez?a=1&b HTTP/1.1"), "200", "ok\n"),
    ROW("empty query", LINE("GET /livez? HTTP/1.1"), "200", "ok\n"),
    ROW("two question marks", LINE("GET /livez?a?b HTTP/1.1"), "200", "ok\n"),
    ROW("root", LINE("GET / HTTP/1.1"), "200"),
    ROW("nothing there", LINE("GET /nothing/there HTTP/1.1"), "404"),
    ROW("slash at the end", LINE("GET /livez/ HTTP/1.1"), "404"),
    ROW("other case", LINE("GET /LIVEZ HTTP/1.1"), "404"),
    ROW("escaped letters", LINE("GET /%6c%69vez HTTP/1.1"), "200", "ok\n"),
    ROW("absolute form", "GET http://q.test/livez HTTP/1.1\r\nHost: other\r\n\r\n", "200", "ok\n"),
    ROW("absolute form, any case", LINE("GET HTTP://Q.Test:80/livez HTTP/1.1"), "200", "ok\n"),
    ROW("absolute form without a path", LINE("GET http://q.test HTTP/1.1"), "200"),
    ROW("absolute form, query only", LINE("GET http://q.test?a=1 HTTP/1.1"), "200"),
    BAD("absolute form without Host", "GET http://q.test/livez HTTP/1.1\r\n\r\n"),
    BAD("absolute form, bad Host", "GET http://q.test/livez HTTP/1.1\r\nHost: a b\r\n\r\n"),
    BAD("absolute form with a user", LINE("GET http://u:p@q.test/ HTTP/1.1")),
    BAD("absolute form, no host", LINE("GET http:///livez HTTP/1.1")),
    BAD("absolute form, bad port", LINE("GET http://q.test:99999/ HTTP/1.1")),
    BAD("other scheme", LINE("GET ftp://q.test/livez HTTP/1.1")),
    BAD("asterisk with GET", LINE("GET * HTTP/1.1")),
    BAD("asterisk and a path", LINE("OPTIONS */x HTTP/1.1")),
    ROW("OPTIONS *", LINE("OPTIONS * HTTP/1.1"), "204"),
    BAD("query alone", LINE("GET ?a=b HTTP/1.1")),
    BAD("no slash", LINE("GET admin/x HTTP/1.1")),
    BAD("host and port", LINE("GET q.test:80 HTTP/1.1")),
    ROW("CONNECT", LINE("CONNECT q.test:443 HTTP/1.1") "and what a tunnel would carry", "501!"),
    BAD("CONNECT /", LINE("CONNECT / HTTP/1.1")),
    BAD("CONNECT without a port", LINE("CONNECT q.test HTTP/1.1")),
    BAD("CONNECT with a body", "CONNECT q.test:443 HTTP/1.1\r\n" HOST LEN5 "\r\nhello"),
    BAD("fragment", LINE("GET /livez#frag HTTP/1.1")),
    BAD("NUL in the target", LINE("GET /a\0b HTTP/1.1")),
    BAD("control byte in the target", LINE("GET /a\x01" "b HTTP/1.1")),
    BAD("DEL in the target", LINE("GET /a\x7f" "b HTTP/1.1")),
    BAD("high byte in the target", LINE("GET /a\xc3\xa4" "b HTTP/1.1")),
    BAD("backslash", LINE("GET /a\\b HTTP/1.1")),
    BAD("quote", LINE("GET /a\"b HTTP/1.1")),
    BAD("angle", LINE("GET /a<b HTTP/1.1")),
    BAD("brace", LINE("GET /a{b HTTP/1.1")),
    BAD("caret", LINE("GET /a^b HTTP/1.1")),
    BAD("bar", LINE("GET /a|b HTTP/1.1")),
    BAD("percent alone", LINE("GET /% HTTP/1.1")),
    BAD("one digit", LINE("GET /%1 HTTP/1.1")),
    BAD("no digits", LINE("GET /%zz HTTP/1.1")),
    BAD("no digits in the query", LINE("GET /livez?%zz HTTP/1.1")),
    BAD("escaped NUL", LINE("GET /a%00b HTTP/1.1")),
    BAD("escaped LF", LINE("GET /a%0ab HTTP/1.1")),
    BAD("escaped CR", LINE("GET /a%0db HTTP/1.1")),
    ROW("escaped slash is no separator", LINE("GET /ojs%2Fmanifest HTTP/1.1"), "404"),
    ROW("escaped backslash is none", LINE("GET /%5Clivez HTTP/1.1"), "404"),
    ROW("escaped slash in a parameter", LINE("GET /n/1%2F2 HTTP/1.1"), "404"),
    BAD("dots", LINE("GET /a/../livez HTTP/1.1")),
    BAD("dot", LINE("GET /./livez HTTP/1.1")),
    BAD("escaped dots", LINE("GET /%2e%2e/livez HTTP/1.1")),
    BAD("dots and a path parameter", LINE("GET /..;/livez HTTP/1.1")),
    BAD("dots behind an escaped slash", LINE("GET /a%2f..%2flivez HTTP/1.1")),
    ROW("dots escaped twice", LINE("GET /%252e%252e HTTP/1.1"), "404"),
    ROW("three dots", LINE("GET /... HTTP/1.1"), "404"),
    ROW("dots in the query", LINE("GET /livez?../.. HTTP/1.1"), "200"),
    ROW("two slashes", LINE("GET //evil.example/livez HTTP/1.1"), "404"),
    ROW("two slashes before a route", LINE("GET //livez HTTP/1.1"), "404"),
    BAD("overlong UTF-8", LINE("GET /%c0%ae%c0%ae/livez HTTP/1.1")),
    BAD("lone surrogate", LINE("GET /%ed%a0%80 HTTP/1.1")),
    ROW("UTF-8", LINE("GET /%c3%a4 HTTP/1.1"), "404"),
    ROW("number", LINE("GET /n/7 HTTP/1.1"), "200", "n"),
    ROW("least number", LINE("GET /n/-9223372036854775808 HTTP/1.1"), "200", "n"),
    ROW("number below the least", LINE("GET /n/-9223372036854775809 HTTP/1.1"), "404"),
    ROW("number that would wrap", LINE("GET /n/18446744073709551617 HTTP/1.1"), "404"),
    ROW("plus", LINE("GET /n/+1 HTTP/1.1"), "404"),
    ROW("minus zero", LINE("GET /n/-0 HTTP/1.1"), "404"),
    ROW("leading zero", LINE("GET /n/01 HTTP/1.1"), "404"),
    ROW("leading blank", LINE("GET /n/%201 HTTP/1.1"), "404"),
    ROW("exponent", LINE("GET /n/1e3 HTTP/1.1"), "404"),
    ROW("empty parameter", LINE("GET /n/ HTTP/1.1"), "404"),
    ROW("bad id", LINE("GET /ojs/v1/jobs/0192f0c0-0000-7000-8000-00000000000g HTTP/1.1"), "404"),
    ROW("unknown parameter", LINE("POST /run/sleep?no=1 HTTP/1.1"), "400"),
    ROW("parameter twice", LINE("POST /run/sleep?ms=1&ms=2 HTTP/1.1"), "400"),
    ROW("parameter out of range", LINE("POST /run/sleep?ms=-1 HTTP/1.1"), "400"),
    ROW("parameter not a number", LINE("POST /run/sleep?ms=1x HTTP/1.1"), "400"),
    ROW("parameter not UTF-8", LINE("POST /run/sleep?ms=%ff HTTP/1.1"), "400"),
    ROW("parameter with NUL", LINE("POST /run/sleep?ms=1%00 HTTP/1.1"), "400"),
    ROW("parameter, escaped", LINE("POST /run/sleep?m%73=%31 HTTP/1.1"), "200", ""),
    ROW("unknown type", "POST /run/nothing HTTP/1.1\r\n" HOST "\r\n", "404"),
    ROW("absolute form, https", LINE("GET https://q.test/livez HTTP/1.1"), "200", "ok\n"),
    ROW("absolute form, address", LINE("GET http://[::1]:80/livez HTTP/1.1"), "200", "ok\n"),
    ROW("absolute form, empty port", LINE("GET http://q.test:/livez HTTP/1.1"), "200", "ok\n"),
    ROW("absolute form, a call", "POST http://q.test/run/echo HTTP/1.1\r\nHost: other\r\n" LEN5 "\r\nhello", "200", "hello"),
    ROW("absolute form, HTTP/1.0", "GET http://q.test/livez HTTP/1.0\r\n\r\n", "200!", "ok\n"),
    ROW("absolute form, OPTIONS without a path", LINE("OPTIONS http://q.test HTTP/1.1"), "204"),
    BAD("absolute form, empty Host", "GET http://q.test/livez HTTP/1.1\r\nHost:\r\n\r\n"),
    BAD("absolute form, two Hosts", "GET http://q.test/livez HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    BAD("absolute form, user alone", LINE("GET http://u@q.test/ HTTP/1.1")),
    BAD("absolute form, empty user", LINE("GET http://@q.test/ HTTP/1.1")),
    BAD("absolute form, user with @", LINE("GET http://a@b@q.test/ HTTP/1.1")),
    BAD("absolute form, one slash", LINE("GET http:/q.test/ HTTP/1.1")),
    BAD("absolute form, no slash", LINE("GET http:q.test HTTP/1.1")),
    BAD("absolute form, scheme alone", LINE("GET http:// HTTP/1.1")),
    BAD("absolute form, port alone", LINE("GET http://:80/ HTTP/1.1")),
    BAD("absolute form, letters for a port", LINE("GET http://q.test:x/ HTTP/1.1")),
    BAD("absolute form, port with a sign", LINE("GET http://q.test:+80/ HTTP/1.1")),
    BAD("absolute form, dots in the host", LINE("GET http://q..test/ HTTP/1.1")),
    BAD("absolute form, bracket not closed", LINE("GET http://[::1/ HTTP/1.1")),
    BAD("absolute form, fragment", LINE("GET http://q.test/#x HTTP/1.1")),
    BAD("absolute form, backslash", LINE("GET http:\\\\q.test/ HTTP/1.1")),
    BAD("absolute form, dots in the path", LINE("GET http://q.test/../livez HTTP/1.1")),
    BAD("scheme file", LINE("GET file:///etc/passwd HTTP/1.1")),
    BAD("scheme ws", LINE("GET ws://q.test/ HTTP/1.1")),
    BAD("scheme javascript", LINE("GET javascript:alert(1) HTTP/1.1")),
    ROW("asterisk with HEAD", LINE("HEAD * HTTP/1.1"), "h400!"),
    BAD("asterisk with POST", LINE("POST * HTTP/1.1")),
    BAD("asterisk with TRACE", LINE("TRACE * HTTP/1.1")),
    BAD("asterisk and a query", LINE("OPTIONS *?x HTTP/1.1")),
    BAD("two asterisks", LINE("OPTIONS ** HTTP/1.1")),
    ROW("OPTIONS /*", LINE("OPTIONS /* HTTP/1.1"), "404"),
    BAD("dot alone", LINE("GET . HTTP/1.1")),
    BAD("dots alone", LINE("GET .. HTTP/1.1")),
    BAD("host alone", LINE("GET q.test HTTP/1.1")),
    BAD("port alone", LINE("GET :80 HTTP/1.1")),
    BAD("user and host", LINE("GET @q.test/ HTTP/1.1")),
    BAD("backslash first", LINE("GET \\livez HTTP/1.1")),
    BAD("CONNECT *", LINE("CONNECT * HTTP/1.1")),
    BAD("CONNECT, absolute form", LINE("CONNECT http://q.test/ HTTP/1.1")),
    BAD("CONNECT, empty port", LINE("CONNECT q.test: HTTP/1.1")),
    BAD("CONNECT, port too large", LINE("CONNECT q.test:65536 HTTP/1.1")),
    BAD("CONNECT, user", LINE("CONNECT u@q.test:443 HTTP/1.1")),
    BAD("CONNECT without Host", "CONNECT q.test:443 HTTP/1.1\r\n\r\n"),
    ROW("CONNECT, address", LINE("CONNECT [::1]:443 HTTP/1.1") GET, "501!"),
    BAD("CONNECT with chunks", "CONNECT q.test:443 HTTP/1.1\r\n" HOST TE "\r\n0\r\n\r\n"),
    BAD("fragment alone", LINE("GET /# HTTP/1.1")),
    BAD("fragment behind a query", LINE("GET /livez?a#b HTTP/1.1")),
    BAD("escape cut by a slash", LINE("GET /a%2/b HTTP/1.1")),
    BAD("escape cut by a query", LINE("GET /a%2?b HTTP/1.1")),
    BAD("percent and a percent", LINE("GET /%%41 HTTP/1.1")),
    BAD("percent and u", LINE("GET /%u0041 HTTP/1.1")),
    BAD("percent and x", LINE("GET /%0x41 HTTP/1.1")),
    BAD("percent in the query", LINE("GET /livez?% HTTP/1.1")),
    BAD("one digit in the query", LINE("GET /livez?a=%4 HTTP/1.1")),
    BAD("dot at the end", LINE("GET /livez/. HTTP/1.1")),
    BAD("dots at the end", LINE("GET /livez/.. HTTP/1.1")),
    BAD("escaped dot and dot", LINE("GET /%2e./livez HTTP/1.1")),
    BAD("dot and escaped dot", LINE("GET /.%2E/livez HTTP/1.1")),
    BAD("dot and a path parameter", LINE("GET /.;x=y/livez HTTP/1.1")),
    BAD("dots and an escaped backslash", LINE("GET /..%5clivez HTTP/1.1")),
    BAD("dots in absolute form", LINE("GET http://q.test/a/%2e%2e/livez HTTP/1.1")),
    ROW("dot files", LINE("GET /.git/config HTTP/1.1"), "404"),
    ROW("dots in a name", LINE("GET /a..b HTTP/1.1"), "404"),
    ROW("dots escaped twice, with a slash", LINE("GET /%252e%252e%252flivez HTTP/1.1"), "404"),
    ROW("three slashes", LINE("GET ///livez HTTP/1.1"), "404", .lacks = "Location"),
    ROW("two slashes inside", LINE("GET /ojs//manifest HTTP/1.1"), "404"),
    ROW("two slashes and a host", LINE("GET //evil.example HTTP/1.1"), "404", .lacks = "Location"),
    ROW("path parameter", LINE("GET /livez;a=b HTTP/1.1"), "404"),
    ROW("sub-delimiters", LINE("GET /!$&'()*+,;=:@-._~ HTTP/1.1"), "404"),
    ROW("sub-delimiters in the query", LINE("GET /livez?!$&'()*+,;=:@-._~/? HTTP/1.1"), "200", "ok\n"),
    ROW("brackets in the query", LINE("GET /livez?a[0]=b HTTP/1.1"), "200", "ok\n"),
    BAD("brackets in the path", LINE("GET /a[0] HTTP/1.1")),
    BAD("overlong slash", LINE("GET /%c0%af HTTP/1.1")),
    BAD("overlong, three bytes", LINE("GET /%e0%80%af HTTP/1.1")),
    BAD("beyond Unicode", LINE("GET /%f4%90%80%80 HTTP/1.1")),
    BAD("lone continuation", LINE("GET /%80 HTTP/1.1")),
    BAD("UTF-8 cut", LINE("GET /%e2%82 HTTP/1.1")),
    ROW("four bytes of UTF-8", LINE("GET /%f0%9f%98%80 HTTP/1.1"), "404"),
    ROW("number beyond 32 bits", LINE("GET /n/4294967296 HTTP/1.1"), "200", "n"),
    ROW("number in hexadecimal", LINE("GET /n/0x1 HTTP/1.1"), "404"),
    ROW("number with a point", LINE("GET /n/1.0 HTTP/1.1"), "404"),
    ROW("number and NUL", LINE("GET /n/1%2500 HTTP/1.1"), "404"),
    ROW("Arabic digits", LINE("GET /n/%d9%a1 HTTP/1.1"), "404"),
    ROW("number and a slash", LINE("GET /n/1/ HTTP/1.1"), "404"),
    ROW("id in capitals", LINE("GET /ojs/v1/jobs/0192F0C0-0000-7000-8000-000000000000 HTTP/1.1"), "404"),
    ROW("id too short", LINE("GET /ojs/v1/jobs/0192f0c0-0000-7000-8000-00000000000 HTTP/1.1"), "404"),
    ROW("id in braces, escaped", LINE("GET /ojs/v1/jobs/%7b0192f0c0-0000-7000-8000-000000000000%7d HTTP/1.1"), "404"),
    ROW("id with an escaped slash", LINE("GET /ojs/v1/jobs/a%2Fb HTTP/1.1"), "404"),
    ROW("id with an escaped backslash", LINE("GET /ojs/v1/jobs/a%5Cb HTTP/1.1"), "404"),
    ROW("parameter named", LINE("POST /run/sleep?no=1 HTTP/1.1") GET, "400 200"),
    ROW("parameter without a name", LINE("POST /run/sleep?=1 HTTP/1.1"), "400"),
    ROW("parameter without a value", LINE("POST /run/sleep?ms HTTP/1.1"), "400"),
    ROW("parameter that wraps", LINE("POST /run/sleep?ms=4294967297 HTTP/1.1"), "400"),
    ROW("parameter with a plus", LINE("POST /run/sleep?ms=+1 HTTP/1.1"), "400"),
    ROW("parameter in hexadecimal", LINE("POST /run/sleep?ms=0x1 HTTP/1.1"), "400"),
};
ROWS(wire_http_rows_target, target, "RFC 9112 3.2, RFC 3986")

/* clang-format on */

/* ---- every byte ---- */

#define BEHIND " HTTP/1.1\r\n" HOST "\r\n"

static bool stands_in_path(int byte)
{
    return row_is_token(byte) ? !strchr("#^`|%", byte) : byte > 0 && byte < 0x80 && strchr("/:@(),;=?", byte);
}

Test(wire_http_rows_target, every_byte_of_a_target, .timeout = 60)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        (void)row_list_add(&l, stands_in_path(byte) ? "404" : "400!", "GET /a", &c, 1, "b" BEHIND, "in the path");
        if (byte == '[' || byte == ']') continue; /* form libraries send them */
        (void)row_list_add(&l, stands_in_path(byte) ? "200" : "400!", "GET /livez?a", &c, 1, "b" BEHIND, "in the query");
    }
    row_list_run(&l, "RFC 3986 2, RFC 9112 3.2");
}

/* Control bytes never pass, half a character never does, a slash separates nothing. */
Test(wire_http_rows_target, every_escape, .timeout = 60)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char text[8];
        bool is_wrong = byte < 0x20 || byte == 0x7f || byte >= 0x80;
        int len = snprintf(text, sizeof text, byte % 2 ? "%%%02X" : "%%%02x", (unsigned)byte);
        (void)row_list_add(&l, is_wrong ? "400!" : "404", "GET /a", text, (size_t)len, "b" BEHIND, "escape");
    }
    row_list_run(&l, "RFC 3986 2.1");
}

Test(wire_http_rows_target, escapes_that_are_none, .timeout = 60)
{
    struct row_list l = {0};
    for (int byte = 0x21; byte < 0x7f; byte++) {
        char first[] = {'%', (char)byte, '1'}, second[] = {'%', '4', (char)byte};
        bool is_digit = strchr("0123456789abcdefABCDEF", byte) != NULL;
        if (is_digit || byte == '#') continue;
        (void)row_list_add(&l, "400!", "GET /a", first, 3, "b" BEHIND, "first digit");
        (void)row_list_add(&l, "400!", "GET /livez?a", second, 3, "b" BEHIND, "second digit");
    }
    row_list_run(&l, "RFC 3986 2.1");
}

/* More than a query may hold, where it is read: refused, and not slowly. */
Test(wire_http_rows_target, long_queries, .timeout = 60)
{
    struct wire_text many = {0}, large = {0};
    for (int i = 0; i < 1500; i++) wire_addf(&many, "a%d&", i);
    wire_addf(&large, "a=");
    wire_fill(&large, 'x', 5000);
    struct row_list l = {0};
    (void)row_list_add(&l, "400", "POST /run/sleep?", many.p, many.len, BEHIND, "1,500 pairs");
    (void)row_list_add(&l, "400", "POST /run/sleep?", large.p, large.len, BEHIND, "a large pair");
    wire_text_free(&many);
    wire_text_free(&large);
    row_list_run(&l, "RFC 9110 4.1");
}
