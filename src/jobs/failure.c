#include "jobs/failure.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"

/* Names, numbers, a time and punctuation. Strings come on top, at worst six bytes for one
 * ("\u0001"). */
#define FRAME_BYTES 256

/* Types as in ojs-timeouts §8. */
struct failure failure_of_timeout(void)
{
    return (struct failure){
        .code = SLICE("timeout"),
        .type = SLICE("timeout"),
        .message = SLICE("the time limit has passed"),
        .retryable = true,
    };
}

struct failure failure_of_silence(void)
{
    return (struct failure){
        .code = SLICE("lease_lost"),
        .type = SLICE("stalled"),
        .message = SLICE("the worker was not heard of in time"),
        .retryable = true,
    };
}

static void add_text(struct json_out *o, const char *name, struct slice text)
{
    json_key(o, name);
    json_str(o, text);
}

static void add_time(struct json_out *o, uint64_t wall_ns)
{
    char text[CLOCK_RFC3339_BYTES];
    clock_rfc3339(wall_ns, text);
    add_text(o, "occurred_at", slice_str(text));
}

static void add_attempt(struct json_out *o, uint32_t attempt)
{
    json_key(o, "attempt");
    json_u64(o, attempt);
}

/* The worker's object, reopened at its end. Its own members stand as they came. */
static void add_to_object(struct json_out *o, const struct failure *f)
{
    struct json_value object = {JSON_OBJECT, f->object}, value;
    if (f->code.len && !json_member(object, SLICE("type"), &value)) add_text(o, "type", f->code);
    if (!json_member(object, SLICE("attempt"), &value)) add_attempt(o, f->attempt);
    if (!json_member(object, SLICE("occurred_at"), &value)) add_time(o, f->wall_ns);
}

static void add_all(struct json_out *o, const struct failure *f)
{
    add_text(o, "code", f->code);
    add_text(o, "type", f->type.len ? f->type : f->code);
    add_text(o, "message", f->message);
    json_key(o, "retryable");
    json_bool(o, f->retryable);
    add_attempt(o, f->attempt);
    add_time(o, f->wall_ns);
}

static bool has_members(struct slice object)
{
    struct json_value value;
    struct slice name;
    size_t at = 0;
    return json_next((struct json_value){JSON_OBJECT, object}, &at, &name, &value);
}

struct block *failure_text(struct block_budget *budget, const struct failure *f)
{
    struct json_out o;
    size_t strings = 6 * (f->code.len * 2 + f->type.len + f->message.len);
    struct block *b = block_new(budget, f->object.len + strings + FRAME_BYTES);
    assert(f->object.len == 0 || f->object.p[f->object.len - 1] == '}');
    if (!b) return NULL;
    if (f->object.len) block_append(b, slice_make(f->object.p, f->object.len - 1)); /* without its '}' */
    else block_append(b, SLICE("{"));
    json_out_init(&o, b->bytes + b->len, b->capacity - b->len - 1);
    o.comma = f->object.len && has_members(f->object);
    if (f->object.len) add_to_object(&o, f);
    else add_all(&o, f);
    if (o.overflow) return block_unref(b);
    b->len += o.len;
    block_append(b, SLICE("}"));
    return b;
}
