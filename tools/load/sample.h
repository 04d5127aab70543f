/* sample.h: looks at the server's process, at this machine and at ourselves: /proc only. The thread that calls owns the struct. */
#ifndef QUERN_LOAD_SAMPLE_H
#define QUERN_LOAD_SAMPLE_H

#include "tools/load/result.h"

struct sample {
    uint64_t server_cpu_ns, server_user_ns, server_system_ns, server_rss_bytes;
    uint64_t server_switches_voluntary, server_switches_involuntary;
    uint32_t server_threads, server_fds;
    uint64_t loader_cpu_ns, loader_rss_bytes, loader_major_faults;
    uint64_t slab_bytes, page_table_bytes, steal_ns, tcp_memory_bytes;
};

struct sampler;
/* server_pid 0: none. 0, or -errno (no such process, not allowed). */
int sampler_open(int server_pid, struct sampler **out);
struct sampler *sampler_close(struct sampler *s);
/* What is cheap (CPU, RSS, steal, Slab of meminfo). A server that has ended keeps its last figures. */
void sampler_read(struct sampler *s, struct sample *out);
/* Also threads, descriptors, context switches. */
void sampler_read_all(struct sampler *s, struct sample *out);
void host_read(struct host *h);

#endif
