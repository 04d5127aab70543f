/* check.h: assertions. assert() stays on in release builds: it guards against our own bugs, never against peers, disk or
 * kernel. assert_slow() walks whole structures and is on only where QUERN_SLOW_CHECKS is defined (debug, sanitizers). */
#ifndef QUERN_BASE_CHECK_H
#define QUERN_BASE_CHECK_H

#undef NDEBUG
#include <assert.h>

#ifdef QUERN_SLOW_CHECKS
#define assert_slow(fact) assert(fact)
#else
#define assert_slow(fact) ((void)0)
#endif

/* For lines that no state of the program can reach. */
#define unreachable_state(what) __assert_fail(what, __FILE__, __LINE__, __func__)

#endif
