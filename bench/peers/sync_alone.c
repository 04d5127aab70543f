/* sync_alone: how long a bare write of 4 KiB and an fdatasync take, one after the other: the floor of everything durable.
 *     sync_alone ROUNDS     prints p50 and p99 in ns
 * Into a file in TMPDIR that has room and zeros everywhere, past the page cache where the file system can. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "times.h"

#define BLOCK 4096
#define BLOCKS 2048

static int open_file(void)
{
    const char *dir = getenv("TMPDIR");
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/quern-sync-XXXXXX", dir ? dir : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0) return fd;
    int direct = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
    (void)unlink(path);
    if (direct < 0) return fd;
    (void)close(fd);
    return direct;
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
    char *block = aligned_alloc(BLOCK, BLOCK);
    uint64_t *took = rounds > 0 ? calloc((size_t)rounds, sizeof *took) : NULL;
    int fd = open_file();
    if (!block || !took || fd < 0) return 1;
    memset(block, 0, BLOCK);
    for (int i = 0; i < BLOCKS; i++)
        if (pwrite(fd, block, BLOCK, (off_t)i * BLOCK) != BLOCK) return 1;
    if (fdatasync(fd)) return 1;
    memset(block, 'x', BLOCK);
    for (long i = 0; i < rounds; i++) {
        uint64_t began = now_ns();
        if (pwrite(fd, block, BLOCK, (off_t)(i % BLOCKS) * BLOCK) != BLOCK || fdatasync(fd)) return 1;
        took[i] = now_ns() - began;
    }
    times_sort(took, rounds);
    printf("p50 %llu p99 %llu\n", (unsigned long long)took[rounds / 2], (unsigned long long)took[rounds * 99 / 100]);
    return 0;
}
