/*
 * What the files of the engine share: one run being carried out.  Inside act/engine only.
 */
#ifndef PCHAT_ACT_ENGINE_DRIVE_H
#define PCHAT_ACT_ENGINE_DRIVE_H

#include "act/engine/engine.h"
#include "act/engine/sent.h"
#include "act/judge/guard.h"
#include "act/memory/ledger.h"

struct drive {
    const struct engine_ports *ports;
    const struct engine_run *run;
    struct arena *arena; /* results live here */
    struct look *look;   /* the newest one, ours */
    bool look_is_spent;  /* something was sent, or time was let pass, since it was taken */
    bool look_has_files;
    struct chain_plan chain; /* of that look */
    struct loss loss;
    bool committed;             /* a copy was made writable by this run, or was found so */
    bool begun;                 /* the ledger knows the run, with our epoch */
    bool locked;                /* the pool lock is ours wherever the plan sends T-SQL */
    unsigned long long done;    /* steps of the plan that this run has seen done, as bits 1 << index */
    struct deadline step_until; /* of the step under way */
    const bool *needed;         /* of the step under way, when it began: its sendings; NULL: not looked yet */
    bool has_acted;             /* something was sent by this run, now or before it was interrupted */
    const char *journal_fault;  /* NULL: none; after the point of no return it goes on by the ledger alone */
    const struct plan_step *step; /* under way; NULL: none yet */
    const struct sending *sending;
    const char *answer;   /* of the last sending; "" */
    const char *person;   /* whose approval was found in the ledger; NULL: nobody's yet */
    int64_t begun_utc_ms; /* host's clock, for people */
    struct engine_result result;
};

/* ---- drive.c ---- */

/* Ends the run; returns false, so that a failing line reads `return drive_end(...)`. */
bool drive_end(struct drive *drive, enum engine_end end, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Takes a new look, and works out of it what gates need. */
bool drive_look(struct drive *drive, bool wants_files);
/* The same, unless the one at hand is still good: taken since anything was sent, and as young as the guard
 * wants looks to be. */
bool drive_look_if_spent(struct drive *drive, bool wants_files);
/* The time that the step under way has, from now. */
struct deadline drive_step_deadline(const struct drive *drive);
struct step_scope drive_scope(struct drive *drive);
struct gate_question drive_question(struct drive *drive, enum phase phase);
/* Writes to the journal; false where that ends the run. */
bool drive_record(struct drive *drive, enum entry_kind kind, const char *text);
bool drive_record_look(struct drive *drive);

/* ---- drive_ledger.c ---- */

/* Takes the locks; the ledgers know the run, under our epoch, and what whoever goes on with it must know. */
bool drive_open_run(struct drive *drive);
bool drive_close_run(struct drive *drive, enum run_state state);
/* Writes a note of this run to each ledger whose lock is held; false where the first of them, which counts,
 * does not take it: that ends the run. */
bool drive_note(struct drive *drive, struct ledger_note note);

/* ---- drive_gates.c ---- */

/* Do all gates of that phase let it pass?  Else the run has ended. */
bool drive_gates(struct drive *drive, enum phase phase);
/* Has the old primary come back, or somebody else acted?  Then the run has ended, and false. */
bool drive_world_is_ours(struct drive *drive);

/* ---- drive_send.c ---- */

/* Through the guard where it makes a copy writable. */
enum sent drive_send(struct drive *drive);

#endif
