#include "check.h"

#include "check_direct.h"
#include "check_observed.h"

#include "feed/feed.h"
#include "present/present.h"
#include "topology/topology.h"

#include <errno.h>
#include <fcntl.h>

enum { MAX_AGE_MOST_S = 7 * 24 * 3600 };

static const char *const severity_choices[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN", NULL};

/* In the order of enum expect. */
static const char *const expect_choices[] = {"primary", "backup", "mirror", "any", NULL};

#define OPTION(letter, name, kind, member, ...)                                                              \
    {                                                                                                        \
        letter, name, kind, offsetof(struct check_options, member), __VA_ARGS__                              \
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
        bool foreign = (specs[i].offset == offsetof(struct check_options, instance) && check->of_pool) ||
                       (specs[i].offset == offsetof(struct check_options, expect) && !check->expects);

        if (!foreign)
            own[count++] = specs[i];
    }
    return count;
}

int check_options_limits(const struct check *check, const struct check_options *options,
                         struct limits *limits, struct err *err)
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

static int record(const char *path, const struct snapshot *snapshot, struct err *err)
{
    AUTO_FREE char *json = snapshot_to_json(snapshot);

    return check_record(path, json, err);
}

int check_no_instance(const char *name, const char *pool, struct err *err)
{
    return err_set(err, ERR_USAGE, "--instance: \"%s\" is not a SQL instance of %s", name, pool);
}

/* From the snapshot to text; returns the exit code. */
int check_judge(const struct check *check, const struct check_options *options, struct snapshot *snapshot,
                struct fact_num age_s, struct strbuf *out, struct err *err)
{
    struct assess_options how = {.unreachable = (enum severity)options->unreachable,
                                 .only_instance = options->instance,
                                 .expect = (enum expect)options->expect};
    AUTO(report) struct report *report = NULL;

    if (check_options_limits(check, options, &snapshot->limits, err) != 0)
        return -1;
    if (options->record && record(options->record, snapshot, err) != 0)
        return -1;
    report = check->assess(snapshot, &how);
    report->snapshot_age_s = age_s;
    present_report(report, (enum present_format)options->format, options->verbosity, out);
    return (int)report->severity;
}

int check_tell_error(const struct check *check, const struct check_options *options, const struct err *err,
                     struct strbuf *out)
{
    strbuf_truncate(out, 0);
    present_error(check->title, (enum present_format)options->format, err, out);
    return SEVERITY_UNKNOWN;
}

/* ---- what was seen before: here is no driver, no login, and nothing to wait for ---- */

static struct snapshot *get_observed(const struct check_options *options, struct fact_num *ret_age_s,
                                     struct err *err)
{
    struct deadline deadline =
        deadline_in_ms(clock_system(), options->timeout_s * 1000 - CHECK_LAST_WORDS_MS);
    struct snapshot *snapshot;

    if (options->replay) {
        err_set(err, ERR_USAGE, "--replay: a record and --from-observer are two sources, expected one");
        return NULL;
    }
    ret_age_s->known = true;
    snapshot = observed_snapshot(options->from_observer, options->pool, options->max_age_s, deadline,
                                 &ret_age_s->value, err);
    if (snapshot && options->instance && !snapshot_find(snapshot, options->instance)) {
        check_no_instance(options->instance, snapshot->pool, err);
        snapshot_free(snapshot);
        return NULL;
    }
    return snapshot;
}

static int judge_what_was_seen(const struct check *check, const struct check_options *options,
                               struct strbuf *out)
{
    AUTO(snapshot) struct snapshot *snapshot = NULL;
    struct limits scratch = limits_default();
    struct fact_num age_s = {0};
    struct err err = ERR_INIT;
    int code = -1;

    /* Bad usage is told before anything is asked. */
    if (check_options_limits(check, options, &scratch, &err) == 0)
        snapshot =
            options->from_observer ? get_observed(options, &age_s, &err) : replay(options->replay, &err);
    if (snapshot)
        code = check_judge(check, options, snapshot, age_s, out, &err);
    return code < 0 ? check_tell_error(check, options, &err, out) : code;
}

int check_run(const struct check *check, int argc, char **argv)
{
    struct check_options options = {
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
        code = options.from_observer || options.replay ? judge_what_was_seen(check, &options, &out)
                                                       : check_directly(check, &options, argv, &out);
        break;
    }
    fputs(strbuf_text(&out), stdout);
    return code;
}
