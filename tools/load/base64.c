/* base64.c: see base64.h. */
#include "tools/load/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_append(struct buf *out, struct slice bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t bits = (uint32_t)p[i] << 16;
        if (n > 1) bits |= (uint32_t)p[i + 1] << 8;
        if (n > 2) bits |= p[i + 2];
        char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63], digits[bits >> 6 & 63], digits[bits & 63]};
        for (size_t pad = n + 1; pad < 4; pad++) four[pad] = '=';
        buf_add(out, slice_make(four, 4));
    }
}

static int digit_value(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

/* n: digits before the padding. */
static bool decode_four(struct buf *out, const char *four, size_t n)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        int value = digit_value(four[i]);
        if (value < 0) return false;
        bits |= (uint32_t)value << (18 - 6 * i);
    }
    char three[3] = {(char)(bits >> 16), (char)(bits >> 8), (char)bits};
    uint32_t unused = (UINT32_C(1) << (32 - 8 * n)) - 1; /* behind the last byte: two texts for the same bytes */
    if (bits & unused) return false;
    buf_add(out, slice_make(three, n - 1));
    return true;
}

bool base64_read(struct buf *out, struct slice text)
{
    if (text.len % 4) return false;
    for (size_t i = 0; i < text.len; i += 4) {
        size_t n = 4;
        if (i + 4 == text.len && text.p[i + 3] == '=') n = text.p[i + 2] == '=' ? 2 : 3;
        if (!decode_four(out, text.p + i, n)) return false;
    }
    return true;
}
