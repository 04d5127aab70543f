/* tls_steps.c: see tls_steps.h. */
#include "tls_steps.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tls_write_file(const struct server *s, const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", s->folder, name);
    FILE *f = fopen(path, "we");
    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s", path);
}

void tls_write_config(const struct server *s, const char *listener, const char *tls)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "{\"listen\": [{\"address\": \"127.0.0.1:0\", \"tls\": true%s}, \"127.0.0.1:0\"], \"tls\": {%s},"
                   " \"trusted_proxies\": [\"127.0.0.1\"], \"access_log\": true}", listener, tls);
    tls_write_file(s, "quern.json", text);
}

void tls_find_ports(struct tls_server *t)
{
    static const char words[] = "listening on 127.0.0.1:";
    while (!t->plain) {
        char *text = server_log(&t->server), *first = strstr(text, words), *second = first ? strstr(first + 1, words) : NULL;
        if (second && strchr(second, '\n')) {
            t->tls = (int)strtol(first + sizeof words - 1, NULL, 10);
            t->plain = (int)strtol(second + sizeof words - 1, NULL, 10);
        }
        free(text);
        if (!t->plain) wire_pause_us(1000);
    }
}

void tls_up_here(struct tls_server *t, const char *listener, const char *tls, const char *const *extra_args)
{
    const char *args[16] = {"--ephemeral", "--config", "quern.json"};
    for (size_t n = 3; extra_args && *extra_args; n++) args[n] = *extra_args++;
    secure_certificate(t->server.folder, "q.test", NULL);
    tls_write_config(&t->server, listener, tls ? tls : TLS_ONE);
    server_start(&t->server, args);
    server_wait_ready(&t->server);
    tls_find_ports(t);
    t->server.port = t->plain;
}

void tls_up(struct tls_server *t, const char *tls)
{
    *t = (struct tls_server){.tls = 0};
    server_folder_new(&t->server);
    tls_up_here(t, "", tls, NULL);
}

void tls_down(struct tls_server *t)
{
    cr_assert_eq(server_down(&t->server), 0);
}

void tls_expect_name(const struct tls_server *t, const char *asked, const char *shown)
{
    struct secure s;
    char name[64];
    cr_assert(secure_open(&s, t->tls, &(struct secure_options){.name = asked}));
    secure_peer_name(&s, name);
    cr_assert_str_eq(name, shown, "asked for %s, shown %s", asked ? asked : "nobody", name);
    secure_close(&s);
}
