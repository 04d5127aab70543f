#include "tools/cli/envelope.h"

#include "base/clock.h"
#include "base/json.h"
#include "tools/cli/options.h"
#include "tools/cli/when.h"

#include <inttypes.h>

static bool refuse(char why[256], const char *what)
{
    (void)snprintf(why, 256, "%s", what);
    return false;
}

/* ---- JSON into a buf ---- */

static void add_string(struct buf *b, struct slice text)
{
    char piece[512];
    buf_add_str(b, "\"");
    while (text.len) {
        size_t taken, n = json_escape(text, piece, sizeof piece, &taken);
        buf_add(b, slice_make(piece, n));
        text = slice_from(text, taken);
    }
    buf_add_str(b, "\"");
}

/* A comma unless it is the first member, and the name. */
static void add_name(struct buf *b, const char *name)
{
    if (b->len && b->p[b->len - 1] != '{') buf_add_str(b, ",");
    buf_addf(b, "\"%s\":", name);
}

static void add_text(struct buf *b, const char *name, const char *text)
{
    if (text) add_name(b, name), add_string(b, slice_str(text));
}

static void add_raw(struct buf *b, const char *name, const char *json)
{
    if (json) add_name(b, name), buf_add_str(b, json);
}

static void add_ms(struct buf *b, const char *name, uint64_t ns)
{
    if (ns) add_name(b, name), buf_addf(b, "%" PRIu64, (ns + NS_PER_MS - 1) / NS_PER_MS);
}

/* A time from now is sent as one, so that the server's clock alone counts. */
static void add_when(struct buf *b, const char *name, const char *text, uint64_t delay_ns)
{
    char iso[WHEN_ISO_BYTES], plus[WHEN_ISO_BYTES + 1];
    if (!text && !delay_ns) return;
    if (text && !when_duration(slice_str(text), &delay_ns)) {
        add_text(b, name, text);
        return;
    }
    when_iso(delay_ns, iso);
    (void)snprintf(plus, sizeof plus, "+%s", iso);
    add_text(b, name, plus);
}

/* ---- the parts ---- */

/* [{"name": "value"}]: the server's own job types read their parameters there. */
static bool add_params(const struct options *o, struct buf *b, char why[256])
{
    buf_add_str(b, "[{");
    for (int i = 0; i < o->params.n; i++) {
        const char *text = o->params.text[i], *equals = strchr(text, '=');
        if (!equals || equals == text) return refuse(why, "--param must be NAME=VALUE");
        if (i) buf_add_str(b, ",");
        add_string(b, slice_make(text, (size_t)(equals - text)));
        buf_add_str(b, ":");
        add_string(b, slice_str(equals + 1));
    }
    buf_add_str(b, "}]");
    return true;
}

static bool add_args(const struct options *o, struct slice args, struct buf *b, char why[256])
{
    int ways = (args.len > 0) + (o->args != NULL) + (o->params.n > 0);
    if (ways > 1) return refuse(why, "the arguments come from a file, from --args or from --param, not from two of them");
    add_name(b, "args");
    if (o->params.n) return add_params(o, b, why);
    buf_add(b, args.len ? args : slice_str(o->args ? o->args : "[]"));
    return true;
}

static bool add_retry(const struct options *o, struct buf *b, char why[256])
{
    if (o->retry && (o->max_attempts.given || o->dead_letter))
        return refuse(why, "--retry is the whole policy: --max-attempts and --dead-letter belong into it");
    add_raw(b, "retry", o->retry);
    if (!o->max_attempts.given && !o->dead_letter) return true;
    add_name(b, "retry");
    buf_add_str(b, "{");
    if (o->max_attempts.given) add_name(b, "max_attempts"), buf_addf(b, "%" PRId64, o->max_attempts.n);
    if (o->dead_letter) add_text(b, "on_exhaustion", "dead_letter");
    buf_add_str(b, "}");
    return true;
}

static void add_tags(const struct options *o, struct buf *b)
{
    if (o->tags.n == 0) return;
    add_name(b, "tags");
    for (int i = 0; i < o->tags.n; i++) buf_add_str(b, i ? "," : "["), add_string(b, slice_str(o->tags.text[i]));
    buf_add_str(b, "]");
}

static bool add_options(const struct options *o, struct buf *b, char why[256])
{
    static const char *const durability[] = {NULL, "memory", "logged", "synced"};
    add_name(b, "options");
    buf_add_str(b, "{");
    add_text(b, "queue", o->queue);
    if (o->priority.given) add_name(b, "priority"), buf_addf(b, "%" PRId64, o->priority.n);
    add_when(b, "delay_until", o->at, o->delay_ns);
    add_when(b, "expires_at", o->expires, 0);
    add_ms(b, "timeout_ms", o->run_limit_ns);
    add_ms(b, "visibility_timeout_ms", o->lease_ns);
    if (!add_retry(o, b, why)) return false;
    add_raw(b, "unique", o->unique);
    add_tags(o, b);
    add_text(b, "durability", durability[o->durability]);
    if (o->pending) add_raw(b, "pending", "true");
    buf_add_str(b, "}");
    return true;
}

bool envelope_make(const struct options *o, const char *type, struct slice args, struct buf *b, char why[256])
{
    buf_add_str(b, "{");
    add_text(b, "type", type);
    add_text(b, "id", o->id);
    if (!add_args(o, args, b, why)) return false;
    add_raw(b, "meta", o->meta);
    if (!add_options(o, b, why)) return false;
    buf_add_str(b, "}");
    return !b->overflow || refuse(why, "the job is too large");
}

bool envelope_make_cron(const struct options *o, const char *name, const char *cron, const char *type, struct slice args,
                        struct buf *b, char why[256])
{
    static const char *const overlap[] = {NULL, "skip", "allow", "cancel_previous", "enqueue"};
    buf_add_str(b, "{");
    add_text(b, "name", name);
    add_text(b, "cron", cron);
    add_text(b, "timezone", o->zone);
    add_text(b, "type", type);
    if (!add_args(o, args, b, why)) return false;
    add_raw(b, "meta", o->meta);
    if (!add_options(o, b, why)) return false;
    add_text(b, "overlap_policy", overlap[o->overlap]);
    if (o->disabled) add_raw(b, "enabled", "false");
    add_text(b, "description", o->description);
    buf_add_str(b, "}");
    return !b->overflow || refuse(why, "the job is too large");
}
