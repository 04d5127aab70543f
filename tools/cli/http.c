#include "tools/cli/http.h"

#include "base/clock.h"
#include "base/version.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/signer.h"
#include "tools/cli/sink.h"

#include <curl/curl.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#define CONNECT_TIMEOUT_S 10L
#define TICK_MS 100

struct http {
    CURLM *multi;
    CURL *easy;
    struct curl_slist *fields;
    char *base; /* without a slash at its end */
    char error[CURL_ERROR_SIZE];
    const struct http_request *request; /* under way */
    struct http_reply *reply;
    struct slice unsent;  /* of request->body */
    uint64_t moved;       /* bytes in both directions, to see whether something still moves */
    uint64_t moved_at_ns; /* monotonic: when it last grew */
    int upload_error;     /* errno */
    struct signer *signer; /* NULL: requests are not signed */
    bool lacks_field;      /* of the request: no memory for one */
};

/* ---- the server's address ---- */

static bool is_good_url(const char *url)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *query = NULL, *fragment = NULL;
    bool good = parts && curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
                curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) &&
                curl_url_get(parts, CURLUPART_QUERY, &query, 0) != CURLUE_OK &&
                curl_url_get(parts, CURLUPART_FRAGMENT, &fragment, 0) != CURLUE_OK;
    curl_free(scheme), curl_free(query), curl_free(fragment);
    curl_url_cleanup(parts);
    return good;
}

static int make_base(const char *url, char **out)
{
    char *base;
    if (asprintf(&base, "%s%s", strstr(url, "://") ? "" : "http://", url) < 0) return -ENOMEM;
    for (size_t len = strlen(base); len && base[len - 1] == '/';) base[--len] = '\0';
    if (!is_good_url(base)) {
        free(base);
        return -EINVAL;
    }
    *out = base;
    return 0;
}

int http_new(const char *url, struct http **out)
{
    struct http *h = calloc(1, sizeof *h);
    if (!h) return -ENOMEM;
    int rc = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? make_base(url, &h->base) : -ENOMEM;
    if (rc == 0) {
        h->multi = curl_multi_init();
        h->easy = curl_easy_init();
        if (!h->multi || !h->easy) rc = -ENOMEM;
    }
    if (rc < 0) (void)http_free(h);
    else *out = h;
    return rc;
}

struct http *http_free(struct http *h)
{
    if (!h) return NULL;
    curl_slist_free_all(h->fields);
    curl_easy_cleanup(h->easy);
    curl_multi_cleanup(h->multi);
    signer_free(h->signer);
    free(h->base);
    free(h);
    curl_global_cleanup();
    return NULL;
}

const char *http_base(const struct http *h)
{
    return h->base;
}

void http_reply_init(struct http_reply *r)
{
    *r = (struct http_reply){0};
    buf_init(&r->body, HTTP_BODY_MAX);
}

void http_reply_deinit(struct http_reply *r)
{
    buf_deinit(&r->body);
}

void http_encode(struct buf *b, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (const char *p = text; *p; p++) {
        char c = slice_lower(*p);
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || memchr("-._~", c, 4); /* RFC 3986 §2.3 */
        char code[3] = {'%', hex[(unsigned char)*p >> 4], hex[*p & 15]};
        buf_add(b, plain ? slice_make(p, 1) : slice_make(code, sizeof code));
    }
}

void http_add_query(struct buf *b, const char *name, const char *value)
{
    if (!value) return;
    buf_addf(b, "&%s=", name);
    http_encode(b, value);
}

/* ---- what libcurl calls ---- */

static void note_moved(struct http *h, size_t bytes)
{
    h->moved += bytes;
    h->moved_at_ns = clock_now_ns();
}

static size_t on_body(char *bytes, size_t one, size_t n, void *arg)
{
    struct http *h = arg;
    struct http_reply *r = h->reply;
    (void)one; /* is 1 */
    note_moved(h, n);
    (void)curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &r->status);
    bool is_error = r->status < 200 || r->status > 299;
    if (!is_error && r->status != 202 && h->request->sink)
        return sink_write(h->request->sink, slice_make(bytes, n)) == 0 ? n : 0;
    size_t room = HTTP_ERROR_BODY_MAX - r->body.len;
    buf_add(&r->body, slice_make(bytes, is_error && n > room ? room : n));
    return r->body.overflow ? 0 : n;
}

static bool field_is(struct slice line, struct slice name, struct slice *value)
{
    if (line.len <= name.len || line.p[name.len] != ':' || !slice_eq_nocase(slice_make(line.p, name.len), name)) return false;
    *value = slice_from(line, name.len + 1);
    while (value->len && strchr("\r\n", value->p[value->len - 1])) value->len--;
    *value = slice_trim(*value);
    return true;
}

static void keep(char *room, size_t room_bytes, struct slice s)
{
    if (s.len >= room_bytes) s.len = 0; /* none of ours is so long */
    if (s.len) memcpy(room, s.p, s.len);
    room[s.len] = '\0';
}

static void clear_head(struct http_reply *r)
{
    r->status = 0, r->type[0] = r->location[0] = '\0', r->has_run = false;
}

static size_t on_field(char *bytes, size_t one, size_t n, void *arg)
{
    struct http *h = arg;
    struct slice line = slice_make(bytes, n), value;
    (void)one;
    note_moved(h, n);
    if (slice_starts(line, SLICE("HTTP/"))) clear_head(h->reply); /* after a 100, another head */
    if (field_is(line, SLICE("quern-job-type"), &value)) h->reply->has_run = true;
    if (field_is(line, SLICE("content-type"), &value))
        keep(h->reply->type, sizeof h->reply->type, slice_trim(slice_cut(&value, ';')));
    if (field_is(line, SLICE("location"), &value)) keep(h->reply->location, sizeof h->reply->location, value);
    return n;
}

static size_t on_upload(char *room, size_t one, size_t n, void *arg)
{
    struct http *h = arg;
    const struct http_request *q = h->request;
    (void)one;
    if (!q->is_upload) {
        size_t piece = h->unsent.len < n ? h->unsent.len : n;
        if (piece) memcpy(room, h->unsent.p, piece);
        h->unsent = slice_from(h->unsent, piece);
        note_moved(h, piece);
        return piece;
    }
    ssize_t got;
    do got = read(q->upload_fd, room, n);
    while (got < 0 && errno == EINTR && !interrupt_seen());
    if (got < 0) {
        h->upload_error = errno;
        return CURL_READFUNC_ABORT;
    }
    note_moved(h, (size_t)got);
    return (size_t)got;
}

/* A kept connection that the server had closed is tried again: with the body from its start, where we have it. */
static int on_seek(void *arg, curl_off_t offset, int origin)
{
    struct http *h = arg;
    const struct http_request *q = h->request;
    if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
    if (q->is_upload) return lseek(q->upload_fd, offset, SEEK_SET) < 0 ? CURL_SEEKFUNC_CANTSEEK : CURL_SEEKFUNC_OK;
    h->unsent = slice_from(q->body, (size_t)offset);
    return CURL_SEEKFUNC_OK;
}

/* ---- one request ---- */

/* Without one of its fields a request is another: h->lacks_field, and it is not sent. */
static void add_field(void *http, const char *name, const char *value)
{
    struct http *h = http;
    char *line;
    if (asprintf(&line, "%s: %s", name, value) < 0) line = NULL;
    struct curl_slist *more = line ? curl_slist_append(h->fields, line) : NULL; /* is copied */
    free(line);
    if (more) h->fields = more;
    else h->lacks_field = true;
}

/* The rest of a file, which is sent from where it stands. False: it is none, or cannot be read. */
static bool map_upload(const struct http_request *q, struct slice *map, struct slice *body)
{
    off_t at = lseek(q->upload_fd, 0, SEEK_CUR);
    *map = *body = SLICE("");
    if (at < 0 || q->upload_bytes < 0) return false;
    if (q->upload_bytes == 0) return true;
    size_t len = (size_t)(at + q->upload_bytes);
    void *p = mmap(NULL, len, PROT_READ, MAP_PRIVATE, q->upload_fd, 0);
    if (p == MAP_FAILED) return false;
    *map = slice_make(p, len);
    *body = slice_from(*map, (size_t)at);
    return true;
}

/* False: h->error says why not. */
static bool sign(struct http *h, const struct http_request *q)
{
    struct slice map = SLICE(""), body = q->body, authority = slice_str(strstr(h->base, "://") + 3);
    (void)snprintf(h->error, sizeof h->error, "a body that comes from a pipe cannot be signed: it is known only when it has been sent");
    if (q->is_upload && !map_upload(q, &map, &body)) return false;
    const char *slash = memchr(authority.p, '/', authority.len);
    char *target;
    if (asprintf(&target, "%s%s", slash ? slash : "", q->path) < 0) return false;
    if (slash) authority.len = (size_t)(slash - authority.p);
    struct signer_request r = {.method = q->method, .is_https = slice_eq_nocase(slice_make(h->base, 5), SLICE("https")), .authority = authority, .target = slice_str(target), .has_body = body.len > 0, .body = body,
                               .type = q->type ? q->type : "application/octet-stream", .prefer = q->prefer, .idempotency = q->idempotency};
    if (r.has_body && !q->type) add_field(h, "Content-Type", r.type);
    bool is_done = signer_sign(h->signer, &r, add_field, h);
    if (!is_done) (void)snprintf(h->error, sizeof h->error, "the request could not be signed");
    if (map.len) (void)munmap((void *)(uintptr_t)map.p, map.len);
    free(target);
    return is_done;
}

int http_sign(struct http *h, const char *path, char why[256])
{
    return signer_new(path, &h->signer, why);
}

static bool set_fields(struct http *h, const struct http_request *q)
{
    curl_slist_free_all(h->fields);
    h->fields = NULL;
    h->lacks_field = false;
    add_field(h, "Accept", q->sink ? "*/*" : "application/openjobspec+json, application/json, */*;q=0.1");
    if (q->type) add_field(h, "Content-Type", q->type);
    if (q->prefer) add_field(h, "Prefer", q->prefer);
    if (q->idempotency) add_field(h, "Idempotency-Key", q->idempotency);
    if (q->is_upload && q->upload_bytes < 0) add_field(h, "Transfer-Encoding", "chunked");
    if (h->signer && !sign(h, q)) return false;
    if (h->lacks_field) (void)snprintf(h->error, sizeof h->error, "no memory");
    if (h->lacks_field) return false;
    (void)curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, h->fields);
    const char *token = h->signer ? NULL : getenv("QUERN_TOKEN");
    if (!token || !token[0]) return true;
    (void)curl_easy_setopt(h->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
    (void)curl_easy_setopt(h->easy, CURLOPT_XOAUTH2_BEARER, token);
    return true;
}

static void set_body(struct http *h, const struct http_request *q)
{
    int64_t bytes = q->is_upload ? q->upload_bytes : (int64_t)q->body.len;
    h->unsent = q->body;
    if (strcmp(q->method, "GET") == 0) return;
    (void)curl_easy_setopt(h->easy, CURLOPT_CUSTOMREQUEST, q->method);
    if (strcmp(q->method, "DELETE") == 0) return;
    (void)curl_easy_setopt(h->easy, CURLOPT_POST, 1L);
    if (bytes >= 0) (void)curl_easy_setopt(h->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)bytes);
    (void)curl_easy_setopt(h->easy, CURLOPT_READFUNCTION, on_upload);
    (void)curl_easy_setopt(h->easy, CURLOPT_READDATA, h);
    (void)curl_easy_setopt(h->easy, CURLOPT_SEEKFUNCTION, on_seek);
    (void)curl_easy_setopt(h->easy, CURLOPT_SEEKDATA, h);
}

static bool prepare(struct http *h, const struct http_request *q)
{
    char *url;
    if (asprintf(&url, "%s%s", h->base, q->path) < 0) return false;
    curl_easy_reset(h->easy); /* keeps connections */
    (void)curl_easy_setopt(h->easy, CURLOPT_URL, url); /* is copied */
    free(url);
    (void)curl_easy_setopt(h->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    const char *authorities = getenv("QUERN_CACERT");
    if (authorities && authorities[0]) (void)curl_easy_setopt(h->easy, CURLOPT_CAINFO, authorities);
    (void)curl_easy_setopt(h->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(h->easy, CURLOPT_USERAGENT, "quern/" QUERN_VERSION);
    (void)curl_easy_setopt(h->easy, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
    (void)curl_easy_setopt(h->easy, CURLOPT_TCP_KEEPALIVE, 1L);
    (void)curl_easy_setopt(h->easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER, h->error);
    (void)curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(h->easy, CURLOPT_WRITEDATA, h);
    (void)curl_easy_setopt(h->easy, CURLOPT_HEADERFUNCTION, on_field);
    (void)curl_easy_setopt(h->easy, CURLOPT_HEADERDATA, h);
    if (!set_fields(h, q)) return false;
    set_body(h, q);
    return true;
}

/* Turns libcurl's loop until the request has ended: true and its code; or something else comes first: false and *outcome. */
static bool turn_until_done(struct http *h, CURLcode *code, enum http_outcome *outcome)
{
    const struct http_request *q = h->request;
    for (;;) {
        int running = 0, n = 0;
        if (curl_multi_perform(h->multi, &running) != CURLM_OK) break;
        CURLMsg *m = curl_multi_info_read(h->multi, &n);
        if (m && m->msg == CURLMSG_DONE) {
            *code = m->data.result;
            return true;
        }
        uint64_t now = clock_now_ns();
        *outcome = HTTP_INTERRUPTED;
        if (interrupt_seen()) return false;
        *outcome = HTTP_LATE;
        if (q->until_ns && now >= q->until_ns) return false;
        *outcome = HTTP_UNREACHABLE;
        if (q->silence_ns && now - h->moved_at_ns >= q->silence_ns) {
            (void)snprintf(h->error, sizeof h->error, "nothing was heard for %.0f s", (double)q->silence_ns / 1e9);
            return false;
        }
        if (q->tick) q->tick(q->tick_arg);
        struct curl_waitfd extra = {.fd = interrupt_fd(), .events = CURL_WAIT_POLLIN};
        if (curl_multi_poll(h->multi, &extra, 1, TICK_MS, &n) != CURLM_OK) break;
    }
    (void)snprintf(h->error, sizeof h->error, "libcurl failed");
    *outcome = HTTP_UNREACHABLE;
    return false;
}

static enum http_outcome judge(struct http *h, CURLcode code)
{
    const struct http_request *q = h->request;
    struct http_reply *r = h->reply;
    (void)curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &r->status);
    if (code == CURLE_OK) return HTTP_ANSWERED;
    if (interrupt_seen()) return HTTP_INTERRUPTED;
    if (h->upload_error) return HTTP_UPLOAD;
    if (r->status >= 400) return HTTP_ANSWERED; /* refused before all of the body was sent */
    if (q->sink && q->sink->error) return HTTP_SINK;
    if (r->body.overflow) return HTTP_TOO_LARGE;
    if (code == CURLE_PARTIAL_FILE) (void)snprintf(h->error, sizeof h->error, "the answer was cut off");
    if (!h->error[0]) (void)snprintf(h->error, sizeof h->error, "%s", curl_easy_strerror(code));
    return HTTP_UNREACHABLE;
}

enum http_outcome http_ask(struct http *h, const struct http_request *q, struct http_reply *r, char why[256])
{
    enum http_outcome outcome = HTTP_UNREACHABLE;
    CURLcode code = CURLE_OK;
    buf_clear(&r->body);
    clear_head(r);
    h->request = q, h->reply = r;
    h->upload_error = 0, h->moved_at_ns = clock_now_ns();
    (void)snprintf(h->error, sizeof h->error, "no memory");
    if (!prepare(h, q) || curl_multi_add_handle(h->multi, h->easy) != CURLM_OK) {
        (void)snprintf(why, 256, "%s", h->error);
        return HTTP_UNSENT;
    }
    h->error[0] = '\0';
    if (turn_until_done(h, &code, &outcome)) outcome = judge(h, code);
    (void)curl_multi_remove_handle(h->multi, h->easy);
    (void)snprintf(why, 256, "%s", h->upload_error ? strerror(h->upload_error) : h->error);
    return outcome;
}
