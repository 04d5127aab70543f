/* What quern makes of bytes: request line, target, Host, fields, lengths, chunks, connections, methods and Expect (RFC 9110,
 * RFC 9112). Every row is sent whole, byte by byte, and cut into two at every byte: how bytes are cut must change nothing. */
#include "wire.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One row. expect: the status of each reply, "400|501" where both are right, "h200" where it answers HEAD and has no body; "!" at
 * the end: the connection ends after that, without a further byte. Otherwise it must be good for another request. */
struct row {
    const char *id;
    const char *in;
    size_t len;
    const char *expect;
    const char *body;  /* of the first reply; NULL: whatever */
    bool fin;          /* the client ends its sending side after it */
    bool may_continue; /* 100 (Continue) may come before the first reply */
};

/* clang-format off */
#define ROW(id_, in_, ...) {.id = id_, .in = in_, .len = sizeof(in_) - 1, .expect = __VA_ARGS__}
#define BAD(id, in) ROW(id, in, "400!")
/* A whole request around a request line, around the fields of a GET, around the fields and the body of an echo. */
#define LINE(line) line "\r\n" HOST "\r\n"
#define GET "GET /livez HTTP/1.1\r\n" HOST "\r\n"
#define FIELDS(fields) "GET /livez HTTP/1.1\r\n" HOST fields "\r\n"
#define HOSTED(host) "GET /livez HTTP/1.1\r\n" host "\r\n\r\n"
#define ECHO(fields, body) "POST /run/echo HTTP/1.1\r\n" HOST fields "\r\n" body
#define CHUNKS(body) ECHO("Transfer-Encoding: chunked\r\n", body)
#define LEN5 "Content-Length: 5\r\n"
#define TE "Transfer-Encoding: chunked\r\n"
/* clang-format on */

#define CONFIG                                                                   \
    "{\"routes\": [{\"method\": \"GET\", \"path\": \"/n/<int:n>\", \"body\": \"n\"}, " \
    "{\"method\": \"GET\", \"path\": \"/parked\", \"job\": \"echo\"}, "          \
    "{\"method\": \"GET\", \"path\": \"/quiet\", \"status\": 204}]}"

/* ---- one row ---- */

#define COMPLAINTS_MAX 20
#define COMPLAINTS_OF_A_ROW 3
static unsigned n_complaints, n_of_this_row;

static void quote(char out[400], const char *p, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len && n < 390; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c >= ' ' && c < 0x7f) out[n++] = (char)c;
        else n += (size_t)snprintf(out + n, 5, "\\x%02x", c);
    }
    out[n] = '\0';
}

/* how: in which form the row was sent. Always false. */
static bool complain(const struct row *k, const char *how, const char *what, const struct reply *r)
{
    char in[400];
    quote(in, k->in, k->len);
    n_of_this_row++;
    if (n_complaints++ < COMPLAINTS_MAX)
        (void)fprintf(stderr, "%s, %s: %s\n  sent: %s\n%s%s\n", k->id, how, what, in, r && r->head ? r->head : "",
                      r && r->body ? r->body : "");
    return false;
}

static bool closes(const struct row *k)
{
    size_t len = strlen(k->expect);
    return len && k->expect[len - 1] == '!';
}

/* "400|501": whether status is one of them. *token moves behind the word. */
static bool matches(const char **token, int status)
{
    bool found = false;
    for (;; (*token)++) {
        found |= strtol(*token, NULL, 10) == status;
        *token += strspn(*token, "0123456789");
        if (**token != '|') return found;
    }
}

static const char *fault_of(const struct row *k, const char **token, const struct reply *r, bool is_first, bool is_head)
{
    static char text[64];
    if (!matches(token, r->status)) {
        (void)snprintf(text, sizeof text, "status %d, wanted %s", r->status, k->expect);
        return text;
    }
    if (is_head && r->body_len) return "a body in answer to HEAD";
    if (r->n_interim && !(is_first && k->may_continue && r->n_interim == 1 && r->interim[0] == 100)) return "an interim reply";
    if (is_first && k->body && (r->body_len != strlen(k->body) || memcmp(r->body, k->body, r->body_len) != 0))
        return "another body";
    if (k->fin) return wire_fault(r, !r->keeps_open); /* the client ends it: the server may know that already, or not */
    return wire_fault(r, **token == '!');
}

/* Reads the replies of a row that has been sent, and the end of the connection where there is one. */
static bool read_row(struct client *c, const struct row *k, const char *how)
{
    bool is_first = true;
    for (const char *token = k->expect; *token && *token != '!'; is_first = false) {
        struct reply r;
        bool is_head = *token == 'h';
        if (is_head) token++;
        enum client_end e = client_try_read(c, &r, !is_head);
        const char *fault = e == CLIENT_REPLY ? fault_of(k, &token, &r, is_first, is_head) : client_end_text(e);
        bool fine = !fault || complain(k, how, fault, &r);
        reply_free(&r);
        if (!fine) return false;
        if (*token == ' ') token++;
    }
    if (closes(k) && !wire_ends(c)) return complain(k, how, "the connection does not end in good order", NULL);
    return true;
}

/* The connection must be good for another request; its status is one that no row begins with, so nothing superfluous can pass
 * for it. */
static void send_probe(struct client *c)
{
    (void)client_try_send(c, LINE("PATCH /readyz HTTP/1.1"), sizeof LINE("PATCH /readyz HTTP/1.1") - 1);
}

static bool read_probe(struct client *c, const struct row *k, const char *how)
{
    struct reply r;
    enum client_end e = client_try_read(c, &r, true);
    bool fine = e == CLIENT_REPLY && r.status == 405 && r.keeps_open;
    if (!fine) (void)complain(k, how, e == CLIENT_REPLY ? "a superfluous reply" : client_end_text(e), &r);
    reply_free(&r);
    return fine;
}

static void finish_row(struct client *c, const struct row *k, const char *how)
{
    bool fine = read_row(c, k, how);
    if (fine && !closes(k)) {
        send_probe(c);
        (void)read_probe(c, k, how);
    }
    client_close(c);
}

/* ---- three ways to send it ---- */

static void send_whole(int port, const struct row *k)
{
    struct client c;
    client_connect(&c, port);
    (void)wire_pump(&c, k->in, k->len);
    if (k->fin) client_shutdown(&c);
    finish_row(&c, k, "whole");
}

static void send_bytes(int port, const struct row *k)
{
    struct client c;
    client_connect(&c, port);
    for (size_t i = 0; i < k->len; i++) {
        if (!client_try_send(&c, k->in + i, 1)) break;
        sched_yield();
    }
    if (k->fin) client_shutdown(&c);
    finish_row(&c, k, "byte by byte");
}

#define BATCH 32 /* connections in flight, so that the pause between two parts is shared */

struct cut {
    struct client c;
    size_t at;
    bool is_open, fine;
};

static void send_first_part(struct cut *cut, int port, const struct row *k, size_t at)
{
    if (!cut->is_open) client_connect(&cut->c, port);
    cut->is_open = true;
    cut->at = at;
    (void)wire_pump(&cut->c, k->in, at);
}

static void send_second_part(struct cut *cut, const struct row *k)
{
    (void)wire_pump(&cut->c, k->in + cut->at, k->len - cut->at);
    if (k->fin) client_shutdown(&cut->c);
}

static void read_cut(struct cut *cut, const struct row *k)
{
    char how[64];
    (void)snprintf(how, sizeof how, "cut before byte %zu of %zu", cut->at, k->len);
    cut->fine = read_row(&cut->c, k, how);
    if (cut->fine && !closes(k)) send_probe(&cut->c);
}

static void end_cut(struct cut *cut, const struct row *k)
{
    if (cut->fine && !closes(k)) cut->fine = read_probe(&cut->c, k, "after a cut");
    if (cut->fine && !closes(k) && !k->fin) return; /* good for the next cut */
    client_close(&cut->c);
    cut->is_open = false;
}

/* Cut before byte first, first + step, … */
static void send_cut(int port, const struct row *k, size_t first, size_t step)
{
    static struct cut cuts[BATCH];
    size_t at = first;
    while (at < k->len && n_of_this_row < COMPLAINTS_OF_A_ROW) {
        size_t n = 0;
        for (; n < BATCH && at < k->len; n++, at += step) send_first_part(&cuts[n], port, k, at);
        wire_pause_us(300);
        for (size_t i = 0; i < n; i++) send_second_part(&cuts[i], k);
        for (size_t i = 0; i < n; i++) read_cut(&cuts[i], k);
        for (size_t i = 0; i < n; i++) end_cut(&cuts[i], k);
    }
    for (size_t i = 0; i < BATCH; i++) {
        if (cuts[i].is_open) client_close(&cuts[i].c);
        cuts[i].is_open = false;
    }
}

static void run_row(int port, const struct row *k, size_t index)
{
    n_of_this_row = 0;
    send_whole(port, k);
    if (k->len <= 600) send_bytes(port, k);
    /* Slow builds take every third byte of a row, each row from another first. */
    size_t step = wire_is_slow() ? 3 : 1;
    if (k->len <= 1200) send_cut(port, k, 1 + index % step, step);
    else send_cut(port, k, 1 + index % 7, k->len / 61 + 1);
}

static void run_rows(const struct row *rows, size_t n)
{
    struct server srv;
    wire_up(&srv, CONFIG, NULL);
    struct wire_rest before = wire_rest_of(&srv);
    for (size_t i = 0; i < n && n_complaints < COMPLAINTS_MAX; i++) run_row(srv.port, &rows[i], i);
    cr_assert_eq(n_complaints, 0, "%u complaints, the first %d of them above", n_complaints, COMPLAINTS_MAX);
    wire_rest_again(&srv, &before, 20000);
    cr_assert_eq(server_down(&srv), 0);
}

#define ROWS(name)                                              \
    Test(wire_http_syntax, name, .timeout = 120)                \
    {                                                           \
        run_rows(name##_rows, sizeof name##_rows / sizeof *name##_rows); \
    }

/* clang-format off */

/* ---- A: before and in the request line (RFC 9112 §2.2, §3) ---- */

static const struct row request_line_rows[] = {
    ROW("plain", GET, "200", "ok\n"),
    ROW("one empty line before", "\r\n" GET, "200"),
    ROW("two empty lines before", "\r\n\r\n" GET, "200"),
    ROW("empty lines between requests", GET "\r\n" GET "\r\n\r\n" GET, "200 200 200"),
    BAD("three empty lines before", "\r\n\r\n\r\n" GET),
    BAD("three empty lines alone", "\r\n\r\n\r\n"),
    BAD("LF before", "\n" GET),
    BAD("two LF before", "\n\n" GET),
    BAD("CR before", "\r" GET),
    BAD("CR CR LF before", "\r\r\n" GET),
    BAD("HTTP/0.9", "GET /\r\n\r\n"),
    BAD("HTTP/0.9 with a field", "GET /\r\n" HOST "\r\n"),
    BAD("LF ends the line", "GET /livez HTTP/1.1\n" HOST "\r\n"),
    BAD("CR ends the line", "GET /livez HTTP/1.1\rHost: q\r\n\r\n"),
    BAD("two blanks before the target", LINE("GET  /livez HTTP/1.1")),
    BAD("two blanks behind the target", LINE("GET /livez  HTTP/1.1")),
    BAD("blank at the end", LINE("GET /livez HTTP/1.1 ")),
    BAD("tab before the target", LINE("GET\t/livez HTTP/1.1")),
    BAD("tab behind the target", LINE("GET /livez\tHTTP/1.1")),
    BAD("blank in the target", LINE("GET /a b HTTP/1.1")),
    BAD("no method", LINE(" /livez HTTP/1.1")),
    BAD("no method, no target", LINE(" HTTP/1.1")),
    BAD("blank and a letter", " a\r\n\r\n"),
    ROW("dot for a request", ".\r\n\r\n", "400|501!"),
    ROW("no blank behind the method", LINE("GET/ HTTP/1.1"), "400|501!"),
    BAD("no target", LINE("GET HTTP/1.1")),
    ROW("lower case method", LINE("get /livez HTTP/1.1"), "501!"),
    ROW("mixed case method", LINE("GeT /livez HTTP/1.1"), "501!"),
    ROW("unknown method", LINE("WHATEVERMETHOD /livez HTTP/1.1"), "501!"),
    ROW("method with hyphens", LINE("X-MY-METHOD /livez HTTP/1.1"), "501!"),
    ROW("method of digits", LINE("123 /livez HTTP/1.1"), "501!"),
    ROW("method of other servers", LINE("QUERY /livez HTTP/1.1"), "501!"),
    ROW("method of 40 letters", LINE("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMN /livez HTTP/1.1"), "501!"),
    BAD("method of 65 letters",
        LINE("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM /livez HTTP/1.1")),
    BAD("method with separators", LINE("G=\":<>(e),[T];?\" /livez HTTP/1.1")),
    ROW("HTTP/2.0", LINE("GET /livez HTTP/2.0"), "505!"),
    ROW("HTTP/3.0", LINE("GET /livez HTTP/3.0"), "505!"),
    ROW("HTTP/9.9", LINE("GET /livez HTTP/9.9"), "505!"),
    ROW("HTTP/0.9 in words", LINE("GET /livez HTTP/0.9"), "505!"),
    ROW("HTTP/1.2", LINE("GET /livez HTTP/1.2"), "505!"),
    ROW("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505!"),
    BAD("HTTP/01.01", LINE("GET /livez HTTP/01.01")),
    BAD("HTTP/1", LINE("GET /livez HTTP/1")),
    BAD("HTTP/1.", LINE("GET /livez HTTP/1.")),
    BAD("HTTP/1.32", LINE("GET /livez HTTP/1.32")),
    BAD("HTTP/11.1", LINE("GET /livez HTTP/11.1")),
    BAD("HTTP/ 1.1", LINE("GET /livez HTTP/ 1.1")),
    BAD("HTTP /1.1", LINE("GET /livez HTTP /1.1")),
    BAD("http/1.1", LINE("GET /livez http/1.1")),
    BAD("HTTP/1,1", LINE("GET /livez HTTP/1,1")),
    BAD("two CR inside the version", LINE("GET /livez HTTP/\r\r1.1")),
    BAD("another protocol", LINE("GET /livez RTSP/1.0")),
    ROW("another protocol's method", LINE("SOURCE /livez ICE/1.0"), "400|501!"),
    BAD("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" "random bytes of a client hello"),
    BAD("NUL", "\0\0\0\0"),
    BAD("high bytes", "\x80\xff\xfe\x81 / HTTP/1.1\r\n\r\n"),
    ROW("nothing", "\r\n", "!", .fin = true),
    ROW("half a line, then the end", "GET /livez HT", "!", .fin = true),
};
ROWS(request_line)

/* ---- B: target (RFC 9112 §3.2, RFC 3986) ---- */

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
};
ROWS(target)

/* ---- C: Host (RFC 9112 §3.2) ---- */

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
    ROW("HTTP/1.0, OPTIONS as a balancer sends it", "OPTIONS / HTTP/1.0\r\n\r\n", "200!"),
    BAD("HTTP/1.0 with a bad one", "GET /livez HTTP/1.0\r\nHost: a b\r\n\r\n"),
};
ROWS(host)

/* ---- D: field lines (RFC 9112 §5) ---- */

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
};
ROWS(field)

/* ---- E: length of the body (RFC 9112 §6) ---- */

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
    BAD("body of a HEAD in HTTP/1.0", "HEAD /livez HTTP/1.0\r\n" LEN5 "\r\nhello"),
    BAD("body of a DELETE in HTTP/1.0", "DELETE /livez HTTP/1.0\r\n" LEN5 "\r\nhello"),
    ROW("body of a POST in HTTP/1.0", "POST /run/echo HTTP/1.0\r\n" LEN5 "\r\nhello", "200!", "hello"),
    ROW("less than announced", ECHO("Content-Length: 10\r\n", "hello"), "!", .fin = true),
    ROW("less than announced of a body nobody wants", FIELDS("Content-Length: 10\r\n") "hello", "!", .fin = true),
    ROW("no last chunk", CHUNKS("5\r\nhello\r\n"), "!", .fin = true),
    ROW("more than announced", ECHO("Content-Length: 0\r\n", "X\r\n\r\n"), "200 400!", ""),
    BAD("length first, a request behind the chunks", ECHO("Content-Length: 6\r\n" TE, "0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n")),
    BAD("coding first, a request in the chunks",
        ECHO(TE "Content-Length: 3\r\n", "1c\r\nGET /smuggled HTTP/1.1\r\nX: \r\n0\r\n\r\n")),
};
ROWS(length)

/* ---- F: chunked coding (RFC 9112 §7.1) ---- */

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
};
ROWS(chunk)

/* ---- G: connections (RFC 9112 §9) ---- */

static const struct row connection_rows[] = {
    ROW("two requests", GET GET, "200 200"),
    ROW("five requests", GET ECHO(LEN5, "hello") LINE("GET /nothing HTTP/1.1") LINE("HEAD /livez HTTP/1.1")
                         CHUNKS("5" FIVE END), "200 200 404 h200 200"),
    ROW("close", FIELDS("Connection: close\r\n"), "200!"),
    ROW("CLOSE", FIELDS("Connection: CLOSE\r\n"), "200!"),
    ROW("close in a list", FIELDS("Connection: Keep-Alive, Close\r\n"), "200!"),
    ROW("close on a second line", FIELDS("Connection: x\r\nConnection: close\r\n"), "200!"),
    ROW("close and a tab", FIELDS("Connection: close\t\r\n"), "200!"),
    ROW("close and empty members", FIELDS("Connection: ,, close ,\r\n"), "200!"),
    ROW("closed is not close", FIELDS("Connection: closed\r\n"), "200"),
    ROW("upgrade is ignored", FIELDS("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n") GET, "200 200"),
    ROW("upgrade with a body", ECHO("Connection: Upgrade\r\nUpgrade: x\r\n" LEN5, "hello") GET, "200 200", "hello"),
    ROW("a request behind close", FIELDS("Connection: close\r\n") GET, "200!"),
    ROW("no request behind close", FIELDS("Connection: close\r\n") "\0\x01 rubbish\r\n\r\n", "200!"),
    ROW("a request behind a call and close", ECHO("Connection: close\r\n" LEN5, "hello") GET, "200!", "hello"),
    ROW("HTTP/1.0", "GET /livez HTTP/1.0\r\n\r\n", "200!"),
    ROW("HTTP/1.0, a call", "POST /run/echo HTTP/1.0\r\n" LEN5 "\r\nhello", "200!", "hello"),
    ROW("HTTP/1.0, keep-alive", "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET, "200 200"),
    ROW("HTTP/1.0, close and keep-alive", "GET /livez HTTP/1.0\r\nConnection: close, keep-alive\r\n\r\n", "200!"),
    ROW("HTTP/1.0, a request behind", "GET /livez HTTP/1.0\r\n\r\n" GET, "200!"),
    ROW("a call, then what depends on it", ECHO(LEN5, "hello") GET ECHO(LEN5, "world") GET, "200 200 200 200", "hello"),
    ROW("sound, then malformed", GET "rubbish\r\n\r\n", "200 400!"),
    ROW("a call, then malformed", ECHO(LEN5, "hello") "GET /livez HTTP/1.1\r\nHost : x\r\n\r\n", "200 400!", "hello"),
    ROW("error behind the head", ECHO(TE, "X\r\n") GET, "400!"),
    ROW("half-closed", GET, "200!", .fin = true),
    ROW("half-closed call", ECHO(LEN5, "hello"), "200!", "hello", .fin = true),
    ROW("half-closed, three requests", GET ECHO(LEN5, "hello") GET, "200 200 200!", .fin = true),
    ROW("half-closed in the next request", GET "GET /li", "200!", .fin = true),
};
ROWS(connection)

/* ---- H: methods (RFC 9110 §9) ---- */

static const struct row method_rows[] = {
    ROW("HEAD", LINE("HEAD /livez HTTP/1.1") GET, "h200 200"),
    ROW("HEAD of the root", LINE("HEAD / HTTP/1.1") GET, "h200 200"),
    ROW("HEAD of a parked answer", LINE("HEAD /parked HTTP/1.1") GET, "h200 200"),
    ROW("HEAD of a large answer", LINE("HEAD /openapi.json HTTP/1.1") GET, "h200 200"),
    ROW("HEAD of nothing", LINE("HEAD /nothing HTTP/1.1") GET, "h404 200"),
    ROW("HEAD of a POST", LINE("HEAD /run/echo HTTP/1.1") GET, "h405 200"),
    ROW("HEAD, malformed", "HEAD /livez HTTP/1.1\r\n\r\n", "400!"),
    ROW("204", LINE("GET /quiet HTTP/1.1") GET, "204 200"),
    ROW("HEAD of a 204", LINE("HEAD /quiet HTTP/1.1") GET, "h204 200"),
    ROW("POST", LINE("POST /livez HTTP/1.1") GET, "405 200"),
    ROW("PUT", LINE("PUT /livez HTTP/1.1") GET, "405 200"),
    ROW("PATCH", LINE("PATCH /livez HTTP/1.1") GET, "405 200"),
    ROW("DELETE", LINE("DELETE /run/echo HTTP/1.1") GET, "405 200"),
    ROW("TRACE", "TRACE /livez HTTP/1.1\r\n" HOST "X: secret\r\n\r\n" GET, "405 200"),
    ROW("OPTIONS", LINE("OPTIONS /livez HTTP/1.1") GET, "204 200"),
    ROW("OPTIONS of the root", LINE("OPTIONS / HTTP/1.1") GET, "200 200"),
    ROW("OPTIONS of nothing", LINE("OPTIONS /nothing HTTP/1.1") GET, "404 200"),
};
ROWS(method)

/* ---- I: Expect (RFC 9110 §10.1.1) ---- */

#define EXPECT "Expect: 100-continue\r\n"

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
};
ROWS(expect)

/* clang-format on */

/* ---- Expect, one step at a time ---- */

static void read_continue(struct client *c)
{
    char got[64];
    static const char wanted[] = "HTTP/1.1 100 Continue\r\n\r\n"; /* no fields */
    cr_assert_eq(client_read_bytes(c, got, sizeof wanted - 1), CLIENT_REPLY);
    cr_assert_arr_eq(got, wanted, sizeof wanted - 1);
    cr_assert(wire_is_quiet(c));
}

Test(wire_http_syntax, continue_at_once, .timeout = 60)
{
    struct server srv;
    struct client c;
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    for (int i = 0; i < 3; i++) {
        client_send_text(&c, ECHO(EXPECT LEN5, ""));
        read_continue(&c);
        client_send_text(&c, "hello");
        wire_expect(&c, 200, "hello");
        client_send_text(&c, ECHO(EXPECT TE, ""));
        read_continue(&c);
        client_send_text(&c, "5" FIVE END GET); /* and the next request behind it */
        wire_expect(&c, 200, "hello");
        wire_expect(&c, 200, "ok\n");
    }
    /* After an unfinished call: 100 comes in its turn. */
    client_send_text(&c, "POST /run/sleep?ms=20 HTTP/1.1\r\n" HOST "\r\n" ECHO(EXPECT LEN5, ""));
    wire_expect(&c, 200, "");
    read_continue(&c);
    client_send_text(&c, "hello");
    wire_expect(&c, 200, "hello");
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- response shape ---- */

/* The field lines of a reply but Date, for comparison. */
static void without_date(struct reply *r)
{
    char *at = strstr(r->head, "\r\nDate: ");
    cr_assert(at);
    char *end = strstr(at + 2, "\r\n");
    memmove(at, end, strlen(end) + 1);
}

Test(wire_http_syntax, head_is_get_without_body, .timeout = 60)
{
    static const char *const paths[] = {"/", "/livez", "/readyz", "/openapi.json", "/n/5", "/quiet", "/nothing", "/ojs/manifest"};
    struct server srv;
    struct client c;
    wire_up(&srv, CONFIG, NULL);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct reply get = client_request(&c, "GET", paths[i], NULL, NULL), head = client_request(&c, "HEAD", paths[i], NULL, NULL);
        bool has_id = reply_header(&get, "X-Request-Id") != NULL; /* one of its own for each answer */
        without_date(&get);
        without_date(&head);
        if (!has_id) cr_assert_str_eq(get.head, head.head);
        cr_assert_eq(get.status, head.status);
        cr_assert_eq(head.body_len, 0);
        reply_free(&get);
        reply_free(&head);
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

static void expect_allow(struct client *c, const char *method, const char *path, int status, const char *allow)
{
    struct reply r = client_request(c, method, path, NULL, NULL);
    cr_assert_eq(r.status, status, "%s %s: %d", method, path, r.status);
    cr_assert(reply_header(&r, "Allow"), "%s %s", method, path);
    cr_assert_str_eq(reply_header(&r, "Allow"), allow);
    cr_assert_null(wire_fault(&r, false));
    reply_free(&r);
}

Test(wire_http_syntax, allow, .timeout = 60)
{
    struct server srv;
    struct client c;
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    expect_allow(&c, "DELETE", "/livez", 405, "GET, HEAD, OPTIONS");
    expect_allow(&c, "OPTIONS", "/livez", 204, "GET, HEAD, OPTIONS");
    expect_allow(&c, "OPTIONS", "/", 200, "GET, HEAD, OPTIONS");
    expect_allow(&c, "GET", "/run/echo", 405, "POST, OPTIONS");
    expect_allow(&c, "OPTIONS", "/run/echo", 204, "POST, OPTIONS");
    expect_allow(&c, "OPTIONS", "*", 204, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    expect_allow(&c, "POST", "/ojs/v1/jobs/0192f0c0-0000-7000-8000-000000000000", 405, "GET, HEAD, DELETE, OPTIONS");
    expect_allow(&c, "TRACE", "/livez", 405, "GET, HEAD, OPTIONS");
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_syntax, http_1_0_keep_alive_is_told, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct reply r;
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    client_send_text(&c, "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    client_read_reply(&c, &r);
    cr_assert_str_eq(reply_header(&r, "Connection"), "keep-alive");
    reply_free(&r);
    client_send_text(&c, "GET /livez HTTP/1.0\r\n\r\n");
    wire_expect_last(&c, 200);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- what is not one row ---- */

/* Every prefix of a sound request is waited for in silence. */
Test(wire_http_syntax, prefixes_are_waited_for, .timeout = 60)
{
    static const char request[] = ECHO("Content-Length: 3\r\nX: y\r\n", "abc");
    enum { N = sizeof request - 1 };
    static struct client c[N];
    struct server srv;
    server_up(&srv, NULL);
    for (size_t i = 1; i < N; i++) {
        client_connect(&c[i], srv.port);
        client_send(&c[i], request, i);
    }
    wire_pause_us(400000); /* the point of this test: nothing happens */
    for (size_t i = 1; i < N; i++) cr_assert(wire_is_quiet(&c[i]), "%zu bytes", i);
    for (size_t i = 1; i < N; i++) {
        client_send(&c[i], request + i, N - i);
        wire_expect(&c[i], 200, "abc");
        client_close(&c[i]);
    }
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_syntax, rubbish, .timeout = 60)
{
    struct wire_random random = wire_random_from(UINT64_C(0x9e3779b97f4a7c15));
    struct server srv;
    server_up(&srv, NULL);
    for (unsigned i = 0; i < wire_scaled(1000); i++) {
        char bytes[257];
        for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (char)wire_random(&random, 256);
        bytes[256] = '\n';
        struct row k = {.id = "random bytes", .in = bytes, .len = sizeof bytes, .expect = "400|501!"};
        send_whole(srv.port, &k);
    }
    cr_assert_eq(n_complaints, 0);
    cr_assert_eq(server_down(&srv), 0);
}

/* Sends a chunked echo in three ways; status 0: the body must come back. */
static void try_chunks(int port, const char *id, const struct wire_text *chunks, const char *expect)
{
    struct wire_text t = {0};
    wire_addf(&t, "%s", ECHO(TE, ""));
    wire_add(&t, chunks->p, chunks->len);
    struct row k = {.id = id, .in = t.p, .len = t.len, .expect = expect};
    n_complaints = n_of_this_row = 0;
    send_whole(port, &k);
    if (t.len < 100000) send_cut(port, &k, 1, t.len / 61 + 1);
    cr_assert_eq(n_complaints, 0, "%s", id);
    wire_text_free(&t);
}

Test(wire_http_syntax, chunk_overhead, .timeout = 60)
{
    struct server srv;
    struct wire_text t = {0};
    server_up(&srv, NULL);
    /* One extension at the limit of 4,096 bytes and one above; the semicolon counts. */
    for (size_t n = 4096; n <= 4097; n++) {
        wire_addf(&t, "1;");
        wire_fill(&t, 'x', n - 1);
        wire_addf(&t, "\r\nA\r\n0\r\n\r\n");
        try_chunks(srv.port, "one extension", &t, n > 4096 ? "400!" : "200");
        wire_text_free(&t);
    }
    /* Many extensions that are too much together. */
    for (int i = 0; i < 100; i++) wire_addf(&t, "1;abcdefghijklmnopqrstuvwxyz0123456789abcdefgh\r\nA\r\n");
    wire_addf(&t, "0\r\n\r\n");
    try_chunks(srv.port, "many extensions", &t, "400!");
    wire_text_free(&t);
    wire_addf(&t, "5;");
    wire_fill(&t, 'x', 65536);
    try_chunks(srv.port, "an extension without end", &t, "400!");
    wire_text_free(&t);
    for (int i = 0; i < 100000; i++) wire_addf(&t, "a\r\n0123456789\r\n");
    wire_addf(&t, "0\r\n\r\n");
    try_chunks(srv.port, "many chunks of 10 bytes", &t, "200");
    wire_text_free(&t);
    for (int i = 0; i < 1000000; i++) wire_add(&t, "1\r\nx\r\n", 6);
    wire_addf(&t, "0\r\n\r\n");
    try_chunks(srv.port, "a million chunks of one byte", &t, "400!");
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* 64 requests in one segment, and cut at many places. */
Test(wire_http_syntax, pipelined, .timeout = 60)
{
    struct server srv;
    struct wire_text t = {0}, e = {0};
    server_up(&srv, NULL);
    for (int i = 0; i < 64; i++) {
        wire_addf(&t, "%s", i % 3 ? GET : LINE("GET /nothing HTTP/1.1"));
        wire_addf(&e, "%s%s", i ? " " : "", i % 3 ? "200" : "404");
    }
    struct row k = {.id = "64 requests", .in = t.p, .len = t.len, .expect = e.p};
    send_whole(srv.port, &k);
    send_bytes(srv.port, &k);
    send_cut(srv.port, &k, 1, wire_is_slow() ? 41 : 7);
    cr_assert_eq(n_complaints, 0);
    wire_text_free(&t);
    wire_text_free(&e);
    cr_assert_eq(server_down(&srv), 0);
}
