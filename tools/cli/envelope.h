/* envelope.h: a job as it is submitted (ojs-http-binding §9.1), from options. Main thread. */
#ifndef QUERN_CLI_ENVELOPE_H
#define QUERN_CLI_ENVELOPE_H

#include "base/buf.h"

struct options;

#define ENVELOPE_MAX (64u << 20) /* ours; servers take less, and say how much */

/* Adds the envelope of job type to b. args: JSON text of an array; empty: from --args and --param. False: *why. */
bool envelope_make(const struct options *o, const char *type, struct slice args, struct buf *b, char why[256]);
/* The same of a job that comes at the times of a cron expression (ojs-cron §8.1). */
bool envelope_make_cron(const struct options *o, const char *name, const char *cron, const char *type, struct slice args,
                        struct buf *b, char why[256]);

#endif
