/* ndjson.h: lines of a file, one by one, however long the file is. Main thread. */
#ifndef QUERN_CLI_NDJSON_H
#define QUERN_CLI_NDJSON_H

#include "base/buf.h"

#define NDJSON_LINE_MAX (2u << 20) /* servers take less for one job */

struct ndjson {
    int fd;
    struct buf line;
    unsigned number; /* of the line, from 1 */
    size_t at, n;    /* of piece: what has not been cut into lines yet */
    bool is_over;
    char piece[65536];
};

enum ndjson_outcome {
    NDJSON_LINE,     /* text: the line, without its end; blank lines are left out, but counted */
    NDJSON_TOO_LONG, /* longer than NDJSON_LINE_MAX; the next call goes on behind it */
    NDJSON_END,
    NDJSON_FAILED,   /* errno */
};

void ndjson_init(struct ndjson *r, int fd);
void ndjson_deinit(struct ndjson *r);
/* text lives until the next call. */
enum ndjson_outcome ndjson_next(struct ndjson *r, struct slice *text);

#endif
