/* refusal.h: why a request head or body cannot be accepted. Constant; any thread. */
#ifndef QUERN_HTTP_REFUSAL_H
#define QUERN_HTTP_REFUSAL_H

#include <stdint.h>

struct refusal {
    uint16_t status; /* how to answer; the connection closes after it */
    const char *slug; /* short, for machines: "malformed-http", "uri-too-long", … */
    const char *detail; /* one sentence, for people */
};

#endif
