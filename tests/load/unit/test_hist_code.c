#include "base/clock.h"
#include "base/random.h"
#include "tools/load/hist_code.h"

#include <criterion/criterion.h>
#include <errno.h>

#define HOUR_NS (3600 * NS_PER_S)
#define MINUTE_NS (60 * NS_PER_S)

/* The same values in three hands. Their zlib streams were unpacked and packed again at level 0; what is in
 * them is as it was. */
static const struct known {
    uint64_t ns, n;
} known[] = {{1, 1},    {3, 2},         {5, 1},           {1000, 64},         {2047, 1},
             {2048, 1}, {100000, 8192}, {123456789, 300}, {60 * NS_PER_S, 1}, {HOUR_NS, 1}};
#define KNOWN_N (sizeof known / sizeof known[0])
static const char from_c[] = /* HdrHistogram_c */
    "HISTFAAAAFJ4AQFHALj/HISTEwAAAB8AAAAAAAAAAwAAAAAAAAABAAADRjC4oAA/8AAAAAAAAAECAQQBAsMPgAGrEAICsViAgAH/pAHYBL+OAQKdXgJRrQ1e";
static const char from_java[] = /* HdrHistogram 2.1.11: writes a lonely zero as 0, not as a run of one */
    "HISTFAAAAFJ4AQFHALj/HISTEwAAAB8AAAAAAAAAAwAAAAAAAAABAAADRjC4oAA/8AAAAAAAAAACAAQAAsMPgAGrEAICsViAgAH/pAHYBL+OAQKdXgJRVg1b";
static const char from_java_deflated[] =
    "HISTFAAAAEB42pNpmSzMwMAgzwABzFCaEch0M9ixgMH+A1SEiYGFgekwfwPjagEmpo0RDQ2M/5cw3mDZ38fINDeOCQBRVg1b";

static struct random rnd;
static struct hist h, back;

static void up(void)
{
    random_seed(&rnd, 11);
    cr_assert_eq(hist_init(&h, HOUR_NS, 3), 0);
}

static void down(void)
{
    hist_deinit(&h);
    hist_deinit(&back);
}

TestSuite(load_hist_code, .init = up, .fini = down);

static void add_known(void)
{
    for (size_t i = 0; i < KNOWN_N; i++) hist_add_n(&h, known[i].ns, known[i].n);
}

static void assert_same_counts(void)
{
    cr_assert_eq(back.digits, h.digits);
    cr_assert_eq(back.max_trackable_ns, h.max_trackable_ns);
    cr_assert_eq(back.counts_n, h.counts_n);
    cr_assert_eq(back.count, h.count);
    cr_assert_arr_eq(back.counts, h.counts, h.counts_n * sizeof *h.counts);
}

/* ---- the encoding ---- */

Test(load_hist_code, writes_what_the_c_library_writes)
{
    add_known();
    char *text = hist_encode(&h);
    cr_assert_str_eq(text, from_c);
    free(text);
}

Test(load_hist_code, reads_what_others_write)
{
    const char *const texts[] = {from_c, from_java};
    add_known();
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(hist_decode(texts[i], &back), 0);
        assert_same_counts();
        cr_assert_eq(back.min_ns, 1);
        cr_assert_eq(back.max_ns, 3601330077695, "the highest of the bucket: the encoding knows no better");
        cr_assert_eq(back.clipped, 0);
        hist_deinit(&back);
    }
}

/* As HdrHistogram 2.1.11 answers them. */
Test(load_hist_code, percentiles_are_javas)
{
    const struct {
        double percent;
        uint64_t ns;
    } truth[] = {{0.01, 1},       {1, 100031},       {50, 100031},           {95, 100031},
                 {99, 123469823}, {99.9, 123469823}, {99.99, 3601330077695}, {100, 3601330077695}};
    cr_assert_eq(hist_decode(from_java, &back), 0);
    for (size_t i = 0; i < sizeof truth / sizeof truth[0]; i++)
        cr_assert_eq(hist_percentile(&back, truth[i].percent), truth[i].ns, "%g", truth[i].percent);
    cr_assert_float_eq(hist_mean(&back), 4.3182144119710416E8, 1e-3);
    cr_assert_float_eq(hist_stddev(&back), 3.890708998559291E10, 1e-2);
}

static void assert_comes_back(void)
{
    char *text = hist_encode(&h);
    cr_assert_not_null(text);
    cr_assert_eq(hist_decode(text, &back), 0);
    assert_same_counts();
    cr_assert_eq(back.min_ns, h.count ? hist_lowest_equivalent(&h, h.min_ns) : UINT64_MAX);
    cr_assert_eq(back.max_ns, h.count ? hist_highest_equivalent(&h, h.max_ns) : 0);
    hist_deinit(&back);
    free(text);
}

Test(load_hist_code, and_back)
{
    assert_comes_back(); /* empty */
    for (int i = 0; i < 3; i++) {
        hist_add(&h, i == 0 ? 0 : i == 1 ? HOUR_NS : 12345);
        assert_comes_back();
    }
    for (int i = 0; i < 60000; i++) {
        hist_add_n(&h, random_below(&rnd, HOUR_NS) >> random_below(&rnd, 42),
                   random_u64(&rnd) >> (17 + random_below(&rnd, 46)));
    }
    assert_comes_back(); /* more than one stored block, numbers of all lengths */
    for (int digits = 1; digits <= 5; digits++) {
        hist_deinit(&h);
        cr_assert_eq(hist_init(&h, MINUTE_NS, digits), 0);
        for (int i = 0; i < 1000; i++) hist_add(&h, random_below(&rnd, MINUTE_NS));
        assert_comes_back();
    }
}

Test(load_hist_code, counts_of_nine_bytes)
{
    for (unsigned bit = 0; bit < 63; bit++) {
        hist_clear(&h);
        hist_add_n(&h, 5, UINT64_C(1) << bit);
        assert_comes_back();
        hist_add_n(&h, 5, (UINT64_C(1) << bit) - 1);
        assert_comes_back();
    }
}

Test(load_hist_code, clipped_values_stand_at_the_bound)
{
    hist_add_n(&h, 2 * HOUR_NS, 3);
    char *text = hist_encode(&h);
    cr_assert_eq(hist_decode(text, &back), 0);
    free(text);
    assert_same_counts();
    cr_assert_eq(back.max_ns, hist_highest_equivalent(&h, HOUR_NS));
}

/* HdrHistogram for Java records beyond the bound, as far as the array goes: here 1,000, 2,500 and 4,095 with
 * a bound of 2,048. */
Test(load_hist_code, values_of_others_beyond_their_bound_are_clipped)
{
    const char text[] = "HISTFAAAADx4AQExAM7/HISTEwAAAAkAAAAAAAAAAwAAAAAAAAABAAAAAAAACAA/8AAAAAAAAM8PAvETArcMAmKOBTY=";
    cr_assert_eq(hist_decode(text, &back), 0);
    cr_assert_eq(back.max_trackable_ns, 2048);
    cr_assert_eq(back.count, 3);
    cr_assert_eq(back.clipped, 2);
    cr_assert_eq(back.min_ns, 1000);
    cr_assert_eq(back.max_ns, 2049);
    cr_assert_eq(hist_count_to(&back, 2047), 1);
}

Test(load_hist_code, what_cannot_be_read_has_a_name)
{
    cr_assert_eq(hist_decode(from_java_deflated, &back), -ENOTSUP);
    cr_assert_eq(hist_decode("HISTEgAAAAA=", &back), -ENOTSUP, "V1: cookie 0x1c849312");
    cr_assert_eq(hist_decode("", &back), -EBADMSG);
    cr_assert_eq(hist_decode("HISTFAAA", &back), -EBADMSG);
    cr_assert_eq(hist_decode("AISTFAAAAAA=", &back), -EBADMSG);
    cr_assert_eq(hist_decode("not base64", &back), -EBADMSG);
}

/* Whatever is read is either refused or a histogram whose sums are right. */
Test(load_hist_code, survives_damage)
{
    char text[sizeof from_c];
    for (int i = 0; i < 20000; i++) {
        memcpy(text, from_c, sizeof from_c);
        for (uint64_t n = 1 + random_below(&rnd, 3); n; n--)
            text[random_below(&rnd, sizeof from_c - 1)] = from_c[random_below(&rnd, sizeof from_c - 1)];
        if (random_below(&rnd, 8) == 0) text[random_below(&rnd, sizeof from_c)] = '\0';
        if (hist_decode(text, &back) < 0) continue;
        uint64_t sum = 0, ns, n;
        for (uint32_t cursor = 0; hist_next(&back, &cursor, &ns, &n);) sum += n;
        cr_assert_eq(sum, back.count);
        hist_deinit(&back);
    }
}

/* ---- texts ---- */

static char *printed;
static size_t printed_len;

static FILE *print_begin(void)
{
    FILE *f = open_memstream(&printed, &printed_len);
    cr_assert_not_null(f);
    return f;
}

static void print_end(FILE *f, const char *want)
{
    cr_assert_eq(fclose(f), 0);
    cr_assert_str_eq(printed, want);
    free(printed);
}

Test(load_hist_code, log)
{
    FILE *f = print_begin();
    hist_log_header(f, "quern-load 1.0", 1700000000.5);
    hist_log_line(f, "response", 1700000000.5, 1, &h);
    add_known();
    hist_log_line(f, "a tag,\n", 1700000001.25, 0.1, &h);
    hist_clear(&h);
    hist_add(&h, 1234567);
    hist_log_line(f, NULL, 1700000002, 60, &h);
    print_end(f,
              "#[Logged with quern-load 1.0]\n"
              "#[Histogram log format version 1.2]\n"
              "#[StartTime: 1700000000.500 (seconds since epoch), Tue Nov 14 22:13:20 UTC 2023]\n"
              "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n"
              "Tag=response,1700000000.500,1.000,0.000,HISTFAAAADR4AQEpANb/HISTEwAAAAEAAAAAAAAAAwAAAAAAAAABAAADRjC4oAA/8A"
              "AAAAAAAAFSpwRN\n"
              "Tag=a_tag__,1700000001.250,0.100,3600000.000,HISTFAAAAFJ4AQFHALj/HISTEwAAAB8AAAAAAAAAAwAAAAAAAAABAAADRjC4oA"
              "A/8AAAAAAAAAECAQQBAsMPgAGrEAICsViAgAH/pAHYBL+OAQKdXgJRrQ1e\n"
              "1700000002.000,60.000,1.235,HISTFAAAADd4AQEsANP/HISTEwAAAAQAAAAAAAAAAwAAAAAAAAABAAADRjC4oAA/8AAAAAAAAOmyAQJltwXt"
              "\n");
}

/* HdrHistogram_c prints the same, byte for byte. */
Test(load_hist_code, percentiles_as_text)
{
    hist_deinit(&h);
    cr_assert_eq(hist_init(&h, MINUTE_NS, 2), 0);
    for (uint64_t ms = 1; ms <= 1000; ms++) hist_add(&h, ms * NS_PER_MS);
    FILE *f = print_begin();
    hist_print_percentiles(f, &h, 1e6, 1);
    print_end(f, "       Value   Percentile   TotalCount 1/(1-Percentile)\n"
                 "\n"
                 "        1.00     0.000000            1         1.00\n"
                 "      501.22     0.500000          501         2.00\n"
                 "      750.78     0.750000          750         4.00\n"
                 "      876.61     0.875000          876         8.00\n"
                 "      939.52     0.937500          939        16.00\n"
                 "      973.08     0.968750          973        32.00\n"
                 "      985.66     0.984375          985        64.00\n"
                 "      994.05     0.992188          994       128.00\n"
                 "      998.24     0.996094          998       256.00\n"
                 "     1002.44     0.998047         1000       512.00\n"
                 "     1002.44     1.000000         1000          inf\n"
                 "#[Mean    =      500.499, StdDeviation   =      288.677]\n"
                 "#[Max     =     1002.439, Total count    =         1000]\n"
                 "#[Buckets =           29, SubBuckets     =          256]\n");
}

Test(load_hist_code, percentiles_of_nothing)
{
    FILE *f = print_begin();
    hist_print_percentiles(f, &h, 1e6, 5);
    print_end(f, "       Value   Percentile   TotalCount 1/(1-Percentile)\n"
                 "\n"
                 "       0.000     1.000000            0          inf\n"
                 "#[Mean    =        0.000, StdDeviation   =        0.000]\n"
                 "#[Max     =        0.000, Total count    =            0]\n"
                 "#[Buckets =           32, SubBuckets     =         2048]\n");
}
