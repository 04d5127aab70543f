/* Chunked coding: RFC 9112 §7.1. */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */

#define END "0\r\n\r\n"
#define TEN "\r\nhellohello\r\n"
#define FIVE "\r\nhello\r\n"

static const struct row chunk_rows[] = {
    ROW("A", CHUNKS("A" TEN END), "200", "hellohello"),
    ROW("a", CHUNKS("a" TEN END), "200", "hellohello"),
    ROW("leading zeros", CHUNKS("000005" FIVE END), "200", "hello"),
    ROW("several", CHUNKS("1\r\nh\r\n2\r\nel\r\n2\r\nlo\r\n" END) GET, "200 200", "hello"),
    ROW("empty", CHUNKS(END) GET, "200 200", ""),
    ROW("more zeros at the end", CHUNKS("5" FIVE "000\r\n\r\n"), "200", "hello"),
    BAD("0x5", CHUNKS("0x5" FIVE END)),
    BAD("+5", CHUNKS("+5" FIVE END)),
    BAD("-1", CHUNKS("-1" FIVE END)),
    BAD("1_0", CHUNKS("1_0" FIVE END)),
    BAD("blank before", CHUNKS(" 5" FIVE END)),
    BAD("blank behind", CHUNKS("5 " FIVE END)),
    BAD("tab behind", CHUNKS("5\t" FIVE END)),
    BAD("no size", CHUNKS(FIVE END)),
    BAD("Z", CHUNKS("Z" FIVE END)),
    BAD("size and words", CHUNKS("5these-bytes" FIVE END)),
    BAD("too large for 64 bits", CHUNKS("FFFFFFFFFFFFFFFF0" FIVE END)),
    BAD("2^64 + 5", CHUNKS("10000000000000005" FIVE END)),
    BAD("40 digits", CHUNKS("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" FIVE END)),
    BAD("LF behind the size", CHUNKS("5\nhello\r\n" END)),
    BAD("CR behind the size", CHUNKS("5\rhello\r\n" END)),
    BAD("LF behind the data", CHUNKS("5\r\nhello\n" END)),
    BAD("LF behind the last chunk", CHUNKS("5" FIVE "0\n\r\n")),
    BAD("LF at the end", CHUNKS("5" FIVE "0\r\n\n")),
    BAD("LF in the trailers", CHUNKS("5" FIVE "0\r\nX: y\n\r\n")),
    BAD("CR CR behind the size", CHUNKS("5\r\r;a\r\nhello\r\n" END)),
    BAD("CR CR in an extension", CHUNKS("5;a=b\r\rX\r\nhello\r\n" END)),
    BAD("LF in an extension", CHUNKS("5;\nxx\r\nhello\r\n" END)),
    BAD("control byte in an extension", CHUNKS("5;a\x01=b" FIVE END)),
    BAD("no CRLF behind the data", CHUNKS("5\r\nhello0\r\n\r\n")),
    BAD("data longer than the size", CHUNKS("4\r\nSEE-THIS\r\n" END)),
    BAD("data shorter than the size", CHUNKS("6" FIVE END "\r\n")),
    ROW("extension", CHUNKS("5;ext=value" FIVE END), "200", "hello"),
    ROW("extension in quotes", CHUNKS("5;e=\"a\\\"b\"" FIVE END), "200", "hello"),
    ROW("two extensions", CHUNKS("5;a;b=c" FIVE "0;d\r\n\r\n"), "200", "hello"),
    BAD("semicolon alone", CHUNKS("5;" FIVE END)),
    BAD("bad extension", CHUNKS("5;bad[=x" FIVE END)),
    BAD("words behind the last chunk", CHUNKS("5" FIVE "0\r\nXX\r\n\r\n")),
    ROW("trailer", CHUNKS("5" FIVE "0\r\nX-Checksum: a\r\n\r\n") GET, "200 200", "hello"),
    BAD("length in a trailer", CHUNKS("5" FIVE "0\r\nContent-Length: 9\r\n\r\n") GET),
    BAD("coding in a trailer", CHUNKS("5" FIVE "0\r\n" TE "\r\n") GET),
    ROW("16 trailers", CHUNKS("5" FIVE "0\r\n" "a:1\r\nb:2\r\nc:3\r\nd:4\r\ne:5\r\nf:6\r\ng:7\r\nh:8\r\n"
                              "i:1\r\nj:2\r\nk:3\r\nl:4\r\nm:5\r\nn:6\r\no:7\r\np:8\r\n\r\n") GET, "200 200", "hello"),
    ROW("17 trailers", CHUNKS("5" FIVE "0\r\n" "a:1\r\nb:2\r\nc:3\r\nd:4\r\ne:5\r\nf:6\r\ng:7\r\nh:8\r\n"
                              "i:1\r\nj:2\r\nk:3\r\nl:4\r\nm:5\r\nn:6\r\no:7\r\np:8\r\nq:9\r\n\r\n"), "431!"),
    BAD("malformed trailer", CHUNKS("5" FIVE "0\r\nX : a\r\n\r\n")),
    BAD("folded trailer", CHUNKS("5" FIVE "0\r\nX: a\r\n b\r\n\r\n")),
    ROW("trailers without effect", CHUNKS("5" FIVE "0\r\nHost: a b\r\nAuthorization: x\r\nContent-Type: a/b\r\n"
                                          "Connection: close\r\nExpect: x\r\n\r\n") GET, "200 200", "hello"),
    BAD("error inside, then a request", CHUNKS("5" FIVE "X\r\n") GET),
    BAD("error in a body that nobody wants", "POST /nothing HTTP/1.1\r\n" HOST TE "\r\nX\r\n" GET),
    ROW("many zeros", CHUNKS("0000000000000005" FIVE END), "200", "hello"),
    ROW("zeros at the end", CHUNKS("5" FIVE "0000000000000000\r\n\r\n") GET, "200 200", "hello"),
    ROW("capitals and small letters", CHUNKS("0a" TEN "0A" TEN END), "200", "hellohellohellohello"),
    ROW("chunk that looks like the end", CHUNKS("5\r\n0\r\n\r\n\r\n" END) GET, "200 200", "0\r\n\r\n"),
    ROW("chunk that looks like a request", CHUNKS("12\r\nGET / HTTP/1.1\r\n\r\n\r\n" END) GET, "200 200", "GET / HTTP/1.1\r\n\r\n"),
    ROW("three chunked requests", CHUNKS("5" FIVE END) CHUNKS("5" FIVE END) CHUNKS(END), "200 200 200", "hello"),
    BAD("0X5", CHUNKS("0X5" FIVE END)),
    BAD("x5", CHUNKS("x5" FIVE END)),
    BAD("5h", CHUNKS("5h" FIVE END)),
    BAD("#5", CHUNKS("#5" FIVE END)),
    BAD("5.0", CHUNKS("5.0" FIVE END)),
    BAD("5,", CHUNKS("5," FIVE END)),
    BAD("5 5", CHUNKS("5 5" FIVE END)),
    BAD("quotes", CHUNKS("\"5\"" FIVE END)),
    BAD("-0", CHUNKS("5" FIVE "-0\r\n\r\n")),
    BAD("+0", CHUNKS("5" FIVE "+0\r\n\r\n")),
    BAD("0x0", CHUNKS("5" FIVE "0x0\r\n\r\n")),
    BAD("Arabic digit", CHUNKS("\xd9\xa5" FIVE END)),
    BAD("full width digit", CHUNKS("\xef\xbc\x95" FIVE END)),
    BAD("NUL behind the size", CHUNKS("5\0" FIVE END)),
    BAD("NUL before the size", CHUNKS("\0" "5" FIVE END)),
    BAD("form feed behind", CHUNKS("5\x0c" FIVE END)),
    BAD("blank, then an extension", CHUNKS("5 \r\nhello\r\n" END)),
    ROW("2^63 - 1", CHUNKS("7fffffffffffffff" FIVE), "413!"),
    ROW("2^64 - 1", CHUNKS("ffffffffffffffff" FIVE), "413!"),
    ROW("2^40", CHUNKS("10000000000" FIVE), "413!"),
    BAD("2^64", CHUNKS("10000000000000000" FIVE END)),
    BAD("2^32 + 2^64", CHUNKS("10000000100000005" FIVE END)),
    ROW("32 digits", CHUNKS("00000000000000005000000000000000" FIVE), "413!"),
    BAD("LF alone everywhere", CHUNKS("5\nhello\n0\n\n")),
    BAD("CR alone everywhere", CHUNKS("5\rhello\r0\r\r")),
    BAD("LF CR behind the size", CHUNKS("5\n\rhello\r\n" END)),
    BAD("CR CR LF behind the size", CHUNKS("5\r\r\nhello\r\n" END)),
    BAD("CR CR LF behind the data", CHUNKS("5\r\nhello\r\r\n" END)),
    BAD("LF CR behind the data", CHUNKS("5\r\nhello\n\r" END)),
    BAD("CR CR LF at the end", CHUNKS("5" FIVE "0\r\n\r\r\n")),
    BAD("two CRLF behind the data", CHUNKS("5\r\nhello\r\n\r\n" END)),
    BAD("two CRLF behind the size", CHUNKS("4\r\n\r\nhell\r\n" END)),
    BAD("LF in a quoted extension", CHUNKS("5;a=\"\n\"" FIVE END)),
    BAD("CR in a quoted extension", CHUNKS("5;a=\"\r\"" FIVE END)),
    BAD("CRLF in a quoted extension", CHUNKS("5;a=\"\r\n\"" FIVE END)),
    BAD("NUL in an extension", CHUNKS("5;a\0b" FIVE END)),
    BAD("NUL in a quoted extension", CHUNKS("5;a=\"\0\"" FIVE END)),
    BAD("DEL in an extension", CHUNKS("5;a\x7f" FIVE END)),
    BAD("high byte in an extension", CHUNKS("5;\xc3\xa4" FIVE END)),
    BAD("LF behind an extension", CHUNKS("5;a=b\nhello\r\n" END)),
    BAD("CR behind an extension", CHUNKS("5;a=b\rhello\r\n" END)),
    BAD("LF behind an extension of the last chunk", CHUNKS("5" FIVE "0;a\n\r\n")),
    BAD("two semicolons", CHUNKS("5;;a" FIVE END)),
    BAD("extension without a name", CHUNKS("5;=b" FIVE END)),
    BAD("extension without a semicolon", CHUNKS("5 a=b" FIVE END)),
    BAD("extension, comma", CHUNKS("5;a,b" FIVE END)),
    BAD("quote not closed", CHUNKS("5;a=\"b" FIVE END)),
    BAD("words behind a quote", CHUNKS("5;a=\"b\"c" FIVE END)),
    BAD("semicolon of the last chunk", CHUNKS("5" FIVE "0;\r\n\r\n")),
    ROW("long extension", CHUNKS("5;abcdefghijklmnopqrstuvwxyz0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ" FIVE END), "200", "hello"),
    ROW("extension of every chunk", CHUNKS("1;a\r\nh\r\n4;b=c\r\nello\r\n0;d=\"e\"\r\n\r\n") GET, "200 200", "hello"),
    BAD("no CRLF behind the last size", CHUNKS("5" FIVE "0\r\nGET / HTTP/1.1\r\n" HOST "\r\n")),
    BAD("a request for trailers", CHUNKS("5" FIVE "0\r\n" LINE("GET /livez HTTP/1.1"))),
    BAD("words for the end", CHUNKS("5" FIVE "0\r\nabc")"\r\n\r\n"),
    BAD("X behind the last size", CHUNKS("5" FIVE "0X\r\n\r\n")),
    ROW("two trailers", CHUNKS("5" FIVE "0\r\nA: b\r\nC: d\r\n\r\n") GET, "200 200", "hello"),
    ROW("trailer without a value", CHUNKS("5" FIVE "0\r\nA:\r\n\r\n") GET, "200 200", "hello"),
    ROW("high bytes in a trailer", CHUNKS("5" FIVE "0\r\nA: \xff\r\n\r\n") GET, "200 200", "hello"),
    ROW("trailers that were announced", ECHO("Trailer: A\r\n" TE, "5" FIVE "0\r\nA: b\r\n\r\n") GET, "200 200", "hello"),
    BAD("trailer without a colon", CHUNKS("5" FIVE "0\r\nA\r\n\r\n")),
    BAD("trailer without a name", CHUNKS("5" FIVE "0\r\n: a\r\n\r\n")),
    BAD("trailer, blank first", CHUNKS("5" FIVE "0\r\n A: b\r\n\r\n")),
    BAD("trailer, NUL", CHUNKS("5" FIVE "0\r\nA: \0\r\n\r\n")),
    BAD("trailer, bare CR", CHUNKS("5" FIVE "0\r\nA: a\rb\r\n\r\n")),
    BAD("trailer, bare LF", CHUNKS("5" FIVE "0\r\nA: a\nb: c\r\n\r\n")),
    BAD("trailer, no token", CHUNKS("5" FIVE "0\r\nA[: b\r\n\r\n")),
    BAD("trailers, LF at the end", CHUNKS("5" FIVE "0\r\nA: b\r\n\n")),
    BAD("length in a trailer, any case", CHUNKS("5" FIVE "0\r\ncontent-LENGTH: 0\r\n\r\n") GET),
    ROW("close in a trailer", CHUNKS("5" FIVE "0\r\nConnection: close\r\n\r\n") GET GET, "200 200 200", "hello"),
    ROW("upgrade in trailers", CHUNKS("5" FIVE "0\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n") GET, "200 200", "hello"),
    ROW("key in a trailer", CHUNKS("5" FIVE "0\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n") GET, "200 200", "hello"),
    ROW("forwarded in a trailer", CHUNKS("5" FIVE "0\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n") GET, "200 200", "hello"),
    ROW("media type in a trailer", ECHO("Content-Type: text/x\r\n" TE, "5" FIVE "0\r\nContent-Type: text/y\r\n\r\n") GET, "200 200", "hello",
        .has = "\r\nContent-Type: text/x\r\n"),
    ROW("range in a trailer", FIELDS(TE) "0\r\nRange: bytes=0-0\r\nIf-None-Match: *\r\n\r\n" GET, "200 200", "ok\n"),
    BAD("error inside a chunk's end, then a request", CHUNKS("5\r\nhelloXX" END) GET),
    BAD("error in a trailer, then a request", CHUNKS("5" FIVE "0\r\nX : y\r\n\r\n") GET),
    BAD("error behind a good chunk", CHUNKS("5" FIVE "g\r\n") GET),
    BAD("error in a chunked GET", FIELDS(TE) "g\r\n\r\n" GET),
};
ROWS(wire_http_rows_chunk, chunk, "RFC 9112 7.1")

/* clang-format on */

/* ---- every byte in every place ---- */

#define BEFORE CHUNKS("")

Test(wire_http_rows_chunk, every_byte_around_a_size, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        if (byte && strchr("0123456789abcdefABCDEF", byte)) continue;
        (void)row_list_add(&l, "400!", BEFORE, &c, 1, "5" FIVE END, "before the size");
        (void)row_list_add(&l, "400!", BEFORE "5", &c, 1, FIVE END, "behind the size");
        (void)row_list_add(&l, "400!", BEFORE "0", &c, 1, "5" FIVE END, "inside the size");
        (void)row_list_add(&l, "400!", BEFORE "5" FIVE "0", &c, 1, "\r\n\r\n", "behind the last size");
    }
    row_list_run(&l, "RFC 9112 7.1");
}

/* What follows the data must be CRLF, whatever comes in its place. */
Test(wire_http_rows_chunk, every_byte_behind_the_data, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        if (byte != '\r') (void)row_list_add(&l, "400!", BEFORE "5\r\nhello", &c, 1, "\n" END, "for the CR");
        if (byte != '\n') (void)row_list_add(&l, "400!", BEFORE "5\r\nhello\r", &c, 1, END, "for the LF");
    }
    row_list_run(&l, "RFC 9112 7.1");
}

static const char *outcome_in_name(int byte)
{
    return row_is_token(byte) || byte == ';' || byte == '=' ? "200" : "400!";
}

static const char *outcome_in_quotes(int byte)
{
    bool is_text = byte == '\t' || (byte >= ' ' && byte != 0x7f && byte != '"');
    return is_text ? "200" : "400!";
}

Test(wire_http_rows_chunk, every_byte_of_an_extension, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        (void)row_list_add(&l, outcome_in_name(byte), BEFORE "5;a", &c, 1, "b" FIVE END, "in a name");
        (void)row_list_add(&l, row_is_token(byte) || byte == ';' ? "200" : "400!", BEFORE "5;a=b", &c, 1, "c" FIVE END, "in a value");
        (void)row_list_add(&l, outcome_in_quotes(byte), BEFORE "5;a=\"b", &c, 1, "c\"" FIVE END, "in quotes");
    }
    row_list_run(&l, "RFC 9112 7.1.1");
}

static const char *outcome_in_trailer(int byte)
{
    return byte == '\t' || (byte >= ' ' && byte != 0x7f) ? "200" : "400!";
}

Test(wire_http_rows_chunk, every_byte_of_a_trailer, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        (void)row_list_add(&l, row_is_token(byte) || byte == ':' ? "200" : "400!", BEFORE "0\r\nA", &c, 1, "B: c\r\n\r\n", "in a name");
        (void)row_list_add(&l, outcome_in_trailer(byte), BEFORE "0\r\nA: b", &c, 1, "c\r\n\r\n", "in a value");
    }
    row_list_run(&l, "RFC 9112 7.1.2");
}
