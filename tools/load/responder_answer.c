/* responder_answer.c: answers, good ones and each kind of bad one; the counts as JSON. */
#include "tools/load/responder_parts.h"

#include "tools/load/hist_code.h"

#include <inttypes.h>

#define FIELDS_MAX 1024

static void add(struct responder *s, const char *p, size_t len)
{
    memcpy(s->out + s->out_len, p, len);
    s->out_len += len;
}

static void add_text(struct responder *s, const char *text)
{
    add(s, text, strlen(text));
}

static void add_number(struct responder *s, const char *before, size_t n)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%zu", n);
    add_text(s, before);
    add_text(s, digits);
    add_text(s, "\r\n");
}

size_t answer_bytes_max(const struct responder *s)
{
    return s->body_len + FIELDS_MAX;
}

/* ---- the head ---- */

static void add_status(struct responder *s, const struct peer *p)
{
    char line[64];
    if (p->fault != FAULT_STATUS) {
        add_text(s, "HTTP/1.1 200 OK\r\n");
        return;
    }
    (void)snprintf(line, sizeof line, "HTTP/1.1 %u %s\r\n", p->status, p->status == 503 ? "Service Unavailable" : "Chosen");
    add_text(s, line);
}

static void add_date(struct responder *s)
{
    uint64_t now_s = s->clock.wall_ns / NS_PER_S;
    if (now_s != s->date_s) {
        clock_http_date(s->clock.wall_ns, s->date);
        s->date_s = now_s;
    }
    add_text(s, "Date: ");
    add(s, s->date, CLOCK_HTTP_DATE_BYTES - 1);
    add_text(s, "\r\n");
}

static void add_id(struct responder *s, const struct peer *p)
{
    if (!p->id_len) return;
    add_text(s, "X-Request-Id: ");
    add(s, p->id, p->id_len);
    add_text(s, "\r\n");
}

static void add_length(struct responder *s, const struct peer *p)
{
    if (p->fault == FAULT_BAD_CHUNK) {
        add_text(s, "Transfer-Encoding: chunked\r\n");
        return;
    }
    add_number(s, "Content-Length: ", s->body_len);
    if (p->fault == FAULT_BAD_LENGTH) add_number(s, "Content-Length: ", s->body_len + 1); /* RFC 9112 §6.3: unrecoverable */
}

/* ---- the whole ---- */

static void add_body(struct responder *s, const struct peer *p)
{
    if (p->fault == FAULT_BAD_CHUNK) add_text(s, "this is no size\r\n");
    add(s, s->body, p->fault == FAULT_TRUNCATE ? s->body_len / 2 : s->body_len);
    if (p->fault == FAULT_EXTRA) add_text(s, "and more");
}

enum answer_end answer_add(struct responder *s, struct peer *p)
{
    bool ends = p->close_after || p->fault == FAULT_TRUNCATE || p->fault == FAULT_HALF;
    if (p->fault < FAULTS) s->counts.faults[p->fault]++;
    add_status(s, p);
    if (p->fault == FAULT_HALF) {
        add_text(s, "Content-Ty");
        return ANSWER_CLOSE;
    }
    if (p->fault != FAULT_NO_DATE) add_date(s);
    add_text(s, "Content-Type: text/plain\r\n");
    add_id(s, p);
    add_length(s, p);
    if (p->close_after) add_text(s, "Connection: close\r\n");
    add_text(s, "\r\n");
    if (!p->head) add_body(s, p);
    return ends ? ANSWER_CLOSE : ANSWER_KEEP;
}

/* ---- counts ---- */

static void add_hist(struct buf *b, const char *name, const struct hist *h)
{
    char *encoded = hist_encode(h);
    buf_addf(b, ",\"%s\":{\"count\":%" PRIu64 ",\"min_ns\":%" PRIu64 ",\"max_ns\":%" PRIu64, name, h->count,
             h->count ? h->min_ns : 0, h->max_ns);
    buf_addf(b, ",\"p50_ns\":%" PRIu64 ",\"p90_ns\":%" PRIu64 ",\"p99_ns\":%" PRIu64 ",\"p99.9_ns\":%" PRIu64,
             hist_percentile(h, 50), hist_percentile(h, 90), hist_percentile(h, 99), hist_percentile(h, 99.9));
    buf_addf(b, ",\"encoded\":\"%s\"}", encoded ? encoded : "");
    free(encoded);
}

static void add_counts_json(const struct responder *s, struct buf *b)
{
    const struct responder_counts *c = &s->counts;
    buf_addf(b, "{\"schema\":1,\"modes\":\"%s\",\"accepted\":%" PRIu64 ",\"open\":%" PRIu64 ",\"refused\":%" PRIu64,
             s->modes_text.p ? s->modes_text.p : "plain", c->accepted, c->open, c->refused);
    buf_addf(b, ",\"requests\":%" PRIu64 ",\"answered\":%" PRIu64 ",\"given_up\":%" PRIu64 ",\"pending\":%" PRIu64, c->requests,
             c->answered, c->given_up, c->pending);
    buf_addf(b, ",\"bad_requests\":%" PRIu64 ",\"faults\":{", c->bad_requests);
    for (int f = 0; f < FAULTS; f++) buf_addf(b, "%s\"%s\":%" PRIu64, f ? "," : "", fault_name((enum fault)f), c->faults[f]);
    buf_add_str(b, "}");
    add_hist(b, "chosen", &c->chosen);
    add_hist(b, "actual", &c->actual);
    buf_add_str(b, "}\n");
}

void answer_counts(const struct responder *s, struct buf *b)
{
    struct buf json;
    buf_init(&json, b->cap_max / 2);
    add_counts_json(s, &json);
    buf_addf(b, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", json.len);
    buf_add(b, buf_slice(&json));
    buf_deinit(&json);
}
