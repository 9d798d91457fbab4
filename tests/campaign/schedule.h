/*
 * A schedule: what persons set out to do with a pool, what befalls it and who tends it, drawn from one
 * number. The same number gives the same schedule, and with it the same campaign.
 *
 * Acts: one for each task, the first of them from the beginning on; the next begins when what was set out
 * before is done.  Times are milliseconds since the campaign began - of an act that has not begun, since its
 * beginning.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_SCHEDULE_H
#define PCHAT_TESTS_CAMPAIGN_SCHEDULE_H

#include "act/judge/verb.h"
#include "base/arena.h"
#include "campaign/campaign_world.h"

enum {
    SCHEDULE_OPERATORS_MOST = 2,
    SCHEDULE_EVENTS_MOST = 128,
    SCHEDULE_TASKS_MOST = 3,
};

/* What persons set out to do. */
enum work {
    WORK_SUDDEN,         /* nothing: trouble strikes the primary site */
    WORK_SWITCHOVER,     /* the pool is moved, both sites live */
    WORK_THERE_AND_BACK, /* with the sites exchanged, too */
    WORK_LOST_MEANWHILE, /* the primary site is lost while the pool is moved */
    WORK_LOST_THERE,     /* the site that the pool was moved to is lost */
    WORK_FAILBACK,       /* the primary site is lost, comes back, is fenced, and serves again */
    WORK_FULL_CIRCLE,    /* and from then on the pool can be moved as before */
    WORK_UNFENCE,        /* the fenced copy is let in again, when the one that serves is gone */
    WORK_COUNT
};
const char *work_name(enum work work);

enum trouble {
    TROUBLE_SITE,           /* everything of the primary site, its share too */
    TROUBLE_SITE_BUT_SHARE, /* the file server is left */
    TROUBLE_PRINCIPAL,      /* the principal's host alone; the mirror was synchronized */
    TROUBLE_BY_HAND,        /* the site, and somebody has done part of the failover by hand */
    TROUBLE_DATABASE,       /* the principal's copy does not open */
    TROUBLE_SERVICE,        /* SQL Server of the principal is stopped, and somebody starts it again */
    TROUBLE_PARTITION,      /* nobody reaches the primary site, which serves on */
    TROUBLE_SUDDEN_COUNT,   /* those are of WORK_SUDDEN */
    TROUBLE_BACKUP_SITE = TROUBLE_SUDDEN_COUNT, /* everything of it */
    TROUBLE_NONE,
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
    EVENT_STOP,    /* a runner is told to; who comes next goes on */
    EVENT_GIVE_UP, /* the same, and the person there puts back what was begun */
};

/* What an event means besides. */
enum event_mark { MARK_NONE, MARK_STRIKES, MARK_RETURNS };

struct event {
    size_t act;
    enum event_mark mark;
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
    unsigned endures;  /* passes that a run stays open before the person puts it back; 0: for ever */
};

/* Sites as places: where the pool is to be served. */
enum place { PLACE_PRIMARY, PLACE_BACKUP };

struct task {
    enum verb verb; /* VERB_FAILOVER: what operators say (operator_plan.verb) */
    enum place to;
    bool after_return; /* of what was left: not before */
    int64_t rest_ms;   /* from the beginning of its act until somebody asks for it */
};

struct schedule {
    struct arena *arena;
    uint64_t seed;
    struct campaign_config world;
    enum work work;
    struct task tasks[SCHEDULE_TASKS_MOST];
    size_t task_count; /* 0: of WORK_SUDDEN */
    bool tries_again;  /* what was put back */
    bool ends_dark;    /* what serves at last is lost, for good */
    size_t acts_begun; /* at least one */
    enum trouble trouble;
    enum fence_label label;
    int64_t strikes_ms; /* the trouble, of the first act; where none strikes in it: what persons begin by */
    int64_t returns_ms; /* the old primary, in the first act; -1: not then */
    int64_t settled_ms; /* nothing more happens, and all that was broken on the way is whole again */
    struct operator_plan operators[SCHEDULE_OPERATORS_MOST];
    size_t operator_count;
    struct event events[SCHEDULE_EVENTS_MOST];
    size_t event_count;
};

/* What the seed says. */
struct schedule *schedule_draw(uint64_t seed);
/* That act begins now: its times count from the campaign's beginning, from now on. */
void schedule_begin_act(struct schedule *schedule, size_t act, int64_t now_ms);
/* The event is the last to settle, so far, of acts that have begun. */
void schedule_settle(struct schedule *schedule, const struct event *event);
/* Does a mishap befall that server itself? */
bool schedule_breaks_server(const struct schedule *schedule, const char *host);
/* When the next thing happens; INT64_MAX: nothing does any more. */
int64_t schedule_next_ms(const struct schedule *schedule, int64_t now_ms);
/* The site is gone, and fenced for good: whatever goes wrong on the way, it must end with a failover. */
bool schedule_calls_for_failover(const struct schedule *schedule);
/* Does no mishap touch that time, nor the minute before it? */
bool schedule_is_calm(const struct schedule *schedule, int64_t from_ms, int64_t to_ms);
void schedule_free(struct schedule *schedule);
AUTO_DEFINE_FREE(schedule, struct schedule)

#endif
