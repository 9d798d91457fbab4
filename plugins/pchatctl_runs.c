/* pchatctl runs: what was done to pools, from the journal. */
#include "pchatctl_journal.h"

#include "act/tell/runs_list.h"

struct options {
    const char *journal;
};

static const struct opt_spec specs[] = {JOURNAL_OPTION(struct options)};
static const struct opt_program program = {
    .name = "pchatctl runs",
    .summary =
        "Lists the runs of the journal, newest first: number, when it ended, state, verb, plan, pool, who.",
    .usage = "[options]",
    .epilogue = "Exit codes: 0 done, 1 the journal cannot be read, 3 wrong usage.",
    .options = specs,
    .option_count = COUNT(specs),
};

static int list(const struct ctl *ctl, const char *path)
{
    struct err err = ERR_INIT;
    AUTO(journal) struct journal *journal = journal_open_read_only(path, &err);
    AUTO_FREE char *text = journal ? runs_list(journal, ctl->pool, &err) : NULL;

    if (!text)
        return ctl_complain(program.name, &err);
    fputs(text, stdout);
    return CTL_DONE;
}

static int run(const struct ctl *ctl, int argc, char **argv)
{
    struct options options = {.journal = JOURNAL_DEFAULT_PATH};
    struct err err = ERR_INIT;

    switch (opts_parse(&program, argc, argv, &options, stdout, NULL, NULL, &err)) {
    case OPT_DONE:
        return CTL_DONE;
    case OPT_BAD:
        return ctl_complain(program.name, &err);
    case OPT_RUN:
        break;
    }
    return list(ctl, options.journal);
}

const struct ctl_command ctl_runs = {"runs", "lists runs, from the journal", run};
