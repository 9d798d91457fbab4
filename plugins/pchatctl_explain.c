/* pchatctl explain: a run from the first sighting that was not well to the last look, from the journal. */
#include "pchatctl_journal.h"

#include "act/tell/explain.h"
#include "base/whole_file.h"

#include <string.h>

struct options {
    const char *journal, *html;
};

static const struct opt_spec specs[] = {
    JOURNAL_OPTION(struct options),
    {0, "html", OPT_TEXT, offsetof(struct options, html), "FILE",
     "write one page instead, which opens without a network; \"-\" is stdout", 0, 0, NULL},
};
static const struct opt_program program = {
    .name = "pchatctl explain",
    .summary = "Explains a run: what was seen, who started what, the exact scripts, what servers answered.",
    .usage = "RUN [options]",
    .epilogue = "Exit codes: 0 done, 1 the journal cannot be read or has no such run, 3 wrong usage.",
    .options = specs,
    .option_count = COUNT(specs),
};

static int take_run(char **operands, int count, int64_t *ret_run, struct err *err)
{
    char *end;
    long long run;

    if (count != 1)
        return err_set(err, ERR_USAGE, "expected one run, by its number; `pchatctl runs` lists them");
    run = strtoll(operands[0], &end, 10);
    if (end == operands[0] || *end || run < 1)
        return err_set(err, ERR_USAGE, "\"%s\" is no run, expected its number", operands[0]);
    *ret_run = run;
    return 0;
}

static int write_page(const struct timeline *timeline, const char *path, struct err *err)
{
    AUTO_FREE char *page = explain_html(timeline);

    if (strcmp(path, "-") != 0)
        return whole_file_write(path, 0600, page, err);
    fputs(page, stdout);
    return 0;
}

static int explain(const struct options *options, int64_t run)
{
    struct err err = ERR_INIT;
    AUTO(journal) struct journal *journal = journal_open_read_only(options->journal, &err);
    AUTO(timeline) struct timeline *timeline = journal ? timeline_read(journal, run, &err) : NULL;
    AUTO_FREE char *text = NULL;

    if (!timeline || (options->html && write_page(timeline, options->html, &err) != 0))
        return ctl_complain(program.name, &err);
    if (options->html)
        return CTL_DONE;
    text = explain_text(timeline);
    fputs(text, stdout);
    return CTL_DONE;
}

static int run(const struct ctl *ctl, int argc, char **argv)
{
    struct options options = {.journal = JOURNAL_DEFAULT_PATH};
    struct err err = ERR_INIT;
    char **operands = NULL;
    int64_t number = 0;
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
    if (take_run(operands, count, &number, &err) != 0)
        return ctl_complain(program.name, &err);
    return explain(&options, number);
}

const struct ctl_command ctl_explain = {"explain", "explains a run, as text or as a page, from the journal",
                                        run};
