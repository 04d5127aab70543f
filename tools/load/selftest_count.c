/* selftest_count.c: V10, V11, V12: what the server has counted is what the load generator says; a load generator that cannot keep
 * up says so; many connections. */
#include "tools/load/selftest_parts.h"

#include <errno.h>
#include <sys/resource.h>

typedef unsigned long long number;

/* A number from a file of /proc/net: after key, in the line that begins with name; -1: there is none. */
static int64_t net_number(const char *path, const char *name, const char *key)
{
    char line[1024], *at;
    int64_t n = -1;
    FILE *f = fopen(path, "re");
    if (!f) return -1;
    while (n < 0 && fgets(line, sizeof line, f))
        if (strncmp(line, name, strlen(name)) == 0 && (at = strstr(line, key))) n = strtoll(at + strlen(key), NULL, 10);
    (void)fclose(f);
    return n;
}

/* Segments sent by this machine: /proc/net/snmp has the names in one line and the numbers in the next. */
static int64_t segments_sent(void)
{
    char line[1024], *rest = NULL;
    int64_t n = -1;
    FILE *f = fopen("/proc/net/snmp", "re");
    if (!f) return -1;
    for (int tcp = 0; n < 0 && fgets(line, sizeof line, f);) {
        if (strncmp(line, "Tcp:", 4) != 0 || tcp++ == 0) continue;
        char *word = strtok_r(line, " ", &rest);
        for (int i = 0; word && i < 11; i++) word = strtok_r(NULL, " ", &rest); /* OutSegs is the 11th */
        if (word) n = strtoll(word, NULL, 10);
    }
    (void)fclose(f);
    return n;
}

/* ---- V10 ---- */

static void tell_requests(struct row *r, const struct load *l, int64_t served, int64_t segments)
{
    const struct group_result *all = &l->result.all;
    r->passed = served > 0 && (uint64_t)served == all->issued && all->issued == all->completed;
    row_measured(r, "server %lld, issued %llu, completed %llu; %.2f TCP segments each", (long long)served, (number)all->issued,
                 (number)all->completed, served > 0 ? (double)segments / (double)served : 0);
    row_bound(r, "the same number three times");
}

static void requests_of_responder(struct selftest *t, const char *load_args)
{
    struct row *r = row_new(t, "V10", "requests, counted by the responder");
    struct target s;
    struct load l = {0};
    struct truth truth;
    if (target_responder(t, &s, "plain") < 0) {
        row_broken(r, "the responder did not start");
        return;
    }
    int64_t segments = segments_sent();
    if (load_run(t, &l, &s, load_args, 60 * NS_PER_S) < 0) {
        row_broken(r, l.why);
    } else if (target_truth(&s, &truth) < 0) {
        row_broken(r, "the responder's counts are missing");
    } else {
        tell_requests(r, &l, (int64_t)truth.requests, segments_sent() - segments);
        truth_deinit(&truth);
    }
    load_deinit(&l);
    target_end(&s);
}

static void requests_of_quernd(struct selftest *t, const char *load_args)
{
    struct row *r = row_new(t, "V10", "requests, counted by quernd");
    struct target s;
    struct load l = {0};
    int rc = target_quernd(t, &s, "--shards 1");
    if (rc < 0) {
        row_broken(r, rc == -ENOENT ? "there is no quernd: --quernd PATH" : "quernd did not start");
        return;
    }
    int64_t before = target_metric(&s, "quern_requests_total"), segments = segments_sent();
    if (load_run(t, &l, &s, load_args, 60 * NS_PER_S) < 0) {
        row_broken(r, l.why);
    } else {
        int64_t sent = segments_sent() - segments, after = target_metric(&s, "quern_requests_total");
        tell_requests(r, &l, after - before - 1, sent); /* -1: asking is a request too */
    }
    load_deinit(&l);
    target_end(&s);
}

/* By number or by plan: the end of a closed loop that goes by time is not sharp. */
void selftest_count(struct selftest *t)
{
    requests_of_responder(t, t->quick ? "-c 64 -n 100k --warmup 0s --cooldown 3s" : "-c 64 -n 1M --warmup 0s --cooldown 3s");
    requests_of_quernd(t, t->quick ? "-c 64 -R 5000 -d 2s --warmup 0s --cooldown 3s"
                                   : "-c 64 -R 20000 -d 10s --warmup 0s --cooldown 3s");
}

/* ---- V11 ---- */

/* Hashing long bodies takes the load generator longer than sending them takes the server: it is its own limit that is met. */
#define BODY_BYTES "65536"
#define BODY_SHA256 "62b3a2ef06cf977623a5936a8fa653e3caecbf69b5f393ebdfe5022affc5331f"

void selftest_overload(struct selftest *t)
{
    struct row *r = row_new(t, "V11", "asked for three times what it can do");
    struct target s;
    struct load l = {0};
    char args[256];
    double rate = 0;
    row_bound(r, "exit 3, and a reason");
    if (target_responder(t, &s, "--body " BODY_BYTES " plain") < 0) {
        row_broken(r, "the responder did not start");
        return;
    }
    int rc = load_run(t, &l, &s, "-c 64 -d 1s --warmup 0s --expect-body sha256:" BODY_SHA256, 30 * NS_PER_S);
    /* By its own time, not the clock's: it may share the processor now, and not later. */
    if (rc == 0 && l.result.loader.cpu_ns) rate = 3e9 * (double)l.result.all.completed / (double)l.result.loader.cpu_ns;
    if (rc == 0) load_deinit(&l);
    (void)snprintf(args, sizeof args, "-c 64 -R %.0f -d 3s --warmup 0s --cooldown 1s --expect-body sha256:" BODY_SHA256, rate);
    if (rc < 0 || load_run(t, &l, &s, args, 60 * NS_PER_S) < 0) {
        row_broken(r, l.why);
    } else {
        const struct verdict *v = &l.result.verdict;
        r->passed = l.exit_code == 3 && !v->valid && v->reasons_n > 0;
        row_measured(r, "exit %d at %.0f/s: %.160s", l.exit_code, rate, v->reasons_n ? v->reasons[0] : "no reason");
    }
    load_deinit(&l);
    target_end(&s);
}

/* ---- V12 ---- */

#define LOOK_NS (100 * NS_PER_MS)

/* TCP sockets that the kernel has memory for; -1: only root may know. SLUB counts free ones of slabs in use as well. */
static int64_t socket_objects(void)
{
    return net_number("/proc/slabinfo", "TCP ", "TCP ");
}

/* Two ends of each connection, to one in a hundred and a few slabs on each processor. */
static bool slabs_agree(int64_t objects, int64_t connections)
{
    int64_t off = objects - 2 * connections;
    return (off < 0 ? -off : off) <= connections / 50 + 200;
}

/* Sockets of the kernel's that are connected with this port or on it; -1: it does not say. A line of /proc/net/tcp: number, two
 * addresses with their ports, state; all but the number hexadecimal. */
static int64_t sockets_of(uint16_t port)
{
    enum { CONNECTED = 1 };
    char line[512];
    int64_t n = 0;
    FILE *f = fopen("/proc/net/tcp", "re");
    if (!f) return -1;
    while (fgets(line, sizeof line, f)) {
        char *number_end = strchr(line, ':'), *local = number_end ? strchr(number_end + 1, ':') : NULL, *rest;
        if (!local) continue;
        unsigned long local_port = strtoul(local + 1, &rest, 16);
        char *remote = strchr(rest, ':');
        if (!remote) continue;
        unsigned long remote_port = strtoul(remote + 1, &rest, 16), state = strtoul(rest, NULL, 16);
        n += state == CONNECTED && (local_port == port || remote_port == port);
    }
    (void)fclose(f);
    return n;
}

/* Looks until the server counts as many as are wanted, or the time is over; then at the kernel. A connection has two ends here. */
static void look_at_crowd(const struct target *s, int64_t wanted, uint64_t until_ns, int64_t *gauge, int64_t *sockets)
{
    for (uint64_t at = clock_now_ns(); at < until_ns && *gauge != wanted; at += LOOK_NS) {
        selftest_sleep_until(at);
        *gauge = target_metric(s, "quern_connections") - 1; /* the one that asks */
    }
    *sockets = sockets_of(s->port);
}

static uint32_t most_open(const struct result *r)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->ticks_n; i++)
        if (r->ticks[i].open > n) n = r->ticks[i].open;
    return n;
}

/* A ring's table of descriptors may be as large as the limit of open files, and the kernel fills shards unevenly. */
static int shards_for(int64_t connections)
{
    struct rlimit files = {.rlim_max = 1024};
    (void)getrlimit(RLIMIT_NOFILE, &files);
    int64_t each = files.rlim_max > 1000000 ? 875000 : (int64_t)files.rlim_max * 7 / 8;
    return (int)(connections * 21 / 20 / each) + 1;
}

static void crowd_of(struct selftest *t, int64_t connections)
{
    struct target s;
    struct load l = {0};
    char args[256], what[sizeof((struct row *)0)->what];
    int64_t gauge = -1, sockets = -1, slabs = -1;
    (void)snprintf(what, sizeof what, "%lld connections", (long long)connections);
    struct row *r = row_new(t, "V12", what);
    row_bound(r, "quernd's gauge, the load generator, half of the kernel's sockets: the same; slabs: within 1 %%");
    (void)snprintf(args, sizeof args, "--shards %d --connections %lld --idle-timeout 600", shards_for(connections),
                   (long long)connections * 21 / 20);
    int rc = target_quernd(t, &s, args);
    if (rc < 0) {
        row_broken(r, rc == -ENOENT ? "there is no quernd: --quernd PATH" : "quernd did not start");
        return;
    }
    uint64_t ramp_ns = (uint64_t)connections * NS_PER_S / 10000;
    int64_t objects = socket_objects();
    (void)snprintf(
        args, sizeof args,
        "-c %lld -s idle-mass --src 127.0.0.2-127.0.0.21 --ramp 10k/s --hold 3s -R 1000 -d 2s --warmup 0s --cooldown 2s",
        (long long)connections);
    rc = load_start(t, &l, &s, args);
    if (rc == 0) {
        look_at_crowd(&s, connections, clock_now_ns() + 2 * ramp_ns + 3 * NS_PER_S, &gauge, &sockets);
        if (objects >= 0) slabs = socket_objects() - objects;
        rc = load_finish(&l, 4 * ramp_ns + 60 * NS_PER_S);
    }
    if (rc < 0) {
        row_broken(r, l.why);
    } else {
        uint64_t wanted = (uint64_t)connections;
        r->passed = gauge == connections && sockets == 2 * connections && most_open(&l.result) == wanted &&
                    l.result.ramp.opened == wanted && l.result.ramp.lost == 0 && l.result.probe.answered == wanted &&
                    (objects < 0 || slabs_agree(slabs, connections));
        row_measured(r, "server %lld, sockets %lld, opened %llu, open at once %u, lost %llu, answered a probe %llu, in slabs %lld",
                     (long long)gauge, (long long)sockets, (number)l.result.ramp.opened, most_open(&l.result),
                     (number)l.result.ramp.lost, (number)l.result.probe.answered, (long long)slabs);
    }
    load_deinit(&l);
    target_end(&s);
}

void selftest_crowd(struct selftest *t)
{
    crowd_of(t, 20000);
    if (t->longer) crowd_of(t, 100000);
}
