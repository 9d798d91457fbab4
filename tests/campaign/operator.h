/*
 * Somebody with a runner: again and again looks at what there is to do - goes on with a run that is open,
 * shuts out an old primary that came back, else plans and carries out what was set out, or what trouble asks
 * for - until told to leave off.  Who gives a run up puts it back; where that is not to be had any more, and
 * the site is lost that it needs, leaves it as it is.
 *
 * A crash ends the program at once; who comes after has another host name and an empty journal.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_OPERATOR_H
#define PCHAT_TESTS_CAMPAIGN_OPERATOR_H

#include "campaign/agenda.h"
#include "campaign/runner_seat.h"
#include "campaign/schedule.h"

enum { OPERATOR_WHY_BYTES = 600, OPERATOR_PASSES_MOST = 1024 };

struct operator_pass {
    int64_t began_ms, ended_ms;
    bool alarmed;     /* told of a primary that came back, or of a fence that is lost */
    bool failed_over; /* the ledger said that the other site serves */
    int64_t open_run; /* of the ledger; 0: none */
    bool held;        /* ended at somebody else's lock */
};

struct operator_answer {
    enum engine_end end;
    char step[64], why[OPERATOR_WHY_BYTES];
};

struct operator
{
    struct campaign *campaign;
    const struct schedule *schedule;
    struct agenda *agenda;
    const struct operator_plan *plan;
    char name[32];
    struct runner_seat *runner;
    struct job_request request;
    bool alone; /* nobody else sends anything to the servers: what a dry run sends can be counted */
    bool tells; /* of each pass, to standard output */
    bool told_to_end, has_ended, is_gone;
    bool told_to_stop; /* the pass that is under way */
    unsigned gives_up; /* so many passes more it is tried to put the open run back; 0: it goes on */
    unsigned gave_up;  /* how often because it did not go on */
    unsigned stuck;    /* passes in a row that left a run open */
    struct operator_answer answer; /* of the last pass that carried anything out, or was not let */
    unsigned repeats;              /* passes in a row with the same answer, while nothing else went on */
    unsigned held;                 /* passes in a row that ended at somebody else's lock */
    struct operator_pass log[OPERATOR_PASSES_MOST];
    size_t passes;
    int64_t changed_ms;        /* when it last became done, or ceased to be */
    struct operator_pass pass; /* that is under way */
    bool sends_in_dry_run;     /* a plan changed something */
    struct operator* next;     /* of the campaign's, newest first */
};

struct operator* operator_new(struct campaign *campaign, const struct operator_plan *plan, unsigned number,
                              const struct switchboard *switchboard, struct err *err);
/* Begins its passes, beside the caller. */
bool operator_start(struct operator* op);
void operator_crash(struct operator* op);
/* The runner is told to stop; the person may give up what it was at. */
void operator_stop(struct operator* op, bool gives_up);
/* Sees a run that does not go on, and has not tried yet to put it back. */
bool operator_will_give_up(const struct operator* op);
/* Of one that has ended or is gone. */
void operator_free(struct operator* op);

#endif
