/* zygote_parts.h: the messages between zygote.c (the server's side) and zygote_main.c (the process itself). Private to these. */
#ifndef QUERN_WORKERS_ZYGOTE_PARTS_H
#define QUERN_WORKERS_ZYGOTE_PARTS_H

#include "workers/zygote.h"

enum zygote_wish { ZYGOTE_SPAWN, ZYGOTE_KILL };
struct zygote_request {
    uint8_t wish; /* enum zygote_wish */
    uint16_t type;
    uint32_t number; /* of a spawn: comes back with its answer */
    int32_t signal;
    pid_t pid; /* to kill */
    uint32_t n_env;
    char env[ZYGOTE_ENV_BYTES]; /* sent as far as n_env says; last */
};

enum zygote_news { ZYGOTE_SPAWNED, ZYGOTE_ENDED };
struct zygote_reply {
    uint8_t news; /* enum zygote_news */
    int32_t error; /* of a spawn: 0 or -errno */
    uint32_t number;
    pid_t pid;
    int32_t status; /* of an end */
};

/* The zygote's life. sockets: its ends, n of them, as there are group_fds. */
_Noreturn void zygote_main(const struct types *types, const int *sockets, const int *group_fds, uint32_t n);

#endif
