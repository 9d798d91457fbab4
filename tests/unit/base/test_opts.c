#include "base/cleanup.h"
#include "base/opts.h"
#include "unit/cmocka_unit.h"

#include <string.h>

struct config {
    const char *topology, *from;
    int64_t timeout_s;
    int format;
    bool quiet;
    unsigned verbosity;
    struct opt_list warning;
};

static const char *const formats[] = {"nagios", "json", "prometheus", NULL};

#define OPTION(letter, name, kind, member, ...)                                                              \
    {                                                                                                        \
        letter, name, kind, offsetof(struct config, member), __VA_ARGS__                                     \
    }
static const struct opt_spec specs[] = {
    OPTION(0, "topology", OPT_TEXT, topology, "FILE", "topology file", 0, 0, NULL),
    OPTION(0, "from", OPT_TEXT_MAYBE, from, "SOCKET", "ask there (default /run/x)", 0, 0, NULL),
    OPTION('t', "timeout", OPT_NUMBER, timeout_s, "SECONDS",
           "answer before this long, whatever the endpoints do; the pass goes on with what was seen (default "
           "10)",
           1, 3600, NULL),
    OPTION(0, "format", OPT_CHOICE, format, NULL, "form of the answer (default nagios)", 0, 0, formats),
    OPTION('q', "quiet", OPT_FLAG, quiet, NULL, "say less", 0, 0, NULL),
    OPTION('v', "verbose", OPT_COUNT, verbosity, NULL, "say more; repeatable", 0, 0, NULL),
    OPTION('w', "warning", OPT_LIST, warning, "[METRIC=]RANGE", "warning range; repeatable", 0, 0, NULL),
};

static const struct opt_program program = {
    .name = "check_pchat_example",
    .summary = "Shows what an option table does.",
    .usage = "--topology FILE [options]",
    .epilogue = "Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
    .options = specs,
    .option_count = COUNT(specs),
};

enum { MAX_ARGS = 8 };

/* One command line, ended by NULL, and what parsing it leaves behind. */
struct run {
    char *argv[MAX_ARGS + 2];
    int argc;
    struct config config;
    struct err err;
    enum opt_outcome outcome;
    char output[4096];
};

static void run_words(struct run *run, const char *const words[MAX_ARGS])
{
    FILE *out;

    memset(run, 0, sizeof(*run));
    run->config.timeout_s = 10;
    run->argv[run->argc++] = "check_pchat_example";
    for (int i = 0; i < MAX_ARGS && words[i]; i++)
        run->argv[run->argc++] = (char *)words[i];
    out = fmemopen(run->output, sizeof(run->output), "w");
    assert_non_null(out);
    run->outcome = opts_parse(&program, run->argc, run->argv, &run->config, out, NULL, NULL, &run->err);
    fclose(out);
}

static const struct {
    const char *words[MAX_ARGS];
    const char *topology;
    int64_t timeout_s;
    int format;
    bool quiet;
    unsigned verbosity;
} good[] = {
    {{NULL}, NULL, 10, 0, false, 0},
    {{"--topology", "t.yaml"}, "t.yaml", 10, 0, false, 0},
    {{"--topology=t.yaml", "--timeout=3600"}, "t.yaml", 3600, 0, false, 0},
    {{"--topology="}, "", 10, 0, false, 0},
    {{"--topology=a=b"}, "a=b", 10, 0, false, 0},
    {{"-t", "5", "-vvq"}, NULL, 5, 0, true, 2},
    {{"-t5"}, NULL, 5, 0, false, 0},
    {{"-vqt5"}, NULL, 5, 0, true, 1},
    {{"-v", "--verbose", "-v"}, NULL, 10, 0, false, 3},
    {{"--format", "prometheus"}, NULL, 10, 2, false, 0},
    {{"--topology", "--"}, "--", 10, 0, false, 0},
    {{"--topology", "first", "--topology", "last", "--"}, "last", 10, 0, false, 0},
};

static void good_lines_fill_the_config(void **state)
{
    struct run run;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        run_words(&run, good[i].words);
        assert_string_equal(run.err.text, "");
        assert_int_equal(run.outcome, OPT_RUN);
        assert_string_equal(run.config.topology ? run.config.topology : "(none)",
                            good[i].topology ? good[i].topology : "(none)");
        assert_int_equal(run.config.timeout_s, good[i].timeout_s);
        assert_int_equal(run.config.format, good[i].format);
        assert_int_equal(run.config.quiet, good[i].quiet);
        assert_int_equal(run.config.verbosity, good[i].verbosity);
    }
}

static void a_text_may_be_left_out(void **state)
{
    static const struct {
        const char *words[MAX_ARGS];
        const char *from;
    } cases[] = {{{"-v"}, NULL},
                 {{"--from", "-v"}, ""},
                 {{"--from="}, ""},
                 {{"--from=x", "-v"}, "x"},
                 {{"--from"}, ""}};
    struct run run;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        run_words(&run, cases[i].words);
        assert_int_equal(run.outcome, OPT_RUN);
        assert_string_equal(run.config.from ? run.config.from : "(none)",
                            cases[i].from ? cases[i].from : "(none)");
    }
}

static const struct {
    const char *words[MAX_ARGS];
    const char *error;
} bad[] = {
    {{"--timeout", "10x"}, "--timeout: \"10x\" is not a number, expected 1..3600"},
    {{"-t", ""}, "-t: \"\" is not a number, expected 1..3600"},
    {{"-t010"}, "-t: \"010\" is not a number, expected 1..3600"},
    {{"-t", "0"}, "-t: 0 is out of range, expected 1..3600"},
    {{"--timeout=3601"}, "--timeout: 3601 is out of range, expected 1..3600"},
    {{"-vt"}, "-t: needs a value"},
    {{"--topology"}, "--topology: needs a value"},
    {{"--format", "xml"}, "--format: \"xml\" is not a choice, expected nagios, json or prometheus"},
    {{"--quiet=yes"}, "--quiet: takes no value, expected it without \"=yes\""},
    {{"--timeuot", "5"}, "--timeuot: unknown option; did you mean --timeout?"},
    {{"--banana"}, "--banana: unknown option"},
    {{"--time", "5"}, "--time: unknown option; did you mean --timeout?"},
    {{"--=5"}, "--: unknown option"},
    {{"-x"}, "-x: unknown option"},
    {{"-vx"}, "-x: unknown option"},
    {{"stray"}, "\"stray\": unexpected, expected only options"},
    {{"--", "-v"}, "\"-v\": unexpected, expected only options"},
    {{"-"}, "\"-\": unexpected, expected only options"},
    {{"--help=me"}, "--help: takes no value, expected it without \"=me\""},
};

static void bad_lines_are_one_clear_line(void **state)
{
    struct run run;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        run_words(&run, bad[i].words);
        assert_int_equal(run.outcome, OPT_BAD);
        assert_int_equal(run.err.kind, ERR_USAGE);
        assert_string_equal(run.err.text, bad[i].error);
    }
}

static void lists_keep_their_order_and_end_somewhere(void **state)
{
    char *argv[70];
    struct config config = {0};
    struct err err = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(argv); i++)
        argv[i] = (char *)(i == 2 ? "-wexposure_s=10" : "-w20");
    assert_int_equal(opts_parse(&program, 5, argv, &config, stdout, NULL, NULL, &err), OPT_RUN);
    assert_int_equal(config.warning.count, 4);
    assert_string_equal(config.warning.items[0], "20");
    assert_string_equal(config.warning.items[1], "exposure_s=10");
    assert_int_equal(opts_parse(&program, COUNT(argv), argv, &config, stdout, NULL, NULL, &err), OPT_BAD);
    assert_string_equal(err.text, "-w: given too often, expected at most 64 times");
}

static const char help[] = "Usage: check_pchat_example --topology FILE [options]\n"
                           "Shows what an option table does.\n"
                           "\n"
                           "Options:\n"
                           "      --topology FILE         topology file\n"
                           "      --from[=SOCKET]         ask there (default /run/x)\n"
                           "  -t, --timeout SECONDS       answer before this long, whatever the endpoints\n"
                           "                              do; the pass goes on with what was seen (default\n"
                           "                              10)\n"
                           "      --format nagios|json|prometheus\n"
                           "                              form of the answer (default nagios)\n"
                           "  -q, --quiet                 say less\n"
                           "  -v, --verbose               say more; repeatable\n"
                           "  -w, --warning [METRIC=]RANGE\n"
                           "                              warning range; repeatable\n"
                           "  -h, --help                  show this and exit\n"
                           "  -V, --version               show the version and exit\n"
                           "\n"
                           "Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n";

static const char table[] =
    "\ttopology\tFILE\ttopology file\n"
    "\tfrom\tSOCKET\task there (default /run/x)\n"
    "t\ttimeout\tSECONDS\tanswer before this long, whatever the endpoints do; the pass goes on "
    "with what was seen (default 10)\n"
    "\tformat\tnagios|json|prometheus\tform of the answer (default nagios)\n"
    "q\tquiet\t\tsay less\n"
    "v\tverbose\t\tsay more; repeatable\n"
    "w\twarning\t[METRIC=]RANGE\twarning range; repeatable\n"
    "h\thelp\t\tshow this and exit\n"
    "V\tversion\t\tshow the version and exit\n";

static const struct {
    const char *words[MAX_ARGS];
    const char *output;
} served[] = {
    {{"--help"}, help},
    {{"-h"}, help},
    {{"-vh", "--banana"}, help},
    {{"--help=table"}, table},
    {{"-V"}, "check_pchat_example (pchat-plugins) " PCHAT_VERSION "\n"},
    {{"--version"}, "check_pchat_example (pchat-plugins) " PCHAT_VERSION "\n"},
};

static void help_and_version_are_served(void **state)
{
    struct run run;

    (void)state;
    for (size_t i = 0; i < COUNT(served); i++) {
        run_words(&run, served[i].words);
        assert_int_equal(run.outcome, OPT_DONE);
        assert_string_equal(run.output, served[i].output);
    }
}

static void operands_stand_together(void **state)
{
    char *argv[] = {"p", "one", "-v", "two", "--", "-q", NULL};
    struct config config = {0};
    char **operands = NULL;
    int count = 0;

    (void)state;
    assert_int_equal(opts_parse(&program, 6, argv, &config, stdout, &operands, &count, NULL), OPT_RUN);
    assert_int_equal(count, 3);
    assert_string_equal(operands[0], "one");
    assert_string_equal(operands[1], "two");
    assert_string_equal(operands[2], "-q");
    assert_int_equal(config.verbosity, 1);
    assert_false(config.quiet);
}

static void a_subcommand_keeps_its_options(void **state)
{
    char *argv[] = {"p", "-v", "plan", "--scripts", NULL};
    struct opt_program outer = program;
    struct config config = {0};
    char **operands = NULL;
    int count = 0;

    (void)state;
    outer.stop_at_operand = true;
    assert_int_equal(opts_parse(&outer, 4, argv, &config, stdout, &operands, &count, NULL), OPT_RUN);
    assert_int_equal(count, 2);
    assert_string_equal(operands[0], "plan");
    assert_string_equal(operands[1], "--scripts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lines_fill_the_config),
        cmocka_unit_test(a_text_may_be_left_out),
        cmocka_unit_test(bad_lines_are_one_clear_line),
        cmocka_unit_test(lists_keep_their_order_and_end_somewhere),
        cmocka_unit_test(help_and_version_are_served),
        cmocka_unit_test(operands_stand_together),
        cmocka_unit_test(a_subcommand_keeps_its_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
