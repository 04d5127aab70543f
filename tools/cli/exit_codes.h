/* exit_codes.h: what quern's exit code says. Scripts rely on these: docs/cli.md. */
#ifndef QUERN_CLI_EXIT_CODES_H
#define QUERN_CLI_EXIT_CODES_H

enum exit_code {
    EXIT_DONE = 0,
    EXIT_JOB = 1,     /* the job failed, was cancelled or discarded */
    EXIT_USAGE = 2,   /* the command line, or a file here that cannot be read or written */
    EXIT_REFUSED = 3, /* the server said 4xx */
    EXIT_SERVER = 4,  /* it said 5xx, nothing, or what nobody understands */
    EXIT_LATE = 5,    /* waited too long */
    EXIT_SIGNAL = -1, /* interrupted: the program ends by that signal */
};

/* Of several things that were done the one with the highest code speaks, an interruption before all. */
static inline int exit_worse(int a, int b)
{
    if (a == EXIT_SIGNAL || b == EXIT_SIGNAL) return EXIT_SIGNAL;
    return a > b ? a : b;
}

#endif
