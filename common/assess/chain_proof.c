/*
 * The proof of the log chain: the backup histories of both partners against where the standby stands.
 */
#include "assess/copies.h"
#include "assess/log_file.h"
#include "assess/replication.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

/* More than any snapshot holds: as many sizes can be added up. */
enum { BACKUPS_MOST = 1 << 20 };

static void add_links(const struct replication *r, const struct instance_snapshot *producer,
                      struct chain_walk *walk)
{
    for (size_t i = 0; FACT(producer, backup) && i < producer->backup.count; i++) {
        const struct backup_fact *set = &producer->backup.rows[i];
        struct chain_link *link;

        if (!words_equal(set->type, "L") || !lsn_known(&set->first_lsn) || !lsn_known(&set->last_lsn))
            continue;
        link = arena_push(r->report->arena, &walk->links, &walk->link_count, sizeof(*link));
        *link = (struct chain_link){.set = set, .producer = producer};
        link->shipped = log_is_shipped(r->snapshot, &r->roles, set->device);
    }
}

static bool history_seen(const struct instance_snapshot *partner)
{
    return !partner || (instance_seen(partner) && partner->backup.sighting.sight == SIGHT_SEEN);
}

/* While RESTORING the data files say it; in STANDBY only the history of restores does. */
void chain_find_start(const struct instance_snapshot *standby, struct chain_walk *walk)
{
    const struct redo_fact *redo = FACT(standby, redo);
    const struct restore_fact *restored = restore_newest(standby, "L");

    if (redo && lsn_known(&redo->redo_start_lsn)) {
        walk->start = redo->redo_start_lsn;
        walk->start_fork = redo->redo_start_fork_guid;
    } else if (restored) {
        walk->start = restored->last_lsn;
        walk->start_fork = restored->last_fork_guid;
    }
}

static void find_goal(const struct instance_snapshot *principal, struct chain_walk *walk)
{
    const struct recovery_fact *recovery = FACT(principal, recovery);

    if (!recovery)
        return;
    walk->next_lsn = recovery->last_log_backup_lsn;
    walk->fork = recovery->recovery_fork_guid;
    walk->fork_point = recovery->fork_point_lsn;
}

static bool is_copied(const struct replication *r, const struct chain_link *link)
{
    const struct log_point *copied = &r->shipped.copied;

    if (!copied->known)
        return false;
    if (lsn_known(&copied->last_lsn))
        return lsn_compare(&link->set->last_lsn, &copied->last_lsn) <= 0;
    return link->set->finished_utc_ms.known &&
           server_time_on(copied->producer, link->producer, link->set->finished_utc_ms.value) <=
               copied->finished_utc_ms + SERVER_TIME_TOLERANCE_S * INT64_C(1000);
}

/* The shorter one of the partners': each run of a backup job deletes by its own. 0: not known. */
static int64_t retention_min(const struct roles *roles)
{
    int64_t shortest = 0;

    for (int i = 0; i < PARTNERS; i++) {
        const struct ls_primary_fact *primary = FACT(roles->partners[i], ls_primary);
        int64_t minutes = primary ? fact_within(primary->backup_retention_min, 1, INT32_MAX).value : 0;

        if (minutes > 0 && (!shortest || minutes < shortest))
            shortest = minutes;
    }
    return shortest;
}

/* A backup that the standby needs, has not copied, and that the share no longer keeps. */
static void judge_retention(const struct replication *r, struct chain_walk *walk)
{
    int64_t keeps_s = retention_min(&r->roles) * 60;

    for (size_t i = 0; keeps_s && i < walk->link_count; i++) {
        const struct chain_link *link = &walk->links[i];
        struct fact_num age_s = server_age_s(link->producer, link->set->finished_utc_ms);

        if (!link->used || is_copied(r, link) || !age_s.known || age_s.value <= keeps_s)
            continue;
        walk->verdict = CHAIN_EXPIRED;
        walk->fault = link;
        return;
    }
}

/* What must be restored next; NULL: nothing. */
static const struct chain_link *first_used(const struct chain_walk *walk)
{
    const struct chain_link *first = NULL;

    for (size_t i = 0; i < walk->link_count; i++)
        if (walk->links[i].used &&
            (!first || lsn_compare(&walk->links[i].set->first_lsn, &first->set->first_lsn) < 0))
            first = &walk->links[i];
    return first;
}

/*
 * The restore job found what it had "too recent" (4305) and has restored nothing since: by LSN the chain is
 * whole, so the next file must be lost on the standby.
 */
static void judge_lost(const struct replication *r, struct chain_walk *walk)
{
    const struct ls_run_fact *run = run_of(r->roles.standby, LS_AGENT_RESTORE);
    const struct chain_link *next = first_used(walk);
    struct fact_num restored = r->shipped.restore_utc_ms;

    if (!run || !next || !is_copied(r, next) || fact_is(run->session_status, LS_SUCCESS) ||
        !(words_contain(run->error, "too recent") || words_contain(run->error, "4305")))
        return;
    if (restored.known && run->logged_utc_ms.known && restored.value > run->logged_utc_ms.value)
        return;
    walk->verdict = CHAIN_LOST;
    walk->fault = next;
}

/* ---- backlog: copied and not restored ---- */

static bool is_backlog(const struct replication *r, const struct chain_walk *walk,
                       const struct chain_link *link)
{
    return link->shipped && !(walk->verdict == CHAIN_LOST && link == walk->fault) &&
           !fact_is(link->set->is_copy_only, 1) && lsn_compare(&link->set->last_lsn, &walk->start) > 0 &&
           is_copied(r, link);
}

static void count_backlog(struct replication *r, const struct chain_walk *walk)
{
    struct chain *chain = &r->chain;
    struct fact_num size;

    chain->backlog_files = chain->backlog_bytes = (struct fact_num){true, 0};
    for (size_t i = 0; i < walk->link_count; i++) {
        if (!is_backlog(r, walk, &walk->links[i]))
            continue;
        chain->backlog_files.value++;
        size = fact_within(walk->links[i].set->size_bytes, 0, INT64_MAX / BACKUPS_MOST);
        chain->backlog_bytes.value += size.value;
        chain->backlog_bytes.known &= size.known;
    }
}

static void find_backlog(struct replication *r, const struct chain_walk *walk)
{
    const struct ls_secondary_fact *secondary = FACT(r->roles.standby, ls_secondary);

    if (lsn_known(&walk->start) && r->shipped.copied.known && walk->link_count)
        count_backlog(r, walk);
    else if (secondary && log_file_equal(secondary->last_copied_file, secondary->last_restored_file))
        r->chain.backlog_files = r->chain.backlog_bytes = (struct fact_num){true, 0};
}

/* ---- findings ---- */

static const char *when(const struct replication *r, struct fact_num utc_ms)
{
    return words_time(r->report->arena, utc_ms, r->snapshot->taken_utc_ms);
}

static void report_foreign(struct replication *r, const struct chain_walk *walk)
{
    const struct backup_fact *set = walk->fault->set;
    const char *standby = r->roles.standby->name, *device = set->device ? set->device : "an unknown device";
    struct finding *finding = report_add(
        r->report, CONDITION_log_chain_broken, standby,
        "%s needs the log backup of %s, which is not in the share: %s wrote it to %s", standby,
        when(r, set->finished_utc_ms), walk->fault->producer->name, words_clip(r->report->arena, device));

    finding->action =
        arena_format(r->report->arena, "restore %s on %s WITH NORECOVERY; LSRestore then goes on by itself",
                     words_clip(r->report->arena, device), standby);
    finding->since_utc_ms = set->finished_utc_ms;
}

static void report_gap(struct replication *r, const struct chain_walk *walk)
{
    const struct backup_fact *set = walk->fault->set;
    const char *standby = r->roles.standby->name;
    bool began_anew = fact_is(set->begins_log_chain, 1);
    struct finding *finding = report_add(
        r->report, CONDITION_log_chain_broken, standby,
        began_anew
            ? "%s cannot restore beyond LSN %s: the log chain of %s began anew with the backup of %s"
            : "%s cannot restore beyond LSN %s: no log backup continues there, the next one of %s is of %s",
        standby, lsn_text(&walk->end), walk->fault->producer->name, when(r, set->finished_utc_ms));

    finding->action = began_anew
                          ? "re-seed the secondary from a full backup of the principal"
                          : "find the log backup that is missing there, restore it on the secondary WITH "
                            "NORECOVERY, or re-seed";
    finding->since_utc_ms = set->finished_utc_ms;
}

static void report_expired(struct replication *r, const struct chain_walk *walk)
{
    const struct backup_fact *set = walk->fault->set;
    const char *standby = r->roles.standby->name;
    const char *keeps = words_duration(r->report->arena, retention_min(&r->roles) * 60);

    report_add(r->report, CONDITION_log_chain_broken, standby,
               "%s has not copied %s, and the share keeps log backups for %s only: it is from %s", standby,
               set->device ? log_file_name(set->device) : "a log backup", keeps,
               when(r, set->finished_utc_ms))
        ->action = "look whether the file still exists anywhere; else re-seed the secondary";
}

static void report_lost(struct replication *r, const struct chain_walk *walk)
{
    const char *standby = r->roles.standby->name, *device = walk->fault->set->device;

    report_add(r->report, CONDITION_log_chain_broken, standby,
               "%s needs %s next and does not find it in its copy folder: what is there is too recent",
               standby, device ? log_file_name(device) : "a log backup")
        ->action =
        "copy that file from the share to the copy folder again; if it is gone, re-seed the secondary";
}

static void report_diverged(struct replication *r, const struct chain_walk *walk)
{
    report_add(r->report, CONDITION_secondary_diverged, r->roles.standby->name,
               "%s has restored log up to LSN %s that %s threw away when it took over at LSN %s",
               r->roles.standby->name, lsn_text(&walk->start), r->roles.principal->name,
               lsn_text(&walk->fork_point));
}

/* Without an open principal, or with no log backup possible, other findings say why nothing is proven. */
static bool is_said_elsewhere(const struct replication *r)
{
    const struct recovery_fact *recovery = FACT(r->roles.principal, recovery);

    return !copy_is_writable(r->roles.principal) || (recovery && !lsn_known(&recovery->last_log_backup_lsn));
}

static void report_unproven(struct replication *r, const struct chain_walk *walk)
{
    if (!is_said_elsewhere(r))
        report_add(r->report, CONDITION_log_chain_unproven, r->roles.standby->name,
                   "it is not proven that %s can restore up to now: %s", r->roles.standby->name, walk->why);
}

static void (*const reports[])(struct replication *r, const struct chain_walk *walk) = {
    [CHAIN_UNPROVEN] = report_unproven, [CHAIN_GAP] = report_gap,         [CHAIN_FOREIGN] = report_foreign,
    [CHAIN_LOST] = report_lost,         [CHAIN_EXPIRED] = report_expired, [CHAIN_DIVERGED] = report_diverged,
};

static void remember(struct replication *r, const struct chain_walk *walk)
{
    const struct restore_fact *restored = restore_newest(r->roles.standby, "L");

    r->chain.verdict = walk->verdict;
    r->chain.blocks = (!walk->last || walk->verdict == CHAIN_LOST) &&
                      (walk->verdict == CHAIN_GAP || walk->verdict == CHAIN_FOREIGN ||
                       walk->verdict == CHAIN_LOST || walk->verdict == CHAIN_DIVERGED);
    if (walk->last)
        r->chain.until_utc_ms = walk->last->set->finished_utc_ms;
    else if (restored)
        r->chain.until_utc_ms = restored->finished_utc_ms;
}

static bool files_differ(const struct instance_snapshot *standby)
{
    const struct redo_fact *redo = FACT(standby, redo);

    return redo && lsn_known(&redo->redo_start_lsn) && lsn_known(&redo->redo_start_lsn_max) &&
           lsn_compare(&redo->redo_start_lsn, &redo->redo_start_lsn_max) != 0;
}

void assess_chain(struct replication *r)
{
    struct chain_walk walk = {0};

    if (!replication_ships(r) || !instance_seen(r->roles.standby))
        return;
    for (int i = 0; i < PARTNERS; i++)
        add_links(r, r->roles.partners[i], &walk);
    walk.history_complete = history_seen(r->roles.partners[0]) && history_seen(r->roles.partners[1]);
    chain_find_start(r->roles.standby, &walk);
    find_goal(r->roles.principal, &walk);
    chain_walk(&walk);
    if (walk.verdict == CHAIN_PROVEN || walk.verdict == CHAIN_UNPROVEN)
        judge_retention(r, &walk);
    if (walk.verdict == CHAIN_PROVEN || walk.verdict == CHAIN_UNPROVEN)
        judge_lost(r, &walk);
    if (walk.verdict == CHAIN_PROVEN && files_differ(r->roles.standby)) {
        walk.verdict = CHAIN_UNPROVEN;
        walk.why = "its data files stand at different LSNs (a restore is under way or was cut off)";
    }
    find_backlog(r, &walk);
    remember(r, &walk);
    if ((size_t)walk.verdict < COUNT(reports) && reports[walk.verdict])
        reports[walk.verdict](r, &walk);
}
