/*
 * Episodes: what a monitoring system tells by calling the handler, as one small file each in the spool.
 *
 * The handler writes NAME.tmp, fsyncs, renames to NAME.episode and fsyncs the folder; it knows nothing and
 * decides nothing.  Names of one pool and verb are one episode: further calls of the same kind replace the
 * file (same name), so that a storm of calls is one file.  The runner reads and removes.  Foreign bytes are
 * survived: a file that is none is moved to NAME.bad.
 */
#ifndef PCHAT_ACT_EPISODE_EPISODE_H
#define PCHAT_ACT_EPISODE_EPISODE_H

#include "act/judge/verb.h"
#include "base/cleanup.h"
#include "base/err.h"

#include <stdint.h>

enum monitoring { MONITORING_NAGIOS, MONITORING_ICINGA2, MONITORING_ZABBIX, MONITORING_COUNT };
enum check_state { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN, CHECK_STATE_COUNT };

struct episode {
    char pool[256];
    enum monitoring from;
    enum check_state state;
    bool hard;                     /* by --state-type alone */
    int64_t attempt, max_attempts; /* recorded only; -1: not said */
    int64_t downtime;              /* depth; -1: not said */
    char event[128];               /* the monitoring system's own id; "" */
    int64_t at_utc_ms;             /* host's clock, when it was called */
};

bool monitoring_parse(const char *name, enum monitoring *ret_from);
const char *monitoring_name(enum monitoring from);
bool check_state_parse(const char *name, enum check_state *ret_state);
const char *check_state_name(enum check_state state);

/* Into the spool; at most one file per pool, state and hardness. */
int episode_drop(const char *spool, const struct episode *episode, struct err *err);
/* The oldest one, removed from the spool only by episode_take's caller calling episode_done.  1: there is
 * one, 0: none, -1: *err. */
int episode_take(const char *spool, struct episode *ret_episode, char ret_name[300], struct err *err);
int episode_done(const char *spool, const char *name, struct err *err);

#endif
