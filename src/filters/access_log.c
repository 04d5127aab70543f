/* access_log.c: see access_log.h. */
#include "filters/access_log.h"

#include "base/clock.h"
#include "base/digits.h"
#include "base/ip.h"
#include "base/log.h"

/* Constant text of a size that is copied without asking for its length. */
struct piece {
    char text[31];
    uint8_t len;
};
#define PIECE(literal) {literal, sizeof(literal) - 1}

/* What stands between the values. */
struct words {
    struct piece client, method[METHOD_OTHER + 1], bytes, ms, refused, refused_end, id, path;
};

/* With the names of method_text(); "-" is one that nobody knows. */
#define METHODS(before, after)                                                                            \
    {                                                                                                     \
        [METHOD_GET] = PIECE(before "GET" after),         [METHOD_HEAD] = PIECE(before "HEAD" after),     \
        [METHOD_POST] = PIECE(before "POST" after),       [METHOD_PUT] = PIECE(before "PUT" after),       \
        [METHOD_PATCH] = PIECE(before "PATCH" after),     [METHOD_DELETE] = PIECE(before "DELETE" after), \
        [METHOD_OPTIONS] = PIECE(before "OPTIONS" after), [METHOD_TRACE] = PIECE(before "TRACE" after),   \
        [METHOD_CONNECT] = PIECE(before "CONNECT" after), [METHOD_OTHER] = PIECE(before "-" after),       \
    }

static const struct words text_words = {.client = PIECE(" client="),
                                        .method = METHODS(" method=", " status="),
                                        .bytes = PIECE(" bytes="),
                                        .ms = PIECE(" ms="),
                                        .refused = PIECE(" refused="),
                                        .refused_end = PIECE(""),
                                        .id = PIECE(" id="),
                                        .path = PIECE(" path=")};
static const struct words json_words = {.client = PIECE(",\"client\":\""),
                                        .method = METHODS("\",\"method\":\"", "\",\"status\":"),
                                        .bytes = PIECE(",\"bytes\":"),
                                        .ms = PIECE(",\"ms\":"),
                                        .refused = PIECE(",\"refused\":\""),
                                        .refused_end = PIECE("\""),
                                        .id = PIECE(",\"id\":\""),
                                        .path = PIECE("\",\"path\":")};

static char *put(char *p, const struct piece *piece)
{
    memcpy(p, piece->text, sizeof piece->text); /* what is too much is written over by what follows */
    return p + piece->len;
}

static char *put_ms(char *p, uint64_t ns)
{
    uint64_t us = ns / NS_PER_US;
    p = digits_put(p, us / 1000);
    *p++ = '.';
    return digits_put_3(p, (uint32_t)(us % 1000));
}

/* why: a word of ours, rejection_name(). */
static char *put_refused(char *p, const struct words *w, const char *why)
{
    size_t len = strlen(why);
    p = put(p, &w->refused);
    memcpy(p, why, len);
    return put(p + len, &w->refused_end);
}

void access_log(const struct exchange *x, const struct clock *now, uint16_t status, uint64_t bytes)
{
    enum log_format format;
    if (x->unlogged) return;
    char *p = log_begin(LOG_INFO, "request", now, &format);
    if (!p) return;
    const struct request *r = &x->request;
    const struct words *w = format == LOG_JSON ? &json_words : &text_words;
    p = put(p, &w->client);
    struct ip client = x->client.ip;
    if (!ip_is_known(&client)) client = exchange_peer(x); /* what was not filtered has its connection's */
    p = ip_put(p, &client);
    p = put(p, &w->method[r->method]);
    p = digits_put_3(p, status);
    p = put(p, &w->bytes);
    p = digits_put(p, bytes);
    p = put(p, &w->ms);
    p = put_ms(p, now->mono_ns - x->started_ns);
    if (x->refused) p = put_refused(p, w, x->refused);
    p = put(p, &w->id);
    memcpy(p, x->id, sizeof x->id); /* likewise */
    p = put(p + x->id_len, &w->path);
    log_end(log_put_quoted(p, r->head ? request_path(r) : SLICE(""), format));
}
