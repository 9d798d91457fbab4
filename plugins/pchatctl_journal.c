/* pchatctl journal: export, backup, prune. */
#include "pchatctl_journal.h"

#include "act/memory/journal.h"
#include "base/utc.h"

#include <string.h>

struct options {
    const char *journal, *before;
};

static const struct opt_spec specs[] = {
    JOURNAL_OPTION(struct options),
    {0, "before", OPT_TEXT, offsetof(struct options, before), "UTC",
     "prune: what is older: 2026-11-23T00:00:00Z", 0, 0, NULL},
};
static const struct opt_program program = {
    .name = "pchatctl journal",
    .summary = "Keeps the runner's journal.",
    .usage = "export | backup FILE | prune --before UTC [options]",
    .epilogue =
        "export   prints everything as lines of JSON\n"
        "backup   writes a whole copy to FILE, which must not exist; the runner may go on meanwhile\n"
        "prune    removes looks that are older, but those of open runs, and what runs that ended before "
        "it wrote;\n         the runs and plans themselves stay\n"
        "\nExit codes: 0 done, 1 the journal cannot be read or written, 3 wrong usage.",
    .options = specs,
    .option_count = COUNT(specs),
};

struct job {
    const struct options *options;
    char **operands; /* behind the word */
    int count;
};

static int export_all(const struct job *job, struct err *err)
{
    AUTO(journal) struct journal *journal = journal_open_read_only(job->options->journal, err);
    AUTO_FREE char *text = journal ? journal_export(journal, err) : NULL;

    if (!text)
        return -1;
    fputs(text, stdout);
    return 0;
}

static int back_up(const struct job *job, struct err *err)
{
    AUTO(journal) struct journal *journal = journal_open_read_only(job->options->journal, err);

    return journal ? journal_backup(journal, job->operands[0], err) : -1;
}

/* A file that is not there is not begun: that is the runner's to do. */
static int64_t prune_file(const char *path, int64_t before_utc_ms, struct err *err)
{
    AUTO(journal) struct journal *there = journal_open_read_only(path, err);
    AUTO(journal) struct journal *journal = there ? journal_open(path, err) : NULL;

    return journal ? journal_prune(journal, before_utc_ms, err) : -1;
}

static int prune(const struct job *job, struct err *err)
{
    int64_t before_utc_ms, removed;

    if (!job->options->before || !utc_parse(job->options->before, &before_utc_ms))
        return err_set(err, ERR_USAGE, "--before is needed, as 2026-11-23T00:00:00Z");
    removed = prune_file(job->options->journal, before_utc_ms, err);
    if (removed < 0)
        return -1;
    printf("%lld removed\n", (long long)removed);
    return 0;
}

static const struct {
    const char *word;
    int operands;
    int (*run)(const struct job *job, struct err *err);
} words[] = {{"export", 0, export_all}, {"backup", 1, back_up}, {"prune", 0, prune}};

static int run_word(const struct options *options, char **operands, int count, struct err *err)
{
    const struct job job = {options, operands + 1, count - 1};

    for (size_t i = 0; count > 0 && i < COUNT(words); i++)
        if (strcmp(words[i].word, operands[0]) == 0)
            return job.count == words[i].operands
                       ? words[i].run(&job, err)
                       : err_set(err, ERR_USAGE, "%s takes %d operand", words[i].word, words[i].operands);
    return err_set(err, ERR_USAGE, "expected export, backup or prune");
}

static int run(const struct ctl *ctl, int argc, char **argv)
{
    struct options options = {.journal = JOURNAL_DEFAULT_PATH};
    struct err err = ERR_INIT;
    char **operands = NULL;
    int count = 0;

    (void)ctl;
    switch (opts_parse(&program, argc, argv, &options, stdout, &operands, &count, &err)) {
    case OPT_DONE:
        return CTL_DONE;
    case OPT_BAD:
        return ctl_complain(program.name, &err);
    case OPT_RUN:
        break;
    }
    return run_word(&options, operands, count, &err) == 0 ? CTL_DONE : ctl_complain(program.name, &err);
}

const struct ctl_command ctl_journal = {"journal", "exports, backs up or prunes the journal", run};
