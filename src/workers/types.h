/* types.h: the job types that this server runs: the built-in ones and those of plugins. Built before any thread exists, constant
 * afterwards: any thread may read. */
#ifndef QUERN_WORKERS_TYPES_H
#define QUERN_WORKERS_TYPES_H

#include "base/slice.h"
#include <quern/quern.h>

#define TYPES_MAX 256
#define POOLS_MAX 64 /* of workers: pool 0 are the threads, each type that runs elsewhere has one of its own */
#define TYPE_RUN_LIMIT_DEFAULT_MS 30000
#define TYPE_INPUT_MAX_DEFAULT (UINT64_C(64) << 20)

struct run_spec;

struct job_type {
    const struct quern_type *type;
    const char *plugin; /* "built in" or the plugin's name */
    uint16_t index;     /* 0 … n-1 */
    uint32_t run_limit_ms;
    uint64_t input_bytes_max;
    uint16_t pool;
    const struct run_spec *spec; /* where it runs; NULL: in a thread */
};

struct types {
    uint32_t n;
    uint32_t n_pools; /* besides pool 0 */
    struct job_type of[TYPES_MAX];
};

/* 0, -EEXIST, -ENOSPC, -EINVAL (no name that the job types' pattern allows, no handler); *why then says what. */
int types_add(struct types *t, const struct quern_type *type, const char *plugin, const char **why);
/* The same for a type that is a command: type->run is not looked at. */
int types_add_command(struct types *t, const struct quern_type *type, const struct run_spec *spec, const char **why);
/* Has a type that is there run elsewhere. 0, -ENOENT, -EEXIST (it does already), -ENOSPC; *why as above. */
int types_bind(struct types *t, struct slice name, const struct run_spec *spec, const char **why);
/* Other limits for it; 0: as before. 0 or -ENOENT. */
int types_limit(struct types *t, struct slice name, uint32_t run_limit_ms, uint64_t input_bytes_max, const char **why);
const struct job_type *types_find(const struct types *t, struct slice name); /* NULL: unknown */
/* echo, sleep, burn. */
void types_add_builtin(struct types *t);

/* One parameter of a type by name; NULL: it has no such parameter. */
const struct quern_param *type_param(const struct quern_type *type, struct slice name);
/* Checks one value against its parameter's kind and bounds. False: *why says what is wrong, for the client (static text or why's
 * buffer). */
bool type_param_check(const struct quern_param *p, const char *text, char why[160]);

#endif
