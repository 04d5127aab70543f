/* config_change.c: what differs between two configurations and cannot be changed while the server runs. */
#include "config_file.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static const void *at(const struct config *c, size_t offset)
{
    return (const char *)c + offset;
}

static bool same_list(const struct config *a, const struct config *b, const struct config_setting *s)
{
    char *const *as = at(a, s->offset), *const *bs = at(b, s->offset);
    uint32_t n = *(const uint32_t *)at(a, s->n_offset);
    if (n != *(const uint32_t *)at(b, s->n_offset)) return false;
    for (uint32_t i = 0; i < n; i++)
        if (!same_text(as[i], bs[i])) return false;
    return true;
}

static bool same(const struct config *a, const struct config *b, const struct config_setting *s)
{
    if (s->digest_offset) return *(const uint64_t *)at(a, s->digest_offset) == *(const uint64_t *)at(b, s->digest_offset);
    switch (s->kind) {
    case CONFIG_BOOL: return *(const bool *)at(a, s->offset) == *(const bool *)at(b, s->offset);
    case CONFIG_U32: return *(const uint32_t *)at(a, s->offset) == *(const uint32_t *)at(b, s->offset);
    case CONFIG_U64: return *(const uint64_t *)at(a, s->offset) == *(const uint64_t *)at(b, s->offset);
    case CONFIG_INDEX: return memcmp(at(a, s->offset), at(b, s->offset), sizeof(unsigned)) == 0;
    case CONFIG_TEXT:
    case CONFIG_WORD:
    case CONFIG_WORDS: return same_text(*(char *const *)at(a, s->offset), *(char *const *)at(b, s->offset));
    case CONFIG_ADDRESSES: return same_list(a, b, s) && memcmp(a->listen_ways, b->listen_ways, sizeof a->listen_ways) == 0;
    case CONFIG_LIST:
    case CONFIG_HOSTS:
    case CONFIG_NETWORKS: return same_list(a, b, s);
    case CONFIG_ROUTES:
    case CONFIG_ACCESS:
    case CONFIG_OAUTH:
    case CONFIG_TLS:
    case CONFIG_TYPES:
    case CONFIG_RULES:
    case CONFIG_RATE_LIMITS:
    case CONFIG_CORS: break; /* by their digests, or live */
    }
    return true;
}

unsigned config_restart_needed(const struct config *a, const struct config *b, const char **names, unsigned n_max)
{
    unsigned n = 0;
    for (int i = 0; i < CONFIG_SETTINGS; i++) {
        const struct config_setting *s = &config_settings[i];
        if (s->live || same(a, b, s)) continue;
        if (n < n_max) names[n] = s->key ? s->key : s->flag;
        n++;
    }
    return n;
}
