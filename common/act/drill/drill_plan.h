/*
 * What of a drill can be judged without asking anybody: whose database that is, which files count, which full
 * backup is the newest, who may not be drilled on.  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_DRILL_PLAN_H
#define PCHAT_ACT_DRILL_PLAN_H

#include "act/judge/loss.h"

#define DRILL_PREFIX "pchat_drill_"
/* One on each instance: drills exclude each other there. */
#define DRILL_LOCK "pchat_drill"

/* ---- the side database ---- */

/* pchat_drill_<number>, digits to the end.  The number, which is greater than 0, or 0: it is no drill's. */
int64_t drill_number_of(const char *database);
/* By the instance's own clock, so that no journal is needed: 2026-11-23T05:15:00Z is 20261123051500. */
int64_t drill_number_at(int64_t utc_ms);
/* Is it a drill's, all of it: its name, and at least one file, and each in that folder? */
bool drill_owns(const char *database, const char *const *paths, size_t count, const char *folder);

/* ---- full backups ---- */

/* Where they are: "E:\full\mgc_*.bak" is a folder and a pattern; of a folder alone *.bak counts. */
struct drill_place {
    const char *folder, *pattern;
};
struct drill_place drill_place_of(struct arena *arena, const char *full_backup);
/* As Windows has it: * and ?, in any case. */
bool drill_matches(const char *pattern, const char *name);
/* The name of a backup that a drill took, DATABASE_drill_<number>.bak: no proof of the site's backups. */
bool drill_took(const char *name, const char *database);

/* A backup set, by RESTORE HEADERONLY; or a file whose header cannot be read. */
struct drill_set {
    const char *path, *name;
    int64_t position;
    int error; /* SQL Server's number, with its words; 0: read */
    const char *detail;
    int64_t backup_type; /* 1: full */
    const char *database, *server;
    struct lsn last_lsn;
    const char *fork;            /* its end's; NULL: unknown */
    struct fact_num finished_ms; /* local time of its producer */
    int64_t bytes;               /* BackupSize; 0: unknown */
    bool is_damaged;
};
/* The newest full backup of that database; NULL with the reason.  Files that cannot be read and whose name
 * comes behind it may be newer: then there is none. */
const struct drill_set *drill_newest_full(const struct drill_set *sets, size_t count, const char *database,
                                          struct arena *arena, const char **ret_why);
/* From where log backups are needed after it. */
struct chain_start drill_chain_start(const struct drill_set *full, const char *instance);

/* ---- refusals ---- */

/* NULL: that instance may be drilled on.  By the topology, and by who serves now. */
const char *drill_refusal(const struct look *look, const struct topology_sql *instance, struct arena *arena);

#endif
