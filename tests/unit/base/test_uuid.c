#include "base/clock.h"
#include "base/random.h"
#include "base/uuid.h"

#include <criterion/criterion.h>
#include <errno.h>

static struct random rnd;
static struct uuid_source source;

static void up(void)
{
    random_seed(&rnd, 5);
    source = (struct uuid_source){.random = &rnd, .engine = 37};
}

TestSuite(base_uuid, .init = up);

static bool is_greater(struct uuid a, struct uuid b)
{
    return a.high != b.high ? a.high > b.high : a.low > b.low;
}

Test(base_uuid, has_the_fields_of_version_7)
{
    const uint64_t ms = 0x017f22e279b0; /* RFC 9562 appendix A.6 */
    struct uuid id = uuid_make(&source, ms * NS_PER_MS + 999999);
    cr_assert_eq(id.high >> 16, ms);
    cr_assert_eq(uuid_version(id), 7);
    cr_assert_eq(id.low >> 62, 2);
    cr_assert_eq(uuid_engine(id), 37);
}

Test(base_uuid, grows_within_a_ms_and_when_the_clock_goes_back)
{
    const uint64_t now = UINT64_C(1770892200000) * NS_PER_MS;
    struct uuid last = {0};
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t back = i % 3 ? 0 : i * NS_PER_S;
        struct uuid id = uuid_make(&source, now + i / 10000 * NS_PER_MS - back);
        if (!is_greater(id, last)) cr_assert_fail("not greater: %llu", (unsigned long long)i);
        cr_assert_eq(uuid_version(id), 7);
        cr_assert_eq(uuid_engine(id), 37);
        last = id;
    }
    cr_assert_lt(last.high >> 16, 1770892200000 + 10, "borrowed some ms, not many");
}

Test(base_uuid, text_and_back)
{
    char text[UUID_TEXT_BYTES];
    struct uuid id = {0x017f22e279b07cc3, 0x98c4dc0c0c07398f}, back;
    uuid_text(id, text);
    cr_assert_str_eq(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    cr_assert_eq(uuid_parse(slice_str(text), &back), 0);
    cr_assert(uuid_eq(id, back));
    for (int i = 0; i < 1000; i++) {
        id = (struct uuid){random_u64(&rnd), random_u64(&rnd)};
        uuid_text(id, text);
        cr_assert_eq(uuid_parse(slice_str(text), &back), 0);
        cr_assert(uuid_eq(id, back));
    }
}

Test(base_uuid, reads_any_version)
{
    struct uuid id;
    cr_assert_eq(uuid_parse(SLICE("919108f7-52d1-4320-9bac-f847db4148a8"), &id), 0);
    cr_assert_eq(uuid_version(id), 4);
    cr_assert_eq(uuid_parse(SLICE("00000000-0000-0000-0000-000000000000"), &id), 0);
}

Test(base_uuid, refuses_other_texts)
{
    const char *bad[] = {
        "",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
        "017f22e2079b0-7cc3-98c4-dc0c0c07398f",
        "017f22e-279b0-7cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e279b07cc398c4dc0c0c07398f",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
        "----------------------------------- ",
    };
    struct uuid id = {1, 2};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(uuid_parse(slice_str(bad[i]), &id), -EINVAL, "%s", bad[i]);
    cr_assert(uuid_eq(id, (struct uuid){1, 2}), "only set on success");
}
