/* check_pchat_runbook: what is open of runs, plans, fences and pauses, from what the runner shows. */
#include "act/episode/episode.h"
#include "act/runner/runbook.h"
#include "act/runner/wire.h"

#include "base/clock.h"
#include "base/opts.h"
#include "present/present.h"

#include <string.h>

enum { AGE_MOST_S = 86400, PROTECT_MOST_S = 90 * 86400 };

struct options {
    const char *pool, *runs, *spool;
    int64_t age_s, reprotect_s;
    int format, pool_state, pool_state_type;
    unsigned verbosity;
};

static const char *const states[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN", NULL};
static const char *const state_types[] = {"SOFT", "HARD", NULL};
enum { STATE_CRITICAL = 2, TYPE_HARD = 1 };

#define OPTION(letter, name, kind, member, ...)                                                              \
    {                                                                                                        \
        letter, name, kind, offsetof(struct options, member), __VA_ARGS__                                    \
    }
static const struct opt_spec specs[] = {
    OPTION('p', "pool", OPT_TEXT, pool, "FQDN", "pool to check (default: the only one that the runner has)",
           0, 0, NULL),
    OPTION(0, "runs", OPT_TEXT, runs, "FILE",
           "what the runner shows (default " RUNNER_STATE_DIR "/runs.json)", 0, 0, NULL),
    OPTION(0, "spool", OPT_TEXT, spool, "DIR", "where handlers leave episodes (default " EPISODE_SPOOL ")", 0,
           0, NULL),
    OPTION(0, "age", OPT_NUMBER, age_s, "SECONDS",
           "while something is open, what the runner shows may be so old (default 180)", 10, AGE_MOST_S,
           NULL),
    OPTION(0, "reprotect", OPT_NUMBER, reprotect_s, "SECONDS",
           "after a failover, until a missing failback is critical (default 86400)", 0, PROTECT_MOST_S, NULL),
    OPTION(0, "pool-state", OPT_CHOICE, pool_state, "STATE", "what check_pchat_pool said: its state", 0, 0,
           states),
    OPTION(0, "pool-state-type", OPT_CHOICE, pool_state_type, "TYPE", "SOFT or HARD, likewise", 0, 0,
           state_types),
    OPTION(0, "format", OPT_CHOICE, format, "FORMAT", "nagios, json or prometheus (default nagios)", 0, 0,
           present_format_names),
    OPTION('v', "verbose", OPT_COUNT, verbosity, NULL, "say more; repeatable", 0, 0, NULL),
};

/* 0 also where the spool cannot be read: the handler, and its own error, tell of that. */
static size_t count_episodes(const char *spool, int64_t now_utc_ms)
{
    size_t count;

    return episode_count_left(spool, now_utc_ms, &count) == 0 ? count : 0;
}

static int run(const struct options *options)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    AUTO(report) struct report *report = NULL;
    struct runs_file file;
    struct err err = ERR_INIT;
    struct runbook_question question = {
        .pool = options->pool,
        .now_utc_ms = clock_utc_ms(clock_system()),
        .file_age_most_s = options->age_s,
        .episodes_waiting = count_episodes(options->spool, clock_utc_ms(clock_system())),
        .pool_is_hard_critical =
            options->pool_state == STATE_CRITICAL && options->pool_state_type == TYPE_HARD,
        .reprotect_critical_s = options->reprotect_s,
    };

    if (runs_file_read(options->runs, arena, &file, &err) == 0)
        question.file = &file;
    else
        question.why_not = err.text;
    report = runbook_report(&question);
    present_report(report, (enum present_format)options->format, options->verbosity, &out);
    fputs(strbuf_text(&out), stdout);
    return (int)report->severity;
}

int main(int argc, char **argv)
{
    struct options options = {
        .runs = RUNNER_STATE_DIR "/runs.json", .spool = EPISODE_SPOOL, .age_s = 180, .reprotect_s = 86400};
    const struct opt_program program = {
        .name = "check_pchat_runbook",
        .summary = "Tells what is open of runs, plans, fences and pauses.",
        .usage = "[options]",
        .epilogue = "Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (also for wrong usage).",
        .options = specs,
        .option_count = COUNT(specs),
    };
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct err err = ERR_INIT;

    switch (opts_parse(&program, argc, argv, &options, stdout, NULL, NULL, &err)) {
    case OPT_DONE:
        return SEVERITY_UNKNOWN;
    case OPT_BAD:
        present_error("PCHAT RUNBOOK", PRESENT_NAGIOS, &err, &out);
        fputs(strbuf_text(&out), stdout);
        return SEVERITY_UNKNOWN;
    case OPT_RUN:
        break;
    }
    return run(&options);
}
