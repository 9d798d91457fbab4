/* pchatctl drill: has the runner prove that the backups can be restored; or plays a recorded look through, as
 * a table-top exercise, without asking anybody. */
#include "pchatctl.h"

#include "act/plan/plan.h"
#include "act/runner/wire.h"
#include "base/strbuf.h"
#include "base/whole_file.h"
#include "topology/topology.h"

#include <jansson.h>
#include <string.h>

enum { LOOK_MOST_BYTES = 32 * 1024 * 1024 };

struct options {
    const char *socket, *by, *instance, *replay;
    bool copy_only, dbcc, scripts;
};

static const struct opt_spec specs[] = {
    {0, "instance", OPT_TEXT, offsetof(struct options, instance), "NAME",
     "restore on this instance (default: the topology's drill.instance)", 0, 0, NULL},
    {0, "copy-only", OPT_FLAG, offsetof(struct options, copy_only), NULL,
     "restore a COPY_ONLY full backup that is taken for it on the principal", 0, 0, NULL},
    {0, "dbcc", OPT_FLAG, offsetof(struct options, dbcc), NULL, "also run DBCC CHECKDB on what was restored",
     0, 0, NULL},
    {0, "replay", OPT_TEXT, offsetof(struct options, replay), "LOOK",
     "table-top exercise: what would be planned by a look of the journal or a check's --record; nothing is "
     "asked",
     0, 0, NULL},
    {0, "scripts", OPT_FLAG, offsetof(struct options, scripts), NULL,
     "with --replay: also print every byte that would be sent", 0, 0, NULL},
    {0, "socket", OPT_TEXT, offsetof(struct options, socket), "PATH",
     "the runner's socket (default " RUNNER_SOCKET_PATH ")", 0, 0, NULL},
    {0, "by", OPT_TEXT, offsetof(struct options, by), "NAME",
     "who you are; must be whom the topology lists with your uid", 0, 0, NULL},
};

static const struct opt_program program = {
    .name = "pchatctl drill",
    .usage = "[options]",
    .summary = "Proves that the backups can be restored: into a database of its own, and away again.",
    .epilogue =
        "Exit codes: 0 proven, 1 refused or the backups do not fit together, 2 ended on the way, 3 wrong "
        "usage or configuration.",
    .options = specs,
    .option_count = COUNT(specs),
};

/* ---- table-top ---- */

/* A look as it is; the snapshot that a check has recorded is one without the facts of acting. */
static char *as_look(const char *text, size_t length)
{
    json_t *root = json_loadb(text, length, 0, NULL);
    char *wrapped = NULL;

    if (json_is_object(root) && !json_object_get(root, "snapshot")) {
        json_t *look =
            json_pack("{s:i,s:i,s:i,s:b,s:i,s:[],s:[],s:O}", "schema", 1, "began_ms", 0, "ended_ms", 0,
                      "clock_jumped", 0, "probe_delay_ms", 0, "fences", "facts", "snapshot", root);

        wrapped = json_dumps(look, JSON_COMPACT);
        json_decref(look);
    }
    json_decref(root);
    return wrapped;
}

static struct look *read_look(const char *path, const struct topology_pool *pool, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_FREE char *wrapped = NULL;
    struct err reason = ERR_INIT;
    struct look *look;

    if (whole_file_read(path, LOOK_MOST_BYTES, &text, &reason) != 0) {
        err_set(err, ERR_USAGE, "--replay %s: %s", path, reason.text);
        return NULL;
    }
    wrapped = as_look(strbuf_text(&text), text.length);
    look = wrapped ? look_from_json(wrapped, strlen(wrapped), pool, &reason)
                   : look_from_json(strbuf_text(&text), text.length, pool, &reason);
    if (!look)
        err_set(err, ERR_USAGE, "--replay %s: %s", path, reason.text);
    return look;
}

static int exercise(const struct topology_pool *pool, const struct look *look, bool scripts, struct err *err)
{
    const struct plan_request wanted = {
        .pool = pool,
        .topology_sha256 = "",
        .verb = VERB_NONE,
        .origin = ORIGIN_PERSON,
        .look = look,
        .override_dir = pool->acting ? pool->acting->runbooks : NULL,
        .gates =
            {.hard = true, .holder = "", .loss_accepted_s = -1, .since_last_run_s = -1, .now = look->ended},
    };
    AUTO(plan) struct plan *plan = plan_new(&wanted, err);
    AUTO_FREE char *text = NULL;

    puts("table-top exercise: nothing is asked, nothing can be applied");
    if (!plan) {
        printf("%s\n", err->text);
        return CTL_FAILED;
    }
    text = plan_to_text(plan, scripts);
    printf("%s\n%s", plan->why ? plan->why : "", text);
    return CTL_DONE;
}

static int replay(const struct ctl *ctl, const struct options *options)
{
    struct err err = ERR_INIT;
    AUTO(topology) struct topology *topology = topology_load(ctl->topology, &err);
    const struct topology_pool *pool = topology ? topology_find_pool(topology, ctl->pool, &err) : NULL;
    AUTO(look) struct look *look = NULL;

    if (options->instance || options->copy_only || options->dbcc)
        err_set(&err, ERR_USAGE, "--replay plays a failover through: it restores nothing");
    else if (pool)
        look = read_look(options->replay, pool, &err);
    return look ? exercise(pool, look, options->scripts, &err) : ctl_complain(program.name, &err);
}

/* ---- asking ---- */

static int run(const struct ctl *ctl, int argc, char **argv)
{
    struct options options = {0};
    struct wire_request request = {.command = WIRE_DRILL, .pool = ctl->pool};
    struct err err = ERR_INIT;
    char **operands;
    int count, code;

    switch (opts_parse(&program, argc, argv, &options, stdout, &operands, &count, &err)) {
    case OPT_DONE:
        return CTL_DONE;
    case OPT_BAD:
        return ctl_complain(program.name, &err);
    case OPT_RUN:
        break;
    }
    if (count) {
        err_set(&err, ERR_USAGE, "\"%s\" is too much", operands[0]);
        return ctl_complain(program.name, &err);
    }
    if (options.replay)
        return replay(ctl, &options);
    request.by = options.by;
    request.instance = options.instance;
    request.copy_only = options.copy_only;
    request.checkdb = options.dbcc;
    code = ctl_ask(&request, options.socket, &err);
    return code >= 0 ? code : ctl_complain(program.name, &err);
}

const struct ctl_command ctl_drill = {"drill", "proves that the backups can be restored", run};
