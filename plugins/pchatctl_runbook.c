/* pchatctl runbook --print: every step as it is done by hand, from what is compiled in. */
#include "pchatctl.h"

#include "act/tell/runbook_print.h"

#include <string.h>

struct options {
    bool print;
    const char *serving;
};

static const struct opt_spec specs[] = {
    {0, "print", OPT_FLAG, offsetof(struct options, print), NULL, "print the steps and their scripts", 0, 0,
     NULL},
    {0, "serving", OPT_TEXT, offsetof(struct options, serving), "SITE",
     "site that serves now, or did last (default: the primary one)", 0, 0, NULL},
};
static const struct opt_program program = {
    .name = "pchatctl runbook",
    .summary = "Prints what each step does, to be done by hand; asks nobody and needs no file.",
    .usage = "--print [VERB] [options]",
    .epilogue =
        "VERB is a verb that can be planned, as failover or failback; without it all are printed.\n"
        "Names are filled in from the topology (pchatctl --topology FILE runbook --print) where it can be "
        "read.\n"
        "\nExit codes: 0 done, 3 wrong usage or configuration.",
    .options = specs,
    .option_count = COUNT(specs),
};

/* The default file may be missing, which is told on stderr; one that was named may not.  0 or -1. */
static int find_pool(const struct ctl *ctl, struct topology **ret_topology,
                     const struct topology_pool **ret_pool, struct err *err)
{
    *ret_topology = topology_load(ctl->topology, err);
    if (*ret_topology)
        *ret_pool = topology_find_pool(*ret_topology, ctl->pool, err);
    if (*ret_pool)
        return 0;
    if (ctl->pool || strcmp(ctl->topology, TOPOLOGY_DEFAULT_PATH) != 0)
        return -1;
    fprintf(stderr, "no names are filled in: %s\n", err->text);
    return 0;
}

static int check_serving(const struct topology_pool *pool, const char *site, struct err *err)
{
    for (size_t i = 0; pool && site && i < pool->site_count; i++)
        if (strcmp(pool->sites[i].name, site) == 0)
            return 0;
    return site ? err_set(err, ERR_USAGE, "--serving: \"%s\" is no site of the topology", site) : 0;
}

static int print(const struct ctl *ctl, const struct options *options, enum verb verb)
{
    AUTO(topology) struct topology *topology = NULL;
    const struct topology_pool *pool = NULL;
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct err err = ERR_INIT;

    if (find_pool(ctl, &topology, &pool, &err) != 0 || check_serving(pool, options->serving, &err) != 0)
        return ctl_complain(program.name, &err);
    runbook_print(&out, verb, pool, options->serving);
    fputs(strbuf_text(&out), stdout);
    return CTL_DONE;
}

static int fail_verb(const char *text, struct err *err)
{
    AUTO(strbuf) struct strbuf verbs = STRBUF_INIT;

    verb_spellings(&verbs);
    return err_set(err, ERR_USAGE, "\"%s\" is no verb, expected one of %s", text, strbuf_text(&verbs));
}

static int take_verb(const struct options *options, char **operands, int count, enum verb *ret_verb,
                     struct err *err)
{
    if (!options->print)
        return err_set(err, ERR_USAGE, "--print is needed");
    if (count > 1)
        return err_set(err, ERR_USAGE, "\"%s\" is too much", operands[1]);
    if (count && (!verb_parse(operands[0], ret_verb) || *ret_verb == VERB_NONE))
        return fail_verb(operands[0], err);
    return 0;
}

static int run(const struct ctl *ctl, int argc, char **argv)
{
    struct options options = {.print = false};
    enum verb verb = VERB_NONE;
    struct err err = ERR_INIT;
    char **operands = NULL;
    int count = 0;

    switch (opts_parse(&program, argc, argv, &options, stdout, &operands, &count, &err)) {
    case OPT_DONE:
        return CTL_DONE;
    case OPT_BAD:
        return ctl_complain(program.name, &err);
    case OPT_RUN:
        break;
    }
    if (take_verb(&options, operands, count, &verb, &err) != 0)
        return ctl_complain(program.name, &err);
    return print(ctl, &options, verb);
}

const struct ctl_command ctl_runbook = {"runbook", "prints every step as it is done by hand", run};
