#include "assess/shipped.h"

#include "assess/log_file.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

int64_t log_point_on(const struct instance_snapshot *instance, const struct log_point *point)
{
    return server_time_on(instance, point->producer, point->finished_utc_ms);
}

struct fact_num log_point_between_s(const struct log_point *older, const struct log_point *newer)
{
    int64_t ms;

    if (!older->known || !newer->known)
        return (struct fact_num){0};
    ms = log_point_on(older->producer, newer) - older->finished_utc_ms;
    return (struct fact_num){true, ms > 0 ? ms / 1000 : 0};
}

static bool is_newer(const struct log_point *a, const struct log_point *b)
{
    if (!a->known || !b->known)
        return a->known;
    return log_point_on(b->producer, a) > b->finished_utc_ms;
}

static void keep_newer(struct log_point *kept, const struct log_point *other)
{
    if (is_newer(other, kept))
        *kept = *other;
}

/* ---- where log shipping writes ---- */

static bool in_partner_folder(const struct instance_snapshot *partner, const char *device)
{
    const struct ls_primary_fact *primary = FACT(partner, ls_primary);

    return primary && (log_file_in_folder(device, primary->backup_directory) ||
                       log_file_in_folder(device, primary->backup_share));
}

static bool in_share(const struct snapshot *snapshot, const struct roles *roles, const char *device)
{
    const struct ls_secondary_fact *secondary = FACT(roles->standby, ls_secondary);

    return log_file_in_folder(device, snapshot->share) || in_partner_folder(roles->partners[0], device) ||
           in_partner_folder(roles->partners[1], device) ||
           (secondary && log_file_in_folder(device, secondary->backup_source_directory));
}

/* With no folder known, the name alone decides. */
static bool share_is_known(const struct snapshot *snapshot, const struct roles *roles)
{
    return snapshot->share || FACT(roles->partners[0], ls_primary) || FACT(roles->partners[1], ls_primary) ||
           FACT(roles->standby, ls_secondary);
}

bool log_is_shipped(const struct snapshot *snapshot, const struct roles *roles, const char *device)
{
    int64_t stamp_utc_ms;

    if (!log_file_stamp(device, snapshot->database, &stamp_utc_ms))
        return false;
    return in_share(snapshot, roles, device) || !share_is_known(snapshot, roles);
}

/* ---- points ---- */

static struct log_point point_of_set(const struct instance_snapshot *producer, const struct backup_fact *set)
{
    return (struct log_point){set->finished_utc_ms.known, set->finished_utc_ms.value, producer, set->last_lsn,
                              set->device};
}

static struct log_point newest_backup(const struct snapshot *snapshot, const struct roles *roles,
                                      const struct instance_snapshot *producer)
{
    struct log_point newest = {0};

    for (size_t i = 0; FACT(producer, backup) && i < producer->backup.count; i++) {
        const struct backup_fact *set = &producer->backup.rows[i];
        struct log_point point = point_of_set(producer, set);

        if (words_equal(set->type, "L") && !fact_is(set->is_copy_only, 1) &&
            log_is_shipped(snapshot, roles, set->device))
            keep_newer(&newest, &point);
    }
    return newest;
}

static struct log_point find_set(const struct roles *roles, const char *file)
{
    for (int partner = 0; partner < PARTNERS; partner++) {
        const struct instance_snapshot *producer = roles->partners[partner];

        for (size_t i = 0; FACT(producer, backup) && i < producer->backup.count; i++)
            if (log_file_equal(producer->backup.rows[i].device, file))
                return point_of_set(producer, &producer->backup.rows[i]);
    }
    return (struct log_point){0};
}

/* The producer of a file without a set is taken to be the principal: its clock is then at least corrected. */
static struct log_point point_of_file(const struct snapshot *snapshot, const struct roles *roles,
                                      const char *file)
{
    struct log_point point = find_set(roles, file);

    if (point.known)
        return point;
    point = (struct log_point){.producer = roles->principal, .file = file};
    point.known = log_file_stamp(file, snapshot->database, &point.finished_utc_ms);
    return point;
}

const struct restore_fact *restore_newest(const struct instance_snapshot *instance, const char *type)
{
    const struct restore_fact *newest = NULL;

    for (size_t i = 0; FACT(instance, restore) && i < instance->restore.count; i++) {
        const struct restore_fact *restore = &instance->restore.rows[i];

        if (words_equal(restore->type, type) && restore->restored_utc_ms.known &&
            (!newest || restore->restored_utc_ms.value > newest->restored_utc_ms.value))
            newest = restore;
    }
    return newest;
}

static struct log_point point_of_restore(const struct roles *roles, const struct restore_fact *restore)
{
    return (struct log_point){restore->finished_utc_ms.known, restore->finished_utc_ms.value,
                              roles_partner_named(roles, restore->server_name), restore->last_lsn, NULL};
}

static struct fact_num later(struct fact_num a, struct fact_num b)
{
    return !a.known || (b.known && b.value > a.value) ? b : a;
}

/* ---- taken, copied, restored ---- */

/*
 * Only what the principal did counts, and only sets: a mirror's monitor row may be refreshed by runs that
 * backed up nothing. After a role change the other partner's last set is still the newest backup there is.
 */
static void find_taken(const struct snapshot *snapshot, const struct roles *roles, struct shipped *shipped)
{
    const struct ls_primary_fact *primary = FACT(roles->principal, ls_primary);

    for (int i = 0; i < PARTNERS; i++) {
        struct log_point newest = newest_backup(snapshot, roles, roles->partners[i]);

        keep_newer(&shipped->taken, &newest);
    }
    if (!shipped->taken.known && primary)
        shipped->taken =
            (struct log_point){primary->last_backup_utc_ms.known, primary->last_backup_utc_ms.value,
                               roles->principal, .file = primary->last_backup_file};
    if (!shipped->taken.known && primary)
        shipped->taken = point_of_file(snapshot, roles, primary->last_backup_file);
    /* What has come to the standby was taken, whether or not its producer is seen. */
    keep_newer(&shipped->taken, &shipped->copied);
    keep_newer(&shipped->taken, &shipped->restored);
    if (roles->principal && shipped->taken.known)
        shipped->backup_utc_ms = (struct fact_num){true, log_point_on(roles->principal, &shipped->taken)};
    shipped->backup_age_s = server_age_s(roles->principal, shipped->backup_utc_ms);
}

static void find_restored(const struct snapshot *snapshot, const struct roles *roles, struct shipped *shipped)
{
    const struct ls_secondary_fact *secondary = FACT(roles->standby, ls_secondary);
    const struct restore_fact *log = restore_newest(roles->standby, "L");
    const struct restore_fact *seed = restore_newest(roles->standby, "D");

    if (secondary) {
        shipped->restored = point_of_file(snapshot, roles, secondary->last_restored_file);
        shipped->restore_utc_ms = secondary->last_restored_utc_ms;
    }
    if (log) {
        struct log_point point = point_of_restore(roles, log);

        keep_newer(&shipped->restored, &point);
        shipped->restore_utc_ms = later(shipped->restore_utc_ms, log->restored_utc_ms);
    }
    shipped->restore_age_s = server_age_s(roles->standby, shipped->restore_utc_ms);
    if (seed)
        shipped->seed_age_s = server_age_s(roles->standby, seed->restored_utc_ms);
}

static void find_copied(const struct snapshot *snapshot, const struct roles *roles, struct shipped *shipped)
{
    const struct ls_secondary_fact *secondary = FACT(roles->standby, ls_secondary);

    if (!secondary)
        return;
    shipped->copied = point_of_file(snapshot, roles, secondary->last_copied_file);
    shipped->copy_utc_ms = secondary->last_copied_utc_ms;
    shipped->copy_age_s = server_age_s(roles->standby, shipped->copy_utc_ms);
}

/* What was restored had come there, by whatever way, whatever a stale monitor row says of copies. */
static void judge_arrival(const struct roles *roles, struct shipped *shipped)
{
    shipped->arrived_by_copy = !is_newer(&shipped->restored, &shipped->copied);
    if (shipped->arrived_by_copy)
        return;
    shipped->copied = shipped->restored;
    if (shipped->copy_utc_ms.known)
        shipped->copy_utc_ms = later(
            shipped->copy_utc_ms, (struct fact_num){true, log_point_on(roles->standby, &shipped->restored)});
    shipped->copy_age_s = server_age_s(roles->standby, shipped->copy_utc_ms);
}

struct shipped shipped_find(const struct snapshot *snapshot, const struct roles *roles)
{
    struct shipped shipped = {0};

    find_copied(snapshot, roles, &shipped);
    find_restored(snapshot, roles, &shipped);
    judge_arrival(roles, &shipped);
    find_taken(snapshot, roles, &shipped);
    return shipped;
}
