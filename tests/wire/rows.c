/* rows.c: see rows.h. */
#include "rows.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- complaints ---- */

#define COMPLAINTS_MAX 20
#define COMPLAINTS_OF_A_ROW 3
static unsigned n_complaints, n_of_this_row;
static const char *rfc_of_rows = "";

static size_t quote(char *out, size_t room, const char *p, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len && n + 5 < room; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c >= ' ' && c < 0x7f) out[n++] = (char)c;
        else n += (size_t)snprintf(out + n, 5, "\\x%02x", c);
    }
    out[n] = '\0';
    return n;
}

/* how: in which form the row was sent. Always false. */
static bool complain(const struct row *k, const char *how, const char *what, const struct reply *r)
{
    char in[400];
    (void)quote(in, sizeof in, k->in, k->len);
    n_of_this_row++;
    if (n_complaints++ < COMPLAINTS_MAX)
        (void)fprintf(stderr, "%s: %s, %s: %s\n  sent: %s\n%s%s\n", rfc_of_rows, k->id, how, what, in, r && r->head ? r->head : "",
                      r && r->body ? r->body : "");
    return false;
}

void rows_end(void)
{
    unsigned n = n_complaints;
    n_complaints = 0;
    cr_assert_eq(n, 0, "%u complaints, the first %d of them above", n, COMPLAINTS_MAX);
}

/* ---- what must come back ---- */

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

static const char *fault_of_first(const struct row *k, const struct reply *r)
{
    static char text[160];
    if (r->n_interim && !(k->may_continue && r->n_interim == 1 && r->interim[0] == 100)) return "an interim reply";
    if (k->body && (r->body_len != strlen(k->body) || memcmp(r->body, k->body, r->body_len) != 0)) return "another body";
    if (k->has && !strstr(r->head, k->has)) {
        (void)snprintf(text, sizeof text, "no \"%s\" in its head", k->has);
        return text;
    }
    return k->lacks && strstr(r->head, k->lacks) ? "something in its head that must not be there" : NULL;
}

static const char *fault_of(const struct row *k, const char **token, const struct reply *r, bool is_first, bool is_head)
{
    static char text[64];
    if (!matches(token, r->status)) {
        (void)snprintf(text, sizeof text, "status %d, wanted %s", r->status, k->expect);
        return text;
    }
    if (is_head && r->body_len) return "a body in answer to HEAD";
    const char *fault = is_first ? fault_of_first(k, r) : r->n_interim ? "an interim reply" : NULL;
    if (fault) return fault;
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

void row_whole(int port, const struct row *k)
{
    struct client c;
    client_connect(&c, port);
    (void)wire_pump(&c, k->in, k->len);
    if (k->fin) client_shutdown(&c);
    finish_row(&c, k, "whole");
}

void row_bytes(int port, const struct row *k)
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
    const struct row *k;
    size_t at;
    bool is_open, fine;
};

static void send_first_part(struct cut *cut, int port, const struct row *k, size_t at)
{
    if (!cut->is_open) client_connect(&cut->c, port);
    cut->is_open = true;
    cut->k = k;
    cut->at = at;
    (void)wire_pump(&cut->c, k->in, at);
}

static void send_second_part(struct cut *cut)
{
    (void)wire_pump(&cut->c, cut->k->in + cut->at, cut->k->len - cut->at);
    if (cut->k->fin) client_shutdown(&cut->c);
}

static void read_cut(struct cut *cut)
{
    char how[64];
    (void)snprintf(how, sizeof how, "cut before byte %zu of %zu", cut->at, cut->k->len);
    cut->fine = read_row(&cut->c, cut->k, how);
    if (cut->fine && !closes(cut->k)) send_probe(&cut->c);
}

static void end_cut(struct cut *cut)
{
    if (cut->fine && !closes(cut->k)) cut->fine = read_probe(&cut->c, cut->k, "after a cut");
    if (cut->fine && !closes(cut->k) && !cut->k->fin) return; /* good for the next cut */
    client_close(&cut->c);
    cut->is_open = false;
}

static void finish_cuts(struct cut *cuts, size_t n)
{
    wire_pause_us(300);
    for (size_t i = 0; i < n; i++) send_second_part(&cuts[i]);
    for (size_t i = 0; i < n; i++) read_cut(&cuts[i]);
    for (size_t i = 0; i < n; i++) end_cut(&cuts[i]);
}

static void close_cuts(struct cut *cuts)
{
    for (size_t i = 0; i < BATCH; i++) {
        if (cuts[i].is_open) client_close(&cuts[i].c);
        cuts[i].is_open = false;
    }
}

void row_cut(int port, const struct row *k, size_t first, size_t step)
{
    static struct cut cuts[BATCH];
    size_t at = first;
    while (at < k->len && n_of_this_row < COMPLAINTS_OF_A_ROW) {
        size_t n = 0;
        for (; n < BATCH && at < k->len; n++, at += step) send_first_part(&cuts[n], port, k, at);
        finish_cuts(cuts, n);
    }
    close_cuts(cuts);
}

/* Around the byte that matters only. */
static void cut_near(int port, const struct row *k)
{
    static struct cut cuts[BATCH];
    size_t n = 0;
    for (size_t at = k->near ? k->near - 1 : 0; at < k->near + 3; at++)
        if (at > 0 && at < k->len) send_first_part(&cuts[n++], port, k, at);
    finish_cuts(cuts, n);
    close_cuts(cuts);
}

/* ---- tables ---- */

static void try_row(int port, const struct row *k, size_t index)
{
    n_of_this_row = 0;
    row_whole(port, k);
    if (k->len <= 600) row_bytes(port, k);
    /* Slow builds take every third byte of a row, each row from another first. */
    size_t step = wire_is_slow() ? 3 : 1;
    if (k->near) cut_near(port, k);
    else if (k->len <= 1200) row_cut(port, k, 1 + index % step, step);
    else row_cut(port, k, 1 + index % 7, k->len / 61 + 1);
}

static void try_some(int port, const char *rfc, const struct row *rows, size_t n, size_t step)
{
    rfc_of_rows = rfc;
    for (size_t i = 0; i < n && n_complaints < COMPLAINTS_MAX; i += step) try_row(port, &rows[i], i);
}

void rows_try(int port, const char *rfc, const struct row *rows, size_t n)
{
    try_some(port, rfc, rows, n, 1);
}

static void run_some(const char *rfc, const struct row *rows, size_t n, size_t step)
{
    struct server srv;
    wire_up(&srv, ROWS_CONFIG, NULL);
    struct wire_rest before = wire_rest_of(&srv);
    try_some(srv.port, rfc, rows, n, step);
    rows_end();
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

void rows_run(const char *rfc, const struct row *rows, size_t n)
{
    run_some(rfc, rows, n, 1);
}

/* ---- rows made by loops ---- */

struct row *row_list_add(struct row_list *l, const char *expect, const char *before, const void *middle, size_t middle_len,
                         const char *after, const char *id)
{
    struct wire_text in = {0};
    char *name = malloc(strlen(id) + 4 * middle_len + 16);
    cr_assert(name);
    if (l->n == l->room) {
        l->room = l->room * 2 + 64;
        l->of = realloc(l->of, l->room * sizeof *l->of);
        cr_assert(l->of);
    }
    wire_addf(&in, "%s", before);
    wire_add(&in, middle, middle_len);
    wire_addf(&in, "%s", after);
    int len = snprintf(name, strlen(id) + 2, "%s ", id);
    (void)quote(name + len, 4 * middle_len + 8, middle, middle_len);
    l->of[l->n] = (struct row){.id = name, .in = in.p, .len = in.len, .expect = expect, .near = strlen(before)};
    return &l->of[l->n++];
}

void row_list_run(struct row_list *l, const char *rfc)
{
    run_some(rfc, l->of, l->n, wire_is_slow() ? 3 : 1);
    for (size_t i = 0; i < l->n; i++) {
        free((void *)(uintptr_t)l->of[i].id);
        free((void *)(uintptr_t)l->of[i].in);
    }
    free(l->of);
    *l = (struct row_list){0};
}

bool row_is_token(int byte)
{
    if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z')) return true;
    return byte > 0 && byte < 0x80 && strchr("!#$%&'*+-.^_`|~", byte);
}
