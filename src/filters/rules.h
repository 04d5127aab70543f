/* rules.h: an ordered list of rules: the first that is about a request decides: it is let in (no further rule is asked), refused with 403,
 * or answered at once and forgotten (no line in the access log). No rule: let in. A request that several headers of one name make
 * ambiguous is about a rule when one of them is. */
#ifndef QUERN_FILTERS_RULES_H
#define QUERN_FILTERS_RULES_H

#include "filters/match.h"
#include "http/filter.h"

struct rule {
    enum rule_action action;
    struct match match;
    struct network *networks; /* of the client; none: all */
    uint32_t n_networks;
    char *header; /* must be there; NULL: none need */
    char *is, *starts; /* one of its values; NULL: any */
    uint16_t status; /* RULE_IGNORE: 204 or 404 */
};

int rule_init(struct rule *l, const struct rule_option *o); /* 0, -EINVAL (a network) or -ENOMEM; deinit in any case */
void rule_deinit(struct rule *l);
bool rule_has(const struct rule *l, const struct request *r, const struct ip *client);

/* arg: struct gate. */
enum filter_result rules_on_head(void *arg, struct exchange *x);

#endif
