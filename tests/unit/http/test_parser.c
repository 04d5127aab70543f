/* What a request must look like, byte by byte: every row runs whole, in single bytes and cut at every offset. What else a parser says:
 * test_parser_steps.c. */
#include "feed.h"
#include <criterion/criterion.h>

struct row {
    struct slice bytes;
    const char *expected;
};

#define ROW(bytes, expected) {SLICE_INIT(bytes), expected}
#define H "Host: q.test\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\n" H
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"
#define TEN "aaaaaaaaaa"
#define SIXTY TEN TEN TEN TEN TEN TEN

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *wrong = feed_compare(rows[i].bytes, rows[i].expected, 1);
        cr_expect(!wrong, "row %zu (%.60s): %s", i, rows[i].bytes.p, wrong ? wrong : "");
    }
}
#define CHECK(rows) check(rows, sizeof rows / sizeof *rows)

Test(parser, request_line)
{
    static const struct row rows[] = {
        ROW(GET H "\r\n", "GET / k;"),
        ROW("\r\n" GET H "\r\n", "GET / k;"),
        ROW("\r\n\r\n" GET H "\r\n\r\n" GET H "\r\n", "GET / k;GET / k;"),
        ROW("\r\n\r\n\r\n" GET H "\r\n", "!400"),
        ROW("\r\n\r\n\r", "!400"),
        ROW("\n\n" GET H "\r\n", "!400"),
        ROW("\r" GET H "\r\n", "!400"),
        ROW("\r\r\n" GET H "\r\n", "!400"),
        ROW("\r\n\r\n", ""),
        ROW("GET /\r\n\r\n", "!400"),
        ROW("GET /\r\n" H "\r\n", "!400"),
        ROW("GET / HTTP/1.1\n" H "\r\n", "!400"),
        ROW("GET / HTTP/1.1\rHost: q\r\n\r\n", "!400"),
        ROW("GET  / HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /  HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET / HTTP/1.1 \r\n" H "\r\n", "!400"),
        ROW("GET\t/ HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /\tHTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a b HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW(" / HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW(" a\r\n", "!400"),
        ROW(".\r\n", "!400"),
        ROW("GET/ HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("get / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("GeT / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("GETX / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("GE / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("WHATEVERMETHOD / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("X-MY-METHOD / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("123 / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("PROPFIND / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("QUERY / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("SOURCE / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW(SIXTY "aaaa / HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW(SIXTY "aaaaa / HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("G=\":<>(e),[T];?\" / HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("\"GET\" / HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET / HTTP/2.0\r\n", "!505"),
        ROW("GET / HTTP/3.0\r\n", "!505"),
        ROW("GET / HTTP/9.9\r\n", "!505"),
        ROW("GET / HTTP/0.9\r\n", "!505"),
        ROW("GET / HTTP/1.2\r\n", "!505"),
        ROW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "!505"),
        ROW("GET / HTTP/01.01\r\n", "!400"),
        ROW("GET / HTTP/1\r\n", "!400"),
        ROW("GET / HTTP/1.\r\n", "!400"),
        ROW("GET / HTTP/1.32\r\n", "!400"),
        ROW("GET / HTTP/1.10\r\n", "!400"),
        ROW("GET / HTTP/ 1.1\r\n", "!400"),
        ROW("GET / HTTP /1.1\r\n", "!400"),
        ROW("GET / http/1.1\r\n", "!400"),
        ROW("GET / HTTP/\r\r1.1\r\n", "!400"),
        ROW("GET / HTTP/1.1\r\r\n" H "\r\n", "!400"),
        ROW("GET / HTTP/1,1\r\n", "!400"),
        ROW("GET / RTSP/1.0\r\n\r\n", "!400"),
        ROW("OPTIONS * RTSP/1.0\r\n\r\n", "!400"),
        ROW("POST / ICE/1.0\r\n\r\n", "!400"),
        ROW("SOURCE / ICE/1.0\r\n\r\n", "!400"),
        ROW("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "!400"),
        ROW("\x00\xff\x80", "!400"),
        ROW("GET / HTTP/1.1\r\n" H, "~"),
        ROW("G", "~"),
    };
    CHECK(rows);
}

Test(parser, target)
{
    static const struct row rows[] = {
        ROW("GET http://q.test/x HTTP/1.1\r\nHost: other\r\n\r\n", "GET /x k;"),
        ROW("GET HTTPS://q.test:8443/x?y HTTP/1.1\r\n" H "\r\n", "GET /x k;"),
        ROW("GET http://q.test HTTP/1.1\r\n" H "\r\n", "GET / k;"),
        ROW("GET http://q.test?a=1 HTTP/1.1\r\n" H "\r\n", "GET / k;"),
        ROW("GET http://[::1]:80/p HTTP/1.1\r\n" H "\r\n", "GET /p k;"),
        ROW("GET http://u:p@q.test/ HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET http://u@q.test/ HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET http:///x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET http://?x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET http:// HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET http:/x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET ftp://q.test/x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET http://q.test:99999/ HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET http://q..test/ HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET http://q.test/../x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET * HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("OPTIONS */x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("OPTIONS *?x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("OPTIONS * HTTP/1.1\r\n" H "\r\n", "OPTIONS * k*;"),
        ROW("OPTIONS / HTTP/1.0\r\n\r\n", "OPTIONS / ;"),
        ROW("GET ?a=b HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET admin/x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET q.test:80 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("CONNECT q.test:443 HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("CONNECT [::1]:443 HTTP/1.1\r\n" H "\r\n", "!501"),
        ROW("CONNECT / HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("CONNECT q.test HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("CONNECT q.test: HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("CONNECT http://q.test/ HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("CONNECT q.test:443 HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello", "!400"),
        ROW("CONNECT q.test:443 HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "!400"),
        ROW("GET /p#frag HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /\x01 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /\x00 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /\x7f HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /\x80 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a\\b HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a\"b HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /<a> HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /{a} HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a^b HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a`b HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a|b HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a[0] HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a?f[0]=1 HTTP/1.1\r\n" H "\r\n", "GET /a k;"),
        ROW("GET /a;b=c,d@e:f!$&'()*+~_- HTTP/1.1\r\n" H "\r\n", "GET /a;b=c,d@e:f!$&'()*+~_- k;"),
        ROW("GET /% HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%1 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%1?23 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%zz HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /?%zz HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /?a=% HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /?a=%41 HTTP/1.1\r\n" H "\r\n", "GET / k;"),
        ROW("GET /a%20b%41 HTTP/1.1\r\n" H "\r\n", "GET /a bA k;"),
        ROW("GET /%00 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%0a HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%0D HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%1b HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%7f HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /v1/jobs/a%2Fb HTTP/1.1\r\n" H "\r\n", "GET /v1/jobs/a%2Fb ks;"),
        ROW("GET /%41%5c%2f%42 HTTP/1.1\r\n" H "\r\n", "GET /A%5c%2fB ks;"),
        ROW("GET /a/../b HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a/./b HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a/.. HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /. HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%2e%2e/x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /.%2E/x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /..;/x HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a%2f..%2fb HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a%5c..%5cb HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /a/...;/.b/c./..d HTTP/1.1\r\n" H "\r\n", "GET /a/...;/.b/c./..d k;"),
        ROW("GET /?a=../.. HTTP/1.1\r\n" H "\r\n", "GET / k;"),
        ROW("GET /%252e%252e HTTP/1.1\r\n" H "\r\n", "GET /%2e%2e k;"),
        ROW("GET /%252f HTTP/1.1\r\n" H "\r\n", "GET /%2f k;"),
        ROW("GET //evil.example/v1 HTTP/1.1\r\n" H "\r\n", "GET //evil.example/v1 k;"),
        ROW("GET /%c3%a9%e2%82%ac%f0%9f%98%80 HTTP/1.1\r\n" H "\r\n", "GET /\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 k;"),
        ROW("GET /%c0%ae HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%ed%a0%80 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%f4%90%80%80 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%e2%82 HTTP/1.1\r\n" H "\r\n", "!400"),
        ROW("GET /%80 HTTP/1.1\r\n" H "\r\n", "!400"),
    };
    CHECK(rows);
}

#define HOST(value, expected) ROW(GET "Host:" value "\r\n\r\n", expected)

Test(parser, host)
{
    static const struct row rows[] = {
        ROW(GET "\r\n", "!400"),
        ROW(GET H H "\r\n", "!400"),
        ROW(GET H "Host: other\r\n\r\n", "!400"),
        ROW("GET http://q.test/ HTTP/1.1\r\n\r\n", "!400"),
        ROW("GET http://q.test/ HTTP/1.1\r\nHost: a b\r\n\r\n", "!400"),
        ROW("GET / HTTP/1.0\r\n\r\n", "GET / ;"),
        ROW("GET / HTTP/1.0\r\nHost: a/b\r\n\r\n", "!400"),
        HOST("", "!400"), HOST(" ", "!400"), HOST(" a, b", "!400"), HOST(" a b", "!400"),
        HOST(" a/b", "!400"), HOST(" u@a", "!400"), HOST(" u:p@a", "!400"), HOST(" a?x", "!400"),
        HOST(" a#x", "!400"), HOST(" ..a", "!400"), HOST(" a..b", "!400"), HOST(" .a", "!400"),
        HOST(" .", "!400"), HOST(" [::1]' UNION", "!400"), HOST(" ::1", "!400"),
        HOST(" [::1", "!400"), HOST(" [::1].", "!400"), HOST(" x[::1]", "!400"),
        HOST(" []", "!400"), HOST(" [::g]", "!400"), HOST(" [fe80::1%25eth0]", "!400"),
        HOST(" [v1.a]", "!400"), HOST(" [::1]", "GET / k;"), HOST(" [::1]:80", "GET / k;"),
        HOST(" [::ffff:1.2.3.4]", "GET / k;"), HOST(" a:asd", "!400"), HOST(" a:-1", "!400"),
        HOST(" a:98777", "!400"), HOST(" a:65536", "!400"), HOST(" a:65535", "GET / k;"),
        HOST(" a:80:80", "!400"), HOST(" :80", "!400"), HOST(" a:", "GET / k;"),
        HOST(" Q.TEST", "GET / k;"), HOST(" q.test.", "GET / k;"), HOST("\tq_1.test \t", "GET / k;"),
        HOST(" a%41", "!400"), HOST(" \xc3\xa9", "!400"), HOST(" 127.0.0.1:8080", "GET / k;"),
    };
    CHECK(rows);
}

#define FIELD(line, expected) ROW(GET H line "\r\n", expected)

Test(parser, field_lines)
{
    static const struct row rows[] = {
        FIELD("X-A : v\r\n", "!400"), FIELD("Content-Length : 5\r\n", "!400"),
        FIELD("Transfer-Encoding\t: chunked\r\n", "!400"),
        ROW(GET " " H "\r\n", "!400"), ROW(GET "\t" H "\r\n", "!400"), ROW(GET " \r\n" H "\r\n", "!400"),
        FIELD("X: a\r\n b\r\n", "!400"), FIELD("X: a\r\n\tb\r\n", "!400"),
        FIELD("Transfer-Encoding:\r\n chunked\r\n", "!400"), FIELD("X\r\n", "!400"),
        FIELD("Content-Length 10\r\n", "!400"), FIELD("Content-\r\n Length: 5\r\n", "!400"),
        FIELD(": v\r\n", "!400"), FIELD(":\r\n", "!400"), FIELD("X@: v\r\n", "!400"),
        FIELD("X[: v\r\n", "!400"), FIELD("X(: v\r\n", "!400"), FIELD("X): v\r\n", "!400"),
        FIELD("X,: v\r\n", "!400"), FIELD("X;: v\r\n", "!400"), FIELD("X<: v\r\n", "!400"),
        FIELD("X=: v\r\n", "!400"), FIELD("X?: v\r\n", "!400"), FIELD("X{: v\r\n", "!400"),
        FIELD("X\x00: v\r\n", "!400"), FIELD("X\x01: v\r\n", "!400"), FIELD("X\x7f: v\r\n", "!400"),
        FIELD("X\x80: v\r\n", "!400"), FIELD("Content\xe2\x84\xaa: v\r\n", "!400"),
        FIELD("X: a\x00"
              "b\r\n", "!400"),
        FIELD("X: a\rb\r\n", "!400"), FIELD("X: a\nb: c\r\n", "!400"), FIELD("X: a\x01\r\n", "!400"),
        FIELD("X: a\x0b\r\n", "!400"), FIELD("X: a\x1f\r\n", "!400"), FIELD("X: a\x7f\r\n", "!400"),
        FIELD("X: a\n", "!400"), FIELD("X: a\r\r\n", "!400"),
        FIELD("User: \x85"
              "admin\xa0\r\n", "GET / k;"),
        FIELD("\rX", "!400"), ROW(GET H "\r\r\n", "!400"), ROW(GET H "\n", "!400"),
        FIELD("X-Empty:\r\n", "GET / k;"), FIELD("X-Empty: \t \r\n", "GET / k;"),
        FIELD("X: a\tb \t\r\n", "GET / k;"),
        ROW(GET "hoSt:\tq.test\r\n\r\n", "GET / k;"), ROW(GET "HOST:q.test\r\n\r\n", "GET / k;"),
        FIELD("!#$%&'*+-.^_`|~: v\r\n", "GET / k;"),
        FIELD("Authorization: a\r\nauthorization: a\r\n", "!400"),
        FIELD("Content-Type: a/b\r\nContent-Type: a/c\r\n", "!400"),
        FIELD("Content-Encoding: gzip\r\nContent-Encoding: br\r\n", "!400"),
        FIELD("Range: a\r\nX: y\r\nRange: a\r\n", "!400"), FIELD("If-Range: a\r\nIf-Range: a\r\n", "!400"),
        FIELD("If-Match: a\r\nIf-Match: b\r\n", "!400"), FIELD("If-None-Match: a\r\nIf-None-Match: b\r\n", "!400"),
        FIELD("If-Modified-Since: a\r\nIf-Modified-Since: b\r\n", "!400"),
        FIELD("If-Unmodified-Since: a\r\nIf-Unmodified-Since: b\r\n", "!400"),
        FIELD("Idempotency-Key: a\r\nIdempotency-Key: a\r\n", "!400"),
        FIELD("Prefer: wait=1\r\nPrefer: wait=2\r\n", "!400"), FIELD("Prefer: wait=1, wait=1\r\n", "!400"),
        FIELD("Prefer: wait=1\r\nPrefer: respond-async\r\n", "GET / k;"),
        FIELD("Prefer: foo=\"wait=1, wait=2\", wait=3\r\n", "GET / k;"),
        FIELD("Accept: a\r\nAccept: b\r\n", "GET / k;"),
        FIELD("Content_Length: 9\r\nTransfer_Encoding: chunked\r\nHost_: x\r\n", "GET / k;"),
        FIELD("Connection: Host, Authorization\r\nAuthorization: a\r\n", "GET / k;"),
    };
    CHECK(rows);
}

#define BODY(fields, data, expected) ROW(POST fields "\r\n" data, expected)

Test(parser, body_length)
{
    static const struct row rows[] = {
        BODY("Content-Length: 5\r\n", "hello", "POST / kl5=hello;"),
        BODY("Content-Length: 5\r\n", "hello" GET H "\r\n", "POST / kl5=hello;GET / k;"),
        BODY("Content-Length: 0\r\n", GET H "\r\n", "POST / kl0;GET / k;"),
        BODY("", GET H "\r\n", "POST / k;GET / k;"),
        BODY("Content-Length: 5\r\n", "hell", "POST / kl5=hell~"),
        BODY("Content-Length: 5\t\r\n", "hello" GET H "\r\n", "POST / kl5=hello;GET / k;"),
        BODY("Content-Length: \t5 \t \t\r\nX: y\t\r\n", "hello", "POST / kl5=hello;"),
        BODY("Content-Length: 5\t5\r\n", "hello", "!400"), BODY("Content-Length: 5\t\r\nContent-Length: 5\t\r\n", "hello", "!400"),
        BODY("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", "!400"),
        BODY("transfer-ENCODING: Chunked\r\ncontent-LENGTH: 5\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", "", "!400"),
        BODY("Transfer-Encoding: chunked, gzip\r\n", "", "!400"),
        BODY("Transfer-Encoding: gzip\r\n", "", "!400"), BODY("Transfer-Encoding: identity\r\n", "", "!400"),
        BODY("Transfer-Encoding:\r\n", "", "!400"), BODY("Transfer-Encoding: \r\n", "", "!400"),
        BODY("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n", "!501"),
        BODY("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", "!501"),
        BODY("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", "!501"),
        BODY("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: x-chunked-fake\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: chunkedchunked\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: 'chunked'\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: chunk\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: =?UTF-8?B?Y2h1bmtlZA==?=\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: \x0b"
             "chunked\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: \x0c"
             "chunked\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: chunked\x00\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: \xff"
             "chunked\xff\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: gzip,,chunked\r\n", "0\r\n\r\n", "!400"),
        BODY("Transfer-Encoding: chunked\t\r\n", "0\r\n\r\n", "POST / kc;"),
        BODY("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n", "POST / kc;"),
        BODY("TRANSFER-ENCODING: CHUNKED \r\n", "5\r\nhello\r\n0\r\n\r\n", "POST / kc=hello;"),
        ROW("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "!400"),
        BODY("Content-Length:\r\n", "", "!400"), BODY("Content-Length: \r\n", "", "!400"),
        BODY("Content-Length: +5\r\n", "hello", "!400"), BODY("Content-Length: -0\r\n", "", "!400"),
        BODY("Content-Length: -1\r\n", "", "!400"), BODY("Content-Length: 0x5\r\n", "hello", "!400"),
        BODY("Content-Length: 0o5\r\n", "hello", "!400"), BODY("Content-Length: 1_0\r\n", "hello", "!400"),
        BODY("Content-Length: 5 5\r\n", "hello", "!400"), BODY("Content-Length: 5,5\r\n", "hello", "!400"),
        BODY("Content-Length: 5, 10\r\n", "hello", "!400"), BODY("Content-Length: 0, 5\r\n", "hello", "!400"),
        BODY("Content-Length: 5.0\r\n", "hello", "!400"), BODY("Content-Length: 5e0\r\n", "hello", "!400"),
        BODY("Content-Length: 1Z\r\n", "hello", "!400"), BODY("Content-Length: \xd9\xa5\r\n", "hello", "!400"),
        BODY("Content-Length: 18446744073709551616\r\n", "", "!400"),
        BODY("Content-Length: 9999999999999999999999999999999999999999\r\n", "", "!400"),
        BODY("Content-Length: 9999999999999999999\r\n", "", "POST / kl9999999999999999999~"),
        BODY("Content-Length: 00000000000000000005\r\n", "hello", "!400"),
        BODY("Content-Length: 005\r\n", "hello", "POST / kl5=hello;"),
        BODY("Content-Length: 0000000000000000005\r\n", "hello", "POST / kl5=hello;"),
        BODY("Content-Length: 5\r\nContent-Length: 5\r\n", "hello", "!400"),
        BODY("Content-Length: 5\r\nContent-Length: 6\r\n", "hello", "!400"),
        BODY("Content-Length: 5 \r\n", "hello", "POST / kl5=hello;"),
        BODY("Content-Length:\t5\r\n", "hello", "POST / kl5=hello;"),
        BODY("Content-Length:  5\r\n", "hello", "POST / kl5=hello;"),
        ROW("GET / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello" GET H "\r\n", "GET / kl5=hello;GET / k;"),
        ROW("HEAD / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello" GET H "\r\n", "HEAD / kl5=hello;GET / k;"),
        ROW("DELETE / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello" GET H "\r\n", "DELETE / kl5=hello;GET / k;"),
        ROW("OPTIONS / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello" GET H "\r\n", "OPTIONS / kl5=hello;GET / k;"),
        ROW("GET / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", "!400"),
        ROW("HEAD / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", "!400"),
        ROW("DELETE / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", "!400"),
        ROW("GET / HTTP/1.0\r\nContent-Length: 0\r\n\r\n", "GET / l0;"),
        ROW("POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", "POST / l5=hello;"),
        BODY("Content-Length: 0\r\n", "X", "POST / kl0;~"),
        BODY("Content-Length: 0\r\n", "X\r\n", "POST / kl0;!400"),
        BODY("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nGET /smuggled HTTP/1.1\r\n" H "\r\n", "!400"),
        BODY("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "5c\r\nGPOST / HTTP/1.1\r\n\r\n0\r\n\r\n", "!400"),
    };
    CHECK(rows);
}

#define CHUNKS(data, expected) ROW(CHUNKED data, "POST / kc" expected)

Test(parser, chunked)
{
    static const struct row rows[] = {
        CHUNKS("A\r\n0123456789\r\n0\r\n\r\n", "=0123456789;"),
        CHUNKS("a\r\n0123456789\r\n000\r\n\r\n", "=0123456789;"),
        CHUNKS("000005\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n" GET H "\r\n", "=helloabc;GET / k;"),
        CHUNKS("0\r\n\r\n", ";"),
        CHUNKS("0x5\r\nhello\r\n0\r\n\r\n", "!400"), CHUNKS("+5\r\nhello\r\n0\r\n\r\n", "!400"),
        CHUNKS("-1\r\nhello\r\n0\r\n\r\n", "!400"), CHUNKS("1_0\r\nhello\r\n0\r\n\r\n", "!400"),
        CHUNKS(" 5\r\nhello\r\n0\r\n\r\n", "!400"), CHUNKS("5 \r\nhello\r\n0\r\n\r\n", "!400"),
        CHUNKS("5\t\r\nhello\r\n0\r\n\r\n", "!400"), CHUNKS("\r\nhello\r\n0\r\n\r\n", "!400"),
        CHUNKS("Z\r\nhello\r\n0\r\n\r\n", "!400"), CHUNKS("5these-bytes\r\nhello\r\n0\r\n\r\n", "!400"),
        CHUNKS("FFFFFFFFFFFFFFFF0\r\n", "!400"), CHUNKS("ffffffffffffffffffffffffffffffffffffffff\r\n", "!400"),
        CHUNKS("5\nhello\r\n0\r\n\r\n", "!400"), CHUNKS("5\r\nhello\n0\r\n\r\n", "=hello!400"),
        CHUNKS("5\r\nhello\r\n0\n\r\n", "=hello!400"), CHUNKS("5\r\nhello\r\n0\r\n\n", "=hello!400"),
        CHUNKS("5\r\nhello\r\n0\r\nX: y\n\r\n", "=hello!400"),
        CHUNKS("5\r\r;a\r\nhello\r\n", "!400"), CHUNKS("5;a=b\r\rX", "!400"),
        CHUNKS("5;\nxx\r\n", "!400"), CHUNKS("5;a\x01=b\r\nhello\r\n", "!400"),
        CHUNKS("5;a=b\nhello\r\n0\r\n\r\n", "!400"), CHUNKS("5\rhello\r\n", "!400"),
        CHUNKS("5\r\nhello0\r\n\r\n", "=hello!400"), CHUNKS("4\r\nSEE-THIS\r\n0\r\n\r\n", "=SEE-!400"),
        CHUNKS("5;ext=value\r\nhello\r\n0\r\n\r\n", "=hello;"), CHUNKS("5;a;b=c\r\nhello\r\n0;x\r\n\r\n", "=hello;"),
        CHUNKS("5;e=\"a\\\"b\"\r\nhello\r\n0\r\n\r\n", "=hello;"),
        CHUNKS("5;\r\nhello\r\n0\r\n\r\n", "!400"), CHUNKS("5;bad[=x\r\nhello\r\n0\r\n\r\n", "!400"),
        CHUNKS("5; a=b\r\nhello\r\n0\r\n\r\n", "!400"), CHUNKS("5 ;a=b\r\nhello\r\n0\r\n\r\n", "!400"),
        CHUNKS("0\r\nXX\r\n\r\n", "!400"), CHUNKS("5\r\nhello\r\n0\r\nGET / HTTP/1.1\r\n", "=hello!400"),
        CHUNKS("5\r\nhello\r\n", "=hello~"), CHUNKS("5\r\nhel", "=hel~"), CHUNKS("", "~"),
        CHUNKS("0\r\nX-Checksum: a\r\n\r\n" GET H "\r\n", ";GET / k;"),
        CHUNKS("0\r\nX: a\r\n b\r\n\r\n", "!400"), CHUNKS("0\r\nX : a\r\n\r\n", "!400"),
        CHUNKS("0\r\nContent-Length: 5\r\n\r\n", "!400"),
        CHUNKS("0\r\nTransfer-Encoding: chunked\r\n\r\n", "!400"),
        CHUNKS("0\r\nHost: evil\r\nAuthorization: x\r\nAuthorization: y\r\nContent-Type: a/b\r\n"
               "Idempotency-Key: k\r\nX-Forwarded-For: 1.2.3.4\r\nExpect: x\r\n\r\n" GET H "\r\n", ";GET / k;"),
        CHUNKS("0\r\nConnection: close\r\nUpgrade: h2c\r\n\r\n" GET H "\r\n", ";GET / k;"),
        CHUNKS("0\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n" GET H "\r\n", ";GET / k;"),
    };
    CHECK(rows);
}

Test(parser, connection)
{
    static const struct row rows[] = {
        ROW(GET H "\r\n" GET H "\r\n", "GET / k;GET / k;"),
        FIELD("Connection: close\r\n", "GET / ;"), FIELD("Connection: CLOSE\r\n", "GET / ;"),
        FIELD("Connection: Keep-Alive, Close\r\n", "GET / ;"), FIELD("Connection: close\t\r\n", "GET / ;"),
        FIELD("Connection: foo\r\nConnection: bar ,\tclose\r\n", "GET / ;"),
        FIELD("Connection:\r\n", "GET / k;"), FIELD("Connection: , ,\r\n", "GET / k;"),
        FIELD("Connection: closed\r\n", "GET / k;"), FIELD("Connection: not-close\r\n", "GET / k;"),
        FIELD("Proxy-Connection: close\r\n", "GET / k;"),
        ROW(GET H "Connection: close\r\n\r\n" GET H "\r\n", "GET / ;"),
        ROW(GET H "Connection: close\r\n\r\n\x00garbage", "GET / ;"),
        ROW("GET / HTTP/1.0\r\n\r\n" GET H "\r\n", "GET / ;"),
        ROW("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET H "\r\n", "GET / k;GET / k;"),
        ROW("GET / HTTP/1.0\r\nProxy-Connection: keep-alive\r\n\r\n", "GET / ;"),
        ROW("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", "GET / ;"),
        ROW(POST "Connection: close\r\nContent-Length: 5\r\n\r\nhello" GET H "\r\n", "POST / l5=hello;"),
        ROW(GET H "\r\nGARBAGE\r\n", "GET / k;!400"),
        ROW(GET H "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n" GET H "\r\n",
            "GET / k;GET / k;"),
        ROW(POST "Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello" GET H "\r\n", "POST / kl5=hello;GET / k;"),
        ROW(POST "Connection: upgrade\r\nUpgrade: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n" GET H "\r\n",
            "POST / kc=a;GET / k;"),
        ROW("TRACE / HTTP/1.1\r\n" H "\r\n", "TRACE / k;"), ROW("PUT / HTTP/1.1\r\n" H "\r\n", "PUT / k;"),
        ROW("PATCH / HTTP/1.1\r\n" H "\r\n", "PATCH / k;"),
    };
    CHECK(rows);
}

Test(parser, expect)
{
    static const struct row rows[] = {
        BODY("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello", "POST / kl5x=hello;"),
        BODY("Expect: 100-Continue\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", "POST / kcx;"),
        BODY("Expect: 100-continue\r\n", "", "POST / k;"),
        BODY("Expect: 100-continue\r\nContent-Length: 0\r\n", "", "POST / kl0;"),
        ROW("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na", "POST / l1=a;"),
        ROW("POST / HTTP/1.0\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\na", "POST / l1=a;"),
        BODY("Expect: 200-ok\r\nContent-Length: 5\r\n", "hello", "!417"),
        BODY("Expect: x 100-continue\r\nContent-Length: 5\r\n", "hello", "!417"),
        BODY("Expect: 100-continue, x\r\nContent-Length: 5\r\n", "hello", "!417"),
        BODY("Expect:\r\n", "", "!417"),
        BODY("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5\r\n", "hello", "!417"),
    };
    CHECK(rows);
}
