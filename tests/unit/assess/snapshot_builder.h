/*
 * Builds snapshots of a two-site pool for tests: a healthy one, and changes to it.
 *
 * lyncpc.litwareinc.com: sqlpri1 (principal), sqlmir1 (mirror), sqlwit1 (witness) in dub; sqldr1
 * (log-shipping secondary), sqldr2 (its later mirror) in red.  Log backups every 15 minutes.  The monitor is
 * no sysadmin: the mirror hides its row.
 */
#ifndef PCHAT_TESTS_SNAPSHOT_BUILDER_H
#define PCHAT_TESTS_SNAPSHOT_BUILDER_H

#include "model/snapshot.h"

#define BUILDER_SHARE "\\\\fs1\\lsship"

enum { BUILDER_SETS = 16, BUILDER_INTERVAL_S = 900 };
/* 2026-11-23T05:15:40Z: every server's now, unless changed. */
#define BUILDER_NOW_UTC_MS INT64_C(1795410940000)

/* How far log shipping is; sets are counted back from the newest: 0 is the newest. */
struct builder_shipping {
    int64_t backup_age_s; /* of the newest set */
    int copied, restored; /* newest set that the secondary copied, restored */
    int64_t copy_age_s, restore_age_s;
};

struct snapshot *builder_healthy(void);
struct instance_snapshot *builder_at(struct snapshot *snapshot, const char *name);

/* Writes history, monitor rows and LSNs of principal and secondary anew. */
void builder_ship(struct snapshot *snapshot, const char *producer, struct builder_shipping shipping);
/* The instance answers nothing. */
void builder_unsee(struct snapshot *snapshot, const char *name, enum sight sight, const char *detail);
/* One question to it brings nothing. */
void builder_mask(struct snapshot *snapshot, const char *name, enum fact_group_id group, enum sight sight,
                  const char *detail);
/* Removes the records of a group: looked, and there is none. */
void builder_empty(struct snapshot *snapshot, const char *name, enum fact_group_id group);
/* One more record, all unknown, of a group that is seen. */
void *builder_add(struct snapshot *snapshot, const char *name, enum fact_group_id group);
/* The mirroring partners exchange roles: sqlmir1 serves now. */
void builder_fail_over_mirror(struct snapshot *snapshot);
/* The backup site serves: sqldr1 is recovered and its log shipping removed. */
void builder_fail_over_site(struct snapshot *snapshot);
/* The last run of that agent ended so: status 2 success, 3 error. */
void builder_run(struct snapshot *snapshot, const char *name, int agent_type, int status, const char *error);
struct job_fact *builder_job(struct snapshot *snapshot, const char *name, const char *kind);
/* The clock of that server, everything it says included, is off by so much. */
void builder_skew(struct snapshot *snapshot, const char *name, int64_t ms);

struct fact_num builder_num(int64_t value);
/* That long before BUILDER_NOW_UTC_MS. */
struct fact_num builder_ago(int64_t age_s);
struct lsn builder_lsn(int set); /* where that set, counted back from the newest, begins */

#endif
