/* response.c: see response.h. */
#include "http/response.h"

#include "base/check.h"
#include "base/clock.h"
#include "http/session.h"

#include <errno.h>

const char *status_text(uint16_t status)
{
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 207: return "Multi-Status";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "";
    }
}

static char *put(char *p, const char *text, size_t len)
{
    memcpy(p, text, len);
    return p + len;
}

#define PUT(p, literal) put(p, literal, sizeof(literal) - 1)

static char *put_u64(char *p, uint64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    return put(p, digits + at, sizeof digits - at);
}

/* The date is rendered once a second (RFC 9110 §6.6.1: an origin server with a clock must send it). */
static char *put_date(struct http *h, char *p)
{
    uint64_t now_s = h->o.clock->wall_ns / NS_PER_S;
    if (now_s != h->date_s || h->date_len == 0) {
        char date[CLOCK_HTTP_DATE_BYTES];
        clock_http_date(h->o.clock->wall_ns, date);
        char *end = PUT(h->date_line, "Date: ");
        end = put(end, date, CLOCK_HTTP_DATE_BYTES - 1);
        end = PUT(end, "\r\n");
        h->date_len = (uint32_t)(end - h->date_line);
        h->date_s = now_s;
    }
    return put(p, h->date_line, h->date_len);
}

static char *put_status(char *p, uint16_t status)
{
    if (status == 200) return PUT(p, "HTTP/1.1 200 OK\r\n");
    const char *text = status_text(status);
    p = PUT(p, "HTTP/1.1 ");
    p = put_u64(p, status);
    *p++ = ' ';
    p = put(p, text, strlen(text));
    return PUT(p, "\r\n");
}

/* RFC 9110 §8.6, §15.3.5: no content and no length. */
static bool has_no_content(uint16_t status)
{
    return status == 204 || status == 304 || status < 200;
}

static char *put_id(struct http *h, char *p, struct slice id)
{
    p = PUT(p, "X-Request-Id: ");
    if (id.len == 0) {
        p = request_id_make(&h->ids, p);
    } else {
        memcpy(p, id.p, REQUEST_ID_MAX); /* what is too much is written over by what follows */
        p += id.len;
    }
    return PUT(p, "\r\n");
}

static char *put_head(struct http *h, char *p, const struct request *r, const struct answer *a, uint64_t length, bool close)
{
    p = put_status(p, a->status);
    p = put_date(h, p);
    p = put_id(h, p, a->id);
    if (a->type.len) {
        p = PUT(p, "Content-Type: ");
        p = put(p, a->type.p, a->type.len);
        p = PUT(p, "\r\n");
    }
    if (!has_no_content(a->status)) {
        p = PUT(p, "Content-Length: ");
        p = put_u64(p, length);
        p = PUT(p, "\r\n");
    }
    if (a->fields.len) p = put(p, a->fields.p, a->fields.len);
    if (a->more.len) p = put(p, a->more.p, a->more.len);
    if (close) p = PUT(p, "Connection: close\r\n");
    else if (r->minor == 0) p = PUT(p, "Connection: keep-alive\r\n"); /* RFC 9112 §9.3 */
    return PUT(p, "\r\n");
}

struct slice answer_content(const struct answer *a)
{
    struct slice all = block_slice(a->block);
    if (!a->block) return a->body;
    if (a->part_bytes == 0) return all;
    assert(a->part_at <= all.len && a->part_bytes <= all.len - a->part_at);
    return slice_make(all.p + a->part_at, a->part_bytes);
}

bool response_write(struct http *h, struct out *out, const struct request *r, const struct answer *a, bool close)
{
    struct slice body = answer_content(a);
    bool silent = r->method == METHOD_HEAD || has_no_content(a->status);
    size_t room = 512 + a->type.len + a->fields.len + a->more.len;
    bool copied = !silent && body.len <= RESPONSE_COPY_MAX && room + body.len <= OUT_RESERVE_MAX;
    struct block *block = a->block;
    assert(a->type.len < 256 && a->fields.len <= RESPONSE_FIELDS_MAX);
    if (!silent && !copied && !block) { /* large and not in a block yet: seldom, and not for calls */
        block = block_new(h->o.budget, body.len);
        if (!block) return false;
        block_append(block, body);
    }
    char *start = out_reserve(out, h->o.chunks, room + (copied ? body.len : 0));
    if (!start) {
        block_unref(block);
        return false;
    }
    char *p = put_head(h, start, r, a, body.len, close);
    assert((size_t)(p - start) <= room);
    if (copied && body.len) p = put(p, body.p, body.len);
    out_commit(out, (size_t)(p - start));
    if (silent || copied) {
        block_unref(block);
        return true;
    }
    size_t at = a->block ? a->part_at : 0;
    bool ok = out_block(out, h->o.chunks, block, at, at + body.len);
    assert(ok); /* the chunk just written has room for a tail */
    return true;
}

bool response_continue(struct http *h, struct out *out)
{
    char *p = out_reserve(out, h->o.chunks, 25);
    if (!p) return false;
    out_commit(out, (size_t)(PUT(p, "HTTP/1.1 100 Continue\r\n\r\n") - p));
    return true;
}

int answer_field(char *text, size_t *len, size_t room, const char *name, struct slice value)
{
    size_t name_len = strlen(name);
    if (*len + name_len + value.len + 4 > room) return -ENOSPC;
    if (value.len && (memchr(value.p, '\r', value.len) || memchr(value.p, '\n', value.len) || memchr(value.p, 0, value.len)))
        return -EINVAL; /* RFC 9112 §11.1 */
    char *p = put(text + *len, name, name_len);
    p = PUT(p, ": ");
    p = put(p, value.p, value.len);
    p = PUT(p, "\r\n");
    *len = (size_t)(p - text);
    return 0;
}
