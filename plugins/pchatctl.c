/* pchatctl: what an administrator asks for by hand, as subcommands. */
#include "pchatctl.h"

#include "base/nearest.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "topology/topology.h"

#include <string.h>

static const struct ctl_command *const commands[] = {
    &ctl_discover, &ctl_doctor,  &ctl_drill,   &ctl_stranded,        &ctl_status,
    &ctl_plan,     &ctl_apply,   &ctl_approve, &ctl_fence_word,      &ctl_resume,
    &ctl_takeover, &ctl_abandon, &ctl_pause,   &ctl_resume_watching, &ctl_runs,
    &ctl_explain,  &ctl_journal, &ctl_runbook, &ctl_rehearse,
};

static const struct opt_spec specs[] = {
    {0, "topology", OPT_TEXT, offsetof(struct ctl, topology), "FILE",
     "topology file (default " TOPOLOGY_DEFAULT_PATH ")", 0, 0, NULL},
    {'p', "pool", OPT_TEXT, offsetof(struct ctl, pool), "FQDN",
     "pool to work on (default: the only one in the topology)", 0, 0, NULL},
};

static char *epilogue(void)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, "Subcommands (pchatctl SUBCOMMAND --help tells more):\n");
    for (size_t i = 0; i < COUNT(commands); i++)
        strbuf_format(&text, "  %-15s %s\n", commands[i]->name, commands[i]->summary);
    strbuf_add(&text, "\nExit codes: 0 done, 1 something failed, 3 wrong usage or configuration.");
    return strbuf_take(&text);
}

int ctl_complain(const char *program, const struct err *err)
{
    const char *hint = err_kind_hint(err->kind);
    bool is_callers = err->kind == ERR_USAGE || err->kind == ERR_CONFIG || err->kind == ERR_SECRET;

    fprintf(stderr, "%s: %s\n", program, err->text);
    if (*hint)
        fprintf(stderr, "  -> %s\n", hint);
    return is_callers ? CTL_USAGE : CTL_FAILED;
}

static int unknown_command(const char *name, struct err *err)
{
    struct nearest nearest = NEAREST_INIT(name);

    for (size_t i = 0; i < COUNT(commands); i++)
        nearest_offer(&nearest, commands[i]->name);
    return err_set(err, ERR_USAGE, "\"%s\" is not a subcommand%s%s%s", name,
                   nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
                   nearest.best ? "?" : "");
}

static const struct ctl_command *find_command(const char *name, struct err *err)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        if (name && strcmp(commands[i]->name, name) == 0)
            return commands[i];
    if (name)
        unknown_command(name, err);
    else
        err_set(err, ERR_USAGE, "no subcommand is given");
    return NULL;
}

int main(int argc, char **argv)
{
    struct ctl ctl = {.topology = TOPOLOGY_DEFAULT_PATH};
    AUTO_FREE char *closing = epilogue();
    struct opt_program program = {
        .name = "pchatctl",
        .summary = "Works on a Persistent Chat pool by hand: asks, explains, prepares.",
        .usage = "[--topology FILE] [--pool FQDN] SUBCOMMAND [options]",
        .epilogue = closing,
        .options = specs,
        .option_count = COUNT(specs),
        .stop_at_operand = true,
    };
    const struct ctl_command *command = NULL;
    struct err err = ERR_INIT;
    char **operands;
    int count;

    secret_protect_process();
    switch (opts_parse(&program, argc, argv, &ctl, stdout, &operands, &count, &err)) {
    case OPT_DONE:
        return CTL_DONE;
    case OPT_BAD:
        break;
    case OPT_RUN:
        command = find_command(count ? operands[0] : NULL, &err);
        break;
    }
    return command ? command->run(&ctl, count, operands) : ctl_complain(program.name, &err);
}
