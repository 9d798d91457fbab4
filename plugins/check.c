#include "check.h"

#include "check_observed.h"

#include "base/child.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "feed/feed.h"
#include "observe/core/observe.h"
#include "present/present.h"
#include "topology/topology.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* What is kept back of --timeout: for assessing and printing, so that the answer is out before it, and for
 * saying that there is none. */
enum { LAST_WORDS_MS = 30, MAX_AGE_MOST_S = 7 * 24 * 3600 };

struct options {
    const char *topology, *pool, *instance, *record, *replay, *from_observer;
    struct opt_list warning, critical;
    int64_t timeout_s, max_age_s;
    int unreachable, format, expect;
    unsigned verbosity;
};

static const char *const severity_choices[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN", NULL};

/* In the order of enum expect. */
static const char *const expect_choices[] = {"primary", "backup", "mirror", "any", NULL};

#define OPTION(letter, name, kind, member, ...)                                                              \
    {                                                                                                        \
        letter, name, kind, offsetof(struct options, member), __VA_ARGS__                                    \
    }
static const struct opt_spec specs[] = {
    OPTION(0, "topology", OPT_TEXT, topology, "FILE", "topology file (default " TOPOLOGY_DEFAULT_PATH ")", 0,
           0, NULL),
    OPTION('p', "pool", OPT_TEXT, pool, "FQDN", "pool to check (default: the only one in the topology)", 0, 0,
           NULL),
    OPTION('H', "instance", OPT_TEXT, instance, "NAME", "ask this SQL instance alone (default: all)", 0, 0,
           NULL),
    OPTION('w', "warning", OPT_LIST, warning, "[METRIC=]RANGE",
           "range outside which a metric warns; repeatable", 0, 0, NULL),
    OPTION('c', "critical", OPT_LIST, critical, "[METRIC=]RANGE",
           "range outside which a metric is critical; repeatable", 0, 0, NULL),
    OPTION('t', "timeout", OPT_NUMBER, timeout_s, "SECONDS", "answer before this long (default 10)", 1, 3600,
           NULL),
    OPTION(0, "unreachable", OPT_CHOICE, unreachable, "STATE",
           "state for one instance unseen from here (default UNKNOWN)", 0, 0, severity_choices),
    OPTION(0, "format", OPT_CHOICE, format, "FORMAT", "nagios, json or prometheus (default nagios)", 0, 0,
           present_format_names),
    OPTION(0, "record", OPT_TEXT, record, "FILE", "also write what was seen to this file", 0, 0, NULL),
    OPTION(0, "replay", OPT_TEXT, replay, "FILE", "judge what was recorded in this file; nothing is asked", 0,
           0, NULL),
    OPTION(0, "from-observer", OPT_TEXT_MAYBE, from_observer, "SOCKET",
           "judge what pchat-observer saw last; no login (default " FEED_SOCKET_PATH ")", 0, 0, NULL),
    OPTION(0, "max-age", OPT_NUMBER, max_age_s, "SECONDS",
           "what the observer saw may be so old (default three of its intervals)", 1, MAX_AGE_MOST_S, NULL),
    OPTION('v', "verbose", OPT_COUNT, verbosity, NULL, "say more; repeatable", 0, 0, NULL),
    OPTION(0, "expect", OPT_CHOICE, expect, "WHO",
           "who is meant to serve: primary, backup, mirror or any (default primary)", 0, 0, expect_choices),
};

/* Which of the options are this check's; returns how many. */
static size_t choose_options(const struct check *check, struct opt_spec own[COUNT(specs)])
{
    size_t count = 0;

    for (size_t i = 0; i < COUNT(specs); i++) {
        bool foreign = (specs[i].offset == offsetof(struct options, instance) && check->of_pool) ||
                       (specs[i].offset == offsetof(struct options, expect) && !check->expects);

        if (!foreign)
            own[count++] = specs[i];
    }
    return count;
}

/* "METRIC=RANGE" or, for the main metric, "RANGE". */
static int apply_limit(enum metric_id main_metric, const char *text, struct range *ranges, const char *option,
                       struct err *err)
{
    const char *equals = strchr(text, '=');
    enum metric_id id = main_metric;
    AUTO_FREE char *name = equals ? mem_format("%.*s", (int)(equals - text), text) : NULL;
    struct err reason = ERR_INIT;

    if (name && (id = metric_find(name)) == METRIC_COUNT)
        return err_set(err, ERR_USAGE, "%s: \"%s\" is not a metric, expected one of those --help lists",
                       option, name);
    if (id == METRIC_COUNT)
        return err_set(err, ERR_USAGE, "%s: \"%s\" names no metric, expected METRIC=RANGE", option, text);
    if (range_parse(equals ? equals + 1 : text, &ranges[id], &reason) != 0)
        return err_set(err, ERR_USAGE, "%s: %s", option, reason.text);
    return 0;
}

int check_apply_limits(enum metric_id main_metric, const struct opt_list *warning,
                       const struct opt_list *critical, struct limits *limits, struct err *err)
{
    for (size_t i = 0; i < warning->count; i++)
        if (apply_limit(main_metric, warning->items[i], limits->warning, "--warning", err) != 0)
            return -1;
    for (size_t i = 0; i < critical->count; i++)
        if (apply_limit(main_metric, critical->items[i], limits->critical, "--critical", err) != 0)
            return -1;
    return 0;
}

static int apply_limits(const struct check *check, const struct options *options, struct limits *limits,
                        struct err *err)
{
    return check_apply_limits(check->main_metric, &options->warning, &options->critical, limits, err);
}

static struct snapshot *replay(const char *path, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct snapshot *snapshot;
    struct err reason = ERR_INIT;

    if (fd < 0 || strbuf_read_fd(&text, fd, SNAPSHOT_MAX_BYTES) != 0) {
        err_set_errno(err, ERR_IO, errno, "--replay %s", path);
        return NULL;
    }
    snapshot = snapshot_from_json(strbuf_text(&text), text.length, &reason);
    if (!snapshot)
        err_set(err, reason.kind, "--replay %s: %s", path, reason.text);
    return snapshot;
}

int check_record(const char *path, const char *json, struct err *err)
{
    AUTO_FREE char *copy = mem_format("%s", json);
    AUTO(strbuf) struct strbuf temporary = STRBUF_INIT;
    AUTO_CLOSE int fd = -1;
    const struct strbuf text = {copy, strlen(copy), 0};

    strbuf_format(&temporary, "%s.%ld.tmp", path, (long)getpid());
    fd = open(strbuf_text(&temporary), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0)
        return err_set_errno(err, ERR_IO, errno, "--record %s", path);
    if (strbuf_write_fd(&text, fd) != 0 || fsync(fd) != 0 || rename(strbuf_text(&temporary), path) != 0) {
        err_set_errno(err, ERR_IO, errno, "--record %s", path);
        unlink(strbuf_text(&temporary));
        return -1;
    }
    return 0;
}

static int record(const char *path, const struct snapshot *snapshot, struct err *err)
{
    AUTO_FREE char *json = snapshot_to_json(snapshot);

    return check_record(path, json, err);
}

static bool has_instance(const struct topology_pool *pool, const char *name)
{
    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++)
            if (strcmp(pool->sites[s].sql[i].name, name) == 0)
                return true;
    return false;
}

static void no_instance(const char *name, const char *pool, struct err *err)
{
    err_set(err, ERR_USAGE, "--instance: \"%s\" is not a SQL instance of %s", name, pool);
}

/* A check, as the child process that does it knows it. */
struct job {
    const struct check *check;
    const struct options *options;
    struct deadline deadline; /* of the whole check */
    struct suspects *suspects;
};

/* Asks the pool; *ret_hung says whether a driver still holds threads. */
static struct snapshot *ask(const struct job *job, const struct topology *topology, bool *ret_hung,
                            struct err *err)
{
    const struct options *options = job->options;
    const struct topology_pool *pool = topology_find_pool(topology, options->pool, err);
    struct observe_request request = {
        .pool = pool,
        .only_instance = options->instance,
        .fact_sets = job->check->fact_sets,
        .program_name = job->check->name,
        .clock = job->deadline.clock,
        .deadline = deadline_of_asking(job->deadline, options->timeout_s * 1000),
        .suspects = job->suspects,
        .tracks = job->check->tracks,
    };
    struct observe_result result;

    if (!pool)
        return NULL;
    if (options->instance && !has_instance(pool, options->instance)) {
        no_instance(options->instance, pool->fqdn, err);
        return NULL;
    }
    result = observe_pool(&request);
    *ret_hung = result.hung_threads > 0;
    return result.snapshot;
}

/* From the snapshot to text; returns the exit code. */
static int judge(const struct check *check, const struct options *options, struct snapshot *snapshot,
                 struct fact_num age_s, struct strbuf *out, struct err *err)
{
    struct assess_options how = {.unreachable = (enum severity)options->unreachable,
                                 .only_instance = options->instance,
                                 .expect = (enum expect)options->expect};
    AUTO(report) struct report *report = NULL;

    if (apply_limits(check, options, &snapshot->limits, err) != 0)
        return -1;
    if (options->record && record(options->record, snapshot, err) != 0)
        return -1;
    report = check->assess(snapshot, &how);
    report->snapshot_age_s = age_s;
    present_report(report, (enum present_format)options->format, options->verbosity, out);
    return (int)report->severity;
}

static int tell_error(const struct check *check, const struct options *options, const struct err *err,
                      struct strbuf *out)
{
    strbuf_truncate(out, 0);
    present_error(check->title, (enum present_format)options->format, err, out);
    return SEVERITY_UNKNOWN;
}

/* work of child_run() */
static void run(void *argument, struct child_answer *answer)
{
    const struct job *job = argument;
    const struct check *check = job->check;
    const struct options *options = job->options;
    AUTO(topology) struct topology *topology = NULL;
    AUTO(snapshot) struct snapshot *snapshot = NULL;
    struct limits scratch = limits_default();
    struct err err = ERR_INIT;
    int code = -1;

    suspects_watch(job->suspects);
    /* Bad usage is told before anything is asked. */
    if (apply_limits(check, options, &scratch, &err) == 0) {
        if (options->replay)
            snapshot = replay(options->replay, &err);
        else if ((topology = topology_load(options->topology, &err)))
            snapshot = ask(job, topology, &answer->in_haste, &err);
    }
    if (snapshot)
        code = judge(check, options, snapshot, (struct fact_num){!options->replay, 0}, &answer->text, &err);
    if (code < 0)
        code = tell_error(check, options, &err, &answer->text);
    if (answer->in_haste) {
        /* A driver's thread may still read these; the process is about to end without freeing anything. */
        topology = NULL;
        snapshot = NULL;
    }
    answer->code = code;
}

static int no_answer(const struct job *job, const struct child_result *result, struct err *err)
{
    const char *suspect = suspects_last_name(job->suspects);

    switch (result->end) {
    case CHILD_TIMED_OUT:
        return err_set(err, ERR_IO, "no answer within %lld s; the check itself was held up",
                       (long long)job->options->timeout_s);
    case CHILD_CRASHED:
        if (suspect)
            return err_set(err, ERR_IO, "FreeTDS crashed on what %s says (%s)", suspect,
                           strsignal(result->signal));
        return err_set(err, ERR_INTERNAL, "the check crashed (%s)", strsignal(result->signal));
    default:
        if (result->code)
            return err_set_errno(err, ERR_IO, result->code, "no child process");
        return err_set(err, ERR_INTERNAL, "the check ended without an answer");
    }
}

/*
 * What it does to sockets and servers' bytes, the check does in a child: a driver that crashes on an endpoint
 * costs a second pass without it, one that hangs ends with the child.
 */
static int run_in_child(const struct check *check, const struct options *options, struct strbuf *out)
{
    AUTO(suspects) struct suspects *suspects = suspects_new();
    struct job job = {check, options,
                      deadline_in_ms(clock_system(), options->timeout_s * 1000 - LAST_WORDS_MS), suspects};
    size_t pass_bytes = check->tracks ? OBSERVE_HOSTS_MEMORY_BYTES : OBSERVE_SQL_MEMORY_BYTES;
    size_t memory_most_bytes = options->replay ? SIZE_MAX : pass_bytes;
    struct child_result result;
    struct err err = ERR_INIT;

    do
        result = child_run(run, &job, memory_most_bytes, job.deadline, out);
    while (result.end == CHILD_CRASHED && suspects_convict(suspects));
    if (result.end == CHILD_ANSWERED && result.code <= SEVERITY_UNKNOWN)
        return result.code;
    no_answer(&job, &result, &err);
    return tell_error(check, options, &err, out);
}

/* The observer's children have done what is dangerous; here is no driver, no login, and nothing to wait for.
 */
static int run_from_observer(const struct check *check, const struct options *options, struct strbuf *out)
{
    struct deadline deadline = deadline_in_ms(clock_system(), options->timeout_s * 1000 - LAST_WORDS_MS);
    AUTO(snapshot) struct snapshot *snapshot = NULL;
    struct limits scratch = limits_default();
    struct fact_num age_s = {.known = true};
    struct err err = ERR_INIT;
    int code = -1;

    if (options->replay)
        err_set(&err, ERR_USAGE, "--replay: a record and --from-observer are two sources, expected one");
    else if (apply_limits(check, options, &scratch, &err) == 0)
        snapshot = observed_snapshot(options->from_observer, options->pool, options->max_age_s, deadline,
                                     &age_s.value, &err);
    if (snapshot && options->instance && !snapshot_find(snapshot, options->instance))
        no_instance(options->instance, snapshot->pool, &err);
    else if (snapshot)
        code = judge(check, options, snapshot, age_s, out, &err);
    return code < 0 ? tell_error(check, options, &err, out) : code;
}

char *check_epilogue(void)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, "Metrics (default warning, critical):\n");
    for (int id = 0; id < METRIC_COUNT; id++) {
        const struct metric_info *info = metric_info((enum metric_id)id);

        strbuf_format(&text, "  %-18s %s, %s\n      %s\n", info->name, info->warning[0] ? info->warning : "-",
                      info->critical[0] ? info->critical : "-", info->meaning);
    }
    strbuf_add(
        &text,
        "\nExit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (also for wrong usage and configuration).\n");
    return strbuf_take(&text);
}

int check_run(const struct check *check, int argc, char **argv)
{
    struct options options = {
        .topology = TOPOLOGY_DEFAULT_PATH, .timeout_s = 10, .unreachable = SEVERITY_UNKNOWN};
    AUTO_FREE char *closing = check_epilogue();
    struct opt_spec own[COUNT(specs)];
    struct opt_program program = {
        .name = check->name,
        .summary = check->summary,
        .usage = "[--topology FILE] [options]",
        .epilogue = closing,
        .options = own,
        .option_count = choose_options(check, own),
    };
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct err err = ERR_INIT;
    int code = SEVERITY_UNKNOWN;

    secret_protect_process();
    switch (opts_parse(&program, argc, argv, &options, stdout, NULL, NULL, &err)) {
    case OPT_DONE:
        return SEVERITY_UNKNOWN;
    case OPT_BAD:
        present_error(check->title, PRESENT_NAGIOS, &err, &out);
        break;
    case OPT_RUN:
        code = options.from_observer ? run_from_observer(check, &options, &out)
                                     : run_in_child(check, &options, &out);
        break;
    }
    fputs(strbuf_text(&out), stdout);
    return code;
}
