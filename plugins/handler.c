/*
 * From what a monitoring system hands over to an episode in the spool.
 */
#include "handler.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/opts.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>

enum { EXIT_RECORDED = 0, EXIT_REFUSED = 3, COUNT_MAX = 1000000 };

struct call {
    const char *pool, *state, *state_type, *event, *spool;
    int from;
    int64_t attempt, max_attempts, downtime;
};

static const char *const froms[] = {"nagios", "icinga2", "zabbix", NULL};
_Static_assert(COUNT(froms) == MONITORING_COUNT + 1, "in the order of enum monitoring");

#define AT(member) offsetof(struct call, member)
static const struct opt_spec specs[] = {
    {'p', "pool", OPT_TEXT, AT(pool), "FQDN", "pool that the check is about", 0, 0, NULL},
    {'f', "from", OPT_CHOICE, AT(from), "SYSTEM", "who calls: nagios, icinga2 or zabbix", 0, 0, froms},
    {'s', "state", OPT_TEXT, AT(state), "STATE", "the check's state, as that system spells it", 0, 0, NULL},
    {'t', "state-type", OPT_TEXT, AT(state_type), "TYPE",
     "HARD or SOFT (default with zabbix, whose triggers fire when confirmed: HARD)", 0, 0, NULL},
    {'a', "attempt", OPT_NUMBER, AT(attempt), "N", "which attempt it was; recorded only", 0, COUNT_MAX, NULL},
    {'m', "max-attempts", OPT_NUMBER, AT(max_attempts), "N", "of how many; recorded only", 0, COUNT_MAX,
     NULL},
    {'d', "downtime", OPT_NUMBER, AT(downtime), "N", "depth of scheduled downtime, 0 for none", 0, COUNT_MAX,
     NULL},
    {'e', "event", OPT_TEXT, AT(event), "ID", "the system's own id of the event", 0, 0, NULL},
    {0, "spool", OPT_TEXT, AT(spool), "DIR", "folder to record it in (default " EPISODE_SPOOL ")", 0, 0,
     NULL},
};

static struct opt_program describe(const struct handler *handler)
{
    return (struct opt_program){
        .name = handler->name,
        .summary = handler->summary,
        .usage = "--pool FQDN --from SYSTEM --state STATE [options]",
        .epilogue = handler->epilogue,
        .options = specs,
        .option_count = COUNT(specs),
    };
}

/* ---- what a monitoring system did not fill in ---- */

/* "$SERVICESTATE$" as Nagios and Icinga 2 write macros, "{EVENT.ID}" as Zabbix does, which puts "*UNKNOWN*"
 * for one that it does not know. */
static bool is_macro(const char *value)
{
    size_t length = strlen(value);

    if (length < 3)
        return false;
    return (value[0] == '$' && value[length - 1] == '$') || (value[0] == '{' && value[length - 1] == '}') ||
           strcmp(value, "*UNKNOWN*") == 0;
}

/* Said before anything else, as otherwise it is "not a number". */
static int refuse_macros(int argc, char **argv, struct err *err)
{
    for (int i = 1; i < argc; i++) {
        const char *equals = strncmp(argv[i], "--", 2) == 0 ? strchr(argv[i], '=') : NULL;
        const char *value = equals ? equals + 1 : argv[i], *option = equals ? argv[i] : argv[i - 1];

        if (is_macro(value))
            return err_set(err, ERR_USAGE,
                           "%.*s: \"%s\" is a macro that was not filled in; expected its value",
                           (int)strcspn(option, "="), option, value);
    }
    return 0;
}

/* ---- from options to an episode ---- */

static int fail_value(const char *option, const char *value, const char *expected, struct err *err)
{
    if (!value)
        return err_set(err, ERR_USAGE, "%s: missing; expected %s", option, expected);
    if (!*value)
        return err_set(err, ERR_USAGE, "%s: empty; expected %s", option, expected);
    return err_set(err, ERR_USAGE, "%s: \"%s\" is none; expected %s", option, value, expected);
}

static int set_state(struct episode *episode, const struct call *call, struct err *err)
{
    AUTO(strbuf) struct strbuf expected = STRBUF_INIT;

    if (call->state && check_state_parse(episode->from, call->state, &episode->state))
        return 0;
    strbuf_format(&expected, "a state of %s: ", monitoring_name(episode->from));
    check_state_spellings(episode->from, &expected);
    return fail_value("--state", call->state, strbuf_text(&expected), err);
}

static int set_type(struct episode *episode, const struct call *call, struct err *err)
{
    const char *type = call->state_type;

    if (!type && episode->from == MONITORING_ZABBIX)
        type = "HARD";
    episode->hard = type && strcmp(type, "HARD") == 0;
    if (episode->hard || (type && strcmp(type, "SOFT") == 0))
        return 0;
    return fail_value("--state-type", type, "HARD or SOFT", err);
}

static int make_episode(enum episode_kind kind, const struct call *call, struct episode *episode,
                        struct err *err)
{
    *episode = (struct episode){
        .kind = kind,
        .attempt = call->attempt,
        .max_attempts = call->max_attempts,
        .downtime = call->downtime,
        .at_utc_ms = clock_utc_ms(clock_system()),
    };
    if (!call->pool || !episode_set_pool(episode, call->pool))
        return fail_value("--pool", call->pool, "a DNS name like lyncpc.example.com", err);
    if (call->from < 0)
        return fail_value("--from", NULL, "nagios, icinga2 or zabbix", err);
    episode->from = (enum monitoring)call->from;
    if (set_state(episode, call, err) != 0 || set_type(episode, call, err) != 0)
        return -1;
    if (!episode_set_event(episode, call->event))
        return fail_value("--event", call->event, "at most 127 printable ASCII characters", err);
    return 0;
}

/* A daemon may have closed them; the spool's file must not become anybody's standard error. */
static void fill_standard_streams(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

static int complain(const struct handler *handler, const struct err *err)
{
    fprintf(stderr, "%s: %s\n", handler->name, err->text);
    return EXIT_REFUSED;
}

int handler_run(const struct handler *handler, int argc, char **argv)
{
    const struct opt_program program = describe(handler);
    struct call call = {
        .from = -1, .attempt = -1, .max_attempts = -1, .downtime = -1, .event = "", .spool = EPISODE_SPOOL};
    struct episode episode;
    struct err err = ERR_INIT;

    fill_standard_streams();
    if (refuse_macros(argc, argv, &err) != 0)
        return complain(handler, &err);
    switch (opts_parse(&program, argc, argv, &call, stdout, NULL, NULL, &err)) {
    case OPT_DONE:
        return EXIT_RECORDED;
    case OPT_BAD:
        return complain(handler, &err);
    case OPT_RUN:
        break;
    }
    if (make_episode(handler->kind, &call, &episode, &err) != 0 ||
        episode_drop(call.spool, &episode, &err) != 0)
        return complain(handler, &err);
    return EXIT_RECORDED;
}
