#include "net/address.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

Test(net_address, round_trips)
{
    static const char *const good[] = {"127.0.0.1:8080", "0.0.0.0:0", "[::1]:443", "[::]:65535"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct address a;
        char text[ADDRESS_TEXT_BYTES];
        cr_assert_eq(address_parse(good[i], &a), 0, "%s", good[i]);
        address_text(&a, text);
        cr_expect_str_eq(text, good[i]);
    }
}

Test(net_address, refuses_what_is_not_numeric_or_whole)
{
    static const char *const bad[] = {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:80x", "localhost:80",
                                      "::1:80", "[::1]", "[::1:80", "[]:80", "1.2.3:80", "127.0.0.1:-1", "127.0.0.1:99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct address a;
        cr_expect_eq(address_parse(bad[i], &a), -EINVAL, "%s", bad[i]);
    }
}

Test(net_address, a_taken_port_is_told)
{
    struct address a;
    int first, second;
    cr_assert_eq(address_parse("127.0.0.1:0", &a), 0);
    cr_assert_eq(address_listen(&a, false, &first), 0);
    cr_assert_neq(a.as.v4.sin_port, 0, "the port is written back");
    cr_expect_eq(address_listen(&a, false, &second), -EADDRINUSE);
    close(first);
}
