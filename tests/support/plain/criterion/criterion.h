/* criterion.h: a stand-in for <criterion/criterion.h> for builds with -fsanitize=thread, in which the real one cannot start
 * (Criterion issue 274: its inheritable arena wants an address that ThreadSanitizer owns). The same macros; each test runs in
 * a forked child, one after the other. Arguments: names of suites to run, none: all; -PREFIX: none whose names begin so. */
#ifndef QUERN_TESTS_PLAIN_CRITERION_H
#define QUERN_TESTS_PLAIN_CRITERION_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct plain_options {
    void (*init)(void), (*fini)(void);
    double timeout;
    int signal, exit_code;
    bool disabled;
    const char *description;
};

struct plain_test {
    const char *suite, *name; /* name NULL: the options of a suite */
    void (*run)(void);
    struct plain_options options;
    struct plain_test *next;
};

void plain_add(struct plain_test *t);
_Noreturn void plain_fail(const char *file, int line, const char *fact);

#define PLAIN_ADD(Id, Suite, Name, Run, ...)                                                       \
    static struct plain_test Id = {Suite, Name, Run, {__VA_ARGS__}, NULL};                         \
    __attribute__((constructor)) static void Id##_add(void)                                        \
    {                                                                                              \
        plain_add(&Id);                                                                            \
    }
#define Test(Suite, Name, ...)                                                                     \
    static void Suite##_##Name##_impl(void);                                                       \
    PLAIN_ADD(Suite##_##Name##_test, #Suite, #Name, Suite##_##Name##_impl, __VA_ARGS__)            \
    static void Suite##_##Name##_impl(void)
#define TestSuite(Suite, ...) PLAIN_ADD(Suite##_suite, #Suite, NULL, NULL, __VA_ARGS__)

#define PLAIN_FACT(Fact, Text) ((Fact) ? (void)0 : plain_fail(__FILE__, __LINE__, Text))
#define cr_assert(Fact, ...) PLAIN_FACT(Fact, #Fact)
#define cr_assert_not(Fact, ...) PLAIN_FACT(!(Fact), "not " #Fact)
#define cr_assert_eq(A, B, ...) PLAIN_FACT((A) == (B), #A " == " #B)
#define cr_assert_neq(A, B, ...) PLAIN_FACT((A) != (B), #A " != " #B)
#define cr_assert_lt(A, B, ...) PLAIN_FACT((A) < (B), #A " < " #B)
#define cr_assert_leq(A, B, ...) PLAIN_FACT((A) <= (B), #A " <= " #B)
#define cr_assert_gt(A, B, ...) PLAIN_FACT((A) > (B), #A " > " #B)
#define cr_assert_geq(A, B, ...) PLAIN_FACT((A) >= (B), #A " >= " #B)
#define cr_assert_null(P, ...) PLAIN_FACT((P) == NULL, #P " is NULL")
#define cr_assert_not_null(P, ...) PLAIN_FACT((P) != NULL, #P " is not NULL")
#define cr_assert_str_eq(A, B, ...) PLAIN_FACT(strcmp(A, B) == 0, #A " is " #B)
#define cr_assert_str_neq(A, B, ...) PLAIN_FACT(strcmp(A, B) != 0, #A " is not " #B)
#define cr_assert_fail(...) plain_fail(__FILE__, __LINE__, "reached")
#define cr_assert_float_eq(A, B, Within, ...)                                                      \
    PLAIN_FACT((A) - (B) <= (Within) && (B) - (A) <= (Within), #A " is about " #B)
#define cr_assert_arr_eq(A, B, Bytes, ...) PLAIN_FACT(memcmp(A, B, Bytes) == 0, #A " is " #B)
/* An expectation that fails ends its test here, too. */
#define cr_expect cr_assert
#define cr_expect_not cr_assert_not
#define cr_expect_eq cr_assert_eq
#define cr_expect_neq cr_assert_neq
#define cr_expect_lt cr_assert_lt
#define cr_expect_leq cr_assert_leq
#define cr_expect_gt cr_assert_gt
#define cr_expect_geq cr_assert_geq
#define cr_expect_null cr_assert_null
#define cr_expect_not_null cr_assert_not_null
#define cr_expect_str_eq cr_assert_str_eq
#define cr_expect_str_neq cr_assert_str_neq
#define cr_expect_arr_eq cr_assert_arr_eq
#define cr_expect_float_eq cr_assert_float_eq
#define cr_log_info(...) ((void)0)
#define cr_skip_test(...) exit(0)
#define cr_skip(...) exit(0)

#endif
