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

void tls_expect_versions(const struct tls_server *t)
{
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < 2; i++) {
        struct secure s;
        const unsigned char *alpn;
        unsigned alpn_len;
        cr_assert(secure_open(&s, t->tls, &(struct secure_options){.version = versions[i], .alpn = "http/1.1", .name = "q.test"}));
        cr_assert_eq(SSL_version(s.ssl), versions[i]);
        SSL_get0_alpn_selected(s.ssl, &alpn, &alpn_len);
        cr_assert(alpn_len == 8 && memcmp(alpn, "http/1.1", 8) == 0);
        for (int k = 0; k < 100; k++) cr_assert_eq(secure_get(&s, "/livez"), 200);
        secure_close(&s);
    }
}

char *tls_pattern(size_t n)
{
    char *p = malloc(n + 1);
    cr_assert_not_null(p);
    for (size_t i = 0; i < n; i++) p[i] = (char)('a' + (i * 7 + i / 251) % 26);
    p[n] = 0;
    return p;
}

void tls_echo(struct secure *s, const char *body, size_t n)
{
    char head[256];
    struct reply r;
    (void)snprintf(head, sizeof head, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n", n);
    secure_send(s, head, strlen(head));
    for (size_t at = 0; at < n;) {
        size_t part = n - at < 65536 ? n - at : 65536;
        secure_send(s, body + at, part);
        at += part;
    }
    secure_reply(s, &r);
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
    cr_assert_eq(r.body_len, n);
    cr_assert(memcmp(r.body, body, n) == 0);
    reply_free(&r);
}
