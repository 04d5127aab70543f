/* floor.h: what both floor servers share. A floor server parses nothing: it reads whatever comes and gives the same answer once per
 * request, so its cost per request is what the kernel asks for. One thread; bench/ask compares quernd with it. */
#ifndef QUERN_BENCH_FLOOR_H
#define QUERN_BENCH_FLOOR_H

#include <stddef.h>
#include <stdint.h>

#define FLOOR_BACKLOG 4096 /* as quernd's */
#define FLOOR_ANSWERS 64u  /* that one send takes at most */

struct floor {
    int listen_fd;
    uint32_t conns_max;     /* from the limit of open files */
    uint32_t request_bytes; /* 0: what one read brings is one request */
    char *answers;          /* FLOOR_ANSWERS copies, one after another */
    size_t answer_len;      /* of one */
};

/* Command line: PORT [REQUEST_BYTES [CPU [ANSWER_FILE]]]; port 0 takes a free one. Listens on 127.0.0.1, pins the thread, and says
 * "listening on 127.0.0.1:PORT" on stdout. 0, or an exit code after one line on stderr. */
int floor_open(int argc, char **argv, struct floor *f);
void floor_close(struct floor *f);
/* How many requests end with these bytes; *carried: bytes of the connection's unfinished request. */
uint32_t floor_requests(const struct floor *f, uint32_t *carried, uint32_t bytes);

#endif
