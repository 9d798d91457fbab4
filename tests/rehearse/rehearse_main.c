/* pchat-rehearse: what `pchatctl rehearse` runs. */
#include "base/cleanup.h"
#include "base/opts.h"
#include "rehearse/pages.h"
#include "rehearse/scenarios.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 3, SCENARIOS_MOST = 32 };

struct options {
    const char *topology, *pool, *out;
    struct opt_list scenarios;
    int64_t seed;
    bool list;
};

static const struct opt_spec specs[] = {
    {0, "topology", OPT_TEXT, offsetof(struct options, topology), "FILE",
     "topology file (default " TOPOLOGY_DEFAULT_PATH ")", 0, 0, NULL},
    {'p', "pool", OPT_TEXT, offsetof(struct options, pool), "FQDN",
     "pool to rehearse (default: the only one in the topology)", 0, 0, NULL},
    {0, "scenario", OPT_LIST, offsetof(struct options, scenarios), "NAME",
     "what to rehearse; may be given more than once (default: everything)", 0, 0, NULL},
    {0, "list", OPT_FLAG, offsetof(struct options, list), NULL, "lists the scenarios and ends", 0, 0, NULL},
    {0, "out", OPT_TEXT, offsetof(struct options, out), "DIR",
     "folder for the pages, made if it is not there (default rehearsal)", 0, 0, NULL},
    {0, "seed", OPT_NUMBER, offsetof(struct options, seed), "N",
     "another number, other chances; the same one plays the same (default 1)", 1, 1000000, NULL},
};
static const struct opt_program program = {
    .name = "pchatctl rehearse",
    .summary = "Plays what may befall a pool of that shape, and what you would see and type; asks nobody.",
    .usage = "[options]",
    .epilogue = "Of the topology only the shape is taken: which machines there are, where and what\n"
                "for, periods, who may act and by what means.  Everything runs in this process, in\n"
                "virtual time, without a network.\n"
                "\nExit codes: 0 every scenario was played, 1 something failed, 3 wrong usage or\n"
                "configuration.",
    .options = specs,
    .option_count = COUNT(specs),
};

static int complain(const struct err *err)
{
    const char *hint = err_kind_hint(err->kind);

    fprintf(stderr, "%s: %s\n", program.name, err->text);
    if (*hint)
        fprintf(stderr, "  -> %s\n", hint);
    return err->kind == ERR_USAGE || err->kind == ERR_CONFIG || err->kind == ERR_SECRET ? EXIT_USAGE
                                                                                        : EXIT_FAILED;
}

static int list(void)
{
    for (const struct scenario *scenario = scenarios(); scenario->name; scenario++)
        printf("%-20s %s\n", scenario->name, scenario->summary);
    return EXIT_DONE;
}

static int choose(const struct opt_list *names, const struct scenario *chosen[SCENARIOS_MOST], size_t *count,
                  struct err *err)
{
    *count = 0;
    for (size_t i = 0; i < names->count && *count < SCENARIOS_MOST; i++) {
        chosen[*count] = scenario_named(names->items[i], err);
        if (!chosen[(*count)++])
            return -1;
    }
    for (const struct scenario *scenario = scenarios(); !names->count && scenario->name; scenario++)
        chosen[(*count)++] = scenario;
    return 0;
}

static int make_folder(const char *path, struct err *err)
{
    struct stat status;

    if (mkdir(path, 0700) == 0 || (errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)))
        return 0;
    return err_set_errno(err, ERR_IO, errno, "the folder %s cannot be made", path);
}

/* Its pages, and a line of the index; the line on stdout. */
static int rehearse(const struct shape *shape, const struct options *options, const struct scenario *scenario,
                    struct pages *pages, struct err *err)
{
    AUTO(play) struct play *play = play_new(shape, (uint64_t)options->seed, err);

    if (!play)
        return -1;
    scenario->run(play);
    play_count(play);
    if (play->campaign->failure.kind != ERR_NONE)
        return err_set(err, ERR_INTERNAL, "%s: %s", scenario->name, play->campaign->failure.text);
    return pages_add(pages, scenario, play, err);
}

static int rehearse_all(const struct options *options, struct err *err)
{
    const struct scenario *chosen[SCENARIOS_MOST];
    size_t count;
    AUTO(topology) struct topology *topology = NULL;
    AUTO(shape) struct shape *shape = NULL;
    const struct topology_pool *pool;

    if (choose(&options->scenarios, chosen, &count, err) != 0)
        return -1;
    topology = topology_load_alone(options->topology, err);
    pool = topology ? topology_find_pool(topology, options->pool, err) : NULL;
    shape = pool ? shape_of_pool(topology, pool, err) : NULL;
    if (!shape || make_folder(options->out, err) != 0)
        return -1;
    struct pages pages = {.folder = options->out, .shape = shape, .pool = pool->fqdn, .seed = options->seed};
    pages_begin(&pages);
    for (size_t i = 0; i < count; i++)
        if (rehearse(shape, options, chosen[i], &pages, err) != 0) {
            pages_done(&pages);
            return -1;
        }
    return pages_end(&pages, err);
}

int main(int argc, char **argv)
{
    struct options options = {.topology = TOPOLOGY_DEFAULT_PATH, .out = "rehearsal", .seed = 1};
    struct err err = ERR_INIT;

    setvbuf(stdout, NULL, _IOLBF, 0);
    switch (opts_parse(&program, argc, argv, &options, stdout, NULL, NULL, &err)) {
    case OPT_DONE:
        return EXIT_DONE;
    case OPT_BAD:
        return complain(&err);
    case OPT_RUN:
        break;
    }
    if (options.list)
        return list();
    return rehearse_all(&options, &err) == 0 ? EXIT_DONE : complain(&err);
}
