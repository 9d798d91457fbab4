/*
 * Is log shipping set up so that it can protect: on both partners alike, into a share that outlives them,
 * from a database whose log can be backed up, into one that keeps restoring, with monitor rows that tell the
 * truth? Source: "Database Mirroring and Log Shipping"; Persistent Chat: "Configure high availability and
 * disaster recovery".
 */
#include "assess/copies.h"
#include "assess/log_file.h"
#include "assess/replication.h"
#include "assess/server_name.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

#include <string.h>

/* The monitor row may lag behind the facts by one run; beyond this it is stale. */
enum { MONITOR_ROW_TOLERANCE_S = 900 };

/* ---- there at all? ---- */

static void missing_on_partner(struct replication *r, const struct instance_snapshot *partner)
{
    bool serves = partner == r->roles.principal;
    bool by_mirror = partner == r->roles.partners[1];

    if (!FACT_NONE(partner, ls_primary))
        return;
    report_add(r->report, by_mirror ? CONDITION_log_shipping_missing_mirror : CONDITION_log_shipping_missing,
               partner->name, "log shipping is not set up on %s%s", partner->name,
               serves ? ", which serves: nothing is shipped"
                      : "; after a mirror failover nothing would be shipped")
        ->severity = serves ? SEVERITY_CRITICAL : SEVERITY_WARNING;
}

static void missing_on_standby(struct replication *r)
{
    const struct instance_snapshot *standby = r->roles.standby;

    if (replication_ships(r) && FACT_NONE(standby, ls_secondary))
        report_add(r->report, CONDITION_log_shipping_missing, standby->name,
                   "%s has no log shipping for %s: removed by hand, or a failover is half-way", standby->name,
                   r->snapshot->database);
}

/* ---- alike? ---- */

static bool same_folder(const char *a, const char *b)
{
    size_t left = strlen(a), right = strlen(b);

    while (left > 0 && (a[left - 1] == '\\' || a[left - 1] == '/'))
        left--;
    while (right > 0 && (b[right - 1] == '\\' || b[right - 1] == '/'))
        right--;
    return left == right && strncasecmp(a, b, left) == 0;
}

static void differs_share(struct replication *r, const struct instance_snapshot *instance, const char *folder,
                          const struct instance_snapshot *other, const char *other_folder, const char *verb)
{
    if (folder && other_folder && !same_folder(folder, other_folder))
        report_add(r->report, CONDITION_log_shipping_differs, instance->name, "%s %s %s, but %s writes to %s",
                   instance->name, verb, words_clip(r->report->arena, folder), other->name,
                   words_clip(r->report->arena, other_folder));
}

static void differs_retention(struct replication *r, const struct ls_primary_fact *first,
                              const struct ls_primary_fact *second)
{
    const struct instance_snapshot *const *partners = r->roles.partners;
    struct fact_num a = fact_within(first->backup_retention_min, 0, INT32_MAX);
    struct fact_num b = fact_within(second->backup_retention_min, 0, INT32_MAX);

    if (a.known && b.known && a.value != b.value)
        report_add(r->report, CONDITION_log_shipping_differs, partners[1]->name,
                   "%s keeps log backups for %s, %s for %s: the shorter one deletes both's",
                   partners[1]->name, words_duration(r->report->arena, b.value * 60), partners[0]->name,
                   words_duration(r->report->arena, a.value * 60));
}

static void differs(struct replication *r)
{
    const struct instance_snapshot *a = r->roles.partners[0], *b = r->roles.partners[1];
    const struct ls_primary_fact *first = FACT(a, ls_primary), *second = FACT(b, ls_primary);
    const struct ls_secondary_fact *secondary = FACT(r->roles.standby, ls_secondary);

    if (first && second) {
        differs_share(r, b, second->backup_share, a, first->backup_share, "writes to");
        differs_retention(r, first, second);
    }
    /* Where both are seen the second was compared with the first. */
    if (secondary && (first || second))
        differs_share(r, r->roles.standby, secondary->backup_source_directory, first ? a : b,
                      first ? first->backup_share : second->backup_share, "copies from");
}

/* ---- a share that outlives both? ---- */

static void share_on_partner(struct replication *r)
{
    const struct ls_primary_fact *primary = NULL;

    for (int i = 0; i < PARTNERS && !primary; i++)
        primary = FACT(r->roles.partners[i], ls_primary);
    for (int i = 0; primary && i < PARTNERS; i++)
        if (server_name_host_is(primary->backup_share, r->roles.partners[i]))
            report_add(r->report, CONDITION_share_on_partner, r->roles.partners[i]->name,
                       "the log-shipping share %s is on %s itself: both are lost together",
                       words_clip(r->report->arena, primary->backup_share), r->roles.partners[i]->name);
}

/* ---- can the log be backed up? ---- */

static void recovery_model(struct replication *r)
{
    const struct database_fact *database = FACT(r->roles.principal, database);
    const struct recovery_fact *recovery = FACT(r->roles.principal, recovery);
    bool no_log_backup = recovery && !lsn_known(&recovery->last_log_backup_lsn);
    bool full = database && words_equal(database->recovery_model, "FULL");

    if (!database || !database->recovery_model || (full && !no_log_backup))
        return;
    if (full) {
        report_add(r->report, CONDITION_recovery_model_wrong, r->roles.principal->name,
                   "no log backup of %s is possible on %s: there was no full backup since it became FULL",
                   r->snapshot->database, r->roles.principal->name)
            ->action = "take a full backup, then re-seed the secondary";
        return;
    }
    report_add(r->report, CONDITION_recovery_model_wrong, r->roles.principal->name,
               "the recovery model of %s on %s is %s, not FULL", r->snapshot->database,
               r->roles.principal->name, words_clip(r->report->arena, database->recovery_model))
        ->severity = no_log_backup || words_equal(database->recovery_model, "SIMPLE") ? SEVERITY_CRITICAL
                                                                                      : SEVERITY_WARNING;
}

/* ---- does the standby keep restoring? ---- */

static void in_standby(struct replication *r)
{
    const struct instance_snapshot *standby = r->roles.standby;
    const struct database_fact *database = FACT(standby, database);
    const struct ls_secondary_fact *secondary = FACT(standby, ls_secondary);
    bool disconnects = secondary && fact_is(secondary->disconnect_users, 1);
    bool is_standby =
        database && fact_is(database->is_in_standby, 1) && words_equal(database->state, "ONLINE");

    if (is_standby || (secondary && fact_is(secondary->restore_mode, 1)))
        report_add(r->report, CONDITION_secondary_standby, standby->name, "%s is in STANDBY: readers %s",
                   standby->name,
                   disconnects ? "are thrown out at each restore"
                               : "block the restore while they are connected");
}

/* ---- do the monitor rows tell the truth? ---- */

static bool is_stale(struct fact_num row_utc_ms, struct fact_num truth_utc_ms)
{
    return truth_utc_ms.known && (!row_utc_ms.known || truth_utc_ms.value - row_utc_ms.value >
                                                           MONITOR_ROW_TOLERANCE_S * INT64_C(1000));
}

static void stale(struct replication *r, const struct instance_snapshot *instance, const char *what,
                  struct fact_num row_utc_ms, struct fact_num truth_utc_ms)
{
    struct arena *arena = r->report->arena;

    if (is_stale(row_utc_ms, truth_utc_ms))
        report_add(r->report, CONDITION_monitor_row_stale, instance->name,
                   "the monitor row on %s says last %s %s, the history says %s", instance->name, what,
                   row_utc_ms.known ? words_time(arena, row_utc_ms, r->snapshot->taken_utc_ms) : "never",
                   words_time(arena, truth_utc_ms, r->snapshot->taken_utc_ms));
}

static void monitor_rows(struct replication *r)
{
    const struct instance_snapshot *principal = r->roles.principal, *standby = r->roles.standby;
    const struct ls_primary_fact *primary = FACT(principal, ls_primary);
    const struct ls_secondary_fact *secondary = FACT(standby, ls_secondary);
    const struct restore_fact *restored = restore_newest(standby, "L");

    if (primary && r->shipped.taken.known && r->shipped.taken.producer == principal &&
        FACT(principal, backup))
        stale(r, principal, "backup", primary->last_backup_utc_ms, r->shipped.backup_utc_ms);
    if (!secondary)
        return;
    if (fact_is(secondary->monitor_row, 0))
        report_add(r->report, CONDITION_monitor_row_stale, standby->name,
                   "%s has no row of its own in log_shipping_monitor_secondary: no alert 14421 can be raised",
                   standby->name);
    else if (restored)
        stale(r, standby, "restore", secondary->last_restored_utc_ms, restored->restored_utc_ms);
}

void assess_setup(struct replication *r)
{
    recovery_model(r);
    if (!r->roles.standby)
        return;
    for (int i = 0; i < PARTNERS; i++)
        missing_on_partner(r, r->roles.partners[i]);
    missing_on_standby(r);
    if (replication_ships(r))
        in_standby(r);
    differs(r);
    share_on_partner(r);
    monitor_rows(r);
}
