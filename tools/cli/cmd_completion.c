/* cmd_completion.c: the shell's completion, made from the tables of commands.h. tools/cli/completion/quern.bash is what it prints. */
#include "tools/cli/client.h"
#include "tools/cli/handlers.h"

static bool takes_value(const struct option_about *a)
{
    return a->kind != OPTION_FLAG && a->kind != OPTION_MAYBE; /* a value that may be left out stands behind '=' */
}

static void print_names(const struct option_about *a, const char *join)
{
    if (a->letter) (void)printf("-%c%s", a->letter, join);
    (void)printf("--%s", a->name);
}

/* Options that may stand in front of the command and have their value in the word behind them. */
static void print_skipped(void)
{
    const char *join = "";
    for (size_t i = 0; i < options_n; i++) {
        const struct option_about *a = &option_table[i];
        if (!takes_value(a) || (a->commands != ALL_COMMANDS && strcmp(a->name, "format") != 0)) continue;
        (void)fputs(join, stdout);
        print_names(a, " | ");
        join = " | ";
    }
}

static void print_options(uint64_t mask)
{
    for (size_t i = 0; i < options_n; i++)
        if (option_table[i].commands & mask) (void)printf(" --%s", option_table[i].name);
}

static void print_global_options(void)
{
    for (size_t i = 0; i < options_n; i++)
        if (option_table[i].commands == ALL_COMMANDS) (void)printf(" --%s", option_table[i].name);
}

/* First words of commands, each once. */
static void print_first_words(void)
{
    for (int i = 0; i < COMMANDS; i++) {
        struct slice name = slice_str(commands[i].name), first = slice_cut(&name, ' '), before = {0};
        if (i > 0) {
            struct slice rest = slice_str(commands[i - 1].name);
            before = slice_cut(&rest, ' ');
        }
        if (!slice_eq(first, before)) (void)printf(" %.*s", SLICE_ARG(first));
    }
}

/* Second words behind a first one: "list retry delete". */
static void print_second_words(struct slice first)
{
    for (int i = 0; i < COMMANDS; i++) {
        struct slice second = slice_str(commands[i].name);
        if (slice_eq(slice_cut(&second, ' '), first) && second.p) (void)printf(" %.*s", SLICE_ARG(second));
    }
}

static bool takes_file(const struct command *c)
{
    return c->words && strstr(c->words, "FILE");
}

static void print_command(enum command_id id)
{
    const struct command *c = &commands[id];
    struct slice second = slice_str(c->name), first = slice_cut(&second, ' ');
    (void)printf("    '%s')\n        options='", c->name);
    print_options(COMMAND_BIT(id));
    (void)printf("'\n        words='");
    if (!second.p) print_second_words(first);
    if (id == COMMAND_COMPLETION) (void)printf(" bash zsh");
    (void)printf("' files=%s ;;\n", takes_file(c) ? "yes" : "");
}

/* "dead", which is "dead list", as long as nothing stands behind it. */
static void print_alone(enum command_id id)
{
    struct slice second = slice_str(commands[id].name), first = slice_cut(&second, ' ');
    if (!slice_eq(second, SLICE("list"))) return;
    (void)printf("    '%.*s')\n        options='", SLICE_ARG(first));
    print_options(COMMAND_BIT(id));
    (void)printf("'\n        words='");
    print_second_words(first);
    (void)printf("' ;;\n");
}

static bool is_file(const struct option_about *a)
{
    return a->value && strcmp(a->value, "FILE") == 0;
}

/* Files stand behind -o of some commands, words behind that of all others: so those come first. */
static void print_file_values(void)
{
    for (size_t i = 0; i < options_n; i++) {
        const struct option_about *a = &option_table[i];
        for (int id = 0; is_file(a) && id < COMMANDS; id++) {
            if (!(a->commands & COMMAND_BIT(id))) continue;
            (void)printf("    '%s --%s'", commands[id].name, a->name);
            if (a->letter) (void)printf(" | '%s -%c'", commands[id].name, a->letter);
            (void)printf(") words='' files=yes ;;\n");
        }
    }
}

static void print_word_values(void)
{
    for (size_t i = 0; i < options_n; i++) {
        const struct option_about *a = &option_table[i];
        if (!a->words) continue;
        (void)printf("    *' --%s'", a->name);
        if (a->letter) (void)printf(" | *' -%c'", a->letter);
        (void)printf(") words='");
        for (size_t k = 0; a->words[k]; k++) (void)printf(" %s", a->words[k]);
        (void)printf("' files= ;;\n");
    }
}

/* Some names are in the table once for each of their meanings. */
static bool is_first_of_its_name(size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(option_table[k].name, option_table[i].name) == 0) return false;
    return true;
}

/* Options of which no value is known, so that no word of something else is offered. */
static void print_free_values(void)
{
    const char *join = "    ";
    for (size_t i = 0; i < options_n; i++) {
        const struct option_about *a = &option_table[i];
        if (!takes_value(a) || is_file(a) || a->words || !is_first_of_its_name(i)) continue;
        (void)printf("%s*' --%s'", join, a->name);
        join = " | ";
        if (a->letter) (void)printf("%s*' -%c'", join, a->letter);
    }
    (void)printf(") words='' files= ;;\n");
}

/* clang-format off */
static const char head[] =
    "# quern.bash: completion for quern in bash. Made by: quern completion bash\n"
    "#\n"
    "#     . tools/cli/completion/quern.bash          or: . <(quern completion bash)\n"
    "#\n"
    "# In zsh: . <(quern completion zsh), which loads bashcompinit first.\n"
    "# shellcheck disable=SC2207 # none of the words has blanks\n"
    "\n"
    "_quern() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} option='' command='' word i options words files=''\n"
    "    COMPREPLY=()\n"
    "    # The command: its first word, and the second where it has two.\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        case $word in\n";
static const char after_skipped[] =
    ")\n"
    "            # its value stands behind it, also behind '=', which is a word of its own here\n"
    "            ((i++))\n"
    "            [[ ${COMP_WORDS[i]} != '=' ]] || ((i++)) ;;\n"
    "        -*) ;;\n"
    "        *)\n"
    "            command=$word\n"
    "            case \"$word ${COMP_WORDS[i + 1]}\" in\n";
static const char after_pairs[] =
    ") ((i + 1 == COMP_CWORD)) || command+=\" ${COMP_WORDS[i + 1]}\" ;;\n"
    "            esac\n"
    "            break ;;\n"
    "        esac\n"
    "    done\n"
    "    # The option whose value is being typed.\n"
    "    if [[ $cur == '=' ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 1]} cur=''\n"
    "    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == -* ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    fi\n"
    "    case $command in\n";
static const char before_values[] =
    "    *) options='' words='' ;;\n"
    "    esac\n"
    "    case \"$command $option\" in\n";
static const char tail[] =
    "    esac\n"
    "    if [[ $cur == -* ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
    "        return\n"
    "    fi\n"
    "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
    "    [[ $files ]] || return 0\n"
    "    compopt -o filenames 2>/dev/null # zsh has none\n"
    "    while IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -f -- \"$cur\")\n"
    "}\n"
    "complete -F _quern quern\n";
/* clang-format on */

/* "dead list" | "dead retry" | … */
static void print_pairs(void)
{
    const char *join = "            ";
    for (int i = 0; i < COMMANDS; i++) {
        if (!strchr(commands[i].name, ' ')) continue;
        (void)printf("%s'%s'", join, commands[i].name);
        join = " | ";
    }
}

static void print_script(void)
{
    (void)fputs(head, stdout);
    (void)fputs("        ", stdout);
    print_skipped();
    (void)fputs(after_skipped, stdout);
    print_pairs();
    (void)fputs(after_pairs, stdout);
    (void)fputs("    '')\n        options='", stdout);
    print_global_options();
    (void)fputs("'\n        words='", stdout);
    print_first_words();
    (void)fputs(" help' ;;\n    'help')\n        options=''\n        words='", stdout);
    print_first_words();
    (void)fputs("' ;;\n", stdout);
    for (int i = 0; i < COMMANDS; i++) {
        print_command((enum command_id)i);
        print_alone((enum command_id)i);
    }
    (void)fputs(before_values, stdout);
    print_file_values();
    print_word_values();
    print_free_values();
    (void)fputs(tail, stdout);
}

int completion_command(struct client *c)
{
    const char *shell = c->o->words[0];
    bool is_zsh = strcmp(shell, "zsh") == 0;
    if (!is_zsh && strcmp(shell, "bash") != 0) {
        say("there is a completion for bash and for zsh, none for '%s'", shell);
        return EXIT_USAGE;
    }
    if (is_zsh) (void)puts("autoload -U +X bashcompinit && bashcompinit");
    print_script();
    return client_flush();
}
