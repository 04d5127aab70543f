/* server_sizes.h: what each shard gets: connections from the limit of open files, pools from budgets of the whole process. And what
 * of this machine does not suffice for so many connections. The server's thread, at start. */
#ifndef QUERN_SERVER_SIZES_H
#define QUERN_SERVER_SIZES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sizes_wish {
    uint64_t files;       /* that may be open */
    uint32_t connections; /* 0: as many as there may be files */
    uint32_t n_shards, n_listen, n_plugins;
    bool direct;          /* direct descriptors in any case */
    bool asks_others;     /* outbound requests are set up */
    uint64_t receive_memory_bytes, output_memory_bytes;
};

struct sizes {
    uint32_t connections; /* that all shards hold together, however the kernel spreads them */
    uint32_t conns_max;   /* slots of one shard */
    bool direct;          /* more slots than files: each ring has a table of its own, to which the same limit applies */
    uint32_t receive_buffers, receive_buffer_bytes, chunks, sessions;
};

/* Raises the limit of open files as far as it goes. Returns it, 0 when it cannot be read. */
uint64_t sizes_files(void);
/* 0, or an exit code and one line for an operator in why. */
int sizes_choose(const struct sizes_wish *wish, struct sizes *out, char *why, size_t why_room);
/* Logs one line for each limit of the kernel that so many connections will run into, with its remedy. */
void sizes_warn(uint32_t connections);

#endif
