#include "tools/load/checks.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct options o;
static struct checks *checks;
static char example[160];

static void up(void)
{
    memset(&o, 0, sizeof o);
}

static void down(void)
{
    checks = checks_free(checks);
}

TestSuite(load_checks, .init = up, .fini = down);

static void make(const char *expect)
{
    const char *why = "";
    o.expect_body = expect;
    cr_assert_eq(checks_make(&o, &checks, &why), 0, "%s", why);
}

static void refuses(const char *expect)
{
    const char *why = NULL;
    o.expect_body = expect;
    cr_assert_lt(checks_make(&o, &checks, &why), 0, "%s", expect);
    cr_assert(why && strstr(why, "--expect-body"), "%s", expect);
}

/* Of a body in two pieces, cut at every place. */
static bool holds(const char *body)
{
    size_t n = strlen(body);
    struct check_state *s = malloc(check_state_bytes(checks));
    bool first = false;
    cr_assert_not_null(s);
    for (size_t cut = 0; cut <= n; cut++) {
        checks_body_begin(checks, s);
        checks_body_part(checks, s, slice_make(body, cut));
        checks_body_part(checks, s, slice_make(body + cut, n - cut));
        enum error_kind error = checks_body_end(checks, s, example);
        cr_assert(error == ERROR_KINDS || error == ERROR_BODY);
        if (cut == 0) first = error == ERROR_KINDS;
        cr_assert_eq(error == ERROR_KINDS, first, "%s, cut at %zu", body, cut);
    }
    free(s);
    return first;
}

Test(load_checks, no_body_is_looked_at_without_need)
{
    make(NULL);
    cr_assert_not(checks_want_body(checks));
}

Test(load_checks, a_digest)
{
    make("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015AD");
    cr_assert(checks_want_body(checks));
    cr_assert(holds("abc"));
    cr_assert_not(holds("abd"));
    cr_assert_not(holds("abcd"));
    cr_assert_not(holds(""));
}

Test(load_checks, a_text)
{
    make("substr:abab");
    cr_assert(holds("xxababx"));
    cr_assert(holds("abaabab"));
    cr_assert_not(holds("abaab"));
    cr_assert_not(holds(""));
}

Test(load_checks, a_value_in_json)
{
    make("json:items.1.id=7");
    cr_assert(holds("{\"items\":[{\"id\":6},{\"id\":7}]}"));
    cr_assert_not(holds("{\"items\":[{\"id\":7},{\"id\":6}]}"));
    cr_assert_not(holds("{\"items\":[{\"id\":7}]}"));
    cr_assert_not(holds("{\"items\":7}"));
    cr_assert_not(holds("no json"));
    cr_assert_not(holds(""));
}

Test(load_checks, a_word_in_json)
{
    make("json:state=completed");
    cr_assert(holds("{\"state\":\"completed\"}"));
    cr_assert_not(holds("{\"state\":\"active\"}"));
}

Test(load_checks, mistakes)
{
    refuses("sha256:abc");
    refuses("sha256:ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    refuses("substr:");
    refuses("json:=1");
    refuses("json:a..b=1");
    refuses("json:a");
    refuses("md5:1");
}

static enum error_kind head_of(uint16_t status, bool date)
{
    const struct reply_state r = {.status = status, .date = date};
    return checks_head(checks, &r, SLICE("HTTP/1.1 200 OK\r\n\r\n"), example);
}

Test(load_checks, any_2xx_will_do)
{
    make(NULL);
    cr_assert_eq(head_of(200, false), ERROR_KINDS);
    cr_assert_eq(head_of(299, false), ERROR_KINDS);
    cr_assert_eq(head_of(199, false), ERROR_STATUS);
    cr_assert_eq(head_of(300, false), ERROR_STATUS);
}

Test(load_checks, the_statuses_asked_for_and_no_others)
{
    o.expect_status[0] = 404;
    o.expect_status[1] = 503;
    o.expect_status_n = 2;
    make(NULL);
    cr_assert_eq(head_of(503, false), ERROR_KINDS);
    cr_assert_eq(head_of(200, false), ERROR_STATUS);
    cr_assert(strstr(example, "200"), "%s", example);
}

Test(load_checks, a_date)
{
    o.require_date = true;
    make(NULL);
    cr_assert_eq(head_of(200, true), ERROR_KINDS);
    cr_assert_eq(head_of(200, false), ERROR_NO_DATE);
}

Test(load_checks, ids)
{
    struct slice head = SLICE("HTTP/1.1 200 OK\r\nX-Request-Id: 18446744073709551615\r\n\r\n");
    cr_assert_eq(checks_id(head, "X-Request-Id", UINT64_MAX, example), ERROR_KINDS);
    cr_assert_eq(checks_id(head, "X-Request-Id", 1, example), ERROR_ID);
    cr_assert_eq(checks_id(head, "X-Other", 1, example), ERROR_ID);
}
