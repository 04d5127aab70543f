#include "sample_result.h"

#include "base/clock.h"
#include "tools/load/report.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a result ---- */

static void say(char *out, size_t room, const char *words)
{
    (void)snprintf(out, room, "%s", words);
}
#define SAY(member, words) say(member, sizeof(member), words)

/* Answers of 100 us and a tail to 20 ms: the i-th of a thousand. */
static uint64_t response_ns(int i)
{
    return i < 900   ? 100 * NS_PER_US + (uint64_t)i * 100
           : i < 999 ? NS_PER_MS + (uint64_t)(i - 900) * 50 * NS_PER_US
                     : 20 * NS_PER_MS;
}

static void fill_group(struct group_result *g, const char *name, const char *scenario, uint64_t n, bool open)
{
    SAY(g->name, name);
    SAY(g->scenario, scenario);
    for (int k = 0; k < HIST_KINDS; k++) cr_assert_eq(hist_init(&g->hist[k], 3600 * NS_PER_S, 3), 0);
    g->connections = open ? 50 : 100;
    g->issued = g->completed = g->in_time = n;
    g->bytes_in = n * 150;
    g->bytes_out = n * 50;
    g->status[2] = n;
    for (int i = 0; i < 1000; i++) {
        hist_add_n(&g->hist[HIST_RESPONSE], response_ns(i), n / 1000);
        hist_add_n(&g->hist[HIST_SERVICE], response_ns(i) - (open ? 5 * NS_PER_US : 0), n / 1000);
        hist_add_n(&g->hist[HIST_TTFB], response_ns(i) - 6 * NS_PER_US, n / 1000);
        if (open) hist_add_n(&g->hist[HIST_LATENESS], (uint64_t)(1 + i % 20) * NS_PER_US, n / 1000);
        if (open) hist_add_n(&g->hist[HIST_LAG], (uint64_t)(1 + i % 10) * NS_PER_US, n / 1000);
    }
}

static void fill_tick(struct tick *t, uint64_t i, bool open)
{
    bool loaded = i >= 10;
    t->at_ns = (i + 1) * 100 * NS_PER_MS;
    t->open = i < 10 ? (uint32_t)(i + 1) * 10 : 100;
    t->connecting = i < 10 ? 5 : 0;
    t->slab_bytes = 100 * 1024 * 1024 + t->open * 4096;
    t->server_rss_bytes = 10 * 1024 * 1024 + t->open * 256;
    if (!loaded) return;
    t->due = open ? 1000 : 0;
    t->issued = t->completed = 1000;
    t->p50_ns = 150 * NS_PER_US;
    t->p99_ns = (4 + i % 3) * NS_PER_MS;
    t->max_ns = 20 * NS_PER_MS;
    t->busy = 7;
    t->late_max_ns = open ? (10 + i % 10) * NS_PER_US : 0;
    t->loader_cpu_ns = 40 * NS_PER_MS;
    t->server_cpu_ns = 60 * NS_PER_MS;
    t->heat[13] = 900;
    t->heat[20] = 99;
    t->heat[28] = 1;
}

static void fill_run(struct result *r, struct options *o, bool open)
{
    static const enum phase_kind kinds[] = {PHASE_RAMP, PHASE_WARMUP, PHASE_MEASURE, PHASE_COOLDOWN};
    static const uint64_t ends[] = {NS_PER_S, 2 * NS_PER_S, 12 * NS_PER_S, 12 * NS_PER_S + 50 * NS_PER_MS};
    r->options = o;
    SAY(r->version, "0.1.0");
    SAY(r->command_line,
        open ? "quern-load -c 100 -R 10k -s get,submit http://127.0.0.1:8080/x" : "quern-load http://127.0.0.1:8080/x");
    SAY(r->target, "http://127.0.0.1:8080/x");
    SAY(r->plan, open ? "const" : "closed");
    SAY(r->verify, "status");
    r->seed = 1;
    r->started_wall_ns = UINT64_C(1700000000123456789);
    r->rate_asked = open ? 10000 : 0;
    r->threads = r->rings = 1;
    for (int i = 0; i < 4; i++) r->phases[i] = (struct phase){kinds[i], i ? ends[i - 1] : 0, ends[i]};
    r->phases_n = 4;
    r->measured_ns = 10 * NS_PER_S;
    r->ticks = calloc(120, sizeof *r->ticks);
    r->ticks_n = 120;
    for (uint64_t i = 0; i < 120; i++) fill_tick(&r->ticks[i], i, open);
    o->duration_ns = 10 * NS_PER_S;
    o->spin_ns = 50 * NS_PER_US;
    o->threads = 1;
}

static void fill_surroundings(struct result *r)
{
    struct host *h = &r->host;
    SAY(h->kernel, "Linux 6.18.0 x86_64");
    SAY(h->cpu, "Some CPU @ 2 GHz");
    SAY(h->clocksource, "kvm-clock");
    SAY(h->mitigations, "spectre_v2: Mitigation");
    h->cpus = 2;
    h->memory_bytes = UINT64_C(16) << 30;
    h->nofile_soft = h->nofile_hard = 20000;
    SAY(h->sysctls[0].name, "net.core.somaxconn");
    SAY(h->sysctls[0].value, "4096");
    h->sysctls_n = 1;
    r->server = (struct server_figures){
        .pid = 4711,
        .command = "quernd --listen 127.0.0.1:8080",
        .cpu_ns = 6 * NS_PER_S,
        .user_ns = 2 * NS_PER_S,
        .system_ns = 4 * NS_PER_S,
        .switches_voluntary = 12345,
        .switches_involuntary = 67,
        .threads = 4,
        .fds = 120,
        .rss_before_bytes = 10 * 1024 * 1024,
        .rss_after_bytes = 10 * 1024 * 1024 + 100 * 256,
        .slab_before_bytes = 100 * 1024 * 1024,
        .slab_after_bytes = 100 * 1024 * 1024 + 100 * 4096,
    };
    r->loader = (struct loader_figures){
        .cpu_ns = 4 * NS_PER_S,
        .wall_ns = 10 * NS_PER_S,
        .bytes_per_connection = 64,
        .rss_bytes = 3 * 1024 * 1024,
        .enters = 20000,
    };
    r->ramp.opened = r->connections;
    r->ramp.length_ns = NS_PER_S;
    r->ramp.rate = r->connections;
    cr_assert_eq(hist_init(&r->ramp.connect, 3600 * NS_PER_S, 3), 0);
    hist_add_n(&r->ramp.connect, 50 * NS_PER_US, r->connections);
    SAY(r->labels[0], "commit=abc");
    r->labels_n = 1;
}

static void sum_groups(struct result *r)
{
    SAY(r->all.name, "all");
    for (int k = 0; k < HIST_KINDS; k++) cr_assert_eq(hist_init(&r->all.hist[k], 3600 * NS_PER_S, 3), 0);
    for (int i = 0; i < r->groups_n; i++) group_add(&r->all, &r->groups[i]);
    r->connections = r->all.connections;
}

static void make(struct result *r, struct options *o, bool open)
{
    memset(r, 0, sizeof *r);
    memset(o, 0, sizeof *o);
    fill_run(r, o, open);
    r->groups_n = open ? 2 : 1;
    r->groups = calloc(2, sizeof *r->groups);
    fill_group(&r->groups[0], "get", "get", open ? 60000 : 100000, open);
    if (open) {
        fill_group(&r->groups[1], "submit", "submit", 40000, open);
        r->groups[1].extras[0] = (struct extra){"polls", 17};
        r->groups[1].extras_n = 1;
    }
    sum_groups(r);
    fill_surroundings(r);
    verdict_give(r);
}

void sample_result(struct result *r, struct options *o)
{
    make(r, o, true);
}

void sample_closed(struct result *r, struct options *o)
{
    make(r, o, false);
}

/* ---- files ---- */

static char folder[64], paths[32][PATH_MAX];
static size_t paths_n;

const char *sample_folder(void)
{
    paths_n = 0;
    (void)snprintf(folder, sizeof folder, "/tmp/quern-load-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    return folder;
}

const char *sample_path(const char *name)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    for (size_t i = 0; i < paths_n; i++)
        if (strcmp(paths[i], path) == 0) return paths[i];
    cr_assert_lt(paths_n, sizeof paths / sizeof *paths);
    memcpy(paths[paths_n], path, sizeof path);
    return paths[paths_n++];
}

void sample_folder_remove(void)
{
    DIR *d = opendir(folder);
    for (const struct dirent *e; d && (e = readdir(d));) (void)unlinkat(dirfd(d), e->d_name, 0);
    if (d) (void)closedir(d);
    (void)rmdir(folder);
}

char *sample_read(const char *path, size_t *len)
{
    FILE *f = fopen(path, "re");
    cr_assert_not_null(f, "%s", path);
    (void)fseek(f, 0, SEEK_END);
    *len = (size_t)ftell(f);
    (void)fseek(f, 0, SEEK_SET);
    char *text = malloc(*len + 1);
    cr_assert_eq(fread(text, 1, *len, f), *len);
    text[*len] = '\0';
    (void)fclose(f);
    return text;
}

char *sample_print(void (*print)(FILE *f, const struct result *r), const struct result *r)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    print(f, r);
    (void)fclose(f);
    return text;
}
