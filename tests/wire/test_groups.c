/* Control groups of worker processes: a folder that stands for their file system is written as the kernel's would be; where there is none
 * the server does not start. */
#include "places.h"
#include "wire.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void put(const char *folder, const char *name, const char *text)
{
    char path[192];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s", path);
}

static void expect(const char *folder, const char *name, const char *wanted)
{
    char path[192], text[64];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "r");
    cr_assert(f, "%s", path);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    (void)fclose(f);
    cr_assert_str_eq(text, wanted, "%s: %s", name, text);
}

static void make_group(const char *folder)
{
    static const char *const files[] = {"memory.max", "cpu.max", "pids.max", "cgroup.procs"};
    char path[128];
    put(folder, "cgroup.controllers", "memory cpu pids\n");
    put(folder, "cgroup.subtree_control", "");
    (void)snprintf(path, sizeof path, "%s/quern-t.cat.0", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) put(path, files[i], "");
}

Test(wire_groups, a_child_goes_into_the_group_of_its_place, .timeout = 60)
{
    char folder[] = "/tmp/quern-groups-XXXXXX", config[512], line[96];
    struct server srv;
    cr_assert(mkdtemp(folder));
    make_group(folder);
    (void)snprintf(config, sizeof config,
                   "{\"cgroup\": \"%s\", \"types\": {\"t.cat\": {\"run\": \"command\", \"places\": 1, \"argv\": [\"/bin/cat\"],"
                   "\"group_memory\": 33554432, \"group_cpu\": 50, \"group_pids\": 8}}}",
                   folder);
    wire_up(&srv, config, NULL);
    expect(folder, "quern-t.cat.0/memory.max", "33554432");
    expect(folder, "quern-t.cat.0/cpu.max", "50000 100000");
    expect(folder, "quern-t.cat.0/pids.max", "8");
    expect(folder, "quern-t.cat.0/cgroup.procs", "");
    struct reply r = http_request(srv.port, "POST", "/run/t.cat", NULL, "x");
    cr_assert_eq(r.status, 200);
    cr_assert_str_eq(r.body, "x");
    reply_free(&r);
    expect(folder, "quern-t.cat.0/cgroup.procs", "0");
    cr_assert_eq(server_down(&srv), 0);
    (void)snprintf(line, sizeof line, "rm -r %s", folder);
    cr_assert_eq(system(line), 0);
}

Test(wire_groups, without_a_folder_there_is_no_start, .timeout = 60)
{
    static const char config[] =
        "{\"cgroup\": \"/tmp\", \"types\": {\"t.cat\": {\"run\": \"command\", \"argv\": [\"/bin/cat\"], \"group_pids\": 8}}}";
    struct server srv;
    server_folder_new(&srv);
    put(srv.folder, "quern.json", config);
    server_start(&srv, (const char *const[]){"--listen", "127.0.0.1:0", "--ephemeral", "--config", "quern.json", NULL});
    cr_assert_eq(server_wait(&srv), 2);
    char *log = server_log(&srv);
    cr_assert(
        strstr(log,
               "quern.json: type 't.cat' has limits for a control group, but /tmp is no folder of control groups, version 2: "
               "cgroup.controllers: No such file or directory\n"),
        "%s", log);
    free(log);
    server_folder_free(&srv);
}
