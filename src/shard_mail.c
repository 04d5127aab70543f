/* shard_mail.c: what others tell a shard: commands, settings, an issuer's keys. Sent by anybody; done on the shard's thread. */
#include "base/check.h"
#include "base/log.h"
#include "filters/key_feed.h"
#include "net/peer.h"
#include "net/secured.h"
#include "net/tls_server.h"
#include "shard_parts.h"

#include <errno.h>
#include <stdlib.h>

/* ---- commands ---- */

static void abort_one(void *arg, struct conn *c)
{
    conn_abort(arg, c);
}

static void drain(struct shard *s)
{
    s->draining = true;
    listeners_stop(s->listeners);
    http_drain(&s->http);
    s->api.degraded = true;
    shard_engines_drain(&s->engines);
}

static void stop(struct shard *s)
{
    if (!s->draining) drain(s);
    s->stopping = true;
    run_cancel_all(&s->api.run);
    shard_engines_cancel_all(&s->engines);
    conns_each(s->conns, abort_one, s->conns);
}

static void on_command(struct mail *m)
{
    struct command *c = (struct command *)(void *)m;
    switch (c->what) {
    case SHARD_UNREADY: c->shard->api.unready = true; break;
    case SHARD_DISK_LOST: c->shard->api.storage_failed = c->shard->api.degraded = true; break;
    case SHARD_DRAIN: drain(c->shard); break;
    case SHARD_STOP: stop(c->shard); break;
    case SHARD_COMMANDS: unreachable_state("no command");
    }
}

void shard_prepare_commands(struct shard *s)
{
    for (int i = 0; i < SHARD_COMMANDS; i++)
        s->commands[i] = (struct command){.mail = {.deliver = on_command}, .shard = s, .what = (enum shard_command)i};
}

void shard_send(struct shard *s, enum shard_command command)
{
    mail_send(&s->mailbox, &s->commands[command].mail);
}

/* ---- settings ---- */

struct reload {
    struct mail mail; /* must stay first */
    struct shard *shard;
    struct shard_settings settings; /* with references */
};

void shard_apply(struct shard *s, const struct shard_settings *settings)
{
    s->http.o.first_byte_ns = settings->first_byte_ns < settings->idle_ns ? settings->first_byte_ns : settings->idle_ns;
    s->http.o.body_rate = settings->body_rate;
    s->http.o.idle_ns = settings->idle_ns;
    s->http.o.trusted_idle_ns = settings->trusted_idle_ns;
    s->http.o.head_ns = settings->head_ns;
    s->http.o.body_idle_ns = settings->body_idle_ns;
    s->api.wait_max_s = s->api.run.wait_max_s = settings->wait_max_s;
    s->api.access_log = settings->access_log;
}

/* Without memory for it addresses stay unknown: limits by address then count all clients as one. */
void shard_know_peers(struct shard *s, const struct access *access)
{
    if (access && access->needs_peers && s->conns && conns_know_peers(s->conns) < 0) log_error("shard.peers", "reason=\"out of memory\"");
}

static void on_reload(struct mail *m)
{
    struct reload *r = (struct reload *)(void *)m;
    conns_age(r->shard->conns, r->settings.age_ns);
    shard_apply(r->shard, &r->settings);
    shard_know_peers(r->shard, r->settings.access);
    gate_swap(&r->shard->gate, r->settings.access);
    conns_swap_tls(r->shard->conns, r->settings.tls);
    (void)tls_server_unref(r->settings.tls);
    free(r);
}

int shard_reload(struct shard *s, const struct shard_settings *settings)
{
    struct reload *r = malloc(sizeof *r); /* seldom, and not on the path of a request */
    if (!r) return -ENOMEM;
    *r = (struct reload){.mail = {.deliver = on_reload}, .shard = s, .settings = *settings};
    access_ref(settings->access);
    (void)tls_server_ref(settings->tls);
    mail_send(&s->mailbox, &r->mail);
    return 0;
}

/* ---- an issuer's keys ---- */

struct keys_mail {
    struct mail mail; /* must stay first */
    struct shard *shard;
    struct fetched_keys *keys; /* a reference */
};

static void on_keys(struct mail *m)
{
    struct keys_mail *k = (struct keys_mail *)(void *)m;
    gate_take_keys(&k->shard->gate, k->keys);
    free(k);
}

int shard_take_keys(struct shard *s, struct fetched_keys *keys)
{
    struct keys_mail *k = malloc(sizeof *k); /* once in some minutes, and not on the path of a request */
    if (!k) return -ENOMEM;
    *k = (struct keys_mail){.mail = {.deliver = on_keys}, .shard = s, .keys = fetched_keys_ref(keys)};
    mail_send(&s->mailbox, &k->mail);
    return 0;
}
