/* The PROXY protocol: any bytes. Beginnings of a header are MORE, and what follows one changes nothing. */
#include "net/proxy.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proxy_header whole, part;
    char *copy = malloc(size + 1); /* of exactly this size: a read behind it is seen */
    if (!copy || size == 0) {
        free(copy);
        return 0;
    }
    memcpy(copy, data, size);
    enum proxy_outcome outcome = proxy_parse(copy, size, &whole);
    if (outcome == PROXY_MORE && size >= PROXY_BYTES_MAX) abort();
    if (outcome == PROXY_WHOLE) {
        if (whole.bytes == 0 || whole.bytes > size || whole.bytes > PROXY_BYTES_MAX) abort();
        if (proxy_parse(copy, whole.bytes, &part) != PROXY_WHOLE || part.bytes != whole.bytes ||
            !ip_eq(&part.from, &whole.from))
            abort();
        if (proxy_parse(copy, whole.bytes - 1, &part) != PROXY_MORE) abort();
    }
    free(copy);
    return 0;
}
