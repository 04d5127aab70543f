#include "tools/cli/client.h"

#include "base/clock.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/sink.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

int client_init(struct client *c, const struct options *o)
{
    *c = (struct client){.o = o};
    http_reply_init(&c->reply);
    buf_init(&c->path, 64u << 10);
    c->as_json = o->format == FORMAT_JSON || (o->format == FORMAT_BY_TERMINAL && isatty(STDOUT_FILENO) != 1);
    if (o->timeout_ns) c->until_ns = clock_now_ns() + o->timeout_ns;
    int rc = http_new(o->url, &c->http);
    if (rc == -EINVAL) say("'%s' is no URL of a server, such as " URL_DEFAULT, o->url);
    else if (rc < 0) say("no memory");
    const char *key = o->key ? o->key : getenv("QUERN_KEY");
    char why[256];
    if (rc == 0 && key && key[0] && (rc = http_sign(c->http, key, why)) < 0) say("%s", why);
    return rc < 0 ? EXIT_USAGE : 0;
}

void client_deinit(struct client *c)
{
    http_reply_deinit(&c->reply);
    buf_deinit(&c->path);
    c->http = http_free(c->http);
}

const char *client_path(struct client *c, const char *format, const char *name)
{
    const char *at = strstr(format, "%s");
    buf_clear(&c->path);
    buf_add(&c->path, slice_make(format, at ? (size_t)(at - format) : strlen(format)));
    if (at) http_encode(&c->path, name), buf_add_str(&c->path, at + 2);
    return c->path.overflow ? "/" : c->path.p;
}

/* ---- asking ---- */

int client_try(struct client *c, struct http_request *q)
{
    char why[256];
    if (!q->until_ns || (c->until_ns && c->until_ns < q->until_ns)) q->until_ns = c->until_ns;
    if (!q->silence_ns) q->silence_ns = SILENCE_NS;
    switch (http_ask(c->http, q, &c->reply, why)) {
    case HTTP_ANSWERED: return 0;
    case HTTP_UNREACHABLE: say("no answer from %s: %s", http_base(c->http), why); return EXIT_SERVER;
    case HTTP_LATE: say("no answer from %s within the time that was set", http_base(c->http)); return EXIT_LATE;
    case HTTP_TOO_LARGE:
        say("the answer of %s is larger than %u MiB", http_base(c->http), HTTP_BODY_MAX >> 20);
        return EXIT_SERVER;
    case HTTP_SINK:
        if (q->sink->error == -EPIPE && !q->sink->path) interrupt_broken_pipe();
        say("cannot write %s: %s", q->sink->path ? q->sink->path : "to stdout", strerror(-q->sink->error));
        return EXIT_USAGE;
    case HTTP_UPLOAD: say("cannot read the input: %s", why); return EXIT_USAGE;
    case HTTP_UNSENT: say("%s", why); return EXIT_USAGE;
    case HTTP_INTERRUPTED: return EXIT_SIGNAL;
    }
    return EXIT_SERVER;
}

int client_send(struct client *c, struct http_request *q)
{
    int rc = client_try(c, q);
    if (rc == 0 && (c->reply.status < 200 || c->reply.status > 299)) rc = client_refused(c, NULL);
    return rc;
}

/* ---- refusals ---- */

/* {"error": {"message": …}} of the Open Job Spec, or {"detail": …} of RFC 9457. */
static bool find_reason(const struct client *c, struct json_value *reason)
{
    struct json_value body, error;
    size_t at;
    if (json_check(buf_slice(&c->reply.body), &body, &at) != JSON_OK || body.kind != JSON_OBJECT) return false;
    if (json_member(body, SLICE("error"), &error) && error.kind == JSON_OBJECT && json_member(error, SLICE("message"), reason))
        return reason->kind == JSON_STRING;
    return json_member(body, SLICE("detail"), reason) && reason->kind == JSON_STRING;
}

void client_reason(const struct client *c, char *text, size_t room)
{
    struct json_value reason;
    struct slice found = {0};
    if (find_reason(c, &reason)) found = value_text(reason, text, room - 1);
    while (found.len && found.p[found.len - 1] == '.') found.len--; /* its status follows */
    if (found.len) text[found.len] = '\0';
    else (void)snprintf(text, room, "the answer is %ld, without a reason", c->reply.status);
}

int client_refused(struct client *c, const char *what)
{
    char reason[1024];
    client_reason(c, reason, sizeof reason);
    say("%s%s%s (%ld)", what ? what : "", what ? ": " : "", reason, c->reply.status);
    return c->reply.status >= 400 && c->reply.status < 500 ? EXIT_REFUSED : EXIT_SERVER;
}

/* ---- documents ---- */

int client_document(struct client *c, struct json_value *object)
{
    size_t at = 0;
    enum json_error e = json_check(buf_slice(&c->reply.body), object, &at);
    if (e == JSON_OK && object->kind == JSON_OBJECT) return 0;
    if (e == JSON_OK) say("the answer of %s is no JSON object", http_base(c->http));
    else say("the answer of %s cannot be read: %s at byte %zu", http_base(c->http), json_error_text(e), at);
    return EXIT_SERVER;
}

int client_get(struct client *c, const char *path, struct json_value *object)
{
    struct http_request q = {.method = "GET", .path = path};
    int rc = client_send(c, &q);
    return rc ? rc : client_document(c, object);
}

int client_member(const struct json_value *object, const char *name, enum json_kind kind, struct json_value *out)
{
    struct json_value v;
    if (json_member(*object, slice_str(name), &v) && v.kind == kind) {
        *out = v;
        return 0;
    }
    say("the answer has no '%s' as it should", name);
    return EXIT_SERVER;
}

struct slice value_text(struct json_value v, char *room, size_t room_bytes)
{
    struct slice plain = v.text;
    if (v.kind == JSON_NULL) return SLICE("");
    if (v.kind == JSON_STRING && !json_plain(v, &plain)) {
        struct json_value cut = v;
        if (cut.text.len - 2 > room_bytes) return slice_make(room, 0); /* nothing of ours is so long and has escapes */
        long len = json_unescape(cut, room, room_bytes);
        return slice_make(room, len < 0 ? 0 : (size_t)len);
    }
    size_t len = plain.len < room_bytes ? plain.len : room_bytes;
    memcpy(room, plain.p, len);
    return slice_make(room, len);
}

struct slice member_text(struct json_value object, const char *name, char *room, size_t room_bytes)
{
    struct json_value v;
    return json_member(object, slice_str(name), &v) ? value_text(v, room, room_bytes) : slice_make(room, 0);
}

/* ---- stdout ---- */

/* An earlier write may have failed, whose errno is gone: the descriptor is asked. */
static bool is_reader_gone(void)
{
    struct pollfd fd = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&fd, 1, 0) == 1 && fd.revents & POLLERR;
}

int client_flush(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) return 0;
    int error = errno;
    if (interrupt_seen()) return EXIT_SIGNAL;
    if (error == EPIPE || is_reader_gone()) interrupt_broken_pipe();
    say("cannot write to stdout%s%s", error ? ": " : "", error ? strerror(error) : "");
    return EXIT_USAGE;
}

/* In JSON a line's end can only stand between tokens: without it the value is the same. */
void client_print_line(struct json_value v)
{
    struct slice rest = v.text;
    while (rest.p) {
        struct slice line = slice_cut(&rest, '\n');
        while (line.len && line.p[line.len - 1] == '\r') line.len--;
        (void)fwrite(line.p, 1, line.len, stdout);
    }
    (void)fputc('\n', stdout);
}
