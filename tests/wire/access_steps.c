/* access_steps.c: see access_steps.h. */
#include "access_steps.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void access_write_config(const struct server *s, const char *text)
{
    char path[128], temporary[160];
    (void)snprintf(path, sizeof path, "%s/quern.json", s->folder);
    (void)snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *f = fopen(temporary, "we");
    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0 && rename(temporary, path) == 0);
}

void access_reload(const struct server *s, const char *text, unsigned n)
{
    access_write_config(s, text);
    server_signal((struct server *)s, SIGHUP);
    wire_await_log(s, "taken=1", n);
    free(wire_metrics(s->port));
}

int access_status_of(struct client *c, const char *method, const char *path, const char *headers)
{
    client_sendf(c, "%s %s HTTP/1.1\r\n%s\r\n", method, path, headers);
    struct reply r;
    client_read_reply(c, &r);
    int status = r.status;
    cr_assert_null(wire_fault(&r, false), "%s", wire_fault(&r, false));
    reply_free(&r);
    return status;
}

void access_expect_status(int port, const char *method, const char *path, const char *headers, int status)
{
    struct reply r = http_request(port, method, path, headers, strcmp(method, "POST") == 0 ? "x" : NULL);
    cr_assert_eq(r.status, status, "%s %s: %s%s", method, path, r.head, r.body);
    reply_free(&r);
}
