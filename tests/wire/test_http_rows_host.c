/* Host: RFC 9112 §3.2, RFC 9110 §7.2. */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */

static const struct row host_rows[] = {
    BAD("none", "GET /livez HTTP/1.1\r\n\r\n"),
    BAD("twice, equal", HOSTED("Host: a\r\nHost: a")),
    BAD("twice, different", HOSTED("Host: a\r\nHost: b")),
    BAD("twice, apart", HOSTED("Host: a\r\nX: y\r\nhost: b")),
    BAD("empty", HOSTED("Host:")),
    BAD("blank", HOSTED("Host:  ")),
    BAD("list", HOSTED("Host: a, b")),
    BAD("blank inside", HOSTED("Host: a b")),
    BAD("slash", HOSTED("Host: a/b")),
    BAD("user", HOSTED("Host: u@a")),
    BAD("user and password", HOSTED("Host: u:p@a")),
    BAD("query", HOSTED("Host: a?x")),
    BAD("fragment", HOSTED("Host: a#x")),
    BAD("two dots first", HOSTED("Host: ..a")),
    BAD("two dots", HOSTED("Host: a..b")),
    BAD("dot first", HOSTED("Host: .a")),
    BAD("dot", HOSTED("Host: .")),
    BAD("words behind an address", HOSTED("Host: [::1]' UNION")),
    BAD("address without brackets", HOSTED("Host: ::1")),
    BAD("bracket not closed", HOSTED("Host: [::1")),
    BAD("dot behind the bracket", HOSTED("Host: [::1].")),
    BAD("name before the bracket", HOSTED("Host: x[::1]")),
    BAD("no address in brackets", HOSTED("Host: [q.test]")),
    BAD("brackets alone", HOSTED("Host: []")),
    BAD("port of letters", HOSTED("Host: a:asd")),
    BAD("negative port", HOSTED("Host: a:-1")),
    BAD("port too large", HOSTED("Host: a:98777")),
    BAD("two ports", HOSTED("Host: a:80:80")),
    BAD("port alone", HOSTED("Host: :80")),
    BAD("high byte", HOSTED("Host: \xc3\xa4.test")),
    ROW("address", HOSTED("Host: [::1]"), "200"),
    ROW("address and port", HOSTED("Host: [::1]:80"), "200"),
    ROW("IPv4 and port", HOSTED("Host: 127.0.0.1:8080"), "200"),
    ROW("empty port", HOSTED("Host: a:"), "200"),
    ROW("upper case", HOSTED("Host: Q.TEST"), "200"),
    ROW("dot at the end", HOSTED("Host: q.test."), "200"),
    ROW("odd name, tab", HOSTED("hoSt:\tq.test"), "200"),
    ROW("HTTP/1.0 without it", "GET /livez HTTP/1.0\r\n\r\n", "200!"),
    ROW("HTTP/1.0, OPTIONS as a balancer sends it", "OPTIONS / HTTP/1.0\r\n\r\n", "204!"),
    BAD("HTTP/1.0 with a bad one", "GET /livez HTTP/1.0\r\nHost: a b\r\n\r\n"),
    BAD("none, and other fields", "GET /livez HTTP/1.1\r\nX: y\r\nAccept: */*\r\n\r\n"),
    BAD("none, a call", "POST /run/echo HTTP/1.1\r\n" LEN5 "\r\nhello"),
    BAD("none, OPTIONS *", "OPTIONS * HTTP/1.1\r\n\r\n"),
    BAD("none, but a forwarded one", "GET /livez HTTP/1.1\r\nX-Forwarded-Host: q.test\r\nForwarded: host=q.test\r\n\r\n"),
    BAD("three times", HOSTED("Host: a\r\nHost: a\r\nHost: a")),
    BAD("twice, the second empty", HOSTED("Host: a\r\nHost:")),
    BAD("twice, the first empty", HOSTED("Host:\r\nHost: a")),
    BAD("twice, other case", HOSTED("HOST: a\r\nhost: a")),
    BAD("twice in HTTP/1.0", "GET /livez HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
    BAD("empty in HTTP/1.0", "GET /livez HTTP/1.0\r\nHost:\r\n\r\n"),
    BAD("with a scheme", HOSTED("Host: http://q.test")),
    BAD("with a path", HOSTED("Host: q.test/livez")),
    BAD("comma at the end", HOSTED("Host: a,")),
    BAD("comma, no blank", HOSTED("Host: a,b")),
    BAD("semicolon", HOSTED("Host: a;b")),
    BAD("quotes", HOSTED("Host: \"q.test\"")),
    BAD("backslash", HOSTED("Host: a\\b")),
    BAD("user without a name", HOSTED("Host: @a")),
    BAD("escape", HOSTED("Host: q%2etest")),
    BAD("two dots at the end", HOSTED("Host: q.test..")),
    BAD("dots alone", HOSTED("Host: ...")),
    BAD("port with a plus", HOSTED("Host: a:+80")),
    BAD("port with a blank", HOSTED("Host: a: 80")),
    BAD("port 65536", HOSTED("Host: a:65536")),
    BAD("port of six digits", HOSTED("Host: a:000080")),
    BAD("port in hexadecimal", HOSTED("Host: a:0x50")),
    BAD("port and a slash", HOSTED("Host: a:80/")),
    BAD("colons alone", HOSTED("Host: ::")),
    BAD("address, bad port", HOSTED("Host: [::1]:x")),
    BAD("address, port too large", HOSTED("Host: [::1]:65536")),
    BAD("address, two ports", HOSTED("Host: [::1]:80:80")),
    BAD("address with a zone", HOSTED("Host: [fe80::1%25eth0]")),
    BAD("address of nine groups", HOSTED("Host: [1:2:3:4:5:6:7:8:9]")),
    BAD("address, group too large", HOSTED("Host: [::12345]")),
    BAD("address twice in brackets", HOSTED("Host: [[::1]]")),
    BAD("future address", HOSTED("Host: [v1.a]")),
    BAD("IPv4 in brackets", HOSTED("Host: [127.0.0.1]")),
    BAD("bracket alone", HOSTED("Host: [")),
    BAD("closing bracket alone", HOSTED("Host: ]")),
    BAD("words behind the port", HOSTED("Host: [::1]:80x")),
    ROW("mapped address", HOSTED("Host: [::ffff:127.0.0.1]"), "200"),
    ROW("all zero", HOSTED("Host: [::]:0"), "200"),
    ROW("port 65535", HOSTED("Host: a:65535"), "200"),
    ROW("port 0", HOSTED("Host: a:0"), "200"),
    ROW("port with zeros", HOSTED("Host: a:00080"), "200"),
    ROW("one letter", HOSTED("Host: a"), "200"),
    ROW("digits", HOSTED("Host: 1"), "200"),
    ROW("underscore", HOSTED("Host: a_b"), "200"),
    ROW("hyphens", HOSTED("Host: -a-"), "200"),
    ROW("last of the fields", HOSTED("X: y\r\nZ: y\r\nHost: q.test"), "200"),
    ROW("blanks around", HOSTED("Host: \t q.test \t"), "200"),
    ROW("no blank", HOSTED("Host:q.test"), "200"),
    ROW("dot and port", HOSTED("Host: q.test.:80"), "200"),
};
ROWS(wire_http_rows_host, host, "RFC 9112 3.2")

/* clang-format on */

static bool stands_in_name(int byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte > 0 && byte < 0x80 && strchr("-._~", byte));
}

Test(wire_http_rows_host, every_byte, .timeout = 60)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        bool is_port = byte >= '0' && byte <= '9', is_blank = byte == ' ' || byte == '\t';
        (void)row_list_add(&l, stands_in_name(byte) ? "200" : "400!", "GET /livez HTTP/1.1\r\nHost: q", &c, 1, "test\r\n\r\n",
                           "inside");
        (void)row_list_add(&l, is_port || is_blank ? "200" : "400!", "GET /livez HTTP/1.1\r\nHost: q:8", &c, 1, "\r\n\r\n",
                           "in the port");
    }
    row_list_run(&l, "RFC 9112 3.2, RFC 3986 3.2.2");
}
