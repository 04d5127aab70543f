/* metrics.h: figures out of a server's /metrics (Prometheus text). Any thread. */
#ifndef QUERN_CLI_METRICS_H
#define QUERN_CLI_METRICS_H

#include "base/slice.h"

/* The value of a sample: name as it stands there, labels included: "quern_jobs{state=\"active\"}". 0 if there is none. */
double metrics_value(struct slice text, const char *name);

#endif
