/*
 * The journal: a SQLite database on the runner's host (journal_mode=DELETE, synchronous=EXTRA: a commit is
 * the removal of a file, which FULL leaves to the disk's leisure), the detailed audit of everything -
 * episodes, plans, runs, and for each sending: intent, act, verify, outcome, each on disk before the next,
 * with the look that the decision rested on.  It is no authority: what counts is ledger and world.
 *
 * One thread per handle; several processes may open it (WAL is not used: a copy of one file is whole).
 * ERR_IO where it cannot be written: before the point of no return the run stops, after it goes on by the
 * ledger alone.  Texts come back byte for byte, whatever bytes they are.  A file that is damaged, cut off or
 * no journal is an error that says so; it is for a person to move away.
 */
#ifndef PCHAT_ACT_MEMORY_JOURNAL_H
#define PCHAT_ACT_MEMORY_JOURNAL_H

#include "base/cleanup.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_SCHEMA = 1 }; /* an older file is upgraded in one transaction, a newer one is refused */

struct journal;

/* Creates the file (0600) if there is none; one that is empty is begun, with the mode that it has.
 * ":memory:": there is no file, and nothing is left when it is closed. */
struct journal *journal_open(const char *path, struct err *err);
/*
 * Reads the whole file through: pages that were lost are noticed, though SQLite, which rolled back what a
 * runner that died had left half written, gave the file its size again.  Takes as long as the file is large:
 * once, where a runner starts.
 */
int journal_check(struct journal *journal, struct err *err);
/* For explain, status, export: never writes, and needs no right to. */
struct journal *journal_open_read_only(const char *path, struct err *err);
void journal_free(struct journal *journal); /* closes */
AUTO_DEFINE_FREE(journal, struct journal)

enum entry_kind {
    ENTRY_LOOK,    /* text: JSON of a look; compressed never, pruned first */
    ENTRY_GATES,   /* text: JSON of the verdicts */
    ENTRY_INTENT,  /* before a sending */
    ENTRY_ACT,     /* text: what the server answered */
    ENTRY_VERIFY,  /* text: what was seen */
    ENTRY_OUTCOME, /* done, failed, skipped, impossible */
    ENTRY_GUARD,   /* text: the guard's verdict */
    ENTRY_REFUSAL,
    ENTRY_PERSON, /* approve, accept, override, take over, abandon: with who */
    ENTRY_NOTE,   /* anything else that happened: session lost, world changed, epoch raised */
    ENTRY_KIND_COUNT
};
const char *entry_kind_name(enum entry_kind kind);

struct journal_entry {
    int64_t entry;    /* increasing; set by the journal */
    int64_t run;      /* 0: of no run */
    const char *plan; /* id; "" */
    enum entry_kind kind;
    int64_t at_utc_ms;                   /* host's clock, for people */
    int64_t mono_ms;                     /* host's monotonic clock, for durations within one boot */
    int64_t server_utc_ms;               /* of the server that it is about; 0: not known */
    const char *step, *target, *subject; /* "" */
    const char *text;
    const char *person; /* "" */
};

/* On disk when it returns.  A text that is NULL is "". */
int journal_write(struct journal *journal, const struct journal_entry *entry, struct err *err);
/* Inserts or replaces: the same plan made again is good for longer. */
int journal_put_plan(struct journal *journal, const char *id, const char *json, const char *text,
                     int64_t at_utc_ms, struct err *err);
/* malloc'ed; NULL with ERR_INPUT for an unknown id. */
char *journal_get_plan(struct journal *journal, const char *id, struct err *err);

struct journal_run {
    int64_t run;
    const char *plan, *verb, *pool, *origin, *state, *person;
    int64_t epoch, begun_utc_ms, ended_utc_ms;
};
int journal_put_run(struct journal *journal, const struct journal_run *run,
                    struct err *err); /* inserts or replaces */
/* Calls for each, oldest first; the texts last as long as the call, which must not use the journal. 0, or -1
 * with *err. */
int journal_runs(struct journal *journal, void (*each)(void *user, const struct journal_run *run), void *user,
                 struct err *err);
/* run 0: all; entries > after. */
int journal_entries(struct journal *journal, int64_t run, int64_t after,
                    void (*each)(void *user, const struct journal_entry *entry), void *user, struct err *err);

/* Small named values that outlive a process: pause, episodes, last sightings, when write paths were proven.
 */
int journal_set(struct journal *journal, const char *key, const char *value,
                struct err *err); /* NULL: removes */
char *journal_get(struct journal *journal, const char *key,
                  struct err *err); /* malloc'ed; NULL: none, or *err */

/* A whole copy by SQLite's backup API, to a file that must not exist. */
int journal_backup(struct journal *journal, const char *path, struct err *err);
/* JSON lines of everything, one object with its "table" for each row, malloc'ed; ill-formed bytes are U+FFFD.
 */
char *journal_export(struct journal *journal, struct err *err);
/* Removes looks older than that, but those of runs that have not ended, and entries of runs that ended
 * before; runs and plans stay.  Returns rows removed, or -1. */
int64_t journal_prune(struct journal *journal, int64_t before_utc_ms, struct err *err);

#endif
