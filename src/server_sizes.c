/* server_sizes.c: see server_sizes.h. */
#include "server_sizes.h"

#include "base/chunk.h"
#include "base/log.h"
#include "http/session.h"
#include "net/listener.h"
#include "server.h"
#include "shard.h"
#include "workers/claim.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define MIB (UINT64_C(1) << 20)
#define FILES_KEPT 64u    /* descriptors for everything that is not a connection of a client's */
#define FILES_OUTBOUND 32u /* likewise, where an issuer is asked: connections to it, and what finds names */
#define FILES_LEAST 64u   /* for connections: fewer make no server */
#define FILES_SHARD 4u    /* of each shard, besides its listeners */
#define BUFFER_BYTES 16384u
#define BUFFER_BYTES_MIN 4096u
#define BUFFERS_MIN 128u  /* receives of one turn that find none have to be armed again */
#define BUFFERS_MAX 4096u
#define CHUNKS_MIN 256u
#define SESSION_MEMORY_BYTES (64 * MIB)
#define SESSIONS_MIN 512u
#define SESSIONS_MAX 32768u

/* ---- connections ---- */

uint64_t sizes_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur;
}

/* The kernel gives each connection to a shard by a hash, so that the shards hold different numbers of them: five standard
 * deviations above the mean are reached by none of 60 shards in 99,998 of 100,000 cases. The last slots only say no. */
static uint64_t slots_for(uint64_t connections, uint32_t n_shards)
{
    if (n_shards == 1) return connections;
    double mean = (double)connections / n_shards;
    return (uint64_t)ceil(mean + 5 * sqrt(mean * (1 - 1.0 / n_shards))) + SHARD_CROWDED;
}

static uint64_t files_kept(const struct sizes_wish *w, uint32_t n_shards)
{
    return FILES_KEPT + (w->asks_others ? FILES_OUTBOUND : 0) + (uint64_t)n_shards * (FILES_SHARD + w->n_listen) + w->n_plugins;
}

static uint64_t accepts_armed(const struct sizes_wish *w)
{
    return (uint64_t)LISTENER_DIRECT_ACCEPTS * w->n_listen;
}

/* Whether a ring's table takes the slots of one of n_shards shards. */
static bool table_holds(const struct sizes_wish *w, uint32_t n_shards)
{
    return slots_for(w->connections, n_shards) + accepts_armed(w) <= w->files &&
           files_kept(w, n_shards) + FILES_LEAST <= w->files;
}

static int refuse_connections(const struct sizes_wish *w, char *why, size_t why_room)
{
    uint64_t need = slots_for(w->connections, w->n_shards) + accepts_armed(w);
    uint32_t n = w->n_shards + 1;
    char more[32] = "";
    while (n <= SHARDS_MAX && !table_holds(w, n)) n++;
    if (n <= SHARDS_MAX) (void)snprintf(more, sizeof more, "--shards %u, or ", n);
    (void)snprintf(why, why_room,
                   "--connections %u: each of %u shards needs room for %" PRIu64 " open files, and %" PRIu64
                   " are allowed (remedy: %sulimit -n %" PRIu64 ")",
                   w->connections, w->n_shards, need, w->files, more, need);
    return EXIT_USAGE;
}

static int choose_connections(const struct sizes_wish *w, struct sizes *out, char *why, size_t why_room)
{
    uint64_t kept = files_kept(w, w->n_shards);
    if (w->files < kept + FILES_LEAST) {
        (void)snprintf(why, why_room,
                       "too few open files are allowed: %" PRIu64 ", at least %" PRIu64 " are needed (remedy: raise ulimit -n)",
                       w->files, kept + FILES_LEAST);
        return EXIT_FAILED;
    }
    uint64_t plain = w->files - kept, slots = plain / w->n_shards;
    if (slots > UINT32_MAX / SHARDS_MAX) slots = UINT32_MAX / SHARDS_MAX;
    if (w->connections) slots = slots_for(w->connections, w->n_shards);
    out->direct = w->direct || slots * w->n_shards > plain;
    if (out->direct && w->connections && !table_holds(w, w->n_shards)) return refuse_connections(w, why, why_room);
    out->conns_max = (uint32_t)slots;
    out->connections = w->connections ? w->connections : (uint32_t)slots * w->n_shards;
    return 0;
}

/* ---- pools ---- */

static uint32_t power_of_two_within(uint64_t n, uint32_t min, uint32_t max)
{
    uint32_t p = min;
    while (p < max && (uint64_t)p * 2 <= n) p *= 2;
    return p;
}

static uint32_t within(uint64_t n, uint32_t min, uint32_t max)
{
    return n < min ? min : n > max ? max : (uint32_t)n;
}

/* Of many shards each has smaller buffers rather than a few: what comes is mostly a request's head. */
static void choose_pools(const struct sizes_wish *w, struct sizes *out)
{
    uint64_t receive = w->receive_memory_bytes / w->n_shards;
    out->receive_buffer_bytes = BUFFER_BYTES;
    while (out->receive_buffer_bytes > BUFFER_BYTES_MIN && receive / out->receive_buffer_bytes < BUFFERS_MIN)
        out->receive_buffer_bytes /= 2;
    out->receive_buffers = power_of_two_within(receive / out->receive_buffer_bytes, BUFFERS_MIN, BUFFERS_MAX);
    out->chunks = within(w->output_memory_bytes / w->n_shards / CHUNK_BYTES, CHUNKS_MIN, UINT32_MAX);
    out->sessions = within(SESSION_MEMORY_BYTES / w->n_shards / http_bytes_per_session(), SESSIONS_MIN, SESSIONS_MAX);
    if (out->sessions > out->conns_max) out->sessions = out->conns_max;
}

int sizes_choose(const struct sizes_wish *wish, struct sizes *out, char *why, size_t why_room)
{
    struct sizes s = {0};
    int rc = choose_connections(wish, &s, why, why_room);
    if (rc != 0) return rc;
    choose_pools(wish, &s);
    *out = s;
    return 0;
}

/* ---- what the kernel allows ---- */

#define KERNEL_BYTES_PER_CONNECTION 4200u /* a socket with its file, and the poll of a parked connection */
#define PAGE_BYTES 4096u

/* The n-th number (from 0) of a file such as tcp_mem; UINT64_MAX: there is none. */
static uint64_t number_in(const char *path, int n)
{
    char text[128];
    uint64_t value = UINT64_MAX;
    FILE *f = fopen(path, "re");
    if (!f) return UINT64_MAX;
    if (fgets(text, sizeof text, f)) {
        char *p = text;
        for (; n >= 0; n--) value = strtoull(p, &p, 10);
    }
    (void)fclose(f);
    return value;
}

/* Bytes that new processes could have; UINT64_MAX: nobody says. */
static uint64_t memory_available(void)
{
    static const char name[] = "MemAvailable:";
    char line[128];
    uint64_t kib = UINT64_MAX / 1024;
    FILE *f = fopen("/proc/meminfo", "re");
    if (!f) return UINT64_MAX;
    while (fgets(line, sizeof line, f))
        if (strncmp(line, name, sizeof name - 1) == 0) kib = strtoull(line + sizeof name - 1, NULL, 10);
    (void)fclose(f);
    return kib * 1024;
}

void sizes_warn(uint32_t connections)
{
    uint64_t n = connections, memory = n * KERNEL_BYTES_PER_CONNECTION, available = memory_available();
    uint64_t pages = n / 4; /* every fourth with bytes on their way, one page each at least */
    if (memory > available)
        log_warn("limits.memory", "connections=%" PRIu64 " needed_mib=%" PRIu64 " available_mib=%" PRIu64
                 " remedy=\"more memory, or fewer --connections\"", n, memory / MIB, available / MIB);
    if (number_in("/proc/sys/net/ipv4/tcp_mem", 1) < pages)
        log_warn("limits.tcp_mem", "connections=%" PRIu64 " pages=%" PRIu64 " needed=%" PRIu64
                 " remedy=\"sysctl -w net.ipv4.tcp_mem='%" PRIu64 " %" PRIu64 " %" PRIu64 "'\"", n,
                 number_in("/proc/sys/net/ipv4/tcp_mem", 1), pages, pages / 2, pages, pages * 2);
    if (number_in("/proc/sys/fs/file-max", 0) < n + n / 8)
        log_warn("limits.files", "connections=%" PRIu64 " file_max=%" PRIu64 " remedy=\"sysctl -w fs.file-max=%" PRIu64 "\"", n,
                 number_in("/proc/sys/fs/file-max", 0), n * 2);
    uint64_t tracked = number_in("/proc/sys/net/netfilter/nf_conntrack_count", 0); /* 0: no rule uses it */
    if (tracked && tracked != UINT64_MAX && number_in("/proc/sys/net/netfilter/nf_conntrack_max", 0) < n + n / 8)
        log_warn("limits.conntrack", "connections=%" PRIu64 " tracked_max=%" PRIu64
                 " remedy=\"sysctl -w net.netfilter.nf_conntrack_max=%" PRIu64 "\"", n,
                 number_in("/proc/sys/net/netfilter/nf_conntrack_max", 0), n * 2);
}
