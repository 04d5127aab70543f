/* Expect: RFC 9110 §10.1.1. */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */

#define EXPECT "Expect: 100-continue\r\n"
#define END "0\r\n\r\n"
#define FIVE "\r\nhello\r\n"

static const struct row expect_rows[] = {
    ROW("the body is there", ECHO(EXPECT LEN5, "hello") GET, "200 200", "hello", .may_continue = true),
    ROW("any case", ECHO("expect: 100-Continue\r\n" LEN5, "hello"), "200", "hello", .may_continue = true),
    ROW("chunked", ECHO(EXPECT TE, "5" FIVE END) GET, "200 200", "hello", .may_continue = true),
    ROW("HTTP/1.0", "POST /run/echo HTTP/1.0\r\n" EXPECT LEN5 "\r\nhello", "200!", "hello"),
    ROW("HTTP/1.0, unknown", "POST /run/echo HTTP/1.0\r\nExpect: x\r\n" LEN5 "\r\nhello", "200!", "hello"),
    ROW("unknown", ECHO("Expect: 200-ok\r\n" LEN5, "hello"), "417!"),
    ROW("words before", ECHO("Expect: x 100-continue\r\n" LEN5, "hello"), "417!"),
    ROW("twice", ECHO(EXPECT EXPECT LEN5, "hello"), "417!"),
    ROW("empty", ECHO("Expect:\r\n" LEN5, "hello"), "417!"),
    ROW("no body", FIELDS(EXPECT) GET, "200 200"),
    ROW("empty body", ECHO(EXPECT "Content-Length: 0\r\n", "") GET, "200 200", ""),
    ROW("nobody wants the body", "POST /nothing HTTP/1.1\r\n" HOST EXPECT LEN5 "\r\nhello", "404!"),
    ROW("unknown type", "POST /run/nothing HTTP/1.1\r\n" HOST EXPECT LEN5 "\r\nhello", "404!"),
    ROW("blanks around", ECHO("Expect: \t 100-continue \t\r\n" LEN5, "hello"), "200", "hello", .may_continue = true),
    ROW("no blank", ECHO("Expect:100-CONTINUE\r\n" LEN5, "hello"), "200", "hello", .may_continue = true),
    ROW("body, then a request", ECHO(EXPECT LEN5, "hello") ECHO(LEN5, "world") GET, "200 200 200", "hello", .may_continue = true),
    ROW("chunks, then a request", ECHO(EXPECT TE, "5" FIVE END) ECHO(TE, "5" FIVE END), "200 200", "hello", .may_continue = true),
    ROW("close", ECHO(EXPECT "Connection: close\r\n" LEN5, "hello") GET, "200!", "hello", .may_continue = true),
    ROW("list", ECHO("Expect: 100-continue, 100-continue\r\n" LEN5, "hello"), "417!"),
    ROW("list with another", ECHO("Expect: 100-continue, x\r\n" LEN5, "hello"), "417!"),
    ROW("comma behind", ECHO("Expect: 100-continue,\r\n" LEN5, "hello"), "417!"),
    ROW("parameter", ECHO("Expect: 100-continue;x=y\r\n" LEN5, "hello"), "417!"),
    ROW("value", ECHO("Expect: 100-continue=1\r\n" LEN5, "hello"), "417!"),
    ROW("quotes", ECHO("Expect: \"100-continue\"\r\n" LEN5, "hello"), "417!"),
    ROW("100 alone", ECHO("Expect: 100\r\n" LEN5, "hello"), "417!"),
    ROW("continue alone", ECHO("Expect: continue\r\n" LEN5, "hello"), "417!"),
    ROW("underscore", ECHO("Expect: 100_continue\r\n" LEN5, "hello"), "417!"),
    ROW("words behind", ECHO("Expect: 100-continue y\r\n" LEN5, "hello"), "417!"),
    ROW("other hyphen", ECHO("Expect: 100\xe2\x80\x90" "continue\r\n" LEN5, "hello"), "417!"),
    ROW("two different lines", ECHO(EXPECT "Expect: x\r\n" LEN5, "hello"), "417!"),
    ROW("two lines, the first unknown", ECHO("Expect: x\r\n" EXPECT LEN5, "hello"), "417!"),
    ROW("unknown, then a request", ECHO("Expect: x\r\n" LEN5, "hello") GET, "417!"),
    ROW("unknown, no body", FIELDS("Expect: x\r\n") GET, "417!"),
    BAD("folded", ECHO("Expect:\r\n 100-continue\r\n" LEN5, "hello")),
    BAD("blank before the colon", ECHO("Expect : 100-continue\r\n" LEN5, "hello")),
    BAD("length and coding", ECHO(EXPECT LEN5 TE, END)),
    BAD("no Host", "POST /run/echo HTTP/1.1\r\n" EXPECT LEN5 "\r\nhello"),
    BAD("bad length", ECHO(EXPECT "Content-Length: x\r\n", "hello")),
    ROW("HTTP/1.0, keep-alive", "POST /run/echo HTTP/1.0\r\nConnection: keep-alive\r\n" EXPECT LEN5 "\r\nhello" GET, "200 200", "hello"),
    ROW("HTTP/1.0, two lines", "POST /run/echo HTTP/1.0\r\n" EXPECT EXPECT LEN5 "\r\nhello", "200!", "hello"),
    ROW("GET with a body", FIELDS(EXPECT LEN5) "hello", "200!", "ok\n"),
    ROW("HEAD", "HEAD /livez HTTP/1.1\r\n" HOST EXPECT "\r\n" GET, "h200 200"),
    ROW("OPTIONS", "OPTIONS /livez HTTP/1.1\r\n" HOST EXPECT "\r\n" GET, "204 200"),
    ROW("DELETE", "DELETE /livez HTTP/1.1\r\n" HOST EXPECT "\r\n" GET, "405 200"),
    ROW("too large", ECHO(EXPECT "Content-Length: 999999999999\r\n", ""), "413!"),
    ROW("wrong method", "PUT /livez HTTP/1.1\r\n" HOST EXPECT LEN5 "\r\nhello", "405!"),
    ROW("wrong media type", "POST /ojs/v1/jobs HTTP/1.1\r\n" HOST EXPECT "Content-Type: text/plain\r\n" LEN5 "\r\nhello", "400!"),
    ROW("wrong coding of the content", ECHO(EXPECT "Content-Encoding: br\r\n" LEN5, "hello"), "415!"),
};
ROWS(wire_http_rows_expect, expect, "RFC 9110 10.1.1")

/* clang-format on */

Test(wire_http_rows_expect, every_byte_around_it, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        bool is_blank = byte == ' ' || byte == '\t', is_control = byte == 0x7f || (byte < ' ' && byte != '\t');
        const char *expect = is_control ? "400!" : is_blank ? "200" : "417!";
        struct row *k = row_list_add(&l, expect, "POST /run/echo HTTP/1.1\r\n" HOST "Expect:", &c, 1, "100-continue\r\n" LEN5 "\r\nhello",
                                     "before");
        k->may_continue = true;
        k = row_list_add(&l, expect, "POST /run/echo HTTP/1.1\r\n" HOST "Expect: 100-continue", &c, 1, "\r\n" LEN5 "\r\nhello", "behind");
        k->may_continue = true;
    }
    row_list_run(&l, "RFC 9110 10.1.1");
}
