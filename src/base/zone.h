/* zone.h: time zones, from the files of the IANA database (TZif, RFC 9636). Seconds are since 1970 in UTC, without leap
 * seconds; a local time is the seconds since 1970 that a clock on the wall would count. A zone is never changed once it is made:
 * any thread may read it. No environment, no libc time zone. */
#ifndef QUERN_BASE_ZONE_H
#define QUERN_BASE_ZONE_H

#include "base/slice.h"

struct zone;

#define ZONE_FOLDER "/usr/share/zoneinfo" /* tzdata's */
#define ZONE_NAME_MAX 64
#define ZONE_FILE_MAX 65536u
#define ZONE_OFFSET_MAX_S INT32_C(93600) /* 26 h: RFC 9636 §3.2 has -25 h < offset < 26 h */

/* A stretch of time in which the clocks of a zone keep their distance to UTC: begin <= t < end. Two that follow each other may
 * have the same offset. */
struct zone_span {
    int64_t begin, end; /* INT64_MIN, INT64_MAX: without end */
    int32_t offset_s;   /* local minus UTC */
    bool is_dst;
};

/* Could be a name of the database: parts of letters, digits, '_', '-' and '+' that begin with a capital, with '/' between. So
 * nothing leads out of the folder, and its "posix/", "right/", "localtime" and tables are no zones. Abbreviations that the
 * database keeps for old users (EST, CET) are refused: two clocks of the world may share one. */
bool zone_name_ok(struct slice name);
/* Reads the zone of that name. 0; -EINVAL (not a name); -ENOENT (no such zone); -ENOTSUP (counts leap seconds); -EBADMSG (not
 * a TZif file, or damaged); -ENOMEM; -errno of reading. Blocks on the disk; *out is for zone_free(). */
int zone_open(const char *folder, struct slice name, struct zone **out);
/* The same from the bytes of a file: 0, -ENOTSUP, -EBADMSG, -ENOMEM. */
int zone_parse(const void *bytes, size_t len, struct zone **out);
/* NULL is fine. Returns NULL. */
struct zone *zone_free(struct zone *z);
/* UTC, which needs no file; not for zone_free(). */
const struct zone *zone_utc(void);

/* The stretch that holds t. */
struct zone_span zone_span(const struct zone *z, int64_t t);
/* The instants at which the clocks show local_s, earliest first; returns how many: 0 (skipped), 1 or 2. |local_s| < 2^60. */
unsigned zone_instants(const struct zone *z, int64_t local_s, int64_t out[2]);

#endif
