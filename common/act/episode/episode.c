/* An episode, its words and its text. */
#include "act/episode/episode.h"

#include "base/cleanup.h"
#include "base/number.h"
#include "base/utc.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* ---- words ---- */

static const char *const kind_names[EPISODE_KIND_COUNT] = {
    [EPISODE_FAILOVER] = "failover",
    [EPISODE_FAILBACK] = "failback",
};

static const char *const monitoring_names[MONITORING_COUNT] = {
    [MONITORING_NAGIOS] = "nagios",
    [MONITORING_ICINGA2] = "icinga2",
    [MONITORING_ZABBIX] = "zabbix",
};

static const char *const state_names[CHECK_STATE_COUNT] = {
    [CHECK_OK] = "OK",
    [CHECK_WARNING] = "WARNING",
    [CHECK_CRITICAL] = "CRITICAL",
    [CHECK_UNKNOWN] = "UNKNOWN",
};

enum { NAGIOS = 1 << MONITORING_NAGIOS, ICINGA2 = 1 << MONITORING_ICINGA2, ZABBIX = 1 << MONITORING_ZABBIX };

/*
 * $SERVICESTATE$, $HOSTSTATE$ ("Standard Macros in Nagios"); service.state, host.state ("Runtime Macros",
 * Icinga 2); {EVENT.STATUS}, {TRIGGER.STATUS}, {EVENT.VALUE} ("Supported macros", Zabbix), which knows a
 * problem and its end alone.  Numbers of Nagios are not taken: 1 is a WARNING of a service, but a host DOWN.
 */
static const struct {
    const char *text;
    unsigned spelled_by;
    enum check_state state;
} spellings[] = {
    {"OK", NAGIOS | ICINGA2 | ZABBIX, CHECK_OK},
    {"WARNING", NAGIOS | ICINGA2, CHECK_WARNING},
    {"CRITICAL", NAGIOS | ICINGA2, CHECK_CRITICAL},
    {"UNKNOWN", NAGIOS | ICINGA2, CHECK_UNKNOWN},
    {"UP", NAGIOS | ICINGA2, CHECK_OK},
    {"DOWN", NAGIOS | ICINGA2, CHECK_CRITICAL},
    {"UNREACHABLE", NAGIOS, CHECK_UNKNOWN},
    {"PROBLEM", ZABBIX, CHECK_CRITICAL},
    {"RESOLVED", ZABBIX, CHECK_OK},
    {"1", ZABBIX, CHECK_CRITICAL},
    {"0", ZABBIX, CHECK_OK},
};

static int find_word(const char *const *words, int count, const char *text)
{
    for (int i = 0; i < count; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return -1;
}

const char *episode_kind_name(enum episode_kind kind)
{
    return kind_names[kind];
}

bool monitoring_parse(const char *name, enum monitoring *ret_from)
{
    int found = find_word(monitoring_names, MONITORING_COUNT, name);

    if (found >= 0)
        *ret_from = (enum monitoring)found;
    return found >= 0;
}

const char *monitoring_name(enum monitoring from)
{
    return monitoring_names[from];
}

bool check_state_parse(enum monitoring from, const char *text, enum check_state *ret_state)
{
    for (size_t i = 0; i < COUNT(spellings); i++)
        if ((spellings[i].spelled_by & (1U << from)) && strcmp(spellings[i].text, text) == 0) {
            *ret_state = spellings[i].state;
            return true;
        }
    return false;
}

void check_state_spellings(enum monitoring from, struct strbuf *out)
{
    const char *between = "";

    for (size_t i = 0; i < COUNT(spellings); i++)
        if (spellings[i].spelled_by & (1U << from)) {
            strbuf_format(out, "%s%s", between, spellings[i].text);
            between = ", ";
        }
}

const char *check_state_name(enum check_state state)
{
    return state_names[state];
}

/* ---- what comes from elsewhere ---- */

/* Letters, digits, "-" and "_" between single dots: nothing that a file's name could not hold. */
static bool is_dns_name(const char *text)
{
    char before = '.';

    for (; *text; before = *text++)
        if (*text == '.' ? before == '.'
                         : !isascii(*text) || !(isalnum((unsigned char)*text) || strchr("-_", *text)))
            return false;
    return before != '.';
}

bool episode_set_pool(struct episode *episode, const char *text)
{
    if (strlen(text) >= sizeof(episode->pool) || !is_dns_name(text))
        return false;
    for (size_t i = 0; i <= strlen(text); i++)
        episode->pool[i] = (char)tolower((unsigned char)text[i]);
    return true;
}

bool episode_set_event(struct episode *episode, const char *text)
{
    if (strlen(text) >= sizeof(episode->event))
        return false;
    for (const char *at = text; *at; at++)
        if (!isascii(*at) || !isprint((unsigned char)*at))
            return false;
    snprintf(episode->event, sizeof(episode->event), "%s", text);
    return true;
}

/* ---- what it asks for ---- */

/* Critical no more, and for good: a pool that was failed over warns, and is no longer an emergency. */
static int asks_for_failover(const struct episode *episode)
{
    if (episode->state == CHECK_CRITICAL)
        return episode->hard ? 1 : 0;
    return episode->state == CHECK_OK || (episode->state == CHECK_WARNING && episode->hard) ? -1 : 0;
}

static int asks_for_failback(const struct episode *episode)
{
    if (!episode->hard)
        return 0;
    return episode->state == CHECK_OK ? 1 : -1;
}

int episode_asks(const struct episode *episode)
{
    return episode->kind == EPISODE_FAILBACK ? asks_for_failback(episode) : asks_for_failover(episode);
}

/* ---- the file's text: one line for each, in this order ---- */

#define HEAD "pchat-episode 1\n"
#define KIND "kind "
#define TAIL "end\n"

void episode_write(const struct episode *episode, struct strbuf *out)
{
    char at[UTC_TEXT_BYTES];

    strbuf_add(out, HEAD);
    if (episode->kind !=
        EPISODE_FAILOVER) /* a runner that knows of no kinds reads those of failovers still */
        strbuf_format(out, KIND "%s\n", kind_names[episode->kind]);
    strbuf_format(out, "pool %s\nfrom %s\nstate %s\ntype %s\n", episode->pool,
                  monitoring_names[episode->from], state_names[episode->state],
                  episode->hard ? "HARD" : "SOFT");
    strbuf_format(out, "attempt %" PRId64 "\nmax_attempts %" PRId64 "\ndowntime %" PRId64 "\n",
                  episode->attempt, episode->max_attempts, episode->downtime);
    strbuf_format(out, "event %s\nat %s\n" TAIL, episode->event, utc_format(episode->at_utc_ms, at));
}

static bool read_pool(struct episode *episode, const char *value)
{
    return episode_set_pool(episode, value);
}

static bool read_from(struct episode *episode, const char *value)
{
    return monitoring_parse(value, &episode->from);
}

static bool read_state(struct episode *episode, const char *value)
{
    int found = find_word(state_names, CHECK_STATE_COUNT, value);

    episode->state = found >= 0 ? (enum check_state)found : CHECK_UNKNOWN;
    return found >= 0;
}

static bool read_type(struct episode *episode, const char *value)
{
    episode->hard = strcmp(value, "HARD") == 0;
    return episode->hard || strcmp(value, "SOFT") == 0;
}

static bool read_count(const char *value, int64_t *ret_count)
{
    return number_parse(value, ret_count) && *ret_count >= -1;
}

static bool read_attempt(struct episode *episode, const char *value)
{
    return read_count(value, &episode->attempt);
}

static bool read_max_attempts(struct episode *episode, const char *value)
{
    return read_count(value, &episode->max_attempts);
}

static bool read_downtime(struct episode *episode, const char *value)
{
    return read_count(value, &episode->downtime);
}

static bool read_event(struct episode *episode, const char *value)
{
    return episode_set_event(episode, value);
}

static bool read_at(struct episode *episode, const char *value)
{
    return utc_parse(value, &episode->at_utc_ms);
}

static const struct {
    const char *key;
    bool (*read)(struct episode *episode, const char *value);
} lines[] = {
    {"pool ", read_pool},         {"from ", read_from},       {"state ", read_state},
    {"type ", read_type},         {"attempt ", read_attempt}, {"max_attempts ", read_max_attempts},
    {"downtime ", read_downtime}, {"event ", read_event},     {"at ", read_at},
};

/* Takes the text behind `expected`; false where it begins otherwise. */
static bool take(const char **text, const char *expected)
{
    size_t length = strlen(expected);

    if (strncmp(*text, expected, length) != 0)
        return false;
    *text += length;
    return true;
}

static bool take_value(const char **text, char *value, size_t bytes)
{
    size_t length = strcspn(*text, "\n");

    if ((*text)[length] != '\n' || length >= bytes)
        return false;
    memcpy(value, *text, length);
    value[length] = '\0';
    *text += length + 1;
    return true;
}

/* The line that may be absent.  False: it is there, and says nothing that is known. */
static bool take_kind(const char **text, struct episode *episode)
{
    char value[EPISODE_POOL_BYTES];
    int found;

    if (!take(text, KIND))
        return true;
    found = take_value(text, value, sizeof(value)) ? find_word(kind_names, EPISODE_KIND_COUNT, value) : -1;
    episode->kind = found >= 0 ? (enum episode_kind)found : EPISODE_FAILOVER;
    return found >= 0;
}

int episode_read(const char *text, struct episode *ret_episode, struct err *err)
{
    const char *const head = text;
    struct episode episode = {.kind = EPISODE_FAILOVER};
    char value[EPISODE_POOL_BYTES];
    size_t first;

    if (!take(&text, HEAD))
        return err_set(err, ERR_INPUT, "no episode; expected \"pchat-episode 1\" in its first line");
    if (!take_kind(&text, &episode))
        return err_set(err, ERR_INPUT, "line 2: expected \"" KIND "failover\" or \"" KIND "failback\"");
    first = text == head + strlen(HEAD) ? 2 : 3;
    for (size_t i = 0; i < COUNT(lines); i++)
        if (!take(&text, lines[i].key) || !take_value(&text, value, sizeof(value)) ||
            !lines[i].read(&episode, value))
            return err_set(err, ERR_INPUT, "line %zu: expected \"%s…\"", i + first, lines[i].key);
    if (strcmp(text, TAIL) != 0)
        return err_set(err, ERR_INPUT, "line %zu: expected \"end\" and no more", COUNT(lines) + first);
    *ret_episode = episode;
    return 0;
}
