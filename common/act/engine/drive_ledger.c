/*
 * The lock that a run holds, and what it leaves in ledgers and journal when it begins and ends.
 */
#include "act/engine/drive.h"

#include "act/engine/chat_users.h"
#include "act/judge/fenced.h"
#include "act/judge/ledger_view.h"
#include "assess/sight.h"

#include <string.h>

enum { LOCK_WAIT_MS = 10000, LEDGER_WAIT_MS = 15000 };

/* ---- the pool lock ---- */

static bool lock_refused(struct drive *drive, const struct lock_failure *failure)
{
    if (failure->held_by_other)
        return drive_end(
            drive, ENGINE_RESUMABLE,
            "somebody else holds the pool lock on %s -> pchatctl status tells who; pchatctl takeover",
            failure->instance);
    return drive_end(drive, ENGINE_RESUMABLE, "the pool lock on %s cannot be had: %s", failure->instance,
                     failure->failure.text ? failure->failure.text : "no reason is known");
}

/* Where the ledger of record is, first; then each that T-SQL is sent to, in a fixed order. */
struct lock_order {
    enum part parts[PART_WITNESS + 1];
    size_t count;
};

static struct lock_order lock_order_of(const struct look *look)
{
    static const enum part others[] = {PART_B, PART_B_MIRROR, PART_A_MIRROR, PART_A};
    struct lock_order order = {{ledger_part(look)}, 1};

    for (size_t i = 0; i < COUNT(others); i++)
        if (others[i] != order.parts[0])
            order.parts[order.count++] = others[i];
    return order;
}

static bool take_lock(struct drive *drive, enum part part, bool of_record)
{
    const struct topology_sql *instance = drive->look->cast.parts[part];
    struct lock_failure failure;

    if (!instance || (!of_record && !plan_sends_sql(drive->run->plan, instance->name)))
        return true;
    if (of_record && drive->run->said.without_secondary)
        return true;
    if (pool_lock_take(drive->run->lock, instance, deadline_in_ms(drive->ports->clock, LOCK_WAIT_MS),
                       drive->look->arena, &failure) == 0)
        return true;
    return lock_refused(drive, &failure);
}

static bool take_locks(struct drive *drive)
{
    const struct lock_order order = lock_order_of(drive->look);

    for (size_t i = 0; i < order.count; i++)
        if (!take_lock(drive, order.parts[i], i == 0))
            return false;
    return true;
}

/* What the ledger says of a run, written to each instance whose lock is held; the first is the one of record.
 */
static bool tell_ledger(struct drive *drive, const struct ledger_run *run,
                        int (*write)(struct sql_port *port, const struct ledger_run *run,
                                     struct deadline deadline, struct arena *arena,
                                     struct sql_failure *ret_failure))
{
    const struct lock_order order = lock_order_of(drive->look);
    bool of_record = true;

    for (size_t i = 0; i < order.count; i++) {
        const struct topology_sql *instance = drive->look->cast.parts[order.parts[i]];
        struct sql_port *session = instance ? pool_lock_session(drive->run->lock, instance->name) : NULL;
        struct sql_failure failure = {0};

        if (!session)
            continue;
        if (write(session, run, deadline_in_ms(drive->ports->clock, LEDGER_WAIT_MS), drive->look->arena,
                  &failure) != 0 &&
            of_record)
            return drive_end(drive, ENGINE_RESUMABLE, "the ledger of %s does not take run %lld: %s",
                             instance->name, (long long)run->run,
                             failure.text ? failure.text : "no reason is known");
        of_record = false;
    }
    return of_record ? drive_end(drive, ENGINE_RESUMABLE, "no ledger is there to write to") : true;
}

/*
 * Each ledger whose lock is held learns what the one that counts knows: a copy with a run of its own and
 * without the failover before it would say that the pool was never moved.
 */
static void copy_ledgers(struct drive *drive)
{
    const struct ledger_view ledger = ledger_view_of(drive->look);
    const struct lock_order order = lock_order_of(drive->look);

    for (size_t i = 0; ledger.facts && i < order.count; i++) {
        const struct topology_sql *instance = drive->look->cast.parts[order.parts[i]];
        struct sql_port *session = instance && instance != ledger.instance
                                       ? pool_lock_session(drive->run->lock, instance->name)
                                       : NULL;
        struct sql_failure failure = {0};

        for (size_t r = ledger.facts->ledger_run.count; session && r-- > 0;)
            if (ledger_copy_run(session, &ledger.facts->ledger_run.rows[r],
                                deadline_in_ms(drive->ports->clock, LEDGER_WAIT_MS), drive->look->arena,
                                &failure) != 0) {
                drive_record(drive, ENTRY_NOTE,
                             arena_format(drive->arena, "the ledger of %s learns nothing: %s", instance->name,
                                          failure.text ? failure.text : "no reason is known"));
                break;
            }
    }
}

/* What must be known of the run by whoever goes on with it, in each ledger whose lock is held. */
bool drive_note(struct drive *drive, struct ledger_note note)
{
    const struct lock_order order = lock_order_of(drive->look);
    bool noted = false;

    note.run = drive->run->plan->run;
    note.plan = drive->run->plan->id;
    for (size_t i = 0; i < order.count; i++) {
        const struct topology_sql *instance = drive->look->cast.parts[order.parts[i]];
        struct sql_port *session = instance ? pool_lock_session(drive->run->lock, instance->name) : NULL;
        struct sql_failure failure = {0};

        if (!session)
            continue;
        if (ledger_write_note(session, &note, deadline_in_ms(drive->ports->clock, LEDGER_WAIT_MS),
                              drive->look->arena, &failure) != 0 &&
            !noted)
            return drive_end(drive, ENGINE_RESUMABLE, "the ledger of %s does not take the %s of %s: %s",
                             instance->name, note.kind, note.object,
                             failure.text ? failure.text : "no reason is known");
        noted = true;
    }
    return true;
}

/* ---- its beginning ---- */

/* By the plan that was approved: what persons have said of it counts for whoever goes on, though files came
 * between it and the plan that is carried out. */
static struct ledger_run ledger_row(const struct drive *drive, enum run_state state)
{
    const struct plan *plan = drive->run->plan;

    return (struct ledger_run){
        .run = plan->run,
        .epoch = plan->epoch,
        .verb = verb_name(plan->verb),
        .plan = drive->run->approved_plan,
        .state = run_state_name(state),
        .holder = drive->run->holder,
        .serving_site = state == RUN_FINISHED && verb_moves_site(plan->verb) ? plan->to_site : NULL,
    };
}

static bool note_run(struct drive *drive, enum run_state state, int64_t ended_utc_ms)
{
    const struct plan *plan = drive->run->plan;
    const struct journal_run run = {
        .run = plan->run,
        .plan = plan->id,
        .verb = verb_name(plan->verb),
        .pool = plan->pool,
        .origin = origin_name(plan->origin),
        .state = run_state_name(state),
        .person = drive->person ? drive->person : "",
        .epoch = plan->epoch,
        .begun_utc_ms = drive->begun_utc_ms,
        .ended_utc_ms = ended_utc_ms,
    };
    struct err err = ERR_INIT;

    if (drive->run->within || journal_put_run(drive->ports->journal, &run, &err) == 0 || drive->committed)
        return true;
    return drive_end(drive, ENGINE_RESUMABLE, "the journal cannot be written: %s", err.text);
}

/* The fork of a copy, by itself where it is seen, else by the log that the standby has of it. */
static const char *fork_before(const struct drive *drive, enum part part)
{
    const struct cast *cast = &drive->look->cast;
    const struct recovery_fact *own = FACT(cast_instance(cast, part, drive->look->snapshot), recovery);
    const struct redo_fact *followed = FACT(cast_instance(cast, PART_B, drive->look->snapshot), redo);

    if (own && own->recovery_fork_guid)
        return own->recovery_fork_guid;
    return followed ? followed->redo_start_fork_guid : NULL;
}

/*
 * What is left behind is noted by its recovery fork: a copy that comes back with it is the one that was left,
 * and may be fenced without asking.
 */
static bool note_fork(struct drive *drive, enum part part)
{
    const struct topology_sql *instance = drive->look->cast.parts[part];
    const struct ledger_note note = {
        .kind = NOTE_FORK, .object = instance ? instance->name : NULL, .text = fork_before(drive, part)};

    return !instance || !note.text || drive_note(drive, note);
}

/* Once the roles have changed nobody could tell any more which way they were to be changed. */
static bool note_heir(struct drive *drive)
{
    const struct topology_sql *heir = drive->look->cast.parts[look_mirror(drive->look)];

    return !heir || drive_note(drive, (struct ledger_note){.kind = NOTE_HEIR, .object = heir->name});
}

/* Once it is closed nobody can ask any more whom the other copy will need. */
static bool note_users(struct drive *drive)
{
    const struct topology_sql *source = drive->look->cast.parts[look_principal(drive->look)];
    struct sql_port *session = source ? pool_lock_session(drive->run->lock, source->name) : NULL;
    struct ledger_note note = {.kind = NOTE_USERS, .object = drive->run->pool->database};
    const char *why = NULL;

    if (session)
        note.text =
            chat_users_ask(session, drive->run->pool->database,
                           deadline_in_ms(drive->ports->clock, LEDGER_WAIT_MS), drive->look->arena, &why);
    if (why)
        return drive_end(drive, ENGINE_RESUMABLE, "the users of %s are not seen on %s: %s",
                         drive->run->pool->database, source->name, why);
    return !note.text || drive_note(drive, note);
}

static bool note_beginning(struct drive *drive)
{
    const enum verb verb = drive->run->plan->verb;

    if (drive->run->resumes)
        return true;
    if (drive->run->plan->rescue == RESCUE_FORCE && !note_heir(drive))
        return false;
    if (verb_moves_site(verb))
        return note_fork(drive, PART_A) && note_fork(drive, PART_A_MIRROR) &&
               (!verb_is_planned(verb) || plan_is_committed(drive->run->plan) || note_users(drive));
    return !verb_switches_partners(verb) || note_heir(drive);
}

bool drive_open_run(struct drive *drive)
{
    const struct ledger_run row = ledger_row(drive, RUN_OPEN);

    drive->locked = take_locks(drive);
    if (drive->locked)
        copy_ledgers(drive);
    drive->begun =
        drive->locked && tell_ledger(drive, &row, drive->run->resumes ? ledger_take_over : ledger_begin);
    return drive->begun && note_beginning(drive) && note_run(drive, RUN_OPEN, 0);
}

/* ---- its end ---- */

static bool object_is_proven(const struct look *look, const char *object)
{
    const struct host_snapshot *server = snapshot_find_host(look->snapshot, HOST_CHAT_SERVER, object);
    const char *why;

    for (enum part part = PART_A; part < PART_WITNESS; part++)
        if (look->cast.parts[part] && strcmp(look->cast.parts[part]->name, object) == 0)
            return copy_is_proven(look, part, look->arena, &why);
    return server && chat_server_is_proven(look->snapshot, server);
}

/* What the fence verb has closed on the servers themselves need not be off any more. */
static bool note_releases(struct drive *drive)
{
    for (size_t i = 0; i < drive->look->fence_count; i++) {
        const struct fence *fence = &drive->look->fences[i];

        if (fence->status != FENCE_OFF && object_is_proven(drive->look, fence->object) &&
            !drive_note(drive, (struct ledger_note){.kind = NOTE_RELEASE, .object = fence->object}))
            return false;
    }
    return true;
}

/*
 * After a planned move logs are shipped the other way, and the ledger of record is where they go to: before
 * anything else says that the run has ended, that one does.  It would have it open for ever, and once nothing
 * else is seen, whoever goes on with it would move the pool again.
 */
static bool tell_heir(struct drive *drive, const struct ledger_run *run)
{
    const struct topology_sql *heir = drive->look->cast.parts[PART_A];
    struct sql_port *session = heir ? pool_lock_session(drive->run->lock, heir->name) : NULL;
    struct sql_failure failure = {.text = "its session is gone"};

    if (session && ledger_end(session, run, deadline_in_ms(drive->ports->clock, LEDGER_WAIT_MS),
                              drive->look->arena, &failure) == 0)
        return true;
    return drive_end(drive, ENGINE_RESUMABLE, "the ledger of %s does not hear that run %lld has ended: %s",
                     heir ? heir->name : "nobody", (long long)run->run,
                     failure.text ? failure.text : "no reason is known");
}

bool drive_close_run(struct drive *drive, enum run_state state)
{
    const struct ledger_run row = ledger_row(drive, state);

    if (drive->run->plan->verb == VERB_FENCE && !note_releases(drive))
        return false;
    if (drive->run->within)
        return true;
    if (state == RUN_FINISHED && verb_is_planned(drive->run->plan->verb) && !tell_heir(drive, &row))
        return false;
    return tell_ledger(drive, &row, ledger_end) && note_run(drive, state, clock_utc_ms(drive->ports->clock));
}
