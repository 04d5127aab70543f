/* Any bytes as a configuration file: taken, or refused in one line that names the file or the key; nothing is left behind. */
#include "base/check.h"
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64], why[512] = "", program[] = "quernd", flag[] = "--config";
    struct config c;
    int fd = memfd_create("config", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    char *argv[] = {program, flag, path, NULL};
    if (config_read(3, argv, &c, why, sizeof why) == 0) {
        const char *names[8];
        assert(c.n_listen >= 1 && c.n_listen <= CONFIG_LISTEN_MAX);
        assert(config_restart_needed(&c, &c, names, 8) == 0);
        config_free(&c);
    } else {
        assert(why[0] && !strchr(why, '\n') && (strstr(why, path) || strchr(why, '\'')));
    }
    close(fd);
    return 0;
}
