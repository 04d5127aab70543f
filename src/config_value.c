/* config_value.c: how a text becomes the value of a setting. */
#include "config_file.h"

#include "base/ip.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>

#define HOST_BYTES_MAX 253u /* RFC 1035 §2.3.4, as text */

static int refuse_text(struct config_why *why, const struct config_setting *s, struct slice text)
{
    char quoted[CONFIG_QUOTE_BYTES];
    return config_refuse_value(why, s, config_quote(text, quoted));
}

static int set_number(void *c, const struct config_setting *s, struct slice text,
                      struct config_why *why)
{
    uint64_t n;
    if (!slice_to_u64(text, &n) || n < s->min || n > s->max) return refuse_text(why, s, text);
    if (s->kind == CONFIG_U64) *(uint64_t *)config_field(c, s) = n;
    else *(uint32_t *)config_field(c, s) = (uint32_t)n;
    return 0;
}

/* The index of text in words, or -1. */
static int index_of(const char *const *words, struct slice text)
{
    for (int i = 0; words[i]; i++)
        if (slice_eq(slice_str(words[i]), text)) return i;
    return -1;
}

static bool are_words(const char *const *words, struct slice text)
{
    while (text.p)
        if (index_of(words, slice_cut(&text, ',')) < 0) return false;
    return true;
}

/* Numbers only, no names: nothing to look up, and what is bound is what was written. */
static bool is_address(struct slice text)
{
    char host[INET6_ADDRSTRLEN + 2];
    unsigned char bytes[sizeof(struct in6_addr)];
    uint64_t port;
    const char *colon = text.len ? memrchr(text.p, ':', text.len) : NULL;
    if (!colon || (size_t)(colon - text.p) >= sizeof host) return false;
    size_t n = (size_t)(colon - text.p);
    if (!slice_to_u64(slice_from(text, n + 1), &port) || port > 65535) return false;
    memcpy(host, text.p, n);
    host[n] = 0;
    if (n < 3 || host[0] != '[' || host[n - 1] != ']') return inet_pton(AF_INET, host, bytes) == 1;
    host[n - 1] = 0;
    return inet_pton(AF_INET6, host + 1, bytes) == 1;
}

/* A name or an address, without a port; "*." before it stands for all names below. */
static bool is_host(struct slice text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    struct ip ip;
    if (text.len > 2 && text.p[0] == '[' && text.p[text.len - 1] == ']') return ip_parse(slice_make(text.p + 1, text.len - 2), &ip);
    if (text.len > 2 && text.p[0] == '*' && text.p[1] == '.') text = slice_from(text, 2);
    if (text.len == 0 || text.len > HOST_BYTES_MAX || text.p[0] == '.' || text.p[text.len - 1] == '.') return false;
    for (size_t i = 0; i < text.len; i++)
        if (!memchr(allowed, text.p[i], sizeof allowed - 1)) return false;
    return true;
}

static bool fits(const struct config_setting *s, struct slice text)
{
    struct network network;
    switch (s->kind) {
    case CONFIG_TEXT: return text.len > 0;
    case CONFIG_LIST: return s->words ? index_of(s->words, text) >= 0 : text.len > 0;
    case CONFIG_WORD:
    case CONFIG_INDEX: return index_of(s->words, text) >= 0;
    case CONFIG_WORDS: return are_words(s->words, text);
    case CONFIG_ADDRESSES: return is_address(text);
    case CONFIG_HOSTS: return is_host(text);
    case CONFIG_NETWORKS: return network_parse(text, &network);
    case CONFIG_BOOL:
    case CONFIG_U32:
    case CONFIG_U64:
    case CONFIG_ROUTES:
    case CONFIG_ACCESS:
    case CONFIG_TLS:
    case CONFIG_OAUTH:
    case CONFIG_TYPES:
    case CONFIG_RULES:
    case CONFIG_RATE_LIMITS:
    case CONFIG_CORS: break; /* no texts: config_set is not for them */
    }
    return false;
}

#ifndef __clang__ /* gcc's analyzer loses sight of the structure that owns the text */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif
static int append(void *c, const struct config_setting *s, char *text,
                  struct config_why *why)
{
    char **list = config_field(c, s);
    uint32_t *n = (uint32_t *)(void *)((char *)c + s->n_offset);
    if (*n == s->max) {
        free(text);
        return config_refuse(why, "%s: more than %" PRIu64 " of them", why->subject, s->max);
    }
    list[(*n)++] = text;
    return 0;
}

static int set_text(void *c, const struct config_setting *s, struct slice text,
                    struct config_why *why)
{
    char *copy = strndup(text.p, text.len);
    if (!copy) return config_refuse(why, "%s: out of memory", why->subject);
    if (config_is_list(s)) return append(c, s, copy, why);
    char **field = config_field(c, s);
    free(*field);
    *field = copy;
    return 0;
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

int config_set(void *c, const struct config_setting *s, struct slice text,
               struct config_why *why)
{
    if (s->kind == CONFIG_U32 || s->kind == CONFIG_U64) return set_number(c, s, text, why);
    if (s->later && slice_eq(text, slice_str(s->later)))
        return config_refuse(why, "%s: '%s' is not available in this version", why->subject,
                             s->later);
    if (!fits(s, text)) return refuse_text(why, s, text);
    if (s->kind != CONFIG_INDEX) return set_text(c, s, text, why);
    unsigned index = (unsigned)index_of(s->words, text);
    memcpy(config_field(c, s), &index, sizeof index);
    return 0;
}

void config_clear_list(void *c, const struct config_setting *s)
{
    char **list = config_field(c, s);
    uint32_t *n = (uint32_t *)(void *)((char *)c + s->n_offset);
    if (s->kind == CONFIG_ADDRESSES) memset(((struct config *)c)->listen_ways, 0, sizeof ((struct config *)c)->listen_ways);
    while (*n > 0) {
        free(list[--*n]);
        list[*n] = NULL;
    }
}
