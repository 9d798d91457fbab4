/*
 * How far logs have come: the newest log backup taken, copied to the standby, and restored there.
 *
 * Times of a backup come from backupset where its set is found by the file's name, else from the name's own
 * stamp.  Job success proves nothing (on the mirror LSBackup "succeeds" without a backup), nor does
 * last_restored_latency (frozen at the last restore): neither is read here. Source: "Database Mirroring and
 * Log Shipping", log_shipping_monitor_secondary, backupset, restorehistory.
 */
#ifndef PCHAT_ASSESS_SHIPPED_H
#define PCHAT_ASSESS_SHIPPED_H

#include "assess/roles.h"

/* One log backup that got somewhere. */
struct log_point {
    bool known;
    int64_t finished_utc_ms;                  /* by the clock of its producer */
    const struct instance_snapshot *producer; /* NULL: not known which; then its clock is not corrected */
    struct lsn last_lsn;                      /* unknown where only the file's name is seen */
    const char *file;                         /* name or path; NULL where not known */
};

struct shipped {
    struct log_point taken, copied, restored;
    /* Since these things happened, each by the clock of the server where they happened. */
    struct fact_num backup_age_s, copy_age_s, restore_age_s;
    struct fact_num backup_utc_ms, copy_utc_ms, restore_utc_ms; /* the same as moments */
    bool arrived_by_copy;       /* the newest log on the standby is the one that the copy job noted */
    struct fact_num seed_age_s; /* since the standby was last restored from a full backup */
};

struct shipped shipped_find(const struct snapshot *snapshot, const struct roles *roles);

/* The newest restore of that type ("L", "D"); NULL: none seen. */
const struct restore_fact *restore_newest(const struct instance_snapshot *instance, const char *type);
/* Did log shipping make this file: in the share (or where a partner writes to it), named as it names files?
 */
bool log_is_shipped(const struct snapshot *snapshot, const struct roles *roles, const char *device);
/* When that backup was finished, by the clock of `instance`. */
int64_t log_point_on(const struct instance_snapshot *instance, const struct log_point *point);
/* Seconds from the older to the newer, corrected for their producers' clocks; 0 when it is not newer. */
struct fact_num log_point_between_s(const struct log_point *older, const struct log_point *newer);

#endif
