/*
 * Episodes: what a monitoring system tells by calling the handler, as one small file each in the spool.
 *
 * The handler writes NAME.….tmp, fsyncs, renames to NAME.episode and fsyncs the folder; it knows nothing and
 * decides nothing.  NAME is made of pool, state, hardness and kind: a further call of the same replaces the
 * file, so that a storm of calls is one file.  The runner renames what it reads to NAME.taken, so that a call
 * that comes meanwhile is a file of its own, and removes it when it is done with it; after a crash it finds
 * it again.  Foreign bytes are survived: a file that is no episode is moved to NAME.bad.
 *
 * The spool is a folder that handlers and runner may write and list; files are 0640 and take its group.
 */
#ifndef PCHAT_ACT_EPISODE_EPISODE_H
#define PCHAT_ACT_EPISODE_EPISODE_H

#include "base/err.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

#define EPISODE_SPOOL "/var/spool/pchat-plugins"

/* What the handler that was called is for: a pool in trouble, or a site that may be gone home to again. */
enum episode_kind { EPISODE_FAILOVER, EPISODE_FAILBACK, EPISODE_KIND_COUNT };
enum monitoring { MONITORING_NAGIOS, MONITORING_ICINGA2, MONITORING_ZABBIX, MONITORING_COUNT };
enum check_state { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN, CHECK_STATE_COUNT };

enum { EPISODE_POOL_BYTES = 256, EPISODE_EVENT_BYTES = 128, EPISODE_NAME_BYTES = 256 };

struct episode {
    enum episode_kind kind;
    char pool[EPISODE_POOL_BYTES]; /* a DNS name in small letters */
    enum monitoring from;
    enum check_state state;
    bool hard;                       /* by --state-type alone */
    int64_t attempt, max_attempts;   /* recorded only; -1: not said */
    int64_t downtime;                /* depth; -1: not said */
    char event[EPISODE_EVENT_BYTES]; /* the monitoring system's own id, printable ASCII; "" */
    int64_t at_utc_ms;               /* host's clock, when it was called */
};

const char *episode_kind_name(enum episode_kind kind); /* "failback" */
bool monitoring_parse(const char *name, enum monitoring *ret_from);
const char *monitoring_name(enum monitoring from); /* "nagios" */
/* As that monitoring system spells it: its services' and hosts' words, or an event's value. */
bool check_state_parse(enum monitoring from, const char *text, enum check_state *ret_state);
/* Appends what check_state_parse takes, "OK, WARNING, …", for an error. */
void check_state_spellings(enum monitoring from, struct strbuf *out);
const char *check_state_name(enum check_state state); /* "CRITICAL" */

/* False: the text is no DNS name, or no event id. */
bool episode_set_pool(struct episode *episode, const char *text);
bool episode_set_event(struct episode *episode, const char *text);

/*
 * Is there something to do from now on (1), no more (-1), or does it say nothing (0)?  A failover is asked
 * for by what is critical for good, and no more by what is less than that; a failback by what is well for
 * good, and no more by anything else.
 */
int episode_asks(const struct episode *episode);

/* The file's text, and back; ERR_INPUT for what is none.  One without a kind is of a failover. */
void episode_write(const struct episode *episode, struct strbuf *out);
int episode_read(const char *text, struct episode *ret_episode, struct err *err);

/* Into the spool, on disk when it returns; at most one file per pool, state, hardness and kind. */
int episode_drop(const char *spool, const struct episode *episode, struct err *err);
/*
 * The oldest one; it stays in the spool, and is what the next call finds, until episode_done.  Also removes
 * what handlers that died left half-written a minute ago.  1: there is one, 0: none, -1: *err.
 */
int episode_take(const char *spool, struct episode *ret_episode, char ret_name[EPISODE_NAME_BYTES],
                 struct err *err);
int episode_done(const char *spool, const char *name, struct err *err);
/* How many nobody has taken though they have been there for more than a minute; 0, or -1: the spool cannot be
 * read. */
int episode_count_left(const char *spool, int64_t now_utc_ms, size_t *ret_count);

#endif
