#include "tools/load/reply.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What a stream of answers comes to, in words: "200 5 hello|", a "!" where it is bad, a "…" where it goes on. */
struct told {
    char text[4096];
    size_t len;
};

static void tell(struct told *t, const char *words, size_t n)
{
    cr_assert_lt(t->len + n, sizeof t->text);
    memcpy(t->text + t->len, words, n);
    t->text[t->len += n] = '\0';
}

static char carry[REPLY_HEAD_MAX];

/* All of a piece. False: the stream is of no more use. */
static bool feed(struct reply_state *r, struct slice in, struct told *t)
{
    for (;;) {
        struct slice head = {NULL, 0}, part = {NULL, 0};
        char status[16];
        switch (reply_read(r, &in, carry, &head, &part)) {
        case REPLY_MORE: cr_assert_eq(in.len, 0); return true;
        case REPLY_HEAD_DONE:
            cr_assert(head.len >= 4 && memcmp(head.p + head.len - 4, "\r\n\r\n", 4) == 0);
            tell(t, status, (size_t)snprintf(status, sizeof status, "%u ", (unsigned)r->status));
            break;
        case REPLY_PART: tell(t, part.p, part.len); break;
        case REPLY_DONE: tell(t, r->close ? "#" : "|", 1); break;
        case REPLY_BAD_HEAD:
        case REPLY_BAD_BODY: tell(t, "!", 1); return false;
        }
    }
}

/* A page of bytes with a page behind it that may not be touched. */
static char *guarded(const char *bytes, size_t n)
{
    static char *pages;
    size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (n + page - 1) / page * page;
    static size_t mapped;
    if (pages) (void)munmap(pages, mapped);
    mapped = room + page;
    pages = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(pages, MAP_FAILED);
    cr_assert_eq(mprotect(pages + room, page, PROT_NONE), 0);
    return memcpy(pages + room - n, bytes, n);
}

/* In pieces that end at the given places; every piece stands just before a guard page. */
static void read_cut(const char *bytes, size_t n, const size_t *cuts, size_t cuts_n, struct told *t)
{
    struct reply_state r = {0};
    size_t at = 0;
    t->len = 0;
    t->text[0] = '\0';
    for (size_t i = 0; i <= cuts_n; i++) {
        size_t end = i < cuts_n ? cuts[i] : n;
        if (!feed(&r, slice_make(guarded(bytes + at, end - at), end - at), t)) return;
        at = end;
    }
    if (reply_end(&r)) tell(t, "$", 1);
    else if (r.stage != REPLY_HEAD || r.carry_len) tell(t, "…", strlen("…"));
}

static void reads_as(const char *bytes, const char *want)
{
    struct told t;
    size_t n = strlen(bytes);
    read_cut(bytes, n, NULL, 0, &t);
    cr_assert_str_eq(t.text, want, "%s", t.text);
    for (size_t i = 1; i < n; i++) { /* two pieces; three, where the second is one byte */
        read_cut(bytes, n, &i, 1, &t);
        cr_assert_str_eq(t.text, want, "cut at %zu: %s", i, t.text);
        const size_t two[] = {i, i + 1};
        read_cut(bytes, n, two, i + 1 < n ? 2 : 1, &t);
        cr_assert_str_eq(t.text, want, "cut at %zu twice: %s", i, t.text);
    }
}

Test(load_reply, lengths)
{
    reads_as("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200 hello|");
    reads_as("HTTP/1.1 200\r\ncontent-length:\t 0 \r\n\r\n", "200 |");
    reads_as("HTTP/1.1 201 X\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 404 Y\r\nContent-Length: 1\r\n\r\nc", "201 ab|404 c|");
    reads_as("HTTP/1.1 204 No\r\n\r\nHTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n", "204 |304 |");
}

Test(load_reply, chunks)
{
    reads_as("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
             "200 hello world|");
    reads_as("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0A\r\n0123456789\r\n0\r\nX: y\r\n\r\n", "200 0123456789|");
    reads_as("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabX", "200 ab!");
    reads_as("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", "200 !");
    reads_as("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1x\r\n", "200 !");
    reads_as("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffff\r\n", "200 !");
    reads_as("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nnonsense\r\n\r\n", "200 !");
    reads_as("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab", "200 ab…");
}

Test(load_reply, to_the_end_of_the_connection)
{
    reads_as("HTTP/1.1 200 OK\r\n\r\nall of it", "200 all of it$");
    reads_as("HTTP/1.0 200 OK\r\n\r\n", "200 $");
    reads_as("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", "200 hel…");
    reads_as("HTTP/1.1 200 OK\r\nContent-", "…");
}

Test(load_reply, whether_the_connection_lasts)
{
    reads_as("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "200 #");
    reads_as("HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", "200 #");
    reads_as("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "200 #");
    reads_as("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", "200 |");
}

Test(load_reply, interim_answers_are_passed_over)
{
    reads_as("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
             "200 x|");
    reads_as("HTTP/1.1 101 Switching\r\nContent-Length: 0\r\n\r\n", "101 |");
}

Test(load_reply, what_is_no_answer)
{
    static const char *const heads[] = {
        "220 mail.example ESMTP\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 2000\r\n\r\n",
        "HTTP/1.1 099 Low\r\n\r\n",
        "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
        "\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) reads_as(heads[i], "!");
}

Test(load_reply, a_head_request_has_no_body)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    struct reply_state r = {.head_request = 1};
    struct told t = {.len = 0};
    cr_assert(feed(&r, slice_make(head, sizeof head - 1), &t));
    cr_assert_str_eq(t.text, "200 |");
}

/* Neither the longest head that is allowed nor one that is longer goes beyond the carry. */
Test(load_reply, heads_as_long_as_they_may_be)
{
    for (size_t len = REPLY_HEAD_MAX - 2; len <= REPLY_HEAD_MAX + 2; len++) {
        char *head = malloc(len + 1);
        cr_assert_not_null(head);
        int start = snprintf(head, len, "HTTP/1.1 204 No\r\nX: ");
        memset(head + start, 'x', len - (size_t)start);
        memcpy(head + len - 4, "\r\n\r\n", 5);
        const size_t cuts[] = {100, 9000};
        struct told t;
        read_cut(head, len, cuts, 2, &t);
        cr_assert_str_eq(t.text, len <= REPLY_HEAD_MAX ? "204 |" : "!", "%zu: %s", len, t.text);
        free(head);
    }
}

Test(load_reply, fields)
{
    struct slice head = SLICE("HTTP/1.1 200 OK\r\nX-Request-ID:  a b \r\nEmpty:\r\nX-Request-Id: c\r\n\r\n");
    cr_assert(slice_eq(reply_field(head, "x-request-id"), SLICE("a b")));
    struct slice empty = reply_field(head, "empty");
    cr_assert(empty.p && !empty.len);
    cr_assert_null(reply_field(head, "x-request").p);
}
