/* Field lines: RFC 9112 §5, RFC 9110 §5. */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */

static const struct row field_rows[] = {
    BAD("blank before the colon", FIELDS("X-A : v\r\n")),
    BAD("blank before the colon of a length", ECHO("Content-Length : 5\r\n", "hello")),
    BAD("tab before the colon of a coding", ECHO("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n")),
    BAD("blank before the first field", "GET /livez HTTP/1.1\r\n " HOST "\r\n"),
    BAD("line of blanks", FIELDS("  \r\n")),
    BAD("folded", FIELDS("X: a\r\n b\r\n")),
    BAD("folded with a tab", FIELDS("X: a\r\n\tb\r\n")),
    BAD("folded coding", ECHO("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
    BAD("no colon", FIELDS("X-A\r\n")),
    BAD("blank for a colon", ECHO("Content-Length 10\r\n", "hellohello")),
    BAD("name broken", FIELDS("X-\r\nA: v\r\n")),
    BAD("no name", FIELDS(": v\r\n")),
    BAD("colon alone", FIELDS(":\r\n")),
    BAD("name with @", FIELDS("X@A: v\r\n")),
    BAD("name with [", FIELDS("X[A: v\r\n")),
    BAD("name with (", FIELDS("X(A): v\r\n")),
    BAD("name with ,", FIELDS("X,A: v\r\n")),
    BAD("name with ;", FIELDS("X;A: v\r\n")),
    BAD("name with <", FIELDS("X<A: v\r\n")),
    BAD("name with =", FIELDS("X=A: v\r\n")),
    BAD("name with ?", FIELDS("X?A: v\r\n")),
    BAD("name with {", FIELDS("X{A}: v\r\n")),
    BAD("name with /", FIELDS("X/A: v\r\n")),
    BAD("name with a quote", FIELDS("X\"A: v\r\n")),
    BAD("name with a backslash", FIELDS("X\\A: v\r\n")),
    BAD("name with NUL", FIELDS("X\0A: v\r\n")),
    BAD("name with a control byte", FIELDS("X\x01" "A: v\r\n")),
    BAD("name with DEL", FIELDS("X\x7f" "A: v\r\n")),
    BAD("name with a high byte", FIELDS("X\x80" "A: v\r\n")),
    BAD("Kelvin sign for k", FIELDS("\xe2\x84\xaa" "eep-Alive: v\r\n")),
    BAD("NUL in a value", FIELDS("X: a\0b\r\n")),
    BAD("CR in a value", FIELDS("X: a\rb\r\n")),
    BAD("LF in a value", FIELDS("X: a\nb\r\n")),
    BAD("LF ends a field", FIELDS("X: a\n")),
    BAD("CR ends a field", "GET /livez HTTP/1.1\r\n" HOST "X: a\rY: b\r\n\r\n"),
    BAD("control byte in a value", FIELDS("X: a\x01" "b\r\n")),
    BAD("DEL in a value", FIELDS("X: a\x7f" "b\r\n")),
    BAD("escape in a value", FIELDS("X: a\x1b" "b\r\n")),
    ROW("high bytes in a value", FIELDS("User: \x85" "admin\xa0\r\n"), "200"),
    ROW("tab in a value", FIELDS("X: a\tb\r\n"), "200"),
    BAD("CR before the end", "GET /livez HTTP/1.1\r\n" HOST "\r\rX"),
    BAD("CR X before the end", "GET /livez HTTP/1.1\r\n" HOST "\rX: y\r\n\r\n"),
    BAD("LF ends the head", "GET /livez HTTP/1.1\r\n" HOST "\n"),
    ROW("empty value", FIELDS("X-Empty:\r\n"), "200"),
    ROW("blanks around a value", FIELDS("X: \t v \t \r\n"), "200"),
    ROW("odd but whole", FIELDS("!#$%&'*+-.^_`|~1: v\r\n"), "200"),
    BAD("two Authorization", FIELDS("Authorization: Basic YTpi\r\nAuthorization: Basic YTpi\r\n")),
    BAD("two Content-Type", ECHO("Content-Type: a/b\r\nContent-Type: a/c\r\n" LEN5, "hello")),
    BAD("two Content-Encoding", ECHO("Content-Encoding: gzip\r\nContent-Encoding: br\r\n" LEN5, "hello")),
    BAD("two If-Match", FIELDS("If-Match: \"a\"\r\nIf-Match: \"b\"\r\n")),
    BAD("two Range", FIELDS("Range: bytes=0-1\r\nRange: bytes=2-3\r\n")),
    BAD("two Idempotency-Key", FIELDS("Idempotency-Key: a\r\nIdempotency-Key: b\r\n")),
    BAD("two waits", FIELDS("Prefer: wait=1\r\nPrefer: wait=2\r\n")),
    BAD("two waits in a line", FIELDS("Prefer: wait=1, wait=2\r\n")),
    ROW("any other twice", FIELDS("X: a\r\nX: b\r\nAccept: a/b\r\nAccept: c/d\r\n"), "200"),
    ROW("underscore in a length", FIELDS("Content_Length: 9\r\n") GET, "200 200"),
    ROW("underscore in a coding", FIELDS("Transfer_Encoding: chunked\r\n") GET, "200 200"),
    ROW("underscore in Connection", FIELDS("Proxy_Connection: close\r\nProxy-Connection: close\r\n") GET, "200 200"),
    ROW("names of fields in Connection", FIELDS("Connection: close, X-Forwarded-For, Authorization\r\n"), "200!"),
    BAD("two blanks before the colon", FIELDS("X-A  : v\r\n")),
    BAD("tab before the colon", FIELDS("X-A\t: v\r\n")),
    BAD("blank before the colon of Host", "GET /livez HTTP/1.1\r\nHost : q.test\r\n\r\n"),
    BAD("blank before the colon of Connection", FIELDS("Connection : close\r\n")),
    BAD("blank inside a name", FIELDS("X A: v\r\n")),
    BAD("tab before the first field", "GET /livez HTTP/1.1\r\n\t" HOST "\r\n"),
    BAD("blank before the first field, then Host", "GET /livez HTTP/1.1\r\n X: y\r\n" HOST "\r\n"),
    BAD("line of blanks before the first field", "GET /livez HTTP/1.1\r\n \r\n" HOST "\r\n"),
    BAD("line of a tab", FIELDS("\t\r\n")),
    BAD("folded Host", "GET /livez HTTP/1.1\r\nHost:\r\n q.test\r\n\r\n"),
    BAD("folded behind Host", "GET /livez HTTP/1.1\r\nHost: q\r\n .test\r\n\r\n"),
    BAD("folded length", ECHO("Content-Length:\r\n 5\r\n", "hello")),
    BAD("folded in many lines", FIELDS("X: a\r\n b\r\n c\r\n")),
    BAD("folded, nothing behind", FIELDS("X: a\r\n \r\n")),
    BAD("no colon, then a field", FIELDS("X-A\r\nY: z\r\n")),
    BAD("no colon, value", FIELDS("X-A v\r\n")),
    BAD("name at the end of the head", "GET /livez HTTP/1.1\r\n" HOST "X\r\n\r\n"),
    BAD("no name, no blank", FIELDS(":v\r\n")),
    BAD("no name, then a length", ECHO(": x\r\n" LEN5, "hello")),
    BAD("no name, then a coding", ECHO(":\r\n" TE, "0\r\n\r\n")),
    BAD("blank for a name", FIELDS(" : v\r\n")),
    BAD("two fields in a line of LF", FIELDS("X: a\nY: b\r\n")),
    BAD("two fields, CR between", FIELDS("X: a\rY: b\r\n")),
    BAD("CR CR LF ends a field", FIELDS("X: a\r\r\n")),
    BAD("LF CR ends a field", FIELDS("X: a\n\rY: b\r\n")),
    BAD("CR alone ends the head", "GET /livez HTTP/1.1\r\n" HOST "\r\r"),
    BAD("CR and a field at the end", "GET /livez HTTP/1.1\r\n" HOST "\r" TE "\r\n"),
    BAD("name in quotes", FIELDS("\"X\": v\r\n")),
    BAD("request line for a field", FIELDS("GET / HTTP/1.1\r\n")),
    ROW("colon in a value", FIELDS("X: a:b:c\r\n"), "200"),
    ROW("two colons", FIELDS("X:: v\r\n"), "200"),
    ROW("no blank behind the colon", FIELDS("X:v\r\n"), "200"),
    ROW("tabs around a value", FIELDS("X:\tv\t\r\n"), "200"),
    ROW("value of blanks", FIELDS("X:   \t  \r\n"), "200"),
    ROW("name of one letter", FIELDS("x: v\r\n"), "200"),
    ROW("name of digits", FIELDS("123: v\r\n"), "200"),
    ROW("quotes in a value", FIELDS("X: \"a, b\" (c) \\\r\n"), "200"),
    ROW("quote not closed", FIELDS("X: \"a\r\n"), "200"),
    ROW("UTF-8 in a value", FIELDS("X: \xc3\xa4\xe2\x82\xac\r\n"), "200"),
    ROW("next line in a value", FIELDS("Connection: \x85" "close\r\n") GET, "200 200"),
    ROW("no-break space before close", FIELDS("Connection: \xa0" "close\r\n") GET, "200 200"),
    ROW("high bytes behind close", FIELDS("Connection: close\xa0\r\n") GET, "200 200"),
    ROW("cookies twice", FIELDS("Cookie: a=b\r\nCookie: c=d\r\n"), "200"),
    ROW("unknown fields", FIELDS("X-Unknown: 1\r\nSec-Fetch-Mode: cors\r\nDNT: 1\r\nPriority: u=1\r\n"), "200"),
    BAD("two Authorization, different", FIELDS("Authorization: Basic YTpi\r\nAuthorization: Bearer x\r\n")),
    BAD("two Content-Type, equal", ECHO("Content-Type: a/b\r\nContent-Type: a/b\r\n" LEN5, "hello")),
    BAD("two Content-Encoding, equal", ECHO("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n" LEN5, "hello")),
    BAD("two If-None-Match", FIELDS("If-None-Match: \"a\"\r\nIf-None-Match: *\r\n")),
    BAD("two If-Range", FIELDS("If-Range: \"a\"\r\nIf-Range: \"b\"\r\n")),
    BAD("two If-Modified-Since",
        FIELDS("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:38 GMT\r\n")),
    BAD("two If-Unmodified-Since",
        FIELDS("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:38 GMT\r\n")),
    BAD("two Range, equal", FIELDS("Range: bytes=0-1\r\nRange: bytes=0-1\r\n")),
    BAD("two Idempotency-Key, equal", FIELDS("Idempotency-Key: a\r\nIdempotency-Key: a\r\n")),
    BAD("two waits, one invalid", FIELDS("Prefer: wait=x\r\nPrefer: wait=2\r\n")),
    ROW("two preferences", FIELDS("Prefer: wait=1\r\nPrefer: return=minimal\r\n"), "200"),
    BAD("two of any case", FIELDS("range: bytes=0-1\r\nRANGE: bytes=0-1\r\n")),
    ROW("underscore in Host", "GET /livez HTTP/1.1\r\nHo_st: a\r\nHost: b\r\nHost_: c\r\n\r\n", "200"),
    ROW("underscore in Expect", ECHO("Expect_: 200-ok\r\n" LEN5, "hello"), "200", "hello"),
    ROW("underscore in a forwarded address", FIELDS("X_Forwarded_For: 1.2.3.4\r\n"), "200"),
    ROW("length nominated by Connection", ECHO("Connection: Content-Length\r\n" LEN5, "hello") GET, "200 200", "hello"),
    ROW("coding nominated by Connection", ECHO("Connection: Transfer-Encoding\r\n" TE, "5\r\nhello\r\n0\r\n\r\n") GET, "200 200", "hello"),
    ROW("Host nominated by Connection", FIELDS("Connection: Host\r\n"), "200"),
    BAD("dotless i", FIELDS("Connect\xc4\xb1on: close\r\n")),
    BAD("long s", FIELDS("Ho\xc5\xbft: a\r\n")),
};
ROWS(wire_http_rows_field, field, "RFC 9112 5, RFC 9110 5")

/* clang-format on */

/* ---- every byte in every place ---- */

#define BEFORE "GET /livez HTTP/1.1\r\n" HOST

Test(wire_http_rows_field, every_byte_of_a_name, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        const char *expect = row_is_token(byte) ? "200" : "400!";
        (void)row_list_add(&l, byte == ':' ? "200" : expect, BEFORE "X", &c, 1, "A: v\r\n\r\n", "inside");
        (void)row_list_add(&l, expect, BEFORE, &c, 1, "XA: v\r\n\r\n", "first");
        (void)row_list_add(&l, byte == ':' ? "200" : expect, BEFORE "XA", &c, 1, ": v\r\n\r\n", "last");
    }
    row_list_run(&l, "RFC 9110 5.1, 5.6.2");
}

static bool stands_in_value(int byte)
{
    return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

Test(wire_http_rows_field, every_byte_of_a_value, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        const char *expect = stands_in_value(byte) ? "200" : "400!";
        (void)row_list_add(&l, expect, BEFORE "X: a", &c, 1, "b\r\n\r\n", "inside");
        (void)row_list_add(&l, expect, BEFORE "X:", &c, 1, "ab\r\n\r\n", "first");
        (void)row_list_add(&l, expect, BEFORE "X: ab", &c, 1, "\r\n\r\n", "last");
    }
    row_list_run(&l, "RFC 9110 5.5");
}

/* Each line end of a request made otherwise: nothing but CRLF is one. */
Test(wire_http_rows_field, every_line_end, .timeout = 60)
{
    static const char *const ends[] = {"\n", "\r", "\n\r", "\r\r\n", "\r \n", "\x0b", "\x0c"};
    static const char *const lines[] = {"GET /livez HTTP/1.1", "Host: q.test", "X: y", ""};
    struct row_list l = {0};
    for (size_t at = 0; at < 4; at++) {
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
            struct wire_text before = {0}, after = {0};
            for (size_t k = 0; k < 4; k++) {
                wire_addf(k <= at ? &before : &after, "%s", lines[k]);
                if (k != at) wire_addf(k < at ? &before : &after, "\r\n");
            }
            wire_addf(&after, "%s", at == 3 ? "Z: y\r\n\r\n" : "");
            (void)row_list_add(&l, "400!", before.p, ends[i], strlen(ends[i]), after.p, "line end");
            wire_text_free(&before);
            wire_text_free(&after);
        }
    }
    row_list_run(&l, "RFC 9112 2.2");
}
