/* issuer_steps.c: see issuer_steps.h. */
#include "issuer_steps.h"

#include <criterion/criterion.h>
#include <stdio.h>

void issuer_write_config(const struct server *s, const char *source, int port, const char *more)
{
    char text[1024], where[512];
    (void)snprintf(where, sizeof where, source, port);
    (void)snprintf(text, sizeof text,
                   "{\"accounts\": \"accounts.json\", \"oauth\": {\"issuer\": \"https://login.test\", \"audience\": \"https://jobs.test\","
                   " \"lifetime_max\": 4000000000, %s%s}, \"access\": [{\"path\": \"/metrics\", \"with\": \"nobody\"}]}", where, more);
    auth_write(s, "quern.json", text, 0644);
}

void issuer_prepare(struct server *s, struct issuer *i)
{
    server_folder_new(s);
    auth_write(s, "accounts.json", auth_accounts, 0600);
    auth_write(s, "secret", "not told\n", 0600);
    issuer_start(i, s->folder, 0);
}

void issuer_up(struct server *s, const char *source, int port, const char *more)
{
    issuer_write_config(s, source, port, more);
    server_start(s, (const char *const[]){"--listen", "127.0.0.1:0", "--ephemeral", "--config", "quern.json", "--shards", "2", NULL});
    server_wait_ready(s);
}

void issuer_down(struct server *s, struct issuer *i)
{
    cr_assert_eq(server_down(s), 0);
    issuer_stop(i);
}

void issuer_await_status(const struct server *s, const char *credentials, int status)
{
    int now = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; now != status && wire_now_ms() < end; wire_pause_us(20000)) now = auth_status(s, "GET", JOBS, credentials);
    cr_assert_eq(now, status);
}

void issuer_await_metric(const struct server *s, const char *name, long value)
{
    long now = -1;
    for (long end = wire_now_ms() + PATIENCE_MS; now != value && wire_now_ms() < end; wire_pause_us(5000)) now = wire_metric(s->port, name);
    cr_assert_eq(now, value, "%s", name);
}
