/* What the files of a drill share.  Inside act/drill only. */
#ifndef PCHAT_ACT_DRILL_WORK_H
#define PCHAT_ACT_DRILL_WORK_H

#include "act/drill/drill.h"
#include "act/drill/drill_plan.h"
#include "act/engine/sent.h"
#include "act/plan/script.h"

/* How long one part took, and how much of a backup it was. */
struct drill_part {
    int64_t took_ms, bytes; /* bytes 0: unknown */
};

struct drill_copy {
    bool known;
    int64_t messages, rooms, people;
    int64_t newest_utc_ms; /* of the newest message */
};

struct drill {
    const struct engine_ports *ports;
    const struct drilling *asked;
    struct arena *arena;
    struct look *look;
    const struct topology_sql *instance;
    struct pool_lock *lock; /* DRILL_LOCK, on that instance; with copy_only on the principal too */
    int64_t number;         /* 0: none yet */
    int64_t now_utc_ms;     /* of the instance, when it began */
    const char *side;       /* pchat_drill_<number> */
    bool was_absent, files_moved, made;
    const char *why; /* it ended; NULL: not yet */
    /* What is told. */
    const char *own_backup; /* of copy_only; NULL: none */
    const struct drill_set *full;
    struct chain_plan chain;
    struct drill_part backup, restore, logs, recovery, checkdb;
    size_t logs_done;
    struct drill_copy copy;
    struct fact_num principal_newest_utc_ms;
    bool checked;
};

/* Ends it with the reason; returns false, so that a failing line reads `return drill_fails(...)`. */
bool drill_fails(struct drill *drill, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct sql_port *drill_session(struct drill *drill);
struct deadline drill_until(const struct drill *drill, int64_t ms);

/* ---- drill_send.c: the one place that sends ---- */

struct drill_sending {
    const char *step, *target, *subject; /* for the journal; target: an instance whose lock is held */
    const char *text;                    /* NULL: it could not be made, and the drill has failed */
};
bool drill_record(struct drill *drill, const struct drill_sending *sending, enum entry_kind kind,
                  const char *text);
/* Into the journal, through the guard where it opens a database, to the server.  Not SENT_DONE: *ret_words
 * says why. */
enum sent drill_send(struct drill *drill, const struct drill_sending *sending, const char **ret_words);

/* ---- drill_look.c: questions ---- */

/* Databases that bear the prefix, with their files. */
struct drill_database {
    const char *name;
    const char **paths;
    size_t path_count;
};
struct drill_databases {
    struct drill_database *rows;
    size_t count;
    int64_t now_utc_ms; /* of that server */
};
/* 0, or -1 with the reason. */
int drill_ask_databases(struct sql_port *port, struct deadline deadline, struct arena *arena,
                        struct drill_databases *ret, const char **ret_why);
/* Are its files where they belong?  As the server has them. */
bool drill_files_lie_right(struct drill *drill);
bool drill_look_at_copy(struct drill *drill);
void drill_ask_principal(struct drill *drill);
int64_t drill_log_bytes(struct drill *drill);

/* ---- drill_backups.c: what there is to restore ---- */

/* All that lies there; false: it cannot be asked. */
bool drill_find_full(struct drill *drill);
/* The log backups after it; false: they do not lead to an end. */
bool drill_find_logs(struct drill *drill);

/* A file of a full backup, and where it goes. */
struct drill_file {
    const char *logical, *path;
};
bool drill_ask_files(struct drill *drill, struct drill_file **ret_files, size_t *ret_count);

/* ---- drill_steps.c ---- */

/* A COPY_ONLY backup on the principal; the restores, the recovery, DBCC CHECKDB. */
bool drill_back_up(struct drill *drill);
bool drill_restore(struct drill *drill);
bool drill_recover(struct drill *drill);
bool drill_check(struct drill *drill);

/* ---- drill_sweep.c ---- */

/* Drops what drills have left on the instance whose lock is held, ours included; the number of those that are
 * still there, with why. */
size_t drill_drop_all(struct drill *drill, size_t *ret_dropped, const char **ret_why);
/* The journal: which instance is drilled on, and which drill is open. */
void drill_remember(struct drill *drill, bool under_way);
void drill_put_run(struct drill *drill, const char *state, bool ended);

/* ---- drill_report.c ---- */

void drill_report(const struct drill *drill, struct strbuf *out);
/* The JSON of NOTE_DRILL_*; a look brings back so much of a note. */
enum { DRILL_NOTE_MOST_BYTES = 600 };
const char *drill_note_text(const struct drill *drill, struct arena *arena);

/* ---- batches, in drill_steps.c ---- */

/* One of contrib/runbooks/drill, never overridden; it proves the drill's lock itself.  NULL: the drill has
 * failed. */
const char *drill_script(struct drill *drill, const char *name, const char *target, const char *file,
                         const char *position);
/* The one with as many MOVEs as the database has files. */
const char *drill_restore_text(struct arena *arena, const struct script *script,
                               const struct script_value *values, size_t value_count,
                               const struct drill_file *files, size_t count, struct err *err);

#endif
