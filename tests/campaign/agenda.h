/*
 * The agenda: how far those who tend a pool have come with what they set out to do.  They talk to each other,
 * and see with their own eyes where the pool is served from.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_AGENDA_H
#define PCHAT_TESTS_CAMPAIGN_AGENDA_H

#include "campaign/campaign.h"
#include "campaign/schedule.h"

struct agenda {
    struct campaign *campaign;
    struct schedule *schedule;
    size_t at; /* the task; task_count: nothing is left to do */
    int64_t due_ms;
    bool has_struck, has_returned; /* the trouble; what was left */
    bool given_up;                 /* was put back, and is left at that until trouble strikes */
    bool left_as_it_is;            /* a run, by a person */
    /* Called when an act begins, so that its events are planned. */
    void (*begins)(void *user, size_t act);
    void *user;
};

/* NULL: nothing is asked for now.  Of WORK_SUDDEN nothing is set out, and this is not asked. */
const struct task *agenda_task(const struct agenda *agenda);
/* Is there something to come, now or later? */
bool agenda_is_left(const struct agenda *agenda);
/* By who sees no open run: is what was set out done?  Then the next begins. */
void agenda_look(struct agenda *agenda);
/* Trouble strikes: what was planned is off, where a failover was to come after it. */
void agenda_strike(struct agenda *agenda);
/* A run was put back. */
void agenda_put_back(struct agenda *agenda);

#endif
