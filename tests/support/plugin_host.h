/* plugin_host.h: runs one plugin's handlers in a test, without a server: quern.h on top of one job in memory.
 *
 * The test binary links one plugin. Input lies against a guard page, so that one byte read past its end is a crash. */
#ifndef QUERN_TESTS_SUPPORT_PLUGIN_HOST_H
#define QUERN_TESTS_SUPPORT_PLUGIN_HOST_H

#include <quern/quern.h>

#include <stddef.h>
#include <stdint.h>

#define HOST_PARAMS_MAX 16

struct quern_job {
    const struct quern_type *type;
    struct {
        const char *name, *value;
    } params[HOST_PARAMS_MAX];
    size_t n_params;

    uint8_t *mapping; /* pages of input and the guard page after them */
    size_t mapping_bytes;
    const uint8_t *input;
    size_t input_len;

    uint64_t cancel_after; /* polls until quern_cancelled() says true; UINT64_MAX: never */
    uint64_t polls;
    double progress;

    const uint8_t *result;
    size_t result_len;
    void *reserved;
    void (*free_result)(void *ptr);
    char media_type[128];
    char code[64];
    char message[401];
};

/* A job of the type of that name, with a copy of the input. Fails the test if the plugin has no such type. */
struct quern_job *host_job(const char *type, const void *input, size_t len);
/* Name and value are borrowed. Fails the test if the type has no such parameter, or a bound or choice is broken. */
void host_param(struct quern_job *job, const char *name, const char *value);
/* Runs the handler. Checks the contract: QUERN_FAILED exactly when quern_fail() was called, no result beside it. */
int host_run(struct quern_job *job);
/* Frees the result too. Returns NULL. */
struct quern_job *host_free(struct quern_job *job);

#endif
