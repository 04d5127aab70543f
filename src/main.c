/* main.c: argv → configuration → server → exit code. */
#include "config.h"
#include "server_engines.h"
#include "server.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct config config;
    char why[512];
    if (config_read(argc, argv, &config, why, sizeof why) < 0) {
        (void)fprintf(stderr, "quernd: %s\n", why);
        return EXIT_USAGE;
    }
    int rc = EXIT_STOPPED;
    if (config.help) {
        (void)fputs(config_usage, stdout);
    } else if (config.version) {
        (void)puts("quernd " QUERN_VERSION);
    } else if (config.check_journal || config.dump_journal) {
        rc = server_check_journal(config.dump_journal ? config.dump_journal : config.check_journal, config.dump_journal != NULL);
    } else if (config.engines) {
        rc = engines_change(&config);
    } else if (config.check) {
        rc = server_check(&config);
        if (rc == EXIT_STOPPED) (void)puts("configuration ok");
    } else {
        rc = server_run(&config, argc, argv);
    }
    config_free(&config);
    return rc;
}
