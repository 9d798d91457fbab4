/*
 * The drill: the proof that the backups can be restored.  The newest full backup and the shipped logs after
 * it are restored into a side database of its own on an instance that does not serve chat, which is recovered
 * through the guard's side-database entry, looked at, and dropped.
 *
 * Nothing that serves is touched: the chat database is read, and with copy_only backed up COPY_ONLY.  The
 * pool lock is not held meanwhile: drills exclude each other by a lock of their own on their instance, and
 * the pool lock is taken for the moment in which the ledgers are told.
 *
 * Nothing is left: a side database whose drill has died is dropped by the next drill, and by drill_sweep() at
 * every look of the runner.  Files of backups are never deleted, the one of copy_only included: its name is
 * told.
 *
 * One thread, one drill.
 */
#ifndef PCHAT_ACT_DRILL_DRILL_H
#define PCHAT_ACT_DRILL_DRILL_H

#include "act/engine/engine.h"
#include "base/strbuf.h"

struct drilling {
    const struct topology_pool *pool;
    const char *holder, *person; /* this host; who asked */
    const char *instance;        /* NULL: the topology's */
    bool copy_only;              /* of a backup that is taken for it, instead of the site's newest */
    bool checkdb;                /* DBCC CHECKDB as well */
    /* Progress for people; may be NULL. */
    void (*progress)(void *user, const char *text);
    void *user;
};

/* ENGINE_DONE: proven.  ENGINE_REFUSED: nothing was begun, or the backups at hand cannot be restored as they
 * are.  ENGINE_RESUMABLE: it ended on the way.  *out: the report, which ends with why. */
enum engine_end drill_run(const struct engine_ports *ports, const struct drilling *drilling,
                          struct strbuf *out);

/* What drills that died have left. */
struct drill_left {
    size_t dropped, left; /* side databases */
    const char *why;      /* is something left: NULL: it is not known to be */
};
/* By a fresh look, which must show the instance; where the topology has no drill, nothing is asked. */
struct drill_left drill_sweep(const struct engine_ports *ports, const struct topology_pool *pool,
                              const char *holder, const struct look *look, struct arena *arena);

#endif
