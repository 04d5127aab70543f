/* oauth_rules.c: see oauth_rules.h. */
#include "filters/oauth_rules.h"

#include "accounts/accounts.h"
#include "http/percent.h"
#include "outbound/destination.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SECRET_BYTES_MAX 1024u
#define AUTHORITIES_BYTES_MAX (1u << 20)

static int read_keys(struct oauth_rules *r, const char *path, char *why, size_t why_room)
{
    struct slice text;
    char sentence[256];
    int rc = accounts_load_public(path, JWKS_BYTES_MAX, &text, why, why_room);
    if (rc < 0) return rc;
    rc = jwks_read(text, false, &r->keys, sentence, sizeof sentence);
    accounts_wipe(text);
    if (rc < 0) (void)snprintf(why, why_room, "%s: %s", path, sentence);
    return rc;
}

/* One line; the line's end does not count. */
static int read_secret(const char *path, char **out, char *why, size_t why_room)
{
    struct slice text;
    int rc = accounts_load(path, &text, why, why_room);
    if (rc < 0) return rc;
    struct slice line = text;
    while (line.len && (line.p[line.len - 1] == '\n' || line.p[line.len - 1] == '\r')) line.len--;
    bool ok = line.len > 0 && line.len <= SECRET_BYTES_MAX;
    for (size_t i = 0; i < line.len; i++) ok &= line.p[i] >= ' ' && line.p[i] <= '~';
    *out = ok ? strndup(line.p, line.len) : NULL;
    accounts_wipe(text);
    if (*out) return 0;
    (void)snprintf(why, why_room, ok ? "out of memory" : "%s: it must be one line of printable ASCII", path);
    return ok ? -ENOMEM : -EINVAL;
}

/* As Basic of RFC 6749 §2.3.1 has it: in percent encoding first. */
static char *encoded(const char *text)
{
    char *out = calloc(1, strlen(text) * 3 + 1);
    if (out) (void)percent_write(slice_str(text), out);
    return out;
}

static void wipe(const char *text)
{
    if (text) explicit_bzero((char *)text, strlen(text));
    free((char *)text);
}

static int set_client(struct outbound_peer *peer, const struct oauth_options *o, char *why, size_t why_room)
{
    char *secret = NULL;
    (void)snprintf(why, why_room, "'client_id' and 'client_secret_file' belong together, and to 'introspection_url'");
    if (!o->client_id != !o->client_secret_file || (o->client_id && !o->introspection_url)) return -EINVAL;
    if (!o->client_id) return 0;
    int rc = read_secret(o->client_secret_file, &secret, why, why_room);
    if (rc < 0) return rc;
    peer->user = encoded(o->client_id);
    peer->password = encoded(secret);
    wipe(secret);
    if (peer->user && peer->password) return 0;
    (void)snprintf(why, why_room, "out of memory");
    return -ENOMEM;
}

static int set_peer(struct oauth_rules *r, struct outbound_peer *peer, const char *key, const char *url, const struct oauth_options *o, char *why,
                    size_t why_room)
{
    const char *end;
    if (!url) return 0;
    if (!destination_url_ok(slice_str(url), &end)) {
        (void)snprintf(why, why_room, "key '%s': %s", key, end);
        return -EINVAL;
    }
    peer->allowed = r->allowed;
    peer->n_allowed = o->n_allow;
    peer->authorities = r->authorities;
    peer->url = strdup(url);
    (void)snprintf(why, why_room, "out of memory");
    return peer->url ? 0 : -ENOMEM;
}

static int set_networks(struct oauth_rules *r, const struct oauth_options *o, char *why, size_t why_room)
{
    for (uint32_t i = 0; i < o->n_allow; i++) {
        if (i < OAUTH_NETWORKS_MAX && network_parse(slice_str(o->allow[i]), &r->allowed[i])) continue;
        (void)snprintf(why, why_room, "key 'allow': '%s' is no network, or there are more than %d", o->allow[i], OAUTH_NETWORKS_MAX);
        return -EINVAL;
    }
    return 0;
}

/* Read now, so that a file that cannot be read is seen at once, and what is in force changes with the snapshot only. */
static int read_authorities(struct oauth_rules *r, const char *path, char *why, size_t why_room)
{
    static const struct slice mark = SLICE_INIT("-----BEGIN CERTIFICATE-----");
    int rc = path ? accounts_load_public(path, AUTHORITIES_BYTES_MAX, &r->authorities, why, why_room) : 0;
    if (rc < 0 || !path || memmem(r->authorities.p, r->authorities.len, mark.p, mark.len)) return rc;
    (void)snprintf(why, why_room, "%s: there is no certificate in it", path);
    return -EINVAL;
}

static int fill(struct oauth_rules *r, const struct oauth_options *o, char *why, size_t why_room)
{
    (void)snprintf(why, why_room, "key 'oauth' needs 'issuer', 'audience', and one of 'jwks_file', 'jwks_url' and 'introspection_url'");
    if (!o->issuer || !o->audience || !(o->jwks_file || o->jwks_url || o->introspection_url)) return -EINVAL;
    (void)snprintf(why, why_room, "keys come from 'jwks_file' or from 'jwks_url', not from both");
    if (o->jwks_file && o->jwks_url) return -EINVAL;
    (void)snprintf(why, why_room, "out of memory");
    r->refetch_s = o->refetch_s;
    r->jwt = (struct jwt_rules){strdup(o->issuer), strdup(o->audience), o->any_type, o->lifetime_max_s};
    if (!r->jwt.issuer || !r->jwt.audience) return -ENOMEM;
    int rc = set_networks(r, o, why, why_room);
    if (rc == 0) rc = read_authorities(r, o->authorities, why, why_room);
    if (rc == 0) rc = set_peer(r, &r->jwks, "jwks_url", o->jwks_url, o, why, why_room);
    if (rc == 0) rc = set_peer(r, &r->introspection, "introspection_url", o->introspection_url, o, why, why_room);
    if (rc == 0) rc = set_client(&r->introspection, o, why, why_room);
    if (rc == 0 && o->jwks_file) rc = read_keys(r, o->jwks_file, why, why_room);
    return rc;
}

int oauth_rules_new(const struct oauth_options *o, struct oauth_rules **out, char *why, size_t why_room)
{
    struct oauth_rules *r = calloc(1, sizeof *r);
    (void)snprintf(why, why_room, "out of memory");
    if (!r) return -ENOMEM;
    int rc = fill(r, o, why, why_room);
    if (rc < 0) oauth_rules_free(r);
    else *out = r;
    return rc;
}

static void free_peer(struct outbound_peer *peer)
{
    free((char *)peer->url);
    free((char *)peer->user);
    wipe(peer->password);
}

struct oauth_rules *oauth_rules_free(struct oauth_rules *r)
{
    if (!r) return NULL;
    jwks_unref(r->keys);
    free((char *)r->jwt.issuer);
    free((char *)r->jwt.audience);
    free_peer(&r->jwks);
    free_peer(&r->introspection);
    free((char *)r->authorities.p);
    free(r);
    return NULL;
}

bool oauth_rules_same_keys(const struct oauth_rules *a, const struct oauth_rules *b)
{
    if (!a->jwks.url || !b->jwks.url || strcmp(a->jwks.url, b->jwks.url) != 0 || strcmp(a->jwt.issuer, b->jwt.issuer) != 0) return false;
    if (a->jwks.n_allowed != b->jwks.n_allowed || !slice_eq(a->authorities, b->authorities)) return false;
    return memcmp(a->allowed, b->allowed, sizeof a->allowed) == 0;
}
