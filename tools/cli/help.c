#include "tools/cli/help.h"

#include "base/version.h"

#include <stdio.h>

#define LEFT 28 /* columns of a name and its value */

static void print_option(const struct option_about *a)
{
    char left[64];
    const char *value = a->value ? a->value : "", *join = !a->value ? "" : a->kind == OPTION_MAYBE ? "[=" : " ";
    (void)snprintf(left, sizeof left, "%c%c%s --%s%s%s%s", a->letter ? '-' : ' ', a->letter ? a->letter : ' ',
                   a->letter ? "," : " ", a->name, join, value, a->kind == OPTION_MAYBE ? "]" : "");
    (void)printf("  %-*s  %s\n", LEFT, left, a->about);
}

static void print_options(uint64_t mask, bool of_all)
{
    for (size_t i = 0; i < options_n; i++)
        if (option_table[i].commands & mask && (option_table[i].commands == ALL_COMMANDS) == of_all)
            print_option(&option_table[i]);
}

static void print_command(enum command_id id)
{
    const struct command *c = &commands[id];
    bool has_own = false;
    for (size_t i = 0; i < options_n; i++)
        has_own |= option_table[i].commands & COMMAND_BIT(id) && option_table[i].commands != ALL_COMMANDS;
    (void)printf("usage: quern %s%s%s [options]\n\n%s.\n", c->name, c->words ? " " : "", c->words ? c->words : "", c->about);
    if (c->more) (void)printf("%s\n", c->more);
    if (has_own) (void)puts("\noptions");
    print_options(COMMAND_BIT(id), false);
    (void)puts("\noptions of all commands");
    print_options(ALL_COMMANDS, true);
}

static void print_program(void)
{
    (void)puts("usage: quern COMMAND [words] [options]        quern help COMMAND tells more\n");
    for (int i = 0; i < COMMANDS; i++) {
        char left[64];
        (void)snprintf(left, sizeof left, "%s%s%s", commands[i].name, commands[i].words ? " " : "",
                       commands[i].words ? commands[i].words : "");
        (void)printf("  %-*s  %s\n", LEFT, left, commands[i].about);
    }
    (void)puts("\noptions of all commands");
    print_options(ALL_COMMANDS, true);
    (void)puts("\nexit codes: 0 done; 1 the job failed, was cancelled or discarded; 2 usage, or a file here;\n"
               "            3 the server refused it; 4 no server, or one in trouble; 5 waited too long");
}

void help_print(enum command_id id)
{
    if (id == COMMAND_NONE) print_program();
    else print_command(id);
}

void help_print_version(void)
{
    (void)puts("quern " QUERN_VERSION);
}
