/* signer.h: signs requests (RFC 9421) with a key from a file, as `quern key make` prints it:
 *
 *     {"id": "ci-1f2e3d4c", "algorithm": "hmac-sha256", "secret": "<base64>"}
 *     {"id": "anna-1f2e3d4c", "algorithm": "ed25519", "private": "-----BEGIN PRIVATE KEY-----\n..."}
 *
 * Main thread. */
#ifndef QUERN_CLI_SIGNER_H
#define QUERN_CLI_SIGNER_H

#include "base/slice.h"

struct signer;

/* Fields that are signed: as they are sent. */
struct signer_request {
    const char *method;
    bool is_https;
    struct slice authority, target; /* "host:port", "/path?query" */
    bool has_body;
    struct slice body;
    const char *type, *prefer, *idempotency; /* NULL: not sent; type is there with a body */
};

/* 0, or -EINVAL and why. A file that others may read is refused. */
int signer_new(const char *path, struct signer **out, char why[256]);
struct signer *signer_free(struct signer *s); /* NULL is fine */
/* Gives the fields that make the request signed to add. False: it could not. */
bool signer_sign(struct signer *s, const struct signer_request *q, void (*add)(void *arg, const char *name, const char *value), void *arg);

#endif
