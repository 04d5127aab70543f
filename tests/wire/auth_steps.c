/* auth_steps.c: see auth_steps.h. */
#include "auth_steps.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const auth_tokens[5] = {
    "qrn_abcdefghijk0_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA2Quafw", "qrn_abcdefghijk1_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEeUj_Cw",
    "qrn_abcdefghijk2_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIpqvJcA", "qrn_abcdefghijk3_AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMo-95zg",
    "qrn_abcdefghijk4_BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQtv9vcQ"};

const char auth_accounts[] =
    "{\"users\": [{\"name\": \"anna\", \"password\": \"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$k9ohroejZy1PN5E1SbHNPug6vB8eQAahb5SOAp6iGF4\",\n"
    "             \"scopes\": [\"jobs:read\", \"jobs:write\", \"queues:admin\"]}],\n"
    " \"tokens\": [\n"
    "  {\"id\": \"abcdefghijk0\", \"owner\": \"ci\", \"digest\": \"Zmh6rfhivXdsj8GLjp-OIAiXFIVu4jOzkCpZHQ1fKSU\", \"scopes\": [\"jobs:read\", \"jobs:write\"]},\n"
    "  {\"id\": \"abcdefghijk1\", \"owner\": \"reader\", \"digest\": \"cs1uhCLEB_ttCYaQ8RMLfe1-wvf14dML2dUh8BU2N5M\", \"scopes\": [\"jobs:read\"]},\n"
    "  {\"id\": \"abcdefghijk2\", \"owner\": \"root\", \"digest\": \"dYd7tB05O1-4RVzmDs2N2gAdBjFklrFN-n-JVlbuyko\", \"scopes\": [\"admin\"]},\n"
    "  {\"id\": \"abcdefghijk3\", \"owner\": \"old\", \"digest\": \"ZIqlxXn7MPOK90TZfW7IQMepEnekmaDXgPPnMU7KCQs\", \"scopes\": [\"admin\"], \"expires\": \"2020-01-01T00:00:00Z\"},\n"
    "  {\"id\": \"abcdefghijk4\", \"owner\": \"elsewhere\", \"digest\": \"n0-2jz4drIIgL5qlgc4Lvx92XfDprDyMV-IPaFq6uO0\", \"scopes\": [\"admin\"], \"networks\": [\"10.0.0.0/8\"]}\n"
    " ]}\n";

void auth_write(const struct server *s, const char *name, const char *text, unsigned mode)
{
    char path[128], temporary[160];
    (void)snprintf(path, sizeof path, "%s/%s", s->folder, name);
    (void)snprintf(temporary, sizeof temporary, "%s.new", path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    size_t len = strlen(text);
    cr_assert(fd >= 0 && fchmod(fd, mode) == 0 && write(fd, text, len) == (ssize_t)len);
    cr_assert(close(fd) == 0 && rename(temporary, path) == 0);
}

void auth_up(struct server *s, const char *config, const char *accounts, const char *const *extra_args)
{
    const char *args[32] = {"--listen", "127.0.0.1:0", "--ephemeral", "--config", "quern.json"};
    server_folder_new(s);
    auth_write(s, "quern.json", config, 0644);
    if (accounts) auth_write(s, "accounts.json", accounts, 0600);
    for (size_t n = 5; extra_args && *extra_args; n++) args[n] = *extra_args++;
    server_start(s, args);
    server_wait_ready(s);
}

void auth_reload(struct server *s, unsigned n)
{
    server_signal(s, SIGHUP);
    wire_await_log(s, "taken=1", n);
    struct reply r = auth_ask(s, "GET", "/metrics", auth_bearer(2), NULL); /* goes through all shards, behind the news */
    reply_free(&r);
}

struct reply auth_ask(const struct server *s, const char *method, const char *path, const char *credentials, const char *body)
{
    char fields[10240] = "";
    if (credentials) (void)snprintf(fields, sizeof fields, "Authorization: %s\r\n", credentials);
    struct reply r = http_request(s->port, method, path, fields, body);
    const char *fault = wire_fault(&r, true);
    cr_assert_null(fault, "%s: %s%s", fault, r.head, r.body);
    return r;
}

int auth_status(const struct server *s, const char *method, const char *path, const char *credentials)
{
    struct reply r = auth_ask(s, method, path, credentials, NULL);
    int status = r.status;
    reply_free(&r);
    return status;
}

const char *auth_bearer(int i)
{
    static char text[4][128];
    static unsigned at;
    char *p = text[at++ % 4];
    (void)snprintf(p, sizeof text[0], "Bearer %s", auth_tokens[i]);
    return p;
}
