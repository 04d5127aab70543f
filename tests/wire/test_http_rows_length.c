/* The length of a body: RFC 9112 §6, RFC 9110 §8.6. */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */

static const struct row length_rows[] = {
    ROW("length", ECHO(LEN5, "hello"), "200", "hello"),
    ROW("chunks", CHUNKS("5\r\nhello\r\n0\r\n\r\n"), "200", "hello"),
    ROW("no length is no body", ECHO("", ""), "200", ""),
    ROW("length 0", ECHO("Content-Length: 0\r\n", ""), "200", ""),
    BAD("length and coding", ECHO(LEN5 TE, "0\r\n\r\n")),
    BAD("coding and length", ECHO(TE LEN5, "0\r\n\r\n")),
    BAD("coding and length, any case", ECHO("TRANSFER-ENCODING: Chunked\r\ncontent-length: 5\r\n", "0\r\n\r\n")),
    BAD("chunked, gzip", ECHO("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
    ROW("gzip", ECHO("Transfer-Encoding: gzip\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("identity", ECHO("Transfer-Encoding: identity\r\n", "0\r\n\r\n"), "400|501!"),
    BAD("no coding", ECHO("Transfer-Encoding:\r\n", "0\r\n\r\n")),
    ROW("gzip, chunked", ECHO("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "501!"),
    ROW("a coding with parameters, chunked", ECHO("Transfer-Encoding: x;a=b;c=\"d\", chunked\r\n", "0\r\n\r\n"), "501!"),
    ROW("no coding but a parameter, chunked", ECHO("Transfer-Encoding: ;a=b, chunked\r\n", "0\r\n\r\n"), "400!"),
    ROW("gzip and chunked on two lines", ECHO("Transfer-Encoding: gzip\r\n" TE, "0\r\n\r\n"), "501!"),
    BAD("chunked, chunked", ECHO("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
    BAD("chunked on two lines", ECHO(TE TE, "0\r\n\r\n")),
    BAD("chunked, then identity", ECHO(TE "Transfer-Encoding: identity\r\n", "0\r\n\r\n")),
    ROW("xchunked", ECHO("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("x-chunked-fake", ECHO("Transfer-Encoding: x-chunked-fake\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunkedchunked", ECHO("Transfer-Encoding: chunkedchunked\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunked in quotes", ECHO("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunked in single quotes", ECHO("Transfer-Encoding: 'chunked'\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunked with a parameter", ECHO("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunk", ECHO("Transfer-Encoding: chunk\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunked in base 64", ECHO("Transfer-Encoding: =?UTF-8?B?Y2h1bmtlZA==?=\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("vertical tab", ECHO("Transfer-Encoding: \x0b" "chunked\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("form feed", ECHO("Transfer-Encoding: \x0c" "chunked\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("NUL behind chunked", ECHO("Transfer-Encoding: chunked\0\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("high bytes around chunked", ECHO("Transfer-Encoding: \xff" "chunked\xff\r\n", "0\r\n\r\n"), "400|501!"),
    BAD("comma first", ECHO("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n")),
    BAD("comma last", ECHO("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n")),
    ROW("Chunked", ECHO("Transfer-Encoding: Chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), "200", "hello"),
    ROW("CHUNKED", ECHO("TRANSFER-ENCODING:CHUNKED\r\n", "5\r\nhello\r\n0\r\n\r\n"), "200", "hello"),
    BAD("coding in HTTP/1.0", "POST /run/echo HTTP/1.0\r\n" TE "\r\n5\r\nhello\r\n0\r\n\r\n"),
    BAD("empty length", ECHO("Content-Length:\r\n", "hello")),
    BAD("+5", ECHO("Content-Length: +5\r\n", "hello")),
    BAD("-0", ECHO("Content-Length: -0\r\n", "")),
    BAD("-1", ECHO("Content-Length: -1\r\n", "")),
    BAD("0x5", ECHO("Content-Length: 0x5\r\n", "hello")),
    BAD("0o5", ECHO("Content-Length: 0o5\r\n", "hello")),
    BAD("1_0", ECHO("Content-Length: 1_0\r\n", "hellohello")),
    BAD("5 5", ECHO("Content-Length: 5 5\r\n", "hello")),
    BAD("5,5", ECHO("Content-Length: 5,5\r\n", "hello")),
    BAD("5, 10", ECHO("Content-Length: 5, 10\r\n", "hello")),
    BAD("0, 5", ECHO("Content-Length: 0, 5\r\n", "hello")),
    BAD("5.0", ECHO("Content-Length: 5.0\r\n", "hello")),
    BAD("5e0", ECHO("Content-Length: 5e0\r\n", "hello")),
    BAD("1Z", ECHO("Content-Length: 1Z\r\n", "hello")),
    BAD("quotes", ECHO("Content-Length: \"5\"\r\n", "hello")),
    BAD("Arabic digits", ECHO("Content-Length: \xd9\xa5\r\n", "hello")),
    BAD("2^64", ECHO("Content-Length: 18446744073709551616\r\n", "hello")),
    BAD("2^64 + 5", ECHO("Content-Length: 18446744073709551621\r\n", "hello")),
    BAD("40 nines", ECHO("Content-Length: 9999999999999999999999999999999999999999\r\n", "hello")),
    ROW("005 is decimal", ECHO("Content-Length: 005\r\n", "hello"), "200", "hello"),
    ROW("010 is decimal", ECHO("Content-Length: 010\r\n", "hellohello"), "200", "hellohello"),
    BAD("two lengths", ECHO(LEN5 LEN5, "hello")),
    BAD("two different lengths", ECHO(LEN5 "Content-Length: 6\r\n", "hello")),
    ROW("blank behind", ECHO("Content-Length: 5 \r\n", "hello"), "200", "hello"),
    ROW("tab before", ECHO("Content-Length:\t5\r\n", "hello"), "200", "hello"),
    ROW("two blanks before", ECHO("Content-Length:  5\r\n", "hello"), "200", "hello"),
    ROW("body of a GET", FIELDS(LEN5) "hello" GET, "200 200", "ok\n"),
    ROW("chunked body of a GET", FIELDS(TE) "5\r\nhello\r\n0\r\n\r\n" GET, "200 200", "ok\n"),
    ROW("body of a HEAD", "HEAD /livez HTTP/1.1\r\n" HOST LEN5 "\r\nhello" GET, "h200 200"),
    ROW("body of a DELETE", "DELETE /livez HTTP/1.1\r\n" HOST LEN5 "\r\nhello" GET, "405 200"),
    ROW("body of an OPTIONS", "OPTIONS /livez HTTP/1.1\r\n" HOST LEN5 "\r\nhello" GET, "204 200"),
    ROW("body for nothing", "POST /nothing HTTP/1.1\r\n" HOST LEN5 "\r\nhello" GET, "404 200"),
    BAD("body of a GET in HTTP/1.0", "GET /livez HTTP/1.0\r\n" LEN5 "\r\nhello"),
    ROW("body of a HEAD in HTTP/1.0", "HEAD /livez HTTP/1.0\r\n" LEN5 "\r\nhello", "h400!"),
    BAD("body of a DELETE in HTTP/1.0", "DELETE /livez HTTP/1.0\r\n" LEN5 "\r\nhello"),
    ROW("body of a POST in HTTP/1.0", "POST /run/echo HTTP/1.0\r\n" LEN5 "\r\nhello", "200!", "hello"),
    ROW("less than announced", ECHO("Content-Length: 10\r\n", "hello"), "!", .fin = true),
    ROW("less than announced of a body nobody wants", FIELDS("Content-Length: 10\r\n") "hello", "!", .fin = true),
    ROW("no last chunk", CHUNKS("5\r\nhello\r\n"), "!", .fin = true),
    ROW("more than announced", ECHO("Content-Length: 0\r\n", "X\r\n\r\n"), "200 400!", ""),
    BAD("length first, a request behind the chunks", ECHO("Content-Length: 6\r\n" TE, "0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n")),
    BAD("coding first, a request in the chunks",
        ECHO(TE "Content-Length: 3\r\n", "1c\r\nGET /smuggled HTTP/1.1\r\nX: \r\n0\r\n\r\n")),
    BAD("length 0 and coding", ECHO("Content-Length: 0\r\n" TE, "0\r\n\r\n")),
    BAD("empty length and coding", ECHO("Content-Length:\r\n" TE, "0\r\n\r\n")),
    BAD("coding and length, fields between", ECHO(TE "X: y\r\n" LEN5, "0\r\n\r\n")),
    BAD("length and unknown coding", ECHO(LEN5 "Transfer-Encoding: gzip\r\n", "hello")),
    BAD("length and identity", ECHO(LEN5 "Transfer-Encoding: identity\r\n", "hello")),
    BAD("length and empty coding", ECHO(LEN5 "Transfer-Encoding:\r\n", "hello")),
    BAD("length and coding of a GET", FIELDS(LEN5 TE) "0\r\n\r\n"),
    ROW("length and coding of a HEAD", "HEAD /livez HTTP/1.1\r\n" HOST LEN5 TE "\r\n0\r\n\r\n", "h400!"),
    BAD("length and coding for nothing", "POST /nothing HTTP/1.1\r\n" HOST LEN5 TE "\r\n0\r\n\r\n"),
    BAD("length and coding, close", ECHO("Connection: close\r\n" LEN5 TE, "0\r\n\r\n")),
    BAD("length and coding in HTTP/1.0", "POST /run/echo HTTP/1.0\r\n" LEN5 TE "\r\n0\r\n\r\n"),
    BAD("coding of a GET in HTTP/1.0", "GET /livez HTTP/1.0\r\n" TE "\r\n0\r\n\r\n"),
    BAD("coding and keep-alive in HTTP/1.0", "POST /run/echo HTTP/1.0\r\nConnection: keep-alive\r\n" TE "\r\n0\r\n\r\n"),
    BAD("unknown coding in HTTP/1.0", "POST /run/echo HTTP/1.0\r\nTransfer-Encoding: x\r\n\r\n"),
    ROW("deflate, chunked", ECHO("Transfer-Encoding: deflate, chunked\r\n", "0\r\n\r\n"), "501!"),
    ROW("identity, chunked", ECHO("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("identity and chunked on two lines", ECHO("Transfer-Encoding: identity\r\n" TE, "0\r\n\r\n"), "400|501!"),
    BAD("empty and chunked on two lines", ECHO("Transfer-Encoding:\r\n" TE, "0\r\n\r\n")),
    BAD("chunked and empty on two lines", ECHO(TE "Transfer-Encoding:\r\n", "0\r\n\r\n")),
    BAD("chunked, empty member, chunked", ECHO("Transfer-Encoding: chunked,,chunked\r\n", "0\r\n\r\n")),
    BAD("chunked, identity", ECHO("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")),
    BAD("gzip, chunked, gzip", ECHO("Transfer-Encoding: gzip, chunked, gzip\r\n", "0\r\n\r\n")),
    BAD("chunked, gzip, chunked", ECHO("Transfer-Encoding: chunked, gzip, chunked\r\n", "0\r\n\r\n")),
    BAD("chunked three times", ECHO(TE TE TE, "0\r\n\r\n")),
    BAD("chunked, Chunked", ECHO("Transfer-Encoding: chunked, Chunked\r\n", "0\r\n\r\n")),
    ROW("chunked chunked", ECHO("Transfer-Encoding: chunked chunked\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("gzip chunked", ECHO("Transfer-Encoding: gzip chunked\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunked with q", ECHO("Transfer-Encoding: chunked; q=0\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunked;", ECHO("Transfer-Encoding: chunked;\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunk-ed", ECHO("Transfer-Encoding: chunk-ed\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunked-", ECHO("Transfer-Encoding: chunked-\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunked in brackets", ECHO("Transfer-Encoding: [chunked]\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunked in braces", ECHO("Transfer-Encoding: {chunked}\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("chunked and a colon", ECHO("Transfer-Encoding: :chunked\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("coding named twice in a line", ECHO("Transfer-Encoding: Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400|501!"),
    ROW("Kelvin sign in chunked", ECHO("Transfer-Encoding: chun\xe2\x84\xaa" "ed\r\n", "0\r\n\r\n"), "400|501!"),
    BAD("coding behind a blank line of blanks", ECHO(" \r\n" TE, "0\r\n\r\n")),
    BAD("coding, blank in its name", ECHO("Transfer Encoding: chunked\r\n", "0\r\n\r\n")),
    BAD("coding, blank first", ECHO("X: y\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    BAD("coding, LF before", ECHO("X: y\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    BAD("coding, CR before", ECHO("X: y\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    BAD("coding, LF CR before", ECHO("X: y\n\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    BAD("coding, CR LF CR before", ECHO("X: y\r\n\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    BAD("coding broken by LF", ECHO("Transfer\n-Encoding: chunked\r\n", "0\r\n\r\n")),
    BAD("coding, LF before the colon", ECHO("Transfer-Encoding\n: chunked\r\n", "0\r\n\r\n")),
    BAD("coding, LF behind the colon", ECHO("Transfer-Encoding:\n chunked\r\n", "0\r\n\r\n")),
    BAD("coding ended by LF", ECHO("Transfer-Encoding: chunked\n", "0\r\n\r\n")),
    BAD("coding ended by CR CR LF", ECHO("Transfer-Encoding: chunked\r\r\n", "0\r\n\r\n")),
    BAD("coding folded behind", ECHO("Transfer-Encoding: chunked\r\n , identity\r\n", "0\r\n\r\n")),
    ROW("chunks without a coding", ECHO("", "5\r\nhello\r\n0\r\n\r\n"), "200 400!", ""),
    ROW("coding with an underscore", ECHO("Transfer_Encoding: chunked\r\n" LEN5, "hello") GET, "200 200", "hello"),
    ROW("length with an underscore", ECHO("Content_Length: 50\r\n" LEN5, "hello") GET, "200 200", "hello"),
    ROW("Transfer-Encodings", ECHO("Transfer-Encodings: chunked\r\n" LEN5, "hello") GET, "200 200", "hello"),
    ROW("X-Transfer-Encoding", ECHO("X-Transfer-Encoding: chunked\r\n" LEN5, "hello") GET, "200 200", "hello"),
    ROW("TE is no coding", ECHO("TE: chunked, trailers\r\n" LEN5, "hello") GET, "200 200", "hello"),
    ROW("tab behind", ECHO("Content-Length: 5\t\r\n", "hello") GET, "200 200", "hello"),
    ROW("tabs and spaces around", ECHO("X: y\r\nContent-Length: \t 5 \t\t \t\r\nX-A: \tb\t\r\n", "hello") GET, "200 200", "hello"),
    BAD("tab inside", ECHO("Content-Length: 0\t5\r\n", "hello")),
    BAD("tab, then another length", ECHO("Content-Length: 5\t\r\nContent-Length: 5\t\r\n", "hello")),
    BAD("tab, then a coding", ECHO("Content-Length: 5\t\r\nTransfer-Encoding: chunked\t\r\n", "0\r\n\r\n")),
    BAD("tab, then a bad field", ECHO("Content-Length: 5\t\r\nX A: b\r\n", "hello")),
    BAD("tab behind nothing", ECHO("Content-Length: \t\r\n", "hello")),
    ROW("tab behind, escaped path", "POST /run/%65cho HTTP/1.1\r\n" HOST "Content-Length: 5\t\r\n\r\nhello" GET, "200 200", "hello"),
    ROW("tab behind chunked", ECHO("Transfer-Encoding: chunked\t\r\n", "5\r\nhello\r\n0\r\n\r\n") GET, "200 200", "hello"),
    ROW("tabs around chunked", ECHO("Transfer-Encoding: \tChunked \t\t\r\n", "5\r\nhello\r\n0\r\n\r\n") GET, "200 200", "hello"),
    BAD("tab inside chunked", ECHO("Transfer-Encoding: chun\tked\r\n", "0\r\n\r\n")),
    BAD("tab behind chunked, twice", ECHO("Transfer-Encoding: chunked\t\r\nTransfer-Encoding: chunked\t\r\n", "0\r\n\r\n")),
    ROW("tab before chunked", ECHO("Transfer-Encoding:\tchunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), "200", "hello"),
    ROW("blank behind chunked", ECHO("Transfer-Encoding: chunked \r\n", "5\r\nhello\r\n0\r\n\r\n"), "200", "hello"),
    ROW("many blanks before chunked", ECHO("Transfer-Encoding:    chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), "200", "hello"),
    ROW("cHuNkEd", ECHO("tRANSFER-eNCODING: cHuNkEd\r\n", "5\r\nhello\r\n0\r\n\r\n"), "200", "hello"),
    BAD("two lengths, one empty", ECHO(LEN5 "Content-Length:\r\n", "hello")),
    BAD("two lengths, 5 and 05", ECHO(LEN5 "Content-Length: 05\r\n", "hello")),
    BAD("two lengths, fields between", ECHO(LEN5 "X: y\r\ncontent-length: 5\r\n", "hello")),
    BAD("two lengths, both 0", ECHO("Content-Length: 0\r\nContent-Length: 0\r\n", "")),
    BAD("two lengths of a GET", FIELDS(LEN5 LEN5) "hello"),
    BAD("three lengths", ECHO(LEN5 LEN5 LEN5, "hello")),
    BAD("length ended by LF", ECHO("Content-Length: 5\n", "hello")),
    BAD("length, LF before", ECHO("X: y\nContent-Length: 5\r\n", "hello")),
    BAD("length, CR before", ECHO("X: y\rContent-Length: 5\r\n", "hello")),
    BAD("length, blank in its name", ECHO("Content Length: 5\r\n", "hello")),
    BAD("length folded behind", ECHO("Content-Length: 5\r\n 0\r\n", "hello")),
    BAD("5;", ECHO("Content-Length: 5;\r\n", "hello")),
    BAD(",5", ECHO("Content-Length: ,5\r\n", "hello")),
    BAD("5,", ECHO("Content-Length: 5,\r\n", "hello")),
    BAD("0x0", ECHO("Content-Length: 0x0\r\n", "")),
    BAD("5h", ECHO("Content-Length: 5h\r\n", "hello")),
    BAD("5 bytes", ECHO("Content-Length: 5 bytes\r\n", "hello")),
    BAD("1e1", ECHO("Content-Length: 1e1\r\n", "hello")),
    BAD("5L", ECHO("Content-Length: 5L\r\n", "hello")),
    BAD("'5'", ECHO("Content-Length: '5'\r\n", "hello")),
    BAD("- alone", ECHO("Content-Length: -\r\n", "hello")),
    BAD("+ alone", ECHO("Content-Length: +\r\n", "hello")),
    BAD("+0", ECHO("Content-Length: +0\r\n", "")),
    BAD("words", ECHO("Content-Length: five\r\n", "hello")),
    BAD("NaN", ECHO("Content-Length: NaN\r\n", "hello")),
    BAD("2^63", ECHO("Content-Length: 9223372036854775808000\r\n", "hello")),
    BAD("2^64 - 1 and a digit", ECHO("Content-Length: 184467440737095516150\r\n", "hello")),
    BAD("full width digit", ECHO("Content-Length: \xef\xbc\x95\r\n", "hello")),
    BAD("superscript digit", ECHO("Content-Length: \xb2\r\n", "hello")),
    ROW("length of 19 digits", ECHO("Content-Length: 0000000000000000005\r\n", "hello") GET, "200 200", "hello"),
    ROW("length of 16 digits", ECHO("Content-Length: 0000000000000005\r\n", "hello"), "200", "hello"),
    ROW("00", ECHO("Content-Length: 00\r\n", "") GET, "200 200", ""),
    ROW("more than the route takes", ECHO("Content-Length: 999999999999\r\n", ""), "413!"),
    ROW("more than any route takes", ECHO("Content-Length: 9223372036854775807\r\n", ""), "413!"),
    ROW("more than the route takes, expected", ECHO("Expect: 100-continue\r\nContent-Length: 999999999999\r\n", ""), "413!"),
    ROW("large body for nothing", "POST /nothing HTTP/1.1\r\n" HOST "Content-Length: 999999999999\r\n\r\n", "404!"),
    ROW("large body of a GET", FIELDS("Content-Length: 999999999999\r\n"), "200!"),
    ROW("no length of a PUT", LINE("PUT /ojs/v1/queues/x/config HTTP/1.1") GET, "400 200"),
    ROW("no length of a job", LINE("POST /ojs/v1/jobs HTTP/1.1") GET, "400|411 200"),
    ROW("body of a TRACE", "TRACE /livez HTTP/1.1\r\n" HOST LEN5 "\r\nhello" GET, "405 200"),
    ROW("chunked body of a DELETE", "DELETE /livez HTTP/1.1\r\n" HOST TE "\r\n5\r\nhello\r\n0\r\n\r\n" GET, "405 200"),
    ROW("chunked body of an OPTIONS", "OPTIONS /livez HTTP/1.1\r\n" HOST TE "\r\n5\r\nhello\r\n0\r\n\r\n" GET, "204 200"),
    ROW("body of a GET that looks like a request", FIELDS("Content-Length: 40\r\n") "GET /smuggled HTTP/1.1\r\nHost: q.test\r\n\r\n" GET, "200 200"),
    ROW("chunked body of a GET that looks like one",
        FIELDS(TE) "28\r\nGET /smuggled HTTP/1.1\r\nHost: q.test\r\n\r\n\r\n0\r\n\r\n" GET, "200 200"),
    BAD("body of a GET in HTTP/1.0, keep-alive", "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n" LEN5 "\r\nhello"),
    ROW("empty body of a GET in HTTP/1.0", "GET /livez HTTP/1.0\r\nContent-Length: 0\r\n\r\n", "200!"),
    ROW("no length of a POST in HTTP/1.0", "POST /run/echo HTTP/1.0\r\n\r\nhello", "200!", ""),
    ROW("a job that is cut", "POST /ojs/v1/jobs HTTP/1.1\r\n" HOST "Content-Length: 60\r\n\r\n{\"type\":\"t\",\"args\":[]}", "!", .fin = true),
    ROW("chunk that is cut", CHUNKS("a\r\nhello"), "!", .fin = true),
    ROW("chunk size that is cut", CHUNKS("5\r\nhello\r\n1"), "!", .fin = true),
    ROW("head that is cut", "POST /run/echo HTTP/1.1\r\n" HOST LEN5, "!", .fin = true),
    ROW("X behind length 0", ECHO("Content-Length: 0\r\n", "X") "GET / HTTP/1.1\r\n" HOST "\r\n", "200 501!", ""),
    ROW("request behind length 0", ECHO("Content-Length: 0\r\n", GET), "200 200", ""),
    BAD("length short, a request in the chunks", ECHO("Content-Length: 4\r\n" TE, "5c\r\nGET /smuggled HTTP/1.1\r\n\r\n0\r\n\r\n")),
    BAD("obscured coding and length", ECHO(LEN5 "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
    BAD("coding twice, one unknown, and length", ECHO(TE "Transfer-Encoding: x\r\n" LEN5, "0\r\n\r\n")),
};
ROWS(wire_http_rows_length, length, "RFC 9112 6, RFC 9110 8.6")

/* clang-format on */

/* ---- Transfer-Encoding and Content-Length made unlike, by every byte in every place ---- */

#define BEFORE "POST /run/echo HTTP/1.1\r\n" HOST
#define BODY "\r\n\r\n5\r\nhello\r\n0\r\n\r\n"

/* The name becomes another field's, so there is no body, and what was meant for one is no request. */
static const char *outcome_of_name(int byte)
{
    return row_is_token(byte) ? "200 400!" : "400!";
}

Test(wire_http_rows_length, every_byte_around_transfer_encoding, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        bool is_blank = byte == ' ' || byte == '\t';
        (void)row_list_add(&l, outcome_of_name(byte), BEFORE, &c, 1, "Transfer-Encoding: chunked" BODY, "before the name");
        (void)row_list_add(&l, byte == ':' ? "400|501!" : outcome_of_name(byte), BEFORE "Transfer-Encoding", &c, 1, ": chunked" BODY,
                           "behind the name");
        (void)row_list_add(&l, is_blank ? "200" : "400|501!", BEFORE "Transfer-Encoding:", &c, 1, "chunked" BODY, "before the value");
        (void)row_list_add(&l, is_blank ? "200" : "400|501!", BEFORE "Transfer-Encoding: chunked", &c, 1, BODY, "behind the value");
        if (byte != '-') (void)row_list_add(&l, byte == ':' ? "200 400!" : outcome_of_name(byte), BEFORE "Transfer", &c, 1,
                                            "Encoding: chunked" BODY, "for the hyphen");
    }
    row_list_run(&l, "RFC 9112 6.1");
}

#define LENGTH_BODY "\r\n\r\nhello"

/* "ello" behind the h of a body of one byte and the like is no request, either. */
static const char *outcome_of_digit(int byte, const char *usual)
{
    return byte == ' ' || (byte == '0' && *usual == '0') ? "200" : "400!";
}

Test(wire_http_rows_length, every_byte_around_content_length, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        bool is_digit = byte >= '0' && byte <= '9';
        const char *outcome = row_is_token(byte) ? "200 400!" : "400!";
        (void)row_list_add(&l, outcome, BEFORE, &c, 1, "Content-Length: 5" LENGTH_BODY "\r\n\r\n", "before the name");
        (void)row_list_add(&l, outcome, BEFORE "Content-Length", &c, 1, ": 5" LENGTH_BODY "\r\n\r\n", "behind the name");
        if ((!is_digit || byte == '0') && byte != '\t')
            (void)row_list_add(&l, outcome_of_digit(byte, "0"), BEFORE "Content-Length:", &c, 1, "5" LENGTH_BODY, "before the value");
        if (byte == '\t') (void)row_list_add(&l, "200", BEFORE "Content-Length:", &c, 1, "5" LENGTH_BODY, "before the value");
        if (byte == '\t') (void)row_list_add(&l, "200", BEFORE "Content-Length: 5", &c, 1, LENGTH_BODY, "behind the value");
        else if (!is_digit) (void)row_list_add(&l, outcome_of_digit(byte, ""), BEFORE "Content-Length: 5", &c, 1, LENGTH_BODY, "behind the value");
        if (!is_digit) (void)row_list_add(&l, "400!", BEFORE "Content-Length: 0", &c, 1, "5" LENGTH_BODY, "inside the value");
    }
    row_list_run(&l, "RFC 9110 8.6, RFC 9112 6.3");
}

/* Whatever is made of Transfer-Encoding, a Content-Length beside it decides nothing as long as the name is right. */
Test(wire_http_rows_length, every_coding_beside_a_length, .timeout = 60)
{
    static const char *const values[] = {"chunked", "Chunked", "identity", "gzip", "x", "chunked, chunked", "gzip, chunked", ",chunked",
                                         "chunked,", "\"chunked\"", "'chunked'", "chunked;q=1", "xchunked", "chunk", "", " ", "\tchunked",
                                         "chunked\t", "chunked, identity", "identity, chunked", "\xff" "chunked", "chunked\xa0", "null", "cow"};
    struct row_list l = {0};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        size_t len = strlen(values[i]);
        (void)row_list_add(&l, "400!", BEFORE LEN5 "Transfer-Encoding: ", values[i], len, BODY, "behind a length");
        (void)row_list_add(&l, "400!", BEFORE "Transfer-Encoding: ", values[i], len, "\r\n" LEN5 "\r\n5\r\nhello\r\n0\r\n\r\n",
                           "before a length");
    }
    row_list_run(&l, "RFC 9112 6.1, 6.3");
}
