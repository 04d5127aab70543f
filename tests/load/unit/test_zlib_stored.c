#include "base/random.h"
#include "tools/load/zlib_stored.h"

#include <criterion/criterion.h>
#include <errno.h>

static struct buf stream, content;

static void up(void)
{
    buf_init(&stream, 1000000);
    buf_init(&content, 1000000);
}

static void down(void)
{
    buf_deinit(&stream);
    buf_deinit(&content);
}

TestSuite(load_zlib_stored, .init = up, .fini = down);

/* As Python's zlib.compress(…, 0) has them. */
Test(load_zlib_stored, known_streams)
{
    const struct slice empty = SLICE("\x78\x01\x01\x00\x00\xff\xff\x00\x00\x00\x01");
    const struct slice wikipedia = SLICE("\x78\x01\x01\x09\x00\xf6\xffWikipedia\x11\xe6\x03\x98");
    zlib_store(&stream, SLICE(""));
    cr_assert(slice_eq(buf_slice(&stream), empty));
    buf_clear(&stream);
    zlib_store(&stream, SLICE("Wikipedia"));
    cr_assert(slice_eq(buf_slice(&stream), wikipedia));
    cr_assert_eq(zlib_unstore(&content, wikipedia), 0);
    cr_assert_str_eq(content.p, "Wikipedia");
    cr_assert_eq(zlib_unstore(&content, empty), 0);
    cr_assert_str_eq(content.p, "Wikipedia", "appends");
}

Test(load_zlib_stored, several_blocks)
{
    const size_t lengths[] = {65534, 65535, 65536, 131070, 131071, 200000};
    static char text[200000];
    struct random rnd;
    random_seed(&rnd, 4);
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(random_u64(&rnd) | 0x80); /* high bytes: the sum's remainders */
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct slice s = slice_make(text, lengths[i]);
        buf_clear(&stream);
        buf_clear(&content);
        zlib_store(&stream, s);
        cr_assert_eq(stream.len, 2 + (lengths[i] + 65534) / 65535 * 5 + lengths[i] + 4);
        cr_assert_eq(zlib_unstore(&content, buf_slice(&stream)), 0);
        cr_assert(slice_eq(buf_slice(&content), s));
    }
}

Test(load_zlib_stored, sum_of_long_content)
{
    static char text[100000];
    memset(text, 0xff, sizeof text);
    zlib_store(&stream, slice_make(text, sizeof text));
    cr_assert_eq(memcmp(stream.p + stream.len - 4, "\x14\x9a\x30\x2c", 4), 0, "as zlib's adler32() has it");
}

Test(load_zlib_stored, damage_is_seen)
{
    zlib_store(&stream, SLICE("a histogram"));
    for (size_t i = 0; i < stream.len; i++) cr_assert_lt(zlib_unstore(&content, slice_make(stream.p, i)), 0, "cut at %zu", i);
    for (size_t i = 0; i < stream.len; i++) {
        stream.p[i] ^= 0x10;
        if (i != 2) cr_assert_lt(zlib_unstore(&content, buf_slice(&stream)), 0, "bit at %zu", i); /* 2: padding bits */
        stream.p[i] ^= 0x10;
    }
    buf_add_str(&stream, "x");
    cr_assert_eq(zlib_unstore(&content, buf_slice(&stream)), -EBADMSG, "bytes after the end");
}

Test(load_zlib_stored, compressed_is_not_supported)
{
    const struct slice fixed = SLICE("\x78\x9c\x4b\x04\x00\x00\x62\x00\x62"); /* "a", level 6 */
    cr_assert_eq(zlib_unstore(&content, fixed), -ENOTSUP);
    cr_assert_eq(zlib_unstore(&content, SLICE("\x78\x20\x00\x00\x00\x01")), -ENOTSUP, "a preset dictionary");
    cr_assert_eq(zlib_unstore(&content, SLICE("\x78\x01\x07")), -EBADMSG, "a block of no kind");
}
