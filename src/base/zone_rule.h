/* zone_rule.h: the text at the end of a TZif file, which says how a zone goes on after its last transition, such as
 * "CET-1CEST,M3.5.0,M10.5.0/3" (POSIX TZ, with the hours of RFC 8536 §3.3.1). For zone.c. Any thread. */
#ifndef QUERN_BASE_ZONE_RULE_H
#define QUERN_BASE_ZONE_RULE_H

#include "base/slice.h"
#include "base/zone.h"

struct zone_day {
    enum { ZONE_DAY_JULIAN, ZONE_DAY_OF_YEAR, ZONE_DAY_WEEKDAY } kind;
    uint16_t day; /* JULIAN: 1 to 365, without leap days; OF_YEAR: 0 to 365; WEEKDAY: 0 to 6 */
    uint8_t month, week; /* WEEKDAY only: 1 to 12, 1 to 5 (the last) */
    int32_t time_s; /* wall time that the clock shows when it changes; -167 h to 167 h */
};

struct zone_rule {
    bool is_set, has_dst;
    int32_t std_s, dst_s; /* local minus UTC */
    struct zone_day dst_begin, dst_end;
};

/* 0 or -EBADMSG. The empty text gives a rule that is not set. */
int zone_rule_parse(struct slice text, struct zone_rule *out);
/* The stretch that holds t; the rule is set. */
struct zone_span zone_rule_span(const struct zone_rule *r, int64_t t);

#endif
