/* main.c: runs seeds, each in a process of its own. world.h tells what is in one.
 *
 *     sim_tests --seeds N [--first N] [--jobs N]     N seeds from the first on; every eighth twice: its trace must be the same
 *     sim_tests --seed N [--trace]                   one, in this process
 *     sim_tests --self-test                          what is done wrong on purpose must be found out
 *
 * Exit 0: all is well. A failure names its seed. */
#include "play.h"
#include "world.h"

#include "base/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS_MAX 16
#define LIE_SEEDS 40 /* until one of them finds it */

struct outcome {
    uint64_t seed, hash, lines, switches, ns;
    uint32_t lies_told;
};
struct child {
    pid_t pid;
    int fd;
    uint64_t seed;
};

static struct outcome run_here(uint64_t seed, enum sim_lie lie, bool print)
{
    sim_begin(seed, lie, print);
    sim_run(sim_thread_start("play", 0, play, NULL));
    return (struct outcome){sim.seed, sim.hash, sim.lines, sim.switches, sim.now_ns, sim.lies_told};
}

static struct child start_child(uint64_t seed, enum sim_lie lie, bool quiet)
{
    int fds[2];
    if (pipe(fds) < 0) abort();
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) abort();
    if (pid > 0) {
        (void)close(fds[1]);
        return (struct child){pid, fds[0], seed};
    }
    if (quiet && !freopen("/dev/null", "w", stderr)) _exit(2);
    struct outcome o = run_here(seed, lie, false);
    _exit(write(fds[1], &o, sizeof o) == sizeof o ? 0 : 2); /* lives that were cut off have left their memory behind */
}

/* False: it failed, and has said why. */
static bool end_child(struct child *c, struct outcome *o)
{
    int status;
    bool told = read(c->fd, o, sizeof *o) == sizeof *o;
    (void)close(c->fd);
    if (waitpid(c->pid, &status, 0) != c->pid) abort();
    return told && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool is_repeated(uint64_t seed)
{
    struct outcome a, b;
    struct child one = start_child(seed, LIE_NONE, false), two = start_child(seed, LIE_NONE, false);
    bool ok = end_child(&one, &a) & end_child(&two, &b);
    if (!ok) return false;
    if (a.hash == b.hash && a.lines == b.lines) return true;
    (void)fprintf(stderr,
                  "seed %" PRIu64 ": two runs differ: %" PRIx64 " after %" PRIu64 " lines, %" PRIx64 " after %" PRIu64 "\n",
                  seed, a.hash, a.lines, b.hash, b.lines);
    return false;
}

static int run_seeds(uint64_t first, uint64_t n, uint32_t jobs)
{
    struct child at_work[JOBS_MAX];
    uint32_t n_at_work = 0, failed = 0;
    struct outcome o, sum = {0};
    for (uint64_t i = 0; i < n || n_at_work;) {
        if (i < n && n_at_work < jobs) {
            at_work[n_at_work++] = start_child(first + i++, LIE_NONE, false);
            continue;
        }
        struct child c = at_work[0];
        memmove(at_work, at_work + 1, --n_at_work * sizeof c);
        if (!end_child(&c, &o)) {
            (void)fprintf(stderr, "FAIL  make sim SEED=%" PRIu64 "\n", c.seed);
            failed++;
            continue;
        }
        sum.lines += o.lines;
        sum.ns += o.ns;
        sum.switches += o.switches;
    }
    for (uint64_t i = 0; i < n; i += 8) failed += !is_repeated(first + i);
    (void)printf("sim: %" PRIu64 " seeds from %" PRIu64 ", %u failed; %.0f s of virtual time, %" PRIu64 " events\n", n, first,
                 failed, (double)sum.ns / 1e9, sum.lines);
    return failed ? 1 : 0;
}

static int self_test(void)
{
    int missed = 0;
    for (int lie = LIE_NONE + 1; lie < LIES; lie++) {
        struct outcome o = {0};
        uint64_t seed = 0, told = 0;
        bool found = false;
        while (!found && seed < LIE_SEEDS) {
            struct child c = start_child(++seed, (enum sim_lie)lie, true);
            found = !end_child(&c, &o);
            told += found ? 1 : o.lies_told;
        }
        (void)printf("%s  %-10s %s %" PRIu64 "\n", found ? "pass" : "FAIL", sim_lie_names[lie],
                     found ? "found out with seed" : "never found out; told", found ? seed : told);
        missed += !found;
    }
    return missed ? 1 : 0;
}

static int run_one(uint64_t seed, bool trace, enum sim_lie lie)
{
    struct outcome o = run_here(seed, lie, trace);
    (void)printf("seed %" PRIu64 ": hash %016" PRIx64 ", %" PRIu64 " events, %" PRIu64 " switches, %.3f s of virtual time\n",
                 seed, o.hash, o.lines, o.switches, (double)o.ns / 1e9);
    (void)fflush(stdout);
    _exit(0);
}

static enum sim_lie lie_by_name(const char *name)
{
    for (int lie = 0; lie < LIES; lie++)
        if (strcmp(sim_lie_names[lie], name) == 0) return (enum sim_lie)lie;
    return LIE_NONE;
}

int main(int argc, char **argv)
{
    uint64_t first = 1, n = 0, seed = 0, jobs = 2;
    bool trace = false, self = false;
    enum sim_lie lie = LIE_NONE;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "0";
        if (strcmp(argv[i], "--trace") == 0) trace = true;
        else if (strcmp(argv[i], "--self-test") == 0) self = true;
        else if (strcmp(argv[i], "--lie") == 0) lie = lie_by_name(value), i++;
        else if (strcmp(argv[i], "--seeds") == 0) n = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--first") == 0) first = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--seed") == 0) seed = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--jobs") == 0) jobs = strtoull(value, NULL, 10), i++;
        else n = 0;
    }
    if (self) return self_test();
    if (seed) return run_one(seed, trace, lie);
    if (n && jobs && jobs <= JOBS_MAX) return run_seeds(first, n, (uint32_t)jobs);
    (void)fprintf(stderr,
                  "usage: sim_tests --seeds N [--first N] [--jobs N] | --seed N [--trace] [--lie NAME] | --self-test\n");
    return 2;
}
