/* check_pchat_readiness: could one fail over right now?  Looks with the monitoring login, as a run would
 * look, and judges the gates of a failover as they would be without the serving site. */
#include "check.h"

#include "act/engine/looker.h"
#include "act/readiness/step_times.h"
#include "act/runner/runs_file.h"
#include "act/runner/wire.h"
#include "base/strbuf.h"
#include "base/whole_file.h"
#include "observe/hosts/host_tracks.h"
#include "present/present.h"
#include "topology/topology.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LOOK_MOST_BYTES = 32 * 1024 * 1024, TIMEOUT_S = 30 };

static const char name[] = "check_pchat_readiness", title[] = "PCHAT READINESS";

struct options {
    const char *topology, *pool, *record, *replay, *runs, *journal;
    struct opt_list warning, critical;
    int64_t timeout_s;
    int format;
    unsigned verbosity;
};

#define OPTION(letter, name, kind, member, ...)                                                              \
    {                                                                                                        \
        letter, name, kind, offsetof(struct options, member), __VA_ARGS__                                    \
    }
static const struct opt_spec specs[] = {
    OPTION(0, "topology", OPT_TEXT, topology, "FILE", "topology file (default " TOPOLOGY_DEFAULT_PATH ")", 0,
           0, NULL),
    OPTION('p', "pool", OPT_TEXT, pool, "FQDN", "pool to check (default: the only one in the topology)", 0, 0,
           NULL),
    OPTION('w', "warning", OPT_LIST, warning, "METRIC=RANGE",
           "range outside which a metric warns; repeatable", 0, 0, NULL),
    OPTION('c', "critical", OPT_LIST, critical, "METRIC=RANGE",
           "range outside which a metric is critical; repeatable", 0, 0, NULL),
    OPTION('t', "timeout", OPT_NUMBER, timeout_s, "SECONDS", "answer before this long (default 30)", 5, 3600,
           NULL),
    OPTION(0, "runs", OPT_TEXT, runs, "FILE",
           "what the runner shows, for its pause (default " RUNNER_STATE_DIR "/runs.json, if it is there)", 0,
           0, NULL),
    OPTION(0, "journal", OPT_TEXT, journal, "FILE",
           "the runner's journal, for how long steps took (default " RUNNER_STATE_DIR
           "/journal.db, if it may be read)",
           0, 0, NULL),
    OPTION(0, "format", OPT_CHOICE, format, "FORMAT", "nagios, json or prometheus (default nagios)", 0, 0,
           present_format_names),
    OPTION(0, "record", OPT_TEXT, record, "FILE", "also write what was seen to this file", 0, 0, NULL),
    OPTION(0, "replay", OPT_TEXT, replay, "FILE", "judge what was recorded in this file; nothing is asked", 0,
           0, NULL),
    OPTION('v', "verbose", OPT_COUNT, verbosity, NULL, "say more; repeatable", 0, 0, NULL),
};

/* ---- seeing ---- */

static struct look *ask(const struct options *options, const struct topology_pool *pool)
{
    const int64_t whole_ms = options->timeout_s * 1000;
    const struct deadline whole = deadline_in_ms(clock_system(), whole_ms);
    const struct looker_setup setup = {
        .pool = pool,
        .for_readiness = true,
        .clock = clock_system(),
        .tracks = &host_tracks,
        .program_name = name,
        .look_ms = deadline_left_ms(deadline_of_asking(whole, whole_ms)),
    };
    AUTO(pool_looker) struct pool_looker *looker = pool_looker_new(&setup);
    const struct looker port = pool_looker_port(looker);

    return port.look(port.user, false);
}

static struct look *replay(const char *path, const struct topology_pool *pool, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct err reason = ERR_INIT;
    struct look *look = NULL;

    if (whole_file_read(path, LOOK_MOST_BYTES, &text, &reason) == 0)
        look = look_from_json(strbuf_text(&text), text.length, pool, &reason);
    if (!look)
        err_set(err, reason.kind, "--replay %s: %s", path, reason.text);
    return look;
}

static int keep(const struct options *options, const struct look *look, struct err *err)
{
    AUTO_FREE char *json = options->record ? look_to_json(look) : NULL;

    return json ? check_record(options->record, json, err) : 0;
}

/* ---- what the runner shows ---- */

/* NULL: nobody has paused it, or the runner shows nothing here: it may live on another host. */
static const char *pause_of(const struct options *options, const struct topology_pool *pool,
                            struct arena *arena)
{
    const char *path = options->runs ? options->runs : RUNNER_STATE_DIR "/runs.json";
    struct runs_file file;
    struct err err = ERR_INIT;

    if ((options->replay && !options->runs) || runs_file_read(path, arena, &file, &err) != 0)
        return NULL;
    for (size_t i = 0; i < file.pool_count; i++) {
        const struct runs_pool *shown = &file.pools[i];

        if (shown->pool && strcasecmp(shown->pool, pool->fqdn) == 0 && shown->pause_by)
            return arena_format(arena, "until %s by %s: %s", shown->pause_until ? shown->pause_until : "?",
                                shown->pause_by,
                                shown->pause_reason ? shown->pause_reason : "no reason given");
    }
    return NULL;
}

/* None where there is no journal here, or this user may not read it. */
static struct step_time *times_of(const struct options *options, struct arena *arena, size_t *ret_count)
{
    const char *path = options->journal ? options->journal : RUNNER_STATE_DIR "/journal.db";
    struct err err = ERR_INIT;
    AUTO(journal) struct journal *journal = NULL;

    *ret_count = 0;
    if (options->replay && !options->journal)
        return NULL;
    journal = journal_open_read_only(path, &err);
    return journal ? step_times_read(journal, arena, ret_count) : NULL;
}

/* ---- all of it ---- */

static int run(const struct options *options, struct strbuf *out, struct err *err)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct limits scratch = limits_default();
    AUTO(topology) struct topology *topology = NULL;
    const struct topology_pool *pool;
    AUTO(look) struct look *look = NULL;
    AUTO(report) struct report *report = NULL;
    const struct step_time *times;
    size_t time_count;

    /* Bad usage is told before anything is asked. */
    if (check_apply_limits(METRIC_COUNT, &options->warning, &options->critical, &scratch, err) != 0)
        return -1;
    topology = topology_load(options->topology, err);
    pool = topology ? topology_find_pool(topology, options->pool, err) : NULL;
    if (!pool)
        return -1;
    look = options->replay ? replay(options->replay, pool, err) : ask(options, pool);
    if (!look || keep(options, look, err) != 0 ||
        check_apply_limits(METRIC_COUNT, &options->warning, &options->critical, &look->snapshot->limits,
                           err) != 0)
        return -1;
    times = times_of(options, arena, &time_count);
    report = readiness_report(&(struct readiness_question){.times = times,
                                                           .time_count = time_count,
                                                           .pool = pool,
                                                           .look = look,
                                                           .paused = pause_of(options, pool, arena),
                                                           .topology_sha256 = ""});
    if (!options->replay)
        report->snapshot_age_s = (struct fact_num){true, 0};
    present_report(report, (enum present_format)options->format, options->verbosity, out);
    return (int)report->severity;
}

int main(int argc, char **argv)
{
    struct options options = {.topology = TOPOLOGY_DEFAULT_PATH, .timeout_s = TIMEOUT_S};
    AUTO_FREE char *closing = check_epilogue();
    const struct opt_program program = {
        .name = name,
        .summary = "Says whether one could fail over right now: each gate of a failover with its remedy, how "
                   "old the proofs are, what would be lost and how long it would take.",
        .usage = "[--topology FILE] [options]",
        .epilogue = closing,
        .options = specs,
        .option_count = COUNT(specs),
    };
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct err err = ERR_INIT;
    int code = -1;

    secret_protect_process();
    switch (opts_parse(&program, argc, argv, &options, stdout, NULL, NULL, &err)) {
    case OPT_DONE:
        return SEVERITY_UNKNOWN;
    case OPT_BAD:
        break;
    case OPT_RUN:
        code = run(&options, &out, &err);
        break;
    }
    if (code < 0) {
        present_error(title, (enum present_format)options.format, &err, &out);
        code = SEVERITY_UNKNOWN;
    }
    fputs(strbuf_text(&out), stdout);
    return code;
}
