/* sink.h: where the bytes of a result go: stdout or a file. A file that is new or plain is written beside its name and renamed when
 * all of it is there, so nobody finds half of it. Main thread. */
#ifndef QUERN_CLI_SINK_H
#define QUERN_CLI_SINK_H

#include "base/slice.h"

struct sink {
    const char *path; /* NULL: stdout */
    char *beside; /* the name while it grows; NULL: path itself */
    int fd; /* -1: not open */
    int error; /* -errno of what failed last; 0: nothing */
    uint64_t bytes; /* taken so far */
};

void sink_init(struct sink *s, const char *path);
/* Opens the file at the first call, so none is made for an answer that is an error. An empty slice is fine. 0 or -errno, also in
 * s->error; -EINTR: interrupted. */
int sink_write(struct sink *s, struct slice bytes);
/* All is there. 0 or -errno. */
int sink_finish(struct sink *s);
/* Takes back what can be taken back; does nothing after sink_finish(). */
void sink_drop(struct sink *s);

#endif
