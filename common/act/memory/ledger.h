/*
 * The ledger: the small database pchat_ops on the log-shipping secondary (contrib/sql/ledger.sql), copied to
 * each locked instance that answers.  It holds what a runner on another host with an empty directory needs:
 * runs with their epochs, approvals, accepted loss, fence words, the exported log-shipping set-up, the last
 * failover.  Written before anything is destroyed that it describes.
 *
 * Reading is part of a look (act_facts.h); these are the writes.  Each goes through the session that holds
 * the pool lock there, which proves it, and is one statement: it is there as a whole or not at all.  All
 * return 0, or -1 with *ret_failure; message_number LEDGER_CHANGED: somebody came between.  Expiry is judged
 * by this server's UTC.
 */
#ifndef PCHAT_ACT_MEMORY_LEDGER_H
#define PCHAT_ACT_MEMORY_LEDGER_H

#include "act/judge/ledger_words.h"
#include "act/judge/look.h"
#include "observe/sql/sql_port.h"

enum {
    LEDGER_TEXT_MOST_BYTES = 32000, /* of a note: what a look brings back whole; more is refused */
    LEDGER_CHANGED = 50000 /* sql_failure.message_number: the server is well, the ledger not as it was */
};

enum run_state {
    RUN_OPEN, /* under way, or waiting to be resumed */
    RUN_FINISHED,
    RUN_ABANDONED, /* put back */
    RUN_LEFT,      /* abandoned with --leave-as-is: critical until protected again */
    RUN_STATE_COUNT
};
const char *run_state_name(enum run_state state);
bool run_state_parse(const char *name, enum run_state *ret_state);

struct ledger_run {
    int64_t run, epoch;
    const char *verb, *plan, *state, *holder, *serving_site;
};
/* Which members a note uses, its kind says (ledger_words.h). */
struct ledger_note {
    int64_t run; /* 0: none */
    const char *plan, *kind, *object, *person, *text;
    int64_t valid_s; /* 0: does not expire */
};

/*
 * What the newest look says, whatever the order of its rows: the run and epoch that a new run will have (0:
 * the ledger was not seen), an open run, where the pool serves.
 */
int64_t ledger_next_run(const struct ledger_run_facts *runs);
int64_t ledger_next_epoch(const struct ledger_run_facts *runs);
const struct ledger_run_fact *ledger_open_run(const struct ledger_run_facts *runs); /* NULL: none */
/* The run of the highest epoch that has ended and moved the pool; NULL: never moved. */
const struct ledger_run_fact *ledger_last_move(const struct ledger_run_facts *runs);
/* By that run; NULL: never moved. */
const char *ledger_serving_site(const struct ledger_run_facts *runs);

/* Was it over when it was read, by the clock of the server that keeps it?  Unknown times have expired. */
bool ledger_note_has_expired(const struct ledger_note_fact *note);

/* Fails when that run number, an open run, or that epoch or a higher one is there already. */
int ledger_begin(struct sql_port *port, const struct ledger_run *run, struct deadline deadline,
                 struct arena *arena, struct sql_failure *ret_failure);
/* Raises the epoch of an open run for its new holder: take-over, or resuming.  The run keeps its plan, which
 * approvals name. */
int ledger_take_over(struct sql_port *port, const struct ledger_run *run, struct deadline deadline,
                     struct arena *arena, struct sql_failure *ret_failure);
/* Of an open run that still has this epoch: its state, and the site that serves after it (NULL: as before).
 */
int ledger_end(struct sql_port *port, const struct ledger_run *run, struct deadline deadline,
               struct arena *arena, struct sql_failure *ret_failure);
int ledger_write_note(struct sql_port *port, const struct ledger_note *note, struct deadline deadline,
                      struct arena *arena, struct sql_failure *ret_failure);

/*
 * Brings one row that another ledger has into this one: adds it, or lets it say what the other says where
 * that has the higher epoch or has ended.  A row that knows more stays; of two plans under one number both
 * are kept.
 */
int ledger_copy_run(struct sql_port *port, const struct ledger_run_fact *run, struct deadline deadline,
                    struct arena *arena, struct sql_failure *ret_failure);

#endif
