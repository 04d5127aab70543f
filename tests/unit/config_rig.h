/* config_rig.h: configurations read over and over in one process: from flags, and from a file of the test's. */
#ifndef QUERN_TESTS_CONFIG_RIG_H
#define QUERN_TESTS_CONFIG_RIG_H

#include "config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARGS_MAX 48
#define FLAGS(...) read_flags((const char *[]){"quernd", __VA_ARGS__, NULL})

static struct config c; /* what was read last, or all zero */
static char why[512];   /* it could not be */
static char path[] = "/dev/shm/quern-config-XXXXXX"; /* of the test's file */
static int fd = -1;

/* As main does, but over and over in one process. */
static inline int read_flags(const char *const *args)
{
    char *argv[ARGS_MAX];
    int argc = 0;
    config_free(&c);
    why[0] = 0;
    for (; args[argc]; argc++) argv[argc] = strdup(args[argc]);
    argv[argc] = NULL;
    memset(&c, 0xa5, sizeof c); /* config_read must not look at what was there */
    int rc = config_read(argc, argv, &c, why, sizeof why);
    for (int i = 0; i < argc; i++) free(argv[i]);
    return rc;
}

static inline void config_up(void)
{
    fd = mkstemp(path);
    cr_assert(fd >= 0);
}

static inline void config_down(void)
{
    config_free(&c);
    (void)close(fd);
    (void)unlink(path);
}

static inline void write_bytes(const char *text, size_t len)
{
    cr_assert_eq(ftruncate(fd, 0), 0);
    cr_assert_eq(pwrite(fd, text, len, 0), (ssize_t)len);
}

static inline int read_file(const char *text)
{
    write_bytes(text, strlen(text));
    return FLAGS("--config", path);
}

static inline bool is_all_zero(const struct config *p)
{
    static const struct config zero;
    return memcmp(p, &zero, sizeof zero) == 0;
}

#endif
