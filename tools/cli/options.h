/* options.h: what the command line asks for. Main thread. */
#ifndef QUERN_CLI_OPTIONS_H
#define QUERN_CLI_OPTIONS_H

#include "tools/cli/commands.h"

#define URL_DEFAULT "http://127.0.0.1:8080"
#define TEXTS_MAX 64

struct texts {
    const char *text[TEXTS_MAX];
    int n;
};
struct number {
    bool given;
    int64_t n;
};
struct maybe {
    bool given;
    uint64_t ns; /* 0: without a value */
};

enum format { FORMAT_BY_TERMINAL, FORMAT_JSON, FORMAT_TABLE };

/* Texts are pieces of argv or of the environment. */
struct options {
    enum command_id command;
    const char **words; /* what follows the command; in argv's order */
    int words_n;
    bool help, version;

    const char *url;
    int format; /* enum format */
    bool json, quiet;
    uint64_t timeout_ns; /* 0: none */
    struct maybe watch, wait;

    const char *output, *type; /* where bytes go; a media type of run, a job type of lists */
    struct texts params;

    const char *args, *meta, *unique, *retry, *at, *expires, *id, *queue, *idempotency;
    struct number priority, max_attempts;
    uint64_t delay_ns, run_limit_ns, lease_ns; /* 0: not given */
    int durability;                    /* 1 + place in durability_words; 0: not given */
    bool dead_letter, pending;
    struct texts tags;

    const char *batch;           /* a file of envelopes; NULL: one job */
    const char *state;           /* of list */
    struct number limit;
    bool no_follow, recent;

    const char *key;             /* file of a key that requests are signed with; NULL: $QUERN_KEY */
    int algorithm;               /* 1 + enum key_algorithm; 0: not given */
    const char *accounts;        /* the accounts file; NULL: $QUERN_ACCOUNTS */
    struct texts scopes, networks;

    const char *zone, *description;
    int overlap; /* 1 + place in overlap_words; 0: not given */
    bool disabled, replace;
};

enum options_outcome { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* Reads argv and QUERN_URL. OPTIONS_DONE: help or version was asked for and printed. OPTIONS_WRONG: *why is a sentence.
 * options_deinit() in any case. */
enum options_outcome options_read(int argc, char **argv, struct options *o, char why[256]);
void options_deinit(struct options *o);

#endif
