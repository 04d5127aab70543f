/* main.c: quern, a client of the server's HTTP API. */
#include "tools/cli/client.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/progress.h"

#include <stdio.h>

static int run(const struct options *o)
{
    struct client c;
    int rc = client_init(&c, o);
    if (rc == 0) rc = commands[o->command].run(&c);
    client_deinit(&c);
    progress_clear();
    return rc;
}

int main(int argc, char **argv)
{
    struct options o;
    char why[256];
    int rc = EXIT_USAGE;
    if (interrupt_init() < 0) return EXIT_USAGE;
    switch (options_read(argc, argv, &o, why)) {
    case OPTIONS_RUN:
        progress_init(o.quiet);
        rc = run(&o);
        break;
    case OPTIONS_DONE: rc = client_flush(); break;
    case OPTIONS_WRONG: say("%s", why); break;
    }
    options_deinit(&o);
    if (rc == EXIT_SIGNAL) interrupt_leave();
    return rc;
}
