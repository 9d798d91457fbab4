/*
 * A schedule: what befalls a pool and who tends it, drawn from one number.  The same number gives the same
 * schedule, and with it the same campaign.
 *
 * Times are milliseconds since the campaign began.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_SCHEDULE_H
#define PCHAT_TESTS_CAMPAIGN_SCHEDULE_H

#include "act/judge/verb.h"
#include "base/arena.h"
#include "campaign/campaign_world.h"

enum {
    SCHEDULE_OPERATORS_MOST = 2,
    SCHEDULE_EVENTS_MOST = 64,
};

enum trouble {
    TROUBLE_SITE,           /* everything of the primary site, its share too */
    TROUBLE_SITE_BUT_SHARE, /* the file server is left */
    TROUBLE_PRINCIPAL,      /* the principal's host alone; the mirror was synchronized */
    TROUBLE_BY_HAND,        /* the site, and somebody has done part of the failover by hand */
    TROUBLE_DATABASE,       /* the principal's copy does not open */
    TROUBLE_SERVICE,        /* SQL Server of the principal is stopped, and somebody starts it again */
    TROUBLE_PARTITION,      /* nobody reaches the primary site, which serves on */
    TROUBLE_COUNT
};
const char *trouble_name(enum trouble trouble);

/* What the switchboard's word is worth. */
enum fence_label {
    LABEL_TRUE,  /* off is off, and stays so */
    LABEL_FALSE, /* it says off whatever is true, and the old primary comes back */
    LABEL_LOST,  /* it was off; the old primary comes back, and the switchboard says so */
    FENCE_LABEL_COUNT
};
const char *fence_label_name(enum fence_label label);

enum event_kind {
    EVENT_WORDS,   /* to the world */
    EVENT_BY_HAND, /* the same, by a person: the world may refuse */
    EVENT_KILL,    /* of the runners' sessions on an instance */
    EVENT_SILENCE, /* of the switchboard, for `later_ms` */
    EVENT_CRASH,   /* of a runner; another begins elsewhere, with nothing on disk, `later_ms` later */
};

struct event {
    int64_t at_ms;
    enum event_kind kind;
    const char *words; /* or the instance */
    size_t operator;
    int64_t later_ms;
    bool is_mishap;   /* on the way: not the trouble itself, nor the return */
    int64_t until_ms; /* when it is over, of a mishap */
};

/* Somebody with a runner. */
struct operator_plan {
    enum verb verb; /* that is asked for; VERB_NONE: as the verb table says */
    int64_t begins_ms, pause_ms;
    unsigned patience; /* passes that end at a held lock before it is taken over; 0: never */
};

struct schedule {
    struct arena *arena;
    uint64_t seed;
    struct campaign_config world;
    enum trouble trouble;
    enum fence_label label;
    int64_t strikes_ms; /* the trouble */
    int64_t returns_ms; /* the old primary; -1: never */
    int64_t settled_ms; /* nothing more happens, and all that was broken on the way is whole again */
    struct operator_plan operators[SCHEDULE_OPERATORS_MOST];
    size_t operator_count;
    struct event events[SCHEDULE_EVENTS_MOST];
    size_t event_count;
};

struct schedule *schedule_draw(uint64_t seed);
/* Does a mishap of WinRM befall that host? */
bool schedule_breaks_winrm(const struct schedule *schedule, const char *host);
/* When the next thing happens; INT64_MAX: nothing does any more. */
int64_t schedule_next_ms(const struct schedule *schedule, int64_t now_ms);
/* The site is gone, and fenced for good: whatever goes wrong on the way, it must end with a failover. */
bool schedule_calls_for_failover(const struct schedule *schedule);
/* Does no mishap touch that time, nor the minute before it? */
bool schedule_is_calm(const struct schedule *schedule, int64_t from_ms, int64_t to_ms);
void schedule_free(struct schedule *schedule);
AUTO_DEFINE_FREE(schedule, struct schedule)

#endif
