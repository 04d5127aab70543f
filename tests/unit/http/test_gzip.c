/* Packing, and that zlib makes the same text of it again. */
#include "http/gzip.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <zlib.h>

static size_t unpack(const char *packed, size_t len, char *out, size_t room)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)packed, .avail_in = (uInt)len, .next_out = (Bytef *)out, .avail_out = (uInt)room};
    cr_assert_eq(inflateInit2(&z, 15 + 16), Z_OK);
    cr_assert_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
    cr_assert_eq(z.avail_in, 0);
    (void)inflateEnd(&z);
    return room - z.avail_out;
}

Test(gzip, packs_one_text_after_another)
{
    static char text[60000], packed[60000], again[60000];
    struct gzip *g;
    cr_assert_eq(gzip_new(1, &g), 0);
    for (size_t n = 0; n < sizeof text; n = n * 3 + 1) {
        for (size_t i = 0; i < n; i++) text[i] = (char)('a' + i * i % 7);
        long len = gzip_pack(g, slice_make(text, n), packed, sizeof packed);
        cr_assert_gt(len, 0);
        if (n > 1000) cr_expect_lt((size_t)len, n / 2);
        cr_assert_eq(unpack(packed, (size_t)len, again, sizeof again), n);
        cr_expect_arr_eq(text, again, n);
    }
    cr_assert_null(gzip_free(g));
}

Test(gzip, what_does_not_fit_is_said)
{
    static char text[4000], packed[4000];
    struct gzip *g;
    uint32_t x = 1;
    cr_assert_eq(gzip_new(6, &g), 0);
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)((x = x * 1664525 + 1013904223) >> 24);
    cr_expect_eq(gzip_pack(g, slice_make(text, sizeof text), packed, sizeof packed), -ENOSPC);
    cr_expect_gt(gzip_pack(g, SLICE("small"), packed, sizeof packed), 0, "the next one is packed as if nothing had been");
    gzip_free(g);
    cr_assert_null(gzip_free(NULL));
}
