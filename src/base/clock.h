/* clock.h: what time it is. A loop reads the clock once per turn into its own struct clock and hands that around; nobody else
 * asks the kernel, so tests and the simulation set the time themselves. One thread owns a struct clock. */
#ifndef QUERN_BASE_CLOCK_H
#define QUERN_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

struct clock {
    uint64_t mono_ns; /* CLOCK_MONOTONIC: deadlines, durations */
    uint64_t wall_ns; /* CLOCK_REALTIME, since 1970: what people see */
    void (*read)(struct clock *self); /* NULL: the kernel's clocks */
};

/* Reads the time again. */
void clock_tick(struct clock *c);
/* For worker threads, which have no loop: reads CLOCK_MONOTONIC now. */
uint64_t clock_now_ns(void);
/* CPU time that the calling thread has used, in ns. */
uint64_t clock_thread_cpu_ns(void);

/* "2026-02-12T10:30:00.123Z" (RFC 3339, UTC, ms): 24 bytes and a NUL. */
#define CLOCK_RFC3339_BYTES 25
void clock_rfc3339(uint64_t wall_ns, char out[CLOCK_RFC3339_BYTES]);
/* "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110 §5.6.7): 29 bytes and a NUL. */
#define CLOCK_HTTP_DATE_BYTES 30
void clock_http_date(uint64_t wall_ns, char out[CLOCK_HTTP_DATE_BYTES]);
/* Reads an RFC 3339 date-time with any offset and fraction into ns since 1970. 0 or -EINVAL (also before 1970, after 9999,
 * and for days that the calendar does not have). A year past what 64 bits of ns hold (2554) reads as UINT64_MAX. */
int clock_parse_rfc3339(const char *p, size_t len, uint64_t *wall_ns);
/* Reads an ISO 8601 duration of weeks, days, hours, minutes, seconds ("PT1.5S", "P1DT2H", "P2W") into ns. 0 or -EINVAL.
 * Years and months are refused: they have no fixed length. Saturates at UINT64_MAX. */
int clock_parse_duration(const char *p, size_t len, uint64_t *ns);

#endif
