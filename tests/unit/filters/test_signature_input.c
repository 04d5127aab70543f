/* What a member of Signature-Input says: which are read, which are somebody else's, and which are no good. */
#include "filters/signature_input.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static struct signature_input in;

static enum sf_step read_one(const char *text)
{
    struct sf_walk w = sf_begin(slice_str(text));
    memset(&in, 0xa5, sizeof in); /* what another member has left */
    return signature_input_next(&w, &in);
}

#define OURS ";created=5;keyid=\"k\";tag=\"quern\""

Test(filters_signature_input, what_it_says)
{
    cr_assert_eq(read_one("sig=(\"@method\" \"x-a\";bs);created=5;expires=7;nonce=\"n\";keyid=\"k\";alg=\"ed25519\";tag=\"quern\""), SF_MEMBER);
    cr_assert_eq(in.reading, SIGNATURE_READ);
    cr_expect(slice_eq(in.label, SLICE("sig")) && in.created == 5 && in.has_expires && in.expires == 7);
    cr_expect(in.has_nonce && slice_eq(in.nonce, SLICE("n")) && slice_eq(in.keyid, SLICE("k")) && in.has_alg && slice_eq(in.alg, SLICE("ed25519")));
    cr_assert_eq(in.covered.n, 2u);
    cr_expect(in.covered.of[0].kind == COMPONENT_METHOD && slice_eq(in.covered.of[1].name, SLICE("x-a")) && in.covered.of[1].params == COMPONENT_BS);
    cr_expect(slice_starts(in.covered.text, SLICE("(\"@method\" ")));
    cr_assert_eq(read_one("sig=()" OURS), SF_MEMBER);
    cr_assert(in.reading == SIGNATURE_READ && in.covered.n == 0 && !in.has_nonce && !in.has_expires && !in.has_alg);
}

Test(filters_signature_input, whose_it_is)
{
    static const char *const foreign[] = {"a=()", "a=1;tag=\"other\"", "a=();created=1;keyid=\"k\"", "a=();tag=\"quern\";tag=\"other\"", "a=();tag=quern",
                                          "a=();tag=\"que\\\"rn\"", "a=( \"x\";req);tag=\"other\"", "a"};
    static const char *const bad[] = {
        "a=1" OURS, "a=()" OURS ";tag=\"quern\"", "a=();tag=\"other\";created=5;keyid=\"k\";tag=\"quern\"",
        "a=();keyid=\"k\";tag=\"quern\"", "a=();created=5;tag=\"quern\"",                                   /* one is missing */
        "a=()" OURS ";x=1", "a=()" OURS ";created=5", "a=();created=5;created=5;keyid=\"k\";tag=\"quern\"", /* unknown, twice */
        "a=()" OURS ";nonce=\"a\";nonce=\"a\"", "a=();created=\"5\";keyid=\"k\";tag=\"quern\"",
        "a=();created=-1;keyid=\"k\";tag=\"quern\"", "a=();created=5.0;keyid=\"k\";tag=\"quern\"", "a=();created=@5;keyid=\"k\";tag=\"quern\"",
        "a=();created=5;keyid=k;tag=\"quern\"", "a=();created=5;keyid=\"\\\"\";tag=\"quern\"", "a=()" OURS ";alg=ed25519", "a=()" OURS ";nonce=5",
        "a=()" OURS ";nonce", "a=()" OURS ";nonce=\"\"",
        /* not in the one form */
        "a=( \"x\")" OURS, "a=(\"x\" )" OURS, "a=(\"x\"  \"y\")" OURS, "a=(\"x\"; bs)" OURS, "a=(\"x\";bs=?1)" OURS, "a=(); created=5;keyid=\"k\";tag=\"quern\"",
        "a=();created=05;keyid=\"k\";tag=\"quern\"",
        /* what may not be covered */
        "a=(x)" OURS, "a=(\"X\")" OURS, "a=(\"\")" OURS, "a=(\"x y\")" OURS, "a=(\"@nothing\")" OURS, "a=(\"@method\";bs)" OURS, "a=(\"@query-param\")" OURS,
        "a=(\"x\";req)" OURS, "a=(\"x\";tr)" OURS, "a=(\"x\";bs;bs)" OURS, "a=(\"x\";sf;bs)" OURS, "a=(\"x\";key=1)" OURS, "a=(1)" OURS};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        cr_expect_eq(read_one(foreign[i]), SF_MEMBER, "%s", foreign[i]);
        cr_expect_eq(in.reading, SIGNATURE_FOREIGN, "%s", foreign[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_eq(read_one(bad[i]), SF_MEMBER, "%s", bad[i]);
        cr_expect_eq(in.reading, SIGNATURE_BAD, "%s", bad[i]);
    }
    static const char *const broken[] = {"a=(", "a=(\"x\"", "a=(\"x\"\"y\")", "a=();", "a=();created=", "a=();keyid=\"k", "=()", "A=()"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) cr_expect_eq(read_one(broken[i]), SF_BAD, "%s", broken[i]);
}

Test(filters_signature_input, as_many_components_and_as_long_a_nonce_as_there_may_be)
{
    char text[2048];
    for (unsigned n = SIGNATURE_COMPONENTS_MAX; n <= SIGNATURE_COMPONENTS_MAX + 1; n++) {
        size_t len = (size_t)snprintf(text, sizeof text, "a=(");
        for (unsigned i = 0; i < n; i++) len += (size_t)snprintf(text + len, sizeof text - len, "%s\"x%u\"", i ? " " : "", i);
        (void)snprintf(text + len, sizeof text - len, ")" OURS);
        cr_assert(read_one(text) == SF_MEMBER && in.reading == (n <= SIGNATURE_COMPONENTS_MAX ? SIGNATURE_READ : SIGNATURE_BAD), "%u", n);
    }
    for (int n = SIGNATURE_NONCE_MAX; n <= (int)SIGNATURE_NONCE_MAX + 1; n++) {
        (void)snprintf(text, sizeof text, "a=()" OURS ";nonce=\"%0*d\"", n, 0);
        cr_assert(read_one(text) == SF_MEMBER && in.reading == (n <= (int)SIGNATURE_NONCE_MAX ? SIGNATURE_READ : SIGNATURE_BAD), "%d", n);
    }
}

Test(filters_signature_input, members_one_after_the_other)
{
    struct sf_walk w = sf_begin(SLICE("a=(\"x\");tag=\"other\", b=(\"y\" \"z\")" OURS ", c=(\"x\";req)" OURS ", d=()" OURS));
    static const enum signature_reading want[] = {SIGNATURE_FOREIGN, SIGNATURE_READ, SIGNATURE_BAD, SIGNATURE_READ};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) cr_assert(signature_input_next(&w, &in) == SF_MEMBER && in.reading == want[i], "%zu", i);
    cr_assert(slice_eq(in.label, SLICE("d")) && in.covered.n == 0);
    cr_assert_eq(signature_input_next(&w, &in), SF_END);
}

Test(filters_signature_input, twins)
{
    cr_assert(read_one("a=(\"@method\" \"x\" \"y\" \"x\";bs \"x\";key=\"a\" \"x\";key=\"b\")" OURS) == SF_MEMBER && !signed_list_has_twins(&in.covered));
    cr_assert(read_one("a=(\"@method\" \"x\" \"y\" \"x\")" OURS) == SF_MEMBER && signed_list_has_twins(&in.covered));
    cr_assert(read_one("a=(\"@method\" \"@method\")" OURS) == SF_MEMBER && signed_list_has_twins(&in.covered));
    cr_assert(read_one("a=(\"x\";key=\"a\" \"x\";key=\"a\")" OURS) == SF_MEMBER && signed_list_has_twins(&in.covered));
}
