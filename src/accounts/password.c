/* password.c: see password.h. */
#include "accounts/password.h"

#include "base/random.h"

#include <argon2.h>
#include <errno.h>

#define SALT_BYTES 16
#define HASH_BYTES 32
#define MEMORY_MAX_KIB (1u << 18)
#define PASSES_MAX 16u
#define LANES_MAX 16u

/* "m=19456" at the start of *rest: its number. */
static bool take_number(struct slice *rest, char name, char end, uint64_t *n)
{
    if (rest->len < 3 || rest->p[0] != name || rest->p[1] != '=') return false;
    struct slice digits = slice_from(*rest, 2);
    struct slice number = slice_cut(&digits, end);
    *rest = digits;
    return rest->p && slice_to_u64(number, n);
}

static bool is_base64(struct slice s, size_t min)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i], low = slice_lower(c);
        if (!(low >= 'a' && low <= 'z') && !(c >= '0' && c <= '9') && c != '+' && c != '/') return false;
    }
    return s.len >= min;
}

enum password_form password_form(const char *stored)
{
    struct slice rest = slice_str(stored), prefix = SLICE("$argon2id$v=19$");
    uint64_t memory, passes, lanes;
    if (rest.len >= PASSWORD_HASH_MAX || !slice_starts(rest, prefix)) return PASSWORD_BAD;
    rest = slice_from(rest, prefix.len);
    if (!take_number(&rest, 'm', ',', &memory) || !take_number(&rest, 't', ',', &passes) || !take_number(&rest, 'p', '$', &lanes))
        return PASSWORD_BAD;
    struct slice salt = slice_cut(&rest, '$');
    if (!rest.p || !is_base64(salt, 11) || !is_base64(rest, 22)) return PASSWORD_BAD;
    if (lanes < 1 || lanes > LANES_MAX || passes < 1 || passes > PASSES_MAX || memory < 8 * lanes || memory > MEMORY_MAX_KIB)
        return PASSWORD_BAD;
    return memory < PASSWORD_MEMORY_KIB || passes < PASSWORD_PASSES ? PASSWORD_WEAK : PASSWORD_GOOD;
}

bool password_matches(const char *stored, struct slice password)
{
    return argon2id_verify(stored, password.p, password.len) == ARGON2_OK;
}

int password_hash(struct slice password, char out[PASSWORD_HASH_MAX])
{
    uint8_t salt[SALT_BYTES];
    random_secret(salt, sizeof salt);
    int rc = argon2id_hash_encoded(PASSWORD_PASSES, PASSWORD_MEMORY_KIB, 1, password.p, password.len, salt, sizeof salt, HASH_BYTES, out,
                                   PASSWORD_HASH_MAX);
    return rc == ARGON2_OK ? 0 : -ENOMEM;
}
