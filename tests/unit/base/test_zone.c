/* Zones against libc over the whole database, the two directions against each other, known changes of clocks, and files that are
 * cut or damaged. */
#include "base/civil.h"
#include "base/random.h"
#include "base/zone.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_S INT64_C(86400)

static struct zone *open_zone(const char *name)
{
    struct zone *z = NULL;
    cr_assert_eq(zone_open(ZONE_FOLDER, slice_str(name), &z), 0, "%s", name);
    return z;
}

static int64_t at(int64_t year, unsigned month, unsigned day, int h, int m, int s)
{
    return civil_days(year, month, day) * DAY_S + h * 3600 + m * 60 + s;
}

Test(base_zone, calendar_there_and_back)
{
    int64_t day = civil_days(1600, 1, 1);
    for (int64_t year = 1600; year <= 2401; year++) {
        for (unsigned month = 1; month <= 12; month++) {
            for (unsigned d = 1; d <= civil_month_days(year, month); d++, day++) {
                struct civil c = civil_of_days(day);
                cr_assert(c.year == year && c.month == month && c.day == d, "%d-%u-%u", (int)year, month, d);
                cr_assert_eq(civil_days(year, month, d), day);
            }
        }
    }
    cr_expect_eq(civil_days(1970, 1, 1), 0);
    cr_expect_eq(civil_weekday(0), 4);
    cr_expect_eq(civil_weekday(-5), 6);
    cr_expect_eq(civil_days(-1, 3, 1) + 366 + 365, civil_days(1, 3, 1)); /* the year 0 is a leap year */
}

Test(base_zone, names)
{
    static const char *const good[] = {"UTC",       "GMT",        "Europe/Berlin",          "America/Argentina/ComodRivadavia",
                                       "Etc/GMT+5", "Etc/GMT-14", "America/Port-au-Prince", "America/North_Dakota/New_Salem",
                                       "GB-Eire",   "EST5EDT"};
    static const char *const bad[] = {"",
                                      "/",
                                      "/etc/passwd",
                                      "..",
                                      "../UTC",
                                      "Europe/..",
                                      "Europe/../UTC",
                                      "Europe//Berlin",
                                      "Europe/",
                                      "/Europe/Berlin",
                                      "Europe/Berlin/",
                                      "./UTC",
                                      "Europe/.hidden",
                                      "+05:00",
                                      "-08:00",
                                      "UTC+5:00",
                                      "right/UTC",
                                      "posix/UTC",
                                      "localtime",
                                      "posixrules",
                                      "leapseconds",
                                      "tzdata.zi",
                                      "EST",
                                      "CET",
                                      "Factory",
                                      "Europe\\Berlin",
                                      "Europe/Berlin ",
                                      " UTC",
                                      "europe/berlin",
                                      ":UTC",
                                      "Europe/Berl\xc3\xadn",
                                      "A1234567890123456789012345678901234567890123456789012345678901234"};
    struct zone *z = NULL;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) cr_expect(zone_name_ok(slice_str(good[i])), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_not(zone_name_ok(slice_str(bad[i])), "%s", bad[i]);
        cr_expect_eq(zone_open(ZONE_FOLDER, slice_str(bad[i]), &z), -EINVAL);
    }
    cr_expect_not(zone_name_ok(slice_make("UTC\0X", 5)));
    cr_expect_eq(zone_open(ZONE_FOLDER, SLICE("UTC+5"), &z), -ENOENT);
    cr_expect_eq(zone_open(ZONE_FOLDER, SLICE("Europe/Atlantis"), &z), -ENOENT);
    cr_expect_eq(zone_open(ZONE_FOLDER, SLICE("Europe"), &z), -ENOENT);
    cr_expect_eq(zone_open(ZONE_FOLDER, SLICE("UTC/Berlin"), &z), -ENOENT);
    cr_expect_null(z);
}

/* ---- the whole database ---- */

static char names[1024][ZONE_NAME_MAX + 1];
static unsigned n_names;

static bool has_magic(const char *path)
{
    char magic[4] = "";
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    size_t n = fread(magic, 1, 4, f);
    (void)fclose(f);
    return n == 4 && memcmp(magic, "TZif", 4) == 0;
}

static int on_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    const char *name = path + sizeof ZONE_FOLDER;
    (void)st, (void)ftw;
    if (type != FTW_F || !has_magic(path) || n_names == 1024) return 0;
    if (strncmp(name, "right/", 6) == 0 || strncmp(name, "posix/", 6) == 0) return 0;
    (void)snprintf(names[n_names++], sizeof *names, "%s", name);
    return 0;
}

static void list_names(void)
{
    n_names = 0;
    cr_assert_eq(nftw(ZONE_FOLDER, on_file, 16, 0), 0);
    cr_assert_gt(n_names, 300, "tzdata is not installed");
}

static unsigned compare(const struct zone *z, const char *name, int64_t t)
{
    struct zone_span s = zone_span(z, t);
    struct tm tm;
    time_t at_t = t;
    cr_assert(s.begin <= t && t < s.end);
    cr_assert_not_null(localtime_r(&at_t, &tm));
    if (tm.tm_gmtoff == s.offset_s && (tm.tm_isdst > 0) == s.is_dst) return 0;
    cr_log_info("%s at %ld: %ld %d, here %d %d", name, (long)t, tm.tm_gmtoff, tm.tm_isdst, s.offset_s, s.is_dst);
    return 1;
}

/* 1901 to 2500 evenly, and the seconds on both sides of changes. */
Test(base_zone, agrees_with_libc_everywhere, .timeout = 60)
{
    struct random random;
    unsigned wrong = 0, n_opened = 0;
    random_seed(&random, 9636);
    list_names();
    for (unsigned i = 0; i < n_names; i++) {
        struct zone *z;
        if (!zone_name_ok(slice_str(names[i]))) continue;
        z = open_zone(names[i]);
        n_opened++;
        (void)setenv("TZ", names[i], 1);
        tzset();
        for (int k = 0; k < 200; k++) {
            int64_t t = INT32_MIN + (int64_t)random_below(&random, UINT64_C(600) * 365 * 86400);
            struct zone_span s = zone_span(z, t);
            wrong += compare(z, names[i], t);
            if (s.begin > INT32_MIN) wrong += compare(z, names[i], s.begin) + compare(z, names[i], s.begin - 1);
            if (s.end < INT64_MAX) wrong += compare(z, names[i], s.end) + compare(z, names[i], s.end - 1);
        }
        zone_free(z);
    }
    cr_expect_eq(wrong, 0, "%u differ", wrong);
    cr_expect_geq(n_opened + 16, n_names, "%u of %u are offered", n_opened, n_names);
}

/* Every offset that holds within two days of local time, asked minute by minute. */
static unsigned instants_slowly(const struct zone *z, int64_t local, int64_t out[8])
{
    unsigned n = 0;
    for (int64_t t = local - 27 * 3600; t <= local + 27 * 3600; t += 60) {
        int64_t maybe = local - zone_span(z, t).offset_s;
        if (zone_span(z, maybe).offset_s != local - maybe || (n && out[n - 1] == maybe)) continue;
        bool known = false;
        for (unsigned i = 0; i < n; i++) known |= out[i] == maybe;
        if (!known && n < 8) out[n++] = maybe;
    }
    if (n == 2 && out[0] > out[1]) {
        int64_t swap = out[0];
        out[0] = out[1], out[1] = swap;
    }
    return n;
}

Test(base_zone, local_times_name_their_instants, .timeout = 60)
{
    static const char *const some[] = {"Europe/Berlin", "America/New_York",  "Australia/Lord_Howe", "Asia/Kathmandu",
                                       "Pacific/Apia",  "Africa/Casablanca", "Europe/Dublin",       "America/Nuuk",
                                       "Asia/Gaza",     "Pacific/Kwajalein", "Antarctica/Troll"};
    struct random random;
    unsigned seen[3] = {0};
    random_seed(&random, 8536);
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        struct zone *z = open_zone(some[i]);
        for (int k = 0; k < 150; k++) {
            int64_t t = (int64_t)random_below(&random, UINT64_C(200) * 365 * 86400), fast[2], slow[8];
            struct zone_span s = zone_span(z, t);
            if (k % 3 && s.end < INT64_MAX) t = s.end - 3 * 3600 + (int64_t)random_below(&random, 6 * 3600);
            int64_t local = t + s.offset_s;
            unsigned n = zone_instants(z, local, fast);
            cr_assert_eq(n, instants_slowly(z, local, slow), "%s %ld", some[i], (long)local);
            for (unsigned j = 0; j < n; j++) cr_assert_eq(fast[j], slow[j]);
            seen[n]++;
        }
        zone_free(z);
    }
    cr_expect(seen[0] > 20 && seen[1] > 100 && seen[2] > 20, "%u %u %u", seen[0], seen[1], seen[2]);
}

/* ---- known changes ---- */

static void check_instants(const struct zone *z, int64_t local, unsigned n, int64_t first, int64_t second)
{
    int64_t out[2] = {0, 0};
    cr_expect_eq(zone_instants(z, local, out), n);
    if (n > 0) cr_expect_eq(out[0], first);
    if (n > 1) cr_expect_eq(out[1], second);
}

Test(base_zone, berlin_skips_and_doubles_an_hour)
{
    struct zone *z = open_zone("Europe/Berlin");
    check_instants(z, at(2026, 3, 29, 1, 59, 59), 1, at(2026, 3, 29, 0, 59, 59), 0);
    check_instants(z, at(2026, 3, 29, 2, 0, 0), 0, 0, 0);
    check_instants(z, at(2026, 3, 29, 2, 59, 59), 0, 0, 0);
    check_instants(z, at(2026, 3, 29, 3, 0, 0), 1, at(2026, 3, 29, 1, 0, 0), 0);
    check_instants(z, at(2026, 10, 25, 2, 30, 0), 2, at(2026, 10, 25, 0, 30, 0), at(2026, 10, 25, 1, 30, 0));
    check_instants(z, at(2026, 10, 25, 3, 0, 0), 1, at(2026, 10, 25, 2, 0, 0), 0);
    check_instants(z, at(2100, 3, 28, 2, 30, 0), 0, 0, 0); /* by the footer */
    check_instants(z, at(2100, 10, 31, 2, 30, 0), 2, at(2100, 10, 31, 0, 30, 0), at(2100, 10, 31, 1, 30, 0));
    cr_expect(zone_span(z, at(2100, 7, 1, 0, 0, 0)).is_dst);
    cr_expect_eq(zone_span(z, at(2100, 12, 1, 0, 0, 0)).offset_s, 3600);
    zone_free(z);
}

Test(base_zone, odd_offsets)
{
    struct zone *apia = open_zone("Pacific/Apia"), *howe = open_zone("Australia/Lord_Howe"),
                *kathmandu = open_zone("Asia/Kathmandu"), *casablanca = open_zone("Africa/Casablanca");
    check_instants(apia, at(2011, 12, 29, 23, 59, 59), 1, at(2011, 12, 30, 9, 59, 59), 0);
    check_instants(apia, at(2011, 12, 30, 12, 0, 0), 0, 0, 0); /* a day that Samoa did not have */
    check_instants(apia, at(2011, 12, 31, 0, 0, 0), 1, at(2011, 12, 30, 10, 0, 0), 0);
    check_instants(howe, at(2026, 10, 4, 2, 15, 0), 0, 0, 0); /* half an hour: +10:30 to +11 */
    check_instants(howe, at(2026, 4, 5, 1, 45, 0), 2, at(2026, 4, 4, 14, 45, 0), at(2026, 4, 4, 15, 15, 0));
    cr_expect_eq(zone_span(kathmandu, at(2026, 1, 1, 0, 0, 0)).offset_s, 5 * 3600 + 45 * 60);
    struct zone_span ramadan = zone_span(casablanca, at(2026, 3, 1, 0, 0, 0)); /* "summer time" of -1 h in Ramadan */
    cr_expect(ramadan.is_dst && ramadan.offset_s == 0);
    cr_expect_eq(zone_span(casablanca, at(2026, 7, 1, 0, 0, 0)).offset_s, 3600);
    zone_free(apia), zone_free(howe), zone_free(kathmandu), zone_free(casablanca);
}

Test(base_zone, utc_needs_no_file)
{
    struct zone_span s = zone_span(zone_utc(), 0);
    cr_expect(s.begin == INT64_MIN && s.end == INT64_MAX && s.offset_s == 0 && !s.is_dst);
    check_instants(zone_utc(), 12345, 1, 12345, 0);
}

/* ---- files made here ---- */

struct made {
    uint8_t bytes[4096];
    size_t len;
};

static void put(struct made *f, const void *p, size_t n)
{
    cr_assert_leq(f->len + n, sizeof f->bytes);
    memcpy(f->bytes + f->len, p, n);
    f->len += n;
}

static void put_be(struct made *f, uint64_t n, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) put(f, &(uint8_t){(uint8_t)(n >> (8 * i))}, 1);
}

static void put_head(struct made *f, char version, uint32_t n_leap, uint32_t n_times, uint32_t n_types, uint32_t n_chars)
{
    put(f, "TZif", 4);
    put(f, &version, 1);
    put(f, (char[15]){0}, 15);
    put_be(f, 0, 8);
    put_be(f, n_leap, 4);
    put_be(f, n_times, 4);
    put_be(f, n_types, 4);
    put_be(f, n_chars, 4);
}

/* Two kinds of time, +1 h and summer +2 h; a change to summer at 1000, back at 2000. */
static void put_block(struct made *f, int time_bytes)
{
    put_be(f, 1000, time_bytes);
    put_be(f, 2000, time_bytes);
    put(f, "\1\0", 2);
    put_be(f, 3600, 4), put(f, "\0\0", 2);
    put_be(f, 7200, 4), put(f, "\1\4", 2);
    put(f, "CET\0CES", 8);
}

static struct made make_v1(void)
{
    struct made f = {.len = 0};
    put_head(&f, 0, 0, 2, 2, 8);
    put_block(&f, 4);
    return f;
}

static struct made make_v2(const char *footer, bool with_times)
{
    struct made f = {.len = 0};
    put_head(&f, '2', 0, 0, 1, 1);
    put(&f, "\0\0\0\0\0\0\0", 7);
    put_head(&f, '2', 0, with_times ? 2 : 0, with_times ? 2 : 1, with_times ? 8 : 1);
    if (with_times) put_block(&f, 8);
    else put(&f, "\0\0\0\0\0\0\0", 7);
    put(&f, footer, strlen(footer));
    return f;
}

static int parse(const struct made *f, struct zone **z)
{
    return zone_parse(f->bytes, f->len, z);
}

Test(base_zone, version_1)
{
    struct made f = make_v1();
    struct zone *z = NULL;
    cr_assert_eq(parse(&f, &z), 0);
    cr_expect_eq(zone_span(z, 999).offset_s, 3600);
    cr_expect_eq(zone_span(z, 1000).offset_s, 7200);
    cr_expect_eq(zone_span(z, INT64_MAX).offset_s, 3600);
    zone_free(z);
    put(&f, "\nCET-1\n", 7);
    cr_expect_eq(parse(&f, &z), -EBADMSG);
}

Test(base_zone, the_footer_holds_after_the_last_transition)
{
    struct made f = make_v2("\nABC-5\n", true);
    struct zone *z = NULL;
    cr_assert_eq(parse(&f, &z), 0);
    cr_expect_eq(zone_span(z, 1999).offset_s, 7200);
    cr_expect_eq(zone_span(z, 2000).offset_s, 5 * 3600);
    cr_expect_eq(zone_span(z, 2000).begin, 2000);
    zone_free(z);
    f = make_v2("\n\n", true);
    cr_assert_eq(parse(&f, &z), 0);
    cr_expect_eq(zone_span(z, INT64_MAX).offset_s, 3600);
    zone_free(z);
}

Test(base_zone, rules_at_their_limits)
{
    struct made f = make_v2("\nEST5EDT,0/0,J365/25\n", false); /* summer for ever (RFC 9636 §3.3.1) */
    struct random random;
    struct zone *z = NULL;
    random_seed(&random, 3);
    cr_assert_eq(parse(&f, &z), 0);
    for (int i = 0; i < 1000; i++) {
        struct zone_span s = zone_span(z, (int64_t)random_below(&random, UINT64_C(1) << 40));
        cr_assert(s.is_dst && s.offset_s == -4 * 3600);
    }
    cr_expect(zone_span(z, at(2027, 1, 1, 5, 0, 0)).is_dst && zone_span(z, at(2027, 1, 1, 4, 59, 59)).is_dst);
    zone_free(z);
    f = make_v2("\n<-02>2<-01>,M3.5.0/-167,M10.5.0/167\n", false); /* a week before, a week after */
    cr_assert_eq(parse(&f, &z), 0);
    cr_expect_eq(zone_span(z, at(2026, 7, 1, 0, 0, 0)).begin, at(2026, 3, 29, 0, 0, 0) - 167 * 3600 + 2 * 3600);
    cr_expect_eq(zone_span(z, at(2026, 7, 1, 0, 0, 0)).end, at(2026, 10, 25, 0, 0, 0) + 167 * 3600 + 1 * 3600);
    for (int64_t t = -5; t <= 5; t++) {
        struct zone_span s = zone_span(z, t < 0 ? INT64_MIN - t - 1 : INT64_MAX - t);
        cr_assert(s.begin < s.end);
    }
    zone_free(z);
    f = make_v2("\nAAA0BBB,J60,J300\n", false); /* 1 March in every year */
    cr_assert_eq(parse(&f, &z), 0);
    cr_expect_eq(zone_span(z, at(2027, 6, 1, 0, 0, 0)).begin, at(2027, 3, 1, 2, 0, 0));
    cr_expect_eq(zone_span(z, at(2028, 6, 1, 0, 0, 0)).begin, at(2028, 3, 1, 2, 0, 0));
    zone_free(z);
    f = make_v2("\nAAA0BBB,59,300\n", false); /* the 60th day, whatever its date */
    cr_assert_eq(parse(&f, &z), 0);
    cr_expect_eq(zone_span(z, at(2027, 6, 1, 0, 0, 0)).begin, at(2027, 3, 1, 2, 0, 0));
    cr_expect_eq(zone_span(z, at(2028, 6, 1, 0, 0, 0)).begin, at(2028, 2, 29, 2, 0, 0));
    zone_free(z);
}

Test(base_zone, bad_rules)
{
    static const char *const bad[] = {"",
                                      "\n",
                                      "CET-1\n",
                                      "\nCET-1",
                                      "\nCE-1\n",
                                      "\nCET\n",
                                      "\nCET-1CEST\n",
                                      "\nCET-1CEST,M3.5.0\n",
                                      "\nCET-1CEST,M3.5.0,M10.5.0/3x\n",
                                      "\nCET-1CEST,M13.5.0,M10.5.0\n",
                                      "\nCET-1CEST,M3.6.0,M10.5.0\n",
                                      "\nCET-1CEST,M3.5.7,M10.5.0\n",
                                      "\nCET-1CEST,M0.5.0,M10.5.0\n",
                                      "\nCET-1CEST,J0,J365\n",
                                      "\nCET-1CEST,366,1\n",
                                      "\nCET-1CEST,M3.5.0/168,M10.5.0\n",
                                      "\nCET-26\n",
                                      "\nCET-1:60\n",
                                      "\n<CET-1\n",
                                      "\n<>-1\n",
                                      "\nCET-99999999999\n",
                                      "\nCET-1CEST,,\n",
                                      "\nCET-1\n\n",
                                      "\nCET-1 \n"};
    struct zone *z = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct made f = make_v2(bad[i], true);
        cr_expect_eq(parse(&f, &z), -EBADMSG, "%s", bad[i]);
    }
}

Test(base_zone, leap_seconds_are_refused)
{
    struct made f = {.len = 0};
    struct zone *z = NULL;
    put_head(&f, 0, 1, 0, 1, 1);
    put(&f, "\0\0\0\0\0\0\0", 7);
    put_be(&f, 78796800, 4);
    put_be(&f, 1, 4);
    cr_expect_eq(parse(&f, &z), -ENOTSUP);
    if (access(ZONE_FOLDER "/right/Europe/Berlin", R_OK) == 0)
        cr_expect_eq(zone_open(ZONE_FOLDER "/right", SLICE("Europe/Berlin"), &z), -ENOTSUP);
}

/* Whatever a damaged file says, questions have answers. */
static void exercise(const struct zone *z, struct random *random)
{
    for (int i = 0; i < 20; i++) {
        int64_t t = (int64_t)random_u64(random) >> (i * 2), out[2];
        struct zone_span s = zone_span(z, t);
        cr_assert(s.begin <= t && (t < s.end || t == INT64_MAX));
        cr_assert_leq(zone_instants(z, t / 16, out), 2);
    }
}

static size_t load(const char *path, uint8_t *into, size_t room)
{
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f);
    size_t n = fread(into, 1, room, f);
    (void)fclose(f);
    return n;
}

/* On the heap and of just that size, so that a sanitizer sees a byte too far. */
static int parse_copy(const uint8_t *bytes, size_t n, struct zone **z)
{
    uint8_t *copy = malloc(n ? n : 1);
    cr_assert_not_null(copy);
    memcpy(copy, bytes, n);
    int rc = zone_parse(copy, n, z);
    free(copy);
    return rc;
}

Test(base_zone, a_file_cut_anywhere_is_refused)
{
    static uint8_t bytes[ZONE_FILE_MAX];
    struct made v1 = make_v1();
    size_t n = load(ZONE_FOLDER "/Europe/Berlin", bytes, sizeof bytes);
    struct zone *z = NULL;
    for (size_t i = 0; i < n; i++) cr_assert_eq(parse_copy(bytes, i, &z), -EBADMSG, "%zu", i);
    for (size_t i = 0; i < v1.len; i++) cr_assert_eq(parse_copy(v1.bytes, i, &z), -EBADMSG, "%zu", i);
    cr_assert_eq(parse_copy(bytes, n, &z), 0);
    zone_free(z);
}

Test(base_zone, flipped_bits_do_no_harm, .timeout = 60)
{
    static const char *const paths[] = {ZONE_FOLDER "/Europe/Berlin", ZONE_FOLDER "/Asia/Kathmandu", ZONE_FOLDER "/UTC"};
    static uint8_t bytes[ZONE_FILE_MAX];
    struct random random;
    unsigned n_good = 0, n_bad = 0;
    random_seed(&random, 77);
    for (size_t i = 0; i < 3; i++) {
        size_t n = load(paths[i], bytes, sizeof bytes);
        for (int k = 0; k < 4000; k++) {
            struct zone *z = NULL;
            size_t where = random_below(&random, n);
            uint8_t was = bytes[where];
            bytes[where] ^= (uint8_t)(1u << random_below(&random, 8));
            int rc = parse_copy(bytes, n, &z);
            cr_assert(rc == 0 || rc == -EBADMSG || rc == -ENOTSUP);
            if (rc == 0) exercise(z, &random);
            if (rc == 0) n_good++;
            else n_bad++;
            zone_free(z);
            bytes[where] = was;
        }
    }
    cr_expect(n_good > 100 && n_bad > 100, "%u %u", n_good, n_bad);
}

Test(base_zone, files_that_are_no_zones)
{
    char folder[] = "/tmp/quern_zone_XXXXXX", path[256];
    struct made f = make_v1();
    struct zone *z = NULL;
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/Here", folder);
    FILE *out = fopen(path, "wb");
    cr_assert_not_null(out);
    cr_expect_eq(zone_open(folder, SLICE("Here"), &z), -EBADMSG); /* empty yet */
    cr_assert_eq(fwrite(f.bytes, 1, f.len, out), f.len);
    (void)fflush(out);
    cr_expect_eq(zone_open(folder, SLICE("Here"), &z), 0);
    z = zone_free(z);
    cr_assert_eq(ftruncate(fileno(out), ZONE_FILE_MAX + 1), 0);
    cr_expect_eq(zone_open(folder, SLICE("Here"), &z), -EBADMSG);
    (void)fclose(out);
    (void)unlink(path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_expect_eq(zone_open(folder, SLICE("Here"), &z), -ENOENT); /* and does not wait for a writer */
    (void)unlink(path);
    (void)rmdir(folder);
}
