/* scope.c: see scope.h. */
#include "accounts/scope.h"

static const struct slice builtin[SCOPES_BUILTIN] = {
    SLICE_INIT("jobs:read"),    SLICE_INIT("jobs:write"), SLICE_INIT("jobs:cancel"), SLICE_INIT("jobs:work"),   SLICE_INIT("queues:read"),
    SLICE_INIT("queues:admin"), SLICE_INIT("cron:read"),  SLICE_INIT("cron:write"),  SLICE_INIT("events:read"), SLICE_INIT("metrics:read"),
};

bool scope_name_ok(struct slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (c < '!' || c > '~' || c == '"' || c == '\\') return false;
    }
    return name.len > 0 && name.len <= SCOPE_NAME_MAX;
}

static struct slice name_of(const struct scope_names *names, uint32_t i)
{
    return i < SCOPES_BUILTIN ? builtin[i] : slice_str(names->own[i - SCOPES_BUILTIN]);
}

uint32_t scope_bit(const struct scope_names *names, struct slice name)
{
    if (slice_eq(name, SLICE("admin"))) return SCOPE_ALL;
    for (uint32_t i = 0; i < SCOPES_BUILTIN + names->n_own; i++)
        if (slice_eq(name_of(names, i), name)) return 1u << i;
    return 0;
}

uint32_t scope_take(struct scope_names *names, struct slice name)
{
    uint32_t bit = scope_bit(names, name);
    if (bit) return bit;
    if (!scope_name_ok(name) || names->n_own == SCOPES_OWN_MAX) return 0;
    memcpy(names->own[names->n_own], name.p, name.len);
    names->own[names->n_own][name.len] = 0;
    return 1u << (SCOPES_BUILTIN + names->n_own++);
}

uint32_t scope_read(const struct scope_names *names, struct slice text)
{
    uint32_t mask = 0;
    while (text.p) mask |= scope_bit(names, slice_cut(&text, ' '));
    return mask;
}

size_t scope_text(const struct scope_names *names, uint32_t mask, char *out, size_t room)
{
    size_t len = 0;
    for (uint32_t i = 0; i < SCOPES_BUILTIN + names->n_own; i++) {
        struct slice name = name_of(names, i);
        if (!(mask & 1u << i) || len + name.len + 1 > room) continue;
        if (len) out[len++] = ' ';
        memcpy(out + len, name.p, name.len);
        len += name.len;
    }
    return len;
}
