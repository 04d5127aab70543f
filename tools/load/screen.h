/* screen.h: a run's figures as frames of the live display. Main thread. */
#ifndef QUERN_LOAD_SCREEN_H
#define QUERN_LOAD_SCREEN_H

#include "tools/load/run.h"

struct screen;
/* NULL where there is no terminal. */
struct screen *screen_open(void);
void screen_draw(struct screen *s, const struct run *run, const struct result *r, uint64_t phase_ns, uint64_t phase_length_ns);
struct screen *screen_close(struct screen *s);

#endif
