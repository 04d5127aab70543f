/* Entity tags and ranges. */
#include "http/condition.h"
#include "sample.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define OURS "\"00000000000000ff\""

static bool none_match(const char *lines)
{
    struct sample s = sample(lines);
    s.request.fields = s.fields;
    return condition_none_match(&s.request, SLICE(OURS));
}

Test(condition, a_tag_is_its_version)
{
    char room[ETAG_BYTES];
    cr_expect(slice_eq(etag_text(255, room), SLICE(OURS)));
    cr_expect(slice_eq(etag_text(UINT64_C(0xfedcba9876543210), room), SLICE("\"fedcba9876543210\"")));
}

Test(condition, if_none_match)
{
    cr_expect(none_match("If-None-Match: " OURS "\n"));
    cr_expect(none_match("if-none-match: W/" OURS "\n"), "weak comparison");
    cr_expect(none_match("If-None-Match: \"a,b\", W/\"\" ,, " OURS "\n"), "a list");
    cr_expect(none_match("If-None-Match: \"a\"\nIf-None-Match: " OURS "\n"), "over several lines");
    cr_expect(none_match("If-None-Match: *\n"));
    cr_expect(!none_match("If-None-Match: \"a\"\n"));
    cr_expect(!none_match("If-None-Match: 00000000000000ff\n"), "no tag without quotes");
    cr_expect(!none_match("If-None-Match: x, " OURS "\n"), "what follows nonsense is not read");
    cr_expect(!none_match("If-None-Match: \"00000000000000ff\n"));
    cr_expect(!none_match("If-None-Match: \n"));
    cr_expect(!none_match("If-Match: " OURS "\n"));
}

Test(condition, version_of_the_tag)
{
    uint64_t version = 0;
    struct sample s = sample("If-None-Match: \"00000000000000FF\", \"abc\", " OURS ", \"0000000000000001\"\n");
    s.request.fields = s.fields;
    cr_expect(condition_version(&s.request, &version));
    cr_expect_eq(version, 255, "the first that is made as ours are");
    s = sample("If-None-Match: \"00000000000000ffg\", \"00000000000000ff-\", W/\"00000000000000fe-xg\"\n");
    s.request.fields = s.fields;
    cr_expect(condition_version(&s.request, &version));
    cr_expect_eq(version, 254, "also in another form");
    s = sample("If-None-Match: *\n");
    s.request.fields = s.fields;
    cr_expect(!condition_version(&s.request, &version));
}

static bool match(const char *lines, uint64_t version)
{
    struct sample s = sample(lines);
    s.request.fields = s.fields;
    s.request.if_match = strncmp(lines, "If-Match", 8) == 0;
    return condition_match(&s.request, version);
}

Test(condition, if_match)
{
    cr_expect(match("X: y\n", 255), "not there");
    cr_expect(match("If-Match: *\n", 255));
    cr_expect(match("If-Match: " OURS "\n", 255));
    cr_expect(match("If-Match: \"00000000000000ff-g\"\n", 255), "in another form");
    cr_expect(match("If-Match: \"a\", \"0000000000000001\", " OURS "\n", 255), "a list");
    cr_expect(!match("If-Match: " OURS "\n", 254));
    cr_expect(!match("If-Match: W/" OURS "\n", 255), "strong comparison");
    cr_expect(!match("If-Match: \"a\"\n", 255));
    cr_expect(!match("If-Match: 00000000000000ff\n", 255));
    cr_expect(!match("If-Match: \n", 255));
}

static enum range_kind range_of(const char *lines, uint64_t size, struct byte_range *out)
{
    struct sample s = sample(lines);
    s.request.fields = s.fields;
    s.request.method = METHOD_GET;
    *out = (struct byte_range){99, 99};
    return condition_range(&s.request, size, SLICE(OURS), out);
}

static void expect_part(const char *range, uint64_t size, uint64_t from, uint64_t len)
{
    struct byte_range got;
    char lines[128];
    (void)snprintf(lines, sizeof lines, "Range: %s\n", range);
    cr_expect_eq(range_of(lines, size, &got), RANGE_PART, "%s", range);
    cr_expect(got.from == from && got.len == len, "%s: %llu, %llu", range, (unsigned long long)got.from,
              (unsigned long long)got.len);
}

static void expect_kind(const char *range, uint64_t size, enum range_kind kind)
{
    struct byte_range got;
    char lines[128];
    (void)snprintf(lines, sizeof lines, "Range: %s\n", range);
    cr_expect_eq(range_of(lines, size, &got), kind, "%s", range);
}

Test(condition, parts)
{
    expect_part("bytes=0-0", 10, 0, 1);
    expect_part("bytes=0-9", 10, 0, 10);
    expect_part("bytes=3-5", 10, 3, 3);
    expect_part("bytes=9-", 10, 9, 1);
    expect_part("bytes=4-400", 10, 4, 6);
    expect_part("bytes=4-99999999999999999999999", 10, 4, 6);
    expect_part("bytes=-1", 10, 9, 1);
    expect_part("bytes=-10", 10, 0, 10);
    expect_part("bytes=-11", 10, 0, 10);
    expect_part("BYTES = 1-2", 10, 1, 2);
}

Test(condition, behind_the_end)
{
    expect_kind("bytes=10-", 10, RANGE_NONE);
    expect_kind("bytes=10-12", 10, RANGE_NONE);
    expect_kind("bytes=99999999999999999999999-", 10, RANGE_NONE);
    expect_kind("bytes=-0", 10, RANGE_NONE);
    expect_kind("bytes=0-", 0, RANGE_NONE);
}

Test(condition, ignored)
{
    static const char *const ranges[] = {"bytes=abc",     "bytes=",      "bytes=-",    "bytes=5-3",
                                         "bytes=1-2,4-5", "bytes=-2,-3", "bytes=+1-2", "bytes=1 -2",
                                         "bytes",         "lines=1-2",   "",           "bytes=0x1-2",
                                         "bytes=1-2-3"};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) expect_kind(ranges[i], 10, RANGE_WHOLE);
    expect_kind("bytes=-5", 0, RANGE_WHOLE);
    struct byte_range got;
    cr_expect_eq(range_of("Range: bytes=0-1\nRange: bytes=0-1\n", 10, &got), RANGE_WHOLE, "twice");
    cr_expect_eq(range_of("Accept: x\n", 10, &got), RANGE_WHOLE);
}

Test(condition, if_range)
{
    struct byte_range got;
    cr_expect_eq(range_of("Range: bytes=0-1\nIf-Range: " OURS "\n", 10, &got), RANGE_PART);
    cr_expect_eq(range_of("Range: bytes=0-1\nIf-Range: W/" OURS "\n", 10, &got), RANGE_WHOLE, "a weak one never fits");
    cr_expect_eq(range_of("Range: bytes=0-1\nIf-Range: \"old\"\n", 10, &got), RANGE_WHOLE);
    cr_expect_eq(range_of("Range: bytes=99-\nIf-Range: \"old\"\n", 10, &got), RANGE_WHOLE, "not even 416");
    cr_expect_eq(range_of("Range: bytes=0-1\nIf-Range: Wed, 21 Oct 2015 07:28:00 GMT\n", 10, &got), RANGE_WHOLE);
}

Test(condition, for_get_only)
{
    struct byte_range got = {0};
    struct sample s = sample("Range: bytes=0-1\n");
    s.request.fields = s.fields;
    for (enum method m = METHOD_HEAD; m < METHOD_OTHER; m++) {
        s.request.method = (uint8_t)m;
        cr_expect_eq(condition_range(&s.request, 10, SLICE(OURS), &got), RANGE_WHOLE);
    }
}
