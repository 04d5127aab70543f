#include "tools/cli/watch.h"

#include "base/clock.h"
#include "tools/cli/interrupt.h"

#include <unistd.h>

#define PAUSE_DEFAULT_NS (2 * NS_PER_S)

int watch_every(struct client *c, uint64_t pause_ns, int (*show)(struct client *c))
{
    bool clears = !c->as_json && isatty(STDOUT_FILENO) == 1;
    for (;;) {
        if (clears) (void)fputs("\033[H\033[2J", stdout);
        int rc = show(c);
        uint64_t now = clock_now_ns();
        if (rc == EXIT_LATE && c->until_ns && now >= c->until_ns) return EXIT_DONE;
        if (rc) return rc;
        uint64_t left = c->until_ns > now ? c->until_ns - now : 0, pause = pause_ns;
        if (c->until_ns && left < pause) pause = left;
        if (!interrupt_sleep(pause)) return EXIT_SIGNAL;
        if (c->until_ns && pause == left) return EXIT_DONE;
    }
}

int watch(struct client *c, int (*show)(struct client *c))
{
    const struct maybe *w = &c->o->watch;
    return w->given ? watch_every(c, w->ns ? w->ns : PAUSE_DEFAULT_NS, show) : show(c);
}
