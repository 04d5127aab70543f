/* digits.c: see digits.h. */
#include "digits.h"

#define TEN(d) d "0" d "1" d "2" d "3" d "4" d "5" d "6" d "7" d "8" d "9"
const char digit_pairs[201] = TEN("0") TEN("1") TEN("2") TEN("3") TEN("4") TEN("5") TEN("6") TEN("7") TEN("8") TEN("9");

/* clang-format off */
#define E(zeros) UINT64_C(1##zeros)
const uint64_t digit_tens[20] = {
    0, E(0), E(00), E(000), E(0000), E(00000), E(000000), E(0000000), E(00000000), E(000000000), E(0000000000),
    E(00000000000), E(000000000000), E(0000000000000), E(00000000000000), E(000000000000000), E(0000000000000000),
    E(00000000000000000), E(000000000000000000), E(0000000000000000000)
};
/* clang-format on */

char *digits_put_many(char *p, uint64_t n)
{
    char *end = p + digits_of(n), *at = end;
    for (; n > UINT32_MAX; n /= 100) digits_put_2(at -= 2, (uint32_t)(n % 100));
    uint32_t rest = (uint32_t)n; /* in half as many instructions */
    for (; rest >= 100; rest /= 100) digits_put_2(at -= 2, rest % 100);
    if (rest >= 10) digits_put_2(p, rest);
    else *p = (char)('0' + rest);
    return end;
}
