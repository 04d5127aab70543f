/* tui.h: the live display: a few lines drawn again at most 10 times a second, by the thread that samples. */
#ifndef QUERN_LOAD_TUI_H
#define QUERN_LOAD_TUI_H

#include "tools/load/result.h"
#include <stdio.h>

struct tui_frame {
    const char *scenario, *target;
    enum phase_kind phase;
    uint64_t phase_ns, phase_length_ns;
    uint64_t want, open, connecting, lost, queued, busy;
    double ramp_rate, offered_rate, done_rate;
    uint64_t errors;
    uint64_t p50_ns, p99_ns, p999_ns, max_ns;
    uint64_t spark[32]; /* p99 of the last ticks, oldest first; 0: none yet */
    double server_cpu_share, loader_cpu_share, steal_share;
    uint64_t server_rss_bytes, slab_per_conn_bytes;
    double enters_per_request;
    uint64_t late_max_ns, cq_overflows, enobufs;
    bool valid;
};

struct tui;
/* Remembers the terminal's state; f: a terminal. */
struct tui *tui_open(FILE *f);
void tui_draw(struct tui *t, const struct tui_frame *frame);
struct tui *tui_close(struct tui *t);

#endif
