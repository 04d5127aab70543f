/* command_text.c: what a command is told by its environment, and what it says on stderr: see command.h. */
#include "workers/command.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- environment ---- */

struct env {
    char *p;
    size_t n;
};

/* The bytes of all parameters are bounded (TASK_PARAM_BYTES), and so are names: there is always room. */
static void set(struct env *e, const char *prefix, const char *name, const char *value)
{
    int n = snprintf(e->p + e->n, ZYGOTE_ENV_BYTES - e->n, "%s%s=%s", prefix, name, value);
    if (n > 0 && e->n + (size_t)n < ZYGOTE_ENV_BYTES) e->n += (size_t)n + 1;
}

static const char *param_text(const struct task *t, const struct quern_param *p)
{
    for (uint8_t i = 0; i < t->n_params; i++)
        if (strcmp(t->params[i].name, p->name) == 0) return t->params[i].text;
    return p->fallback;
}

size_t command_env(const struct task *t, char out[ZYGOTE_ENV_BYTES])
{
    struct env e = {out, 0};
    const struct quern_type *type = t->type->type;
    set(&e, "", "PATH", "/usr/local/bin:/usr/bin:/bin");
    set(&e, "", "LANG", "C.UTF-8");
    set(&e, "QUERN_", "TYPE", type->name);
    if (t->input_type[0]) set(&e, "QUERN_", "INPUT_TYPE", t->input_type);
    if (t->attempt) {
        char id[UUID_TEXT_BYTES], attempt[16];
        uuid_text(t->job_id, id);
        (void)snprintf(attempt, sizeof attempt, "%u", t->attempt);
        set(&e, "QUERN_", "JOB_ID", id);
        set(&e, "QUERN_", "ATTEMPT", attempt);
    }
    for (size_t i = 0; i < type->n_params; i++) {
        const char *text = param_text(t, &type->params[i]);
        if (text) set(&e, "QUERN_PARAM_", type->params[i].name, text);
    }
    return e.n;
}

/* ---- stderr ---- */

void command_tail_add(struct command_tail *tail, const char *bytes, size_t n)
{
    if (n >= COMMAND_TAIL_BYTES) {
        tail->cut |= n > COMMAND_TAIL_BYTES || tail->len > 0;
        memcpy(tail->bytes, bytes + n - COMMAND_TAIL_BYTES, COMMAND_TAIL_BYTES);
        tail->len = COMMAND_TAIL_BYTES;
        return;
    }
    if (tail->len + n > COMMAND_TAIL_BYTES) {
        size_t drop = tail->len + n - COMMAND_TAIL_BYTES;
        memmove(tail->bytes, tail->bytes + drop, tail->len - drop);
        tail->len -= drop;
        tail->cut = true;
    }
    if (n) memcpy(tail->bytes + tail->len, bytes, n);
    tail->len += n;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

void command_tail_text(const struct command_tail *tail, char out[COMMAND_TAIL_BYTES + 1])
{
    const char *p = tail->bytes, *end = tail->bytes + tail->len;
    size_t n = 0;
    if (tail->cut) /* not from within a character */
        while (p < end && ((uint8_t)*p & 0xc0) == 0x80) p++;
    while (p < end && is_blank(*p)) p++;
    while (end > p && is_blank(end[-1])) end--;
    while (p < end) {
        int length = utf8_length(p, end);
        bool is_plain = length > 1 || (length == 1 && ((uint8_t)*p >= ' ' || *p == '\n') && *p != 0x7f);
        if (!is_plain) length = 1;
        for (int i = 0; i < length; i++) out[n++] = is_plain ? p[i] : '?';
        p += length;
    }
    out[n] = 0;
}
