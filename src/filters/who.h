/* who.h: the two filters of authentication. The first finds out who asks; whoever stands between (signatures) may, too; the last says
 * whether that one may: 401 with what the route takes, 403. Each request by itself: nothing is remembered of a connection. */
#ifndef QUERN_FILTERS_WHO_H
#define QUERN_FILTERS_WHO_H

#include "filters/oauth.h"
#include "http/filter.h"

struct access;
struct account_user;
struct auth;
struct gate;

enum filter_result who_on_head(void *gate, struct exchange *x);
enum filter_result who_on_whole(void *gate, struct exchange *x);
enum filter_result may_on_head(void *gate, struct exchange *x);
/* For basic.h: a password has been checked; user NULL: wrong. */
void who_on_checked(void *gate, struct exchange *x, const struct account_user *user);
const struct auth *who_auth(void *gate);
/* For oauth.h: an access token has been checked. */
void who_on_token_checked(void *gate, struct exchange *x, enum oauth_verdict verdict, const struct oauth_caller *caller);
struct access *who_access(void *gate);

#endif
