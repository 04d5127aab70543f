/* server_check.c: see server_parts.h: what can be checked without starting anything. */
#include "server_parts.h"

#include "base/gcra.h"
#include "base/random.h"
#include "base/tally.h"
#include "base/zone.h"
#include "filters/access.h"
#include "jobs/blob_check.h"
#include "jobs/job_dump.h"
#include "journal/journal.h"
#include "net/tls_server.h"
#include "ring/file.h"
#include "server.h"
#include "workers/plugin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOB_BODY_MAX (1u << 20)
#define TALLY_CELLS (1u << 18) /* addresses with connections at once; 2 MiB when all are used */
#define RATE_CELLS (1u << 20) /* clients that are counted at once; 8 MiB when all are used */

static int configure_type(struct server *s, const struct config_type *c)
{
    const char *why;
    const struct run_spec *spec = c->spec.kind == RUN_THREAD ? NULL : &c->spec;
    int rc = 0;
    if (c->spec.kind == RUN_COMMAND && access(c->argv[0], X_OK) < 0) {
        server_complain("%s:%u: type '%s': %s: %s", s->config->file, c->line, c->name, c->argv[0], strerror(errno));
        return EXIT_USAGE;
    }
    if (c->spec.kind == RUN_COMMAND) rc = types_add_command(&s->types, &c->type, spec, &why);
    if (rc == 0) rc = types_limit(&s->types, slice_str(c->name), c->timeout_s * 1000, c->input_max, &why);
    if (rc == 0 && c->spec.kind == RUN_PROCESS) rc = types_bind(&s->types, slice_str(c->name), spec, &why);
    if (rc == 0) return 0;
    server_complain("%s:%u: type '%s': %s", s->config->file, c->line, c->name, why);
    return EXIT_USAGE;
}

static int load_types(struct server *s)
{
    char why[400];
    types_add_builtin(&s->types);
    for (uint32_t i = 0; i < s->config->n_plugins; i++) {
        if (plugin_load(s->config->plugins[i], &s->types, why, sizeof why) == 0) continue;
        server_complain("plugin %s: %s", s->config->plugins[i], why);
        return EXIT_USAGE;
    }
    int rc = 0;
    for (uint32_t i = 0; i < s->config->n_types && rc == 0; i++) rc = configure_type(s, &s->config->types[i]);
    return rc;
}

static int build_routes(struct server *s)
{
    const char *why;
    if (routes_init(&s->routes, JOB_BODY_MAX, &why) < 0) {
        server_complain("routes: %s", why);
        return EXIT_FAILED;
    }
    for (uint32_t i = 0; i < s->config->n_routes; i++) {
        const struct config_route *r = &s->config->routes[i];
        struct own_route_spec spec = {.methods = r->methods ? r->methods : r->job ? "POST" : "GET", .path = r->path,
                                      .job = r->job, .status = r->status, .type = r->type, .body = r->body};
        if (routes_add_own(&s->routes, &s->types, &spec, &why) == 0) continue;
        server_complain("%s:%u: route '%s': %s", s->config->file, r->line, r->path, why);
        return EXIT_USAGE;
    }
    return 0;
}

void server_forget_access(struct server *s)
{
    access_unref(s->access);
    (void)tls_server_unref(s->tls);
    tls_tickets_forget(&s->tickets);
    gcra_free(s->reloader.tables.gcra);
    tally_free(s->reloader.tables.tally);
}

int server_make_access(struct server *s)
{
    char why[400];
    uint64_t seed;
    random_secret(&seed, sizeof seed);
    if (gcra_new(RATE_CELLS, seed, &s->reloader.tables.gcra) < 0 || tally_new(TALLY_CELLS, seed, &s->reloader.tables.tally) < 0) {
        server_complain("out of memory");
        return EXIT_FAILED;
    }
    random_secret(s->tickets.secret, sizeof s->tickets.secret);
    s->reloader.tables.tickets = &s->tickets;
    int rc = reload_make_access(s->config, s->routes.router, &s->reloader.tables, &s->access, why, sizeof why);
    if (rc == 0) rc = reload_make_tls(s->config, &s->reloader.tables, &s->tls, why, sizeof why);
    if (rc == 0) return 0;
    if (s->config->file) server_complain("%s: %s", s->config->file, why);
    else server_complain("%s", why);
    return EXIT_USAGE;
}

static int find_identity(struct server *s)
{
    const char *user = s->config->user;
    int rc = user ? identity_find(user, &s->identity) : 0;
    if (rc == 0 || (rc == -EPERM && s->config->check)) return 0;
    server_complain("key 'user': %s: %s", user, rc == -ENOENT ? "no such user" : rc == -EPERM ? "only root can become somebody else" : strerror(-rc));
    return EXIT_USAGE;
}

/* What would not work in there, or not hold, ends the start here. */
static int check_root(const struct server *s)
{
    const struct config *c = s->config;
    char zones[4096];
    if (!c->chroot) return 0;
    (void)snprintf(zones, sizeof zones, "%s" ZONE_FOLDER, c->chroot);
    if (!s->identity.given) server_complain("key 'chroot': needs a 'user' other than the one that starts: root leaves any folder");
    else if (c->cgroup) server_complain("key 'chroot': not together with 'cgroup', whose folders stay open: they lead out");
    else if (access(zones, X_OK) < 0) server_complain("key 'chroot': schedules need time zones: %s: %s (remedy: mount " ZONE_FOLDER " there)", zones, strerror(errno));
    else return 0;
    return EXIT_USAGE;
}

int server_check_plain(struct server *s)
{
    int rc = load_types(s);
    if (rc == 0) rc = build_routes(s);
    if (rc == 0) rc = find_identity(s);
    if (rc == 0) rc = check_root(s);
    if (rc == 0) rc = listening_parse(&s->listening, s->config);
    return rc;
}

int server_check(const struct config *config)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s) return EXIT_FAILED;
    s->config = config;
    int rc = server_check_plain(s);
    if (rc == 0) rc = server_make_access(s);
    server_forget_access(s);
    routes_deinit(&s->routes);
    free(s);
    return rc;
}

int server_check_journal(const char *folder, bool dump)
{
    struct files *files;
    struct data_folder d;
    if (files_new(NULL, 0, &files) < 0) return EXIT_FAILED;
    int rc = data_folder_read(files, folder, &d);
    if (rc < 0) (void)printf("verdict: not read: the file '" DATA_FOLDER_FILE "' (%s)\n", strerror(-rc));
    for (uint32_t k = 0, bad = rc != 0; k < d.n_engines && !bad; k++) {
        if (d.generation) (void)printf("%sengine %u of %u\n", k ? "\n" : "", k, d.n_engines);
        int own = dump ? journal_dump(files, d.path, k, stdout, job_dump, NULL) : blob_check(files, d.path, k, stdout);
        if (rc == 0) rc = own;
    }
    files_free(files);
    return rc == 0 ? EXIT_STOPPED : EXIT_FAILED;
}
