#include "base/digest.h"
#include "base/random.h"

#include <criterion/criterion.h>

typedef uint32_t checksum(uint32_t crc, const void *p, size_t len);

/* RFC 3720 §B.4; "123456789" is the check value of the catalogues. */
static void known_values(checksum *f)
{
    uint8_t bytes[32];
    memset(bytes, 0, sizeof bytes);
    cr_assert_eq(f(0, bytes, 32), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    cr_assert_eq(f(0, bytes, 32), 0x62a8ab43);
    for (uint8_t i = 0; i < 32; i++) bytes[i] = i;
    cr_assert_eq(f(0, bytes, 32), 0x46dd794e);
    for (uint8_t i = 0; i < 32; i++) bytes[i] = (uint8_t)(31 - i);
    cr_assert_eq(f(0, bytes, 32), 0x113fdb5c);
    static const uint8_t read_command[48] = {0x01, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,    0, 0, 0, 0,
                                             0x14, 0,    0, 0, 0, 0, 4, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18,
                                             0x28, 0,    0, 0, 0, 0, 0, 0, 2, 0, 0, 0,    0, 0, 0, 0};
    cr_assert_eq(f(0, read_command, sizeof read_command), 0xd9963a56);
    cr_assert_eq(f(0, "123456789", 9), 0xe3069283);
    cr_assert_eq(f(0, "", 0), 0);
}

Test(base_digest, crc32c_gives_the_values_of_the_rfc)
{
    known_values(crc32c);
}

Test(base_digest, the_table_gives_the_values_of_the_rfc)
{
    known_values(crc32c_table);
}

Test(base_digest, both_ways_agree_at_every_length_and_alignment)
{
    struct random r;
    uint8_t bytes[300];
    random_seed(&r, 5);
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)random_u64(&r);
    for (size_t start = 0; start < 16; start++)
        for (size_t len = 0; start + len <= sizeof bytes; len++)
            cr_assert_eq(crc32c((uint32_t)len, bytes + start, len), crc32c_table((uint32_t)len, bytes + start, len));
}

Test(base_digest, a_message_may_come_in_parts)
{
    const char *text = "the quick brown fox jumps over the lazy dog";
    size_t len = strlen(text);
    for (size_t cut = 0; cut <= len; cut++)
        cr_assert_eq(crc32c(crc32c(0, text, cut), text + cut, len - cut), crc32c(0, text, len));
}
