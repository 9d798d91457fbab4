/*
 * Which log backups B must restore: the selection rule of RESTORE HEADERONLY's columns.  Let R be where B
 * stands and F its fork: take the set with FirstLSN <= R < LastLSN and first fork F; R and F are then its
 * end. Sets that end at or before R are applied already (4326).  Sets beyond R that nothing leads to are a
 * gap (4305), a set that covers R on another fork leads nowhere (4330).
 *
 * Of several sets that cover R, one that only copies the log is the last choice; one that crosses into a new
 * fork comes before one that stays on the branch which that fork abandoned; and of the same set's files the
 * one that lies nearer.
 */
#include "act/judge/loss.h"

#include "assess/chain.h"
#include "assess/copies.h"
#include "assess/log_file.h"
#include "assess/shipped.h"
#include "assess/sight.h"
#include "assess/words.h"

#include <string.h>
#include <strings.h>

enum { BACKUP_LOG = 2, CLOCK_TOLERANCE_MS = 60000 };

static const char *const state_names[CHAIN_STATE_COUNT] = {
    [CHAIN_COMPLETE] = "complete", [CHAIN_HAS_GAP] = "has_gap", [CHAIN_UNREADABLE] = "unreadable",
    [CHAIN_FORKED] = "forked",     [CHAIN_UNSEEN] = "unseen",
};

const char *chain_state_name(enum chain_state state)
{
    return state_names[state];
}

struct selection {
    struct arena *arena;
    const char *database;
    const char *instance; /* where they are restored, for people */
    const struct log_file_fact *files;
    size_t file_count;
    const char *fork;   /* F; NULL: unknown */
    int64_t reached_ms; /* when the newest set that B holds or will hold was finished; INT64_MIN: not known */
    const char *restored;   /* name of the file restored last, where log shipping's rows still say it */
    struct chain_plan plan; /* to is R */
};

/* ---- one file ---- */

static bool is_readable(const struct log_file_fact *file)
{
    return !file->error.known && !fact_is(file->is_damaged, 1) && lsn_known(&file->first_lsn) &&
           lsn_known(&file->last_lsn);
}

static bool is_log_of(const struct selection *s, const struct log_file_fact *file)
{
    return is_readable(file) && fact_is(file->backup_type, BACKUP_LOG) &&
           words_equal(file->database_name, s->database);
}

static bool forks_differ(const char *a, const char *b)
{
    return a && b && !words_equal(a, b);
}

static bool crosses_fork(const struct log_file_fact *file)
{
    return forks_differ(file->first_fork_guid, file->last_fork_guid);
}

static bool covers(const struct selection *s, const struct log_file_fact *file)
{
    return lsn_compare(&file->first_lsn, &s->plan.to) <= 0 && lsn_compare(&s->plan.to, &file->last_lsn) < 0;
}

static bool is_beyond(const struct selection *s, const struct log_file_fact *file)
{
    return lsn_compare(&file->first_lsn, &s->plan.to) > 0;
}

static bool is_remote(const struct log_file_fact *file)
{
    return file->path && strncmp(file->path, "\\\\", 2) == 0;
}

static int preference(const struct log_file_fact *file)
{
    return (fact_is(file->is_copy_only, 1) ? 0 : 4) + (crosses_fork(file) ? 2 : 0) +
           (is_remote(file) ? 0 : 1);
}

static const char *name_of(const struct log_file_fact *file)
{
    return file->name ? file->name : file->path ? log_file_name(file->path) : "a file without a name";
}

/* ---- the walk ---- */

static const struct log_file_fact *next_file(const struct selection *s)
{
    const struct log_file_fact *best = NULL;

    for (size_t i = 0; i < s->file_count; i++) {
        const struct log_file_fact *file = &s->files[i];

        if (is_log_of(s, file) && covers(s, file) && !forks_differ(file->first_fork_guid, s->fork) &&
            (!best || preference(file) > preference(best)))
            best = file;
    }
    return best;
}

static void take(struct selection *s, const struct log_file_fact *file)
{
    const struct log_file_fact **place =
        arena_push(s->arena, &s->plan.files, &s->plan.file_count, sizeof(const struct log_file_fact *));

    *place = file;
    s->plan.to = file->last_lsn;
    s->fork = file->last_fork_guid ? file->last_fork_guid : s->fork;
    /* A rescued tail's name tells no time: what is known before it is a bound that errs on the safe side. */
    if (!file->finished_utc_ms.known)
        return;
    s->plan.until_utc_ms = file->finished_utc_ms;
    s->reached_ms = file->finished_utc_ms.value;
}

/* ---- what stands behind the end ---- */

/* Has this fork been left, by a set that B holds or will hold? */
static bool fork_is_left(const struct selection *s, const char *fork)
{
    for (size_t i = 0; i < s->file_count; i++) {
        const struct log_file_fact *file = &s->files[i];

        if (is_log_of(s, file) && crosses_fork(file) && words_equal(file->first_fork_guid, fork) &&
            lsn_compare(&file->last_lsn, &s->plan.to) <= 0)
            return true;
    }
    return false;
}

static bool is_abandoned(const struct selection *s, const struct log_file_fact *file)
{
    return forks_differ(file->first_fork_guid, s->fork) && fork_is_left(s, file->first_fork_guid);
}

static const struct log_file_fact *on_other_fork(const struct selection *s)
{
    for (size_t i = 0; i < s->file_count; i++)
        if (is_log_of(s, &s->files[i]) && covers(s, &s->files[i]) && !is_abandoned(s, &s->files[i]))
            return &s->files[i];
    return NULL;
}

static const struct log_file_fact *behind_gap(const struct selection *s)
{
    const struct log_file_fact *nearest = NULL;

    for (size_t i = 0; i < s->file_count; i++) {
        const struct log_file_fact *file = &s->files[i];

        if (is_log_of(s, file) && is_beyond(s, file) && !is_abandoned(s, file) &&
            (!nearest || lsn_compare(&file->first_lsn, &nearest->first_lsn) < 0))
            nearest = file;
    }
    return nearest;
}

/* ---- files that cannot be read ---- */

/* "mgc_20261123051500.trn.wrk" is a copy under way of the file before ".wrk". */
static size_t stem_length(const char *name)
{
    size_t length = strlen(name);

    return length > 4 && strcasecmp(name + length - 4, ".wrk") == 0 ? length - 4 : length;
}

static bool same_stem(const char *a, const char *b)
{
    size_t left = stem_length(a), right = stem_length(b);

    return left == right && strncasecmp(a, b, left) == 0;
}

static bool has_twin(const struct selection *s, const struct log_file_fact *file)
{
    for (size_t i = 0; i < s->file_count; i++) {
        const struct log_file_fact *other = &s->files[i];
        bool same = same_stem(name_of(other), name_of(file)) ||
                    (file->backup_set_guid && words_equal(other->backup_set_guid, file->backup_set_guid));

        if (other != file && is_readable(other) && same)
            return true;
    }
    return false;
}

/* By its name alone, as nothing else is known of it: may B still need it? */
static bool may_be_needed(const struct selection *s, const struct log_file_fact *file)
{
    const char *name = name_of(file);
    const char *whole = arena_text_n(s->arena, name, stem_length(name));
    int64_t stamp_ms;

    if (!log_file_stamp(whole, s->database, &stamp_ms) || log_file_equal(whole, s->restored))
        return false;
    return s->reached_ms == INT64_MIN || stamp_ms >= s->reached_ms - CLOCK_TOLERANCE_MS;
}

static bool is_needed_of_damaged(const struct selection *s, const struct log_file_fact *file)
{
    if (!lsn_known(&file->last_lsn) || !words_equal(file->database_name, s->database))
        return may_be_needed(s, file);
    return lsn_compare(&file->last_lsn, &s->plan.to) > 0;
}

static const struct log_file_fact *unreadable_file(const struct selection *s)
{
    for (size_t i = 0; i < s->file_count; i++) {
        const struct log_file_fact *file = &s->files[i];

        if (!is_readable(file) && is_needed_of_damaged(s, file) && !has_twin(s, file))
            return file;
    }
    return NULL;
}

/* ---- the end, in words ---- */

static const char *unreadable_words(const struct selection *s, const struct log_file_fact *file)
{
    if (fact_is(file->is_damaged, 1))
        return arena_format(s->arena, "%s is damaged, and no other copy of it is readable",
                            file->path ? file->path : name_of(file));
    return arena_format(s->arena, "%s cannot be read (%lld %s), and no other copy of it is readable",
                        file->path ? file->path : name_of(file), (long long)file->error.value,
                        words_clip(s->arena, file->detail));
}

static const char *last_name(const struct selection *s)
{
    return s->plan.file_count ? name_of(s->plan.files[s->plan.file_count - 1])
           : s->restored      ? log_file_name(s->restored)
                              : "what is restored";
}

static void judge_end(struct selection *s)
{
    const struct log_file_fact *unreadable = unreadable_file(s), *other = on_other_fork(s),
                               *behind = behind_gap(s);

    if (unreadable) {
        s->plan.state = CHAIN_UNREADABLE;
        s->plan.why = unreadable_words(s, unreadable);
    } else if (other) {
        s->plan.state = CHAIN_FORKED;
        s->plan.why =
            arena_format(s->arena, "%s covers LSN %s, but is on recovery fork %s, %s on %s", name_of(other),
                         lsn_text(&s->plan.to), other->first_fork_guid, s->instance, s->fork);
    } else if (behind) {
        s->plan.state = CHAIN_HAS_GAP;
        s->plan.why =
            arena_format(s->arena, "nothing leads from LSN %s (end of %s) to LSN %s (begin of %s)",
                         lsn_text(&s->plan.to), last_name(s), lsn_text(&behind->first_lsn), name_of(behind));
    } else
        s->plan.state = CHAIN_COMPLETE;
}

/* ---- the beginning ---- */

static struct chain_plan unseen(const char *why)
{
    return (struct chain_plan){.state = CHAIN_UNSEEN, .why = why};
}

/* What B holds already: until when, and as what it was called. */
static void find_restored(struct selection *s, const struct instance_snapshot *standby)
{
    const struct restore_fact *log = restore_newest(standby, "L");
    const struct restore_fact *restored = log ? log : restore_newest(standby, "D");
    const struct ls_secondary_fact *secondary = FACT(standby, ls_secondary);

    s->restored = secondary ? secondary->last_restored_file : NULL;
    s->reached_ms = INT64_MIN;
    if (!restored)
        return;
    s->plan.until_utc_ms = restored->finished_utc_ms;
    if (restored->finished_utc_ms.known)
        s->reached_ms = restored->finished_utc_ms.value;
}

static const char *not_judged(const struct instance_snapshot *standby, const struct act_facts *facts,
                              struct arena *arena)
{
    if (!instance_seen(standby))
        return "the instance to restore on is not seen";
    if (!facts || facts->log_file.sighting.sight != SIGHT_SEEN)
        return arena_format(arena, "the log backups that %s can read were not seen (%s)", standby->name,
                            facts ? sight_words(facts->log_file.sighting.sight) : "not asked");
    if (facts->log_file.count >= act_fact_group(ACT_FACT_log_file)->most_rows)
        return arena_format(arena, "%s can read more log backups than were listed (%zu)", standby->name,
                            facts->log_file.count);
    return NULL;
}

/* Each step moves R on: a set that covers it ends behind it. */
static struct chain_plan walk_from(struct selection *s, struct lsn from)
{
    const struct log_file_fact *file;

    s->plan.from = s->plan.to = from;
    while ((file = next_file(s)))
        take(s, file);
    judge_end(s);
    return s->plan;
}

struct chain_plan chain_plan_of(const struct look *look, struct arena *arena)
{
    const struct act_facts *facts = look_facts(look, look->cast.parts[PART_B]);
    const struct instance_snapshot *standby = cast_instance(&look->cast, PART_B, look->snapshot);
    struct selection s = {.arena = arena,
                          .database = look->snapshot->database ? look->snapshot->database : "",
                          .instance = standby ? standby->name : ""};
    const char *why = not_judged(standby, facts, arena);
    struct chain_walk walk = {0};

    if (copy_is_writable(standby)) {
        find_restored(&s, standby);
        return s.plan;
    }
    if (why)
        return unseen(why);
    chain_find_start(standby, &walk);
    if (!lsn_known(&walk.start))
        return unseen(arena_format(arena, "where %s stands was not seen", standby->name));
    s.files = facts->log_file.rows;
    s.file_count = facts->log_file.count;
    s.fork = walk.start_fork;
    find_restored(&s, standby);
    return walk_from(&s, walk.start);
}

struct chain_plan chain_plan_after(const struct chain_start *start, const struct log_file_facts *files,
                                   struct arena *arena)
{
    struct selection s = {.arena = arena,
                          .database = start->database,
                          .instance = start->instance,
                          .files = files->rows,
                          .file_count = files->count,
                          .fork = start->fork,
                          .restored = start->name,
                          .reached_ms = start->reached_utc_ms.known ? start->reached_utc_ms.value : INT64_MIN,
                          .plan = {.until_utc_ms = start->reached_utc_ms}};

    if (files->sighting.sight != SIGHT_SEEN)
        return unseen(arena_format(
            arena, "the log backups that %s can read were not seen (%s)", start->instance,
            files->sighting.detail ? files->sighting.detail : sight_words(files->sighting.sight)));
    if (files->count >= act_fact_group(ACT_FACT_log_file)->most_rows)
        return unseen(arena_format(arena, "%s can read more log backups than were listed (%zu)",
                                   start->instance, files->count));
    return walk_from(&s, start->from);
}
