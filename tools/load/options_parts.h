/* options_parts.h: what the files options*.c share. A reader gets the text of one value, checks it and puts it into the options;
 * false: it was refused, and the sentence why is written. The main thread, before the run. */
#ifndef QUERN_LOAD_OPTIONS_PARTS_H
#define QUERN_LOAD_OPTIONS_PARTS_H

#include "base/slice.h"
#include "tools/load/options.h"

#define SETTINGS_MAX 80
#define WHY_BYTES 400

struct setting;

/* The command line while it is read. */
struct reading {
    struct options *o;
    const struct setting *setting; /* whose value is being read; NULL: several are weighed against each other */
    bool given[SETTINGS_MAX]; /* by place in the table of settings */
    char why[WHY_BYTES]; /* one sentence, begins with the option's name */
};

/* ---- options.c ---- */
/* Writes the sentence, behind the name of the setting that is being read. Returns false. */
bool options_refuse(struct reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whether --name was on the command line. */
bool options_given(const struct reading *r, const char *name);

/* ---- options_value.c: one value each ---- */
bool read_arrival(struct reading *r, struct slice text);
bool read_sweep(struct reading *r, struct slice text);
bool read_think(struct reading *r, struct slice text);
bool read_work(struct reading *r, struct slice text);
bool read_ramp(struct reading *r, struct slice text);
bool read_poll(struct reading *r, struct slice text);
bool read_spin(struct reading *r, struct slice text);
bool read_verify(struct reading *r, struct slice text);
bool read_method(struct reading *r, struct slice text);
bool read_header(struct reading *r, struct slice text);
bool read_body(struct reading *r, struct slice text);
bool read_expect_status(struct reading *r, struct slice text);
bool read_echo_id(struct reading *r, struct slice text);
bool read_label(struct reading *r, struct slice text);
bool read_cpus(struct reading *r, struct slice text);

/* ---- options_load.c: stages, conditions, scenarios ---- */
bool read_stages(struct reading *r, struct slice text);
bool read_find_max(struct reading *r, struct slice text);
bool read_scenarios(struct reading *r, struct slice text);

/* ---- options_target.c: where to and where from ---- */
bool read_host(struct reading *r, struct slice text);
bool read_unix(struct reading *r, struct slice text);
bool read_dst_ports(struct reading *r, struct slice text);
bool read_src(struct reading *r, struct slice text);
bool read_port_range(struct reading *r, struct slice text);
/* The URL: Host, path, port, and unless --unix is given the address. After all options. */
bool read_url(struct reading *r, const char *url);

/* ---- options_check.c ---- */
/* What follows from other options, then whether all of them go together. */
bool options_settle(struct reading *r);

/* ---- options_help.c ---- */
void options_help(void);

#endif
