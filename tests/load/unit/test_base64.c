#include "base/random.h"
#include "tools/load/base64.h"

#include <criterion/criterion.h>

static struct buf text, bytes;

static void up(void)
{
    buf_init(&text, 10000);
    buf_init(&bytes, 10000);
}

static void down(void)
{
    buf_deinit(&text);
    buf_deinit(&bytes);
}

TestSuite(load_base64, .init = up, .fini = down);

Test(load_base64, vectors_of_rfc_4648)
{
    const char *const known[][2] = {{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"fooba", "Zm9vYmE="},
                                    {"foobar", "Zm9vYmFy"},
                                    {"\xff\xef\xbe", "/+++"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        buf_clear(&text);
        buf_clear(&bytes);
        base64_append(&text, slice_str(known[i][0]));
        cr_assert(slice_eq(buf_slice(&text), slice_str(known[i][1])), "%s", known[i][1]);
        cr_assert(base64_read(&bytes, slice_str(known[i][1])));
        cr_assert(slice_eq(buf_slice(&bytes), slice_str(known[i][0])), "%s", known[i][1]);
    }
}

Test(load_base64, and_back)
{
    struct random rnd;
    random_seed(&rnd, 3);
    for (size_t len = 0; len < 300; len++) {
        char content[300];
        for (size_t i = 0; i < len; i++) content[i] = (char)random_u64(&rnd);
        buf_clear(&text);
        buf_clear(&bytes);
        base64_append(&text, slice_make(content, len));
        cr_assert(base64_read(&bytes, buf_slice(&text)));
        cr_assert(slice_eq(buf_slice(&bytes), slice_make(content, len)));
    }
}

Test(load_base64, what_is_none)
{
    const char *const bad[] = {"Z",    "Zg",   "Zg=",  "Z===",     "====", "Zm9v\n",  "Zm 9",
                               "Zm9-", "Zh==", "Zm9=", "Zg==Zg==", "Zm=v", "Zm9vZm9", "\x80m9v"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(base64_read(&bytes, slice_str(bad[i])), "%s", bad[i]);
}
