/* human.h: numbers as people read them. Pure functions, any thread. By value, to stand in an argument list:
 * printf("%s", human_time(ns).text). */
#ifndef QUERN_LOAD_HUMAN_H
#define QUERN_LOAD_HUMAN_H

#include <stddef.h>
#include <stdint.h>

struct human {
    char text[32];
};

/* Three digits that count: 850ns, 84.1us, 1.20ms, 4.00s; from 1,000 s on as 16m40s. */
struct human human_time(double ns);
struct human human_bytes(double bytes);  /* 214MB, 4.03KB, 64B; by 1024 */
struct human human_count(uint64_t n);    /* 1,000,000 */
struct human human_rate(double per_s);   /* 9,998, 19.8, 0.25: as many decimals as are worth it */
struct human human_short(double n);      /* 19.8k, 1.25M; by 1000 */
struct human human_percent(double share); /* 0.5: 50%; 0.00123: 0.12% */
struct human human_clock(uint64_t ns);   /* 00:42, 1:02:03 */

/* Words of others (a server, a command line) as a terminal and a file can take them: valid UTF-8 without control characters;
 * what is not becomes "?". room: at least 1. Returns out. */
char *human_words(char *out, size_t room, const char *words);

#endif
