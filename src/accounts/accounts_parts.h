/* accounts_parts.h: what accounts.c and accounts_read.c share. */
#ifndef QUERN_ACCOUNTS_ACCOUNTS_PARTS_H
#define QUERN_ACCOUNTS_ACCOUNTS_PARTS_H

#include "accounts/accounts.h"

struct accounts {
    struct account_user *users;
    struct account_token *tokens;
    struct account_certificate *certificates;
    struct network *networks; /* of all, one after the other */
    uint32_t n_users, n_tokens, n_certificates, n_networks;
    struct table users_by_name, tokens_by_id, certificates_by_name;
    char *texts; /* names, ids, passwords, principals */
    size_t texts_len, texts_room;
    struct slice keys_text; /* heap; .p NULL: there are none */
    struct json_value keys;
};

/* accounts.c: room for so many, once. 0 or -ENOMEM; accounts_free() gives back what there is in either case. */
int accounts_room_for_users(struct accounts *a, uint32_t n);
int accounts_room_for_tokens(struct accounts *a, uint32_t n);
int accounts_room_for_certificates(struct accounts *a, uint32_t n);

#endif
