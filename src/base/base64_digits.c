/* base64_digits.c: see base64_digits.h. With vectors as gcc and clang have them for every processor. */
#include "base/base64_digits.h"

#include "base/check.h"

#include <errno.h>

#define DIGITS 16u /* of a block */
#define BYTES 12u  /* that they become */

typedef int8_t bytes16 __attribute__((vector_size(16)));
typedef uint16_t words8 __attribute__((vector_size(16)));
typedef uint32_t words4 __attribute__((vector_size(16)));
typedef uint64_t words2 __attribute__((vector_size(16)));

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first digit is the lowest byte");

/* Their values in place; a character that is no digit leaves *all false. Bytes from 0x80 on are negative: in no range. */
static inline bytes16 values_of(bytes16 c, struct base64_alphabet a, bool *all)
{
    bytes16 upper = (c >= 'A') & (c <= 'Z'), lower = (c >= 'a') & (c <= 'z'), digit = (c >= '0') & (c <= '9');
    bytes16 is_62 = c == a.c62, is_63 = c == a.c63;
    words2 known = (words2)(upper | lower | digit | is_62 | is_63);
    *all = (known[0] & known[1]) == UINT64_MAX;
    return c + ((upper & -'A') | (lower & (26 - 'a')) | (digit & (52 - '0')) | (is_62 & (int8_t)(62 - a.c62)) | (is_63 & (int8_t)(63 - a.c63)));
}

#ifndef __clang__ /* gcc's analyzer takes how many words a vector has for their width */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-shift-count-overflow"
#endif
/* Each pair of neighbours becomes one number, the first worth more: 6 bits, 12, 24, 48. */
static inline void pack(bytes16 values, uint8_t out[BYTES])
{
    words8 pairs = ((words8)values & 0xff) << 6 | (words8)values >> 8;
    words4 fours = ((words4)pairs & 0xffff) << 12 | (words4)pairs >> 16;
    words2 eights = ((words2)fours & 0xffffffff) << 24 | (words2)fours >> 32;
    uint64_t first = __builtin_bswap64(eights[0] << 16), second = __builtin_bswap64(eights[1] << 16);
    memcpy(out, &first, 6);
    memcpy(out + 6, &second, 6);
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

static inline bool read_block(struct base64_alphabet a, const char *p, uint8_t out[BYTES])
{
    bytes16 c;
    bool all;
    memcpy(&c, p, sizeof c);
    bytes16 values = values_of(c, a, &all);
    if (all) pack(values, out);
    return all;
}

/* What is left behind whole blocks, filled up with digits of value 0. False: it cannot be read. */
static bool values_of_rest(bytes16 *values, struct base64_alphabet a, struct slice digits)
{
    static const int8_t spare[4] = {0, 0, 0x0f, 0x03}; /* bits of the last digit that nothing stands for */
    bytes16 c;
    bool all;
    memset(&c, 'A', sizeof c);
    if (digits.len) memcpy(&c, digits.p, digits.len);
    *values = values_of(c, a, &all);
    if (!all || digits.len % 4 == 1) return false;
    return digits.len % 4 == 0 || ((*values)[digits.len - 1] & spare[digits.len % 4]) == 0;
}

static struct slice behind_block(struct slice digits)
{
    return slice_make(digits.p + DIGITS, digits.len - DIGITS);
}

long base64_digits_read(struct base64_alphabet a, struct slice digits, void *out, size_t room)
{
    uint8_t *to = out, rest[BYTES];
    bytes16 values;
    size_t len = 0;
    for (; digits.len >= DIGITS && room - len >= BYTES; len += BYTES, digits = behind_block(digits))
        if (!read_block(a, digits.p, to + len)) return -EINVAL;
    if (digits.len >= DIGITS) return base64_digits_ok(a, digits) ? -ENOSPC : -EINVAL;
    if (!values_of_rest(&values, a, digits)) return -EINVAL;
    size_t n = digits.len * 6 / 8;
    if (n > room - len) return -ENOSPC;
    pack(values, rest);
    if (n) memcpy(to + len, rest, n);
    return (long)(len + n);
}

bool base64_digits_ok(struct base64_alphabet a, struct slice digits)
{
    bytes16 c, values;
    bool all = true;
    for (; all && digits.len >= DIGITS; digits = behind_block(digits)) {
        memcpy(&c, digits.p, sizeof c);
        (void)values_of(c, a, &all);
    }
    return all && values_of_rest(&values, a, digits);
}
