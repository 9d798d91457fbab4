#include "act/engine/drive.h"

#include "act/judge/ledger_view.h"
#include "act/memory/ledger.h"
#include "assess/sight.h"

#include <string.h>

enum { LOCK_WAIT_MS = 10000, LEDGER_WAIT_MS = 15000 };
/* Between two looks at what is not done yet: it grows, so that a long restore is not disturbed. */
enum { PAUSE_FIRST_MS = 1000, PAUSE_MOST_MS = 10000, SENDS_MOST = 3 };

/* ---- the pool lock and the ledger ---- */

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

static struct ledger_run ledger_row(const struct drive *drive, enum run_state state)
{
    const struct plan *plan = drive->run->plan;

    return (struct ledger_run){
        .run = plan->run,
        .epoch = plan->epoch,
        .verb = verb_name(plan->verb),
        .plan = plan->id,
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

static bool note_beginning(struct drive *drive)
{
    const enum verb verb = drive->run->plan->verb;

    if (drive->run->resumes)
        return true;
    if (verb_moves_site(verb))
        return note_fork(drive, PART_A) && note_fork(drive, PART_A_MIRROR);
    return !verb_switches_partners(verb) || note_heir(drive);
}

static bool begin_run(struct drive *drive)
{
    const struct ledger_run row = ledger_row(drive, RUN_OPEN);

    drive->locked = take_locks(drive);
    if (drive->locked)
        copy_ledgers(drive);
    drive->begun =
        drive->locked && tell_ledger(drive, &row, drive->run->resumes ? ledger_take_over : ledger_begin);
    return drive->begun && note_beginning(drive) && note_run(drive, RUN_OPEN, 0);
}

static bool end_run(struct drive *drive, enum run_state state)
{
    const struct ledger_run row = ledger_row(drive, state);

    if (drive->run->within)
        return true;
    return tell_ledger(drive, &row, ledger_end) && note_run(drive, state, clock_utc_ms(drive->ports->clock));
}

/* ---- one sending ---- */

/* Where a sending stands while it is carried out. */
struct effort {
    struct deadline deadline;
    int64_t pause_ms;
    unsigned sends;
    enum sent last;
    const char *why; /* what was seen last */
};

static bool is_before_commit(const struct drive *drive)
{
    return drive->step->step->phase < PHASE_AFTER && !drive->committed;
}

static enum step_state observe(struct drive *drive, struct effort *effort)
{
    const struct step_scope scope = drive_scope(drive);
    const char *why = NULL;
    enum step_state state = drive->step->step->observe(&scope, drive->sending, &why);

    effort->why = arena_text(drive->arena, why ? why : "");
    return state;
}

static void pause_a_while(struct drive *drive, struct effort *effort)
{
    drive->look_is_spent = true;
    clock_sleep_ms(drive->ports->clock, effort->pause_ms);
    effort->pause_ms = effort->pause_ms * 2 > PAUSE_MOST_MS ? PAUSE_MOST_MS : effort->pause_ms * 2;
}

static bool give_up(struct drive *drive, const char *words, const struct effort *effort)
{
    return drive_end(drive, ENGINE_RESUMABLE, "%s: %s%s%s", drive->step->step->title, words,
                     *effort->why ? ": " : "", effort->why);
}

/* Before anything is sent: is it still ours to do, and may it be done? */
static bool may_send(struct drive *drive)
{
    return pool_lock_is_held(drive->run->lock, deadline_in_ms(drive->ports->clock, LOCK_WAIT_MS),
                             drive->look->arena, &(struct lock_failure){0})
               ? drive_gates(drive, drive->step->step->phase)
               : drive_end(drive, ENGINE_RESUMABLE, "the pool lock is lost -> pchatctl resume %lld",
                           (long long)drive->run->plan->run);
}

static bool gave_up_sending(struct drive *drive, struct effort *effort)
{
    const unsigned most = drive->step->step->sends_most;

    if (effort->sends < (most ? most : SENDS_MOST))
        return false;
    if (drive->step->step->asserted)
        effort->why = drive->answer; /* nothing else tells */
    give_up(drive, most == 1 ? "it is refused" : "sent several times, and still not done", effort);
    return true;
}

static bool send_once(struct drive *drive, struct effort *effort)
{
    if (gave_up_sending(drive, effort))
        return false;
    if (drive->sending->kind != SENDING_NONE && (!may_send(drive) || !drive_record_look(drive)))
        return false;
    if (drive->sending->kind != SENDING_NONE || !effort->sends)
        effort->last = drive_send(drive);
    if (drive->sending->kind != SENDING_NONE)
        effort->sends++;
    return effort->last != SENT_ENDED;
}

/* What nobody may have done but we: a copy recovered, log shipping removed, while the plan saw it undone. */
static bool done_by_another(const struct drive *drive, const struct effort *effort)
{
    return !effort->sends && !drive->run->resumes && drive->step->state == STEP_NEEDED &&
           (drive->step->step->phase == PHASE_CUT || drive->step->step->phase == PHASE_COMMIT) &&
           drive->sending->kind == SENDING_SQL;
}

static bool sending_done(struct drive *drive, const struct effort *effort)
{
    if (done_by_another(drive, effort))
        return drive_end(drive, ENGINE_CHANGED, "the world changed: %s is done, and not by this run: %s",
                         drive->step->step->title, effort->why);
    drive->committed |= drive->step->step->phase == PHASE_COMMIT;
    return drive_record(drive, ENTRY_VERIFY, effort->why) &&
           drive_record(drive, ENTRY_OUTCOME, effort->sends ? "done" : "was done");
}

/* One look's consequence.  True: go on with this sending. */
static bool react(struct drive *drive, struct effort *effort, enum step_state state)
{
    switch (state) {
    case STEP_NEEDED:
        if (drive->sending->kind != SENDING_NONE && effort->last != SENT_DONE)
            return send_once(drive, effort);
        break; /* sent, and said to be done: it shows soon */
    case STEP_IMPOSSIBLE:
        return give_up(drive, "cannot be done", effort);
    case STEP_UNKNOWN:
        if (is_before_commit(drive))
            return give_up(drive, "it cannot be told whether it is done", effort);
        break;
    default:
        break;
    }
    if (deadline_passed(effort->deadline))
        return give_up(drive, "its time is up", effort);
    pause_a_while(drive, effort);
    return true;
}

/* The other side has read back what it wrote: where nobody else can, that is all the proof there is. */
static bool is_asserted(const struct drive *drive, const struct effort *effort)
{
    return drive->step->step->asserted && effort->sends && effort->last == SENT_DONE;
}

static bool wants_files(const struct drive *drive)
{
    return drive->step->step->phase <= PHASE_COMMIT && drive->run->plan->verb == VERB_FAILOVER;
}

static bool carry_sending(struct drive *drive)
{
    struct effort effort = {
        .deadline = deadline_in_ms(drive->ports->clock, drive->step->step->timeout_s * 1000),
        .pause_ms = PAUSE_FIRST_MS,
        .last = SENT_FAILED,
        .why = "",
    };

    for (;;) {
        enum step_state state;

        if (drive->ports->stop && drive->ports->stop(drive->ports->user))
            return drive_end(drive, ENGINE_RESUMABLE, "stopped -> pchatctl resume %lld",
                             (long long)drive->run->plan->run);
        if (!drive_look_if_spent(drive, wants_files(drive)) || !drive_world_is_ours(drive))
            return false;
        state = observe(drive, &effort);
        if (drive->ports->progress)
            drive->ports->progress(drive->ports->user, drive->step, drive->sending, effort.why);
        if (state == STEP_DONE || is_asserted(drive, &effort))
            return sending_done(drive, &effort);
        if (!react(drive, &effort, state))
            return false;
    }
}

/* The failure of what is only worth a try is told, and forgotten. */
static bool forgive(struct drive *drive)
{
    const char *why = drive->result.why;

    if (!drive->step->step->best_effort || drive->result.end == ENGINE_CHANGED ||
        drive->result.end == ENGINE_RETURNED)
        return false;
    drive->result = (struct engine_result){0};
    return drive_record(drive, ENTRY_OUTCOME, arena_format(drive->arena, "not done: %s", why ? why : ""));
}

static bool carry_steps(struct drive *drive)
{
    const struct plan *plan = drive->run->plan;

    for (size_t i = 0; i < plan->step_count; i++) {
        drive->step = &plan->steps[i];
        for (size_t s = 0; s < drive->step->sending_count; s++) {
            drive->sending = &drive->step->sendings[s];
            if (!carry_sending(drive) && !forgive(drive))
                return false;
        }
    }
    drive->step = NULL;
    drive->sending = NULL;
    return true;
}

/* ---- a run ---- */

static void record_end(struct drive *drive)
{
    const struct engine_result *result = &drive->result;

    drive_record(
        drive, result->end == ENGINE_REFUSED || result->end == ENGINE_WAITS ? ENTRY_REFUSAL : ENTRY_NOTE,
        arena_format(drive->arena, "%s: %s", engine_end_name(result->end), result->why ? result->why : ""));
}

/* Did the plan, made anew from the world, find the point of no return behind it? */
static bool is_committed(const struct plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].step->phase == PHASE_COMMIT && plan->steps[i].state == STEP_DONE)
            return true;
    return false;
}

struct engine_result engine_carry_out(const struct engine_ports *ports, const struct engine_run *run,
                                      struct arena *arena)
{
    struct drive drive = {
        .ports = ports, .run = run, .arena = arena, .answer = "", .result = {.end = ENGINE_DONE, .step = ""}};
    bool done;

    drive.begun_utc_ms = clock_utc_ms(ports->clock);
    drive_look(&drive, run->plan->verb == VERB_FAILOVER);
    drive.look_is_spent = true; /* the ledger takes the run down next */
    drive.committed = run->resumes && is_committed(run->plan);
    done = (run->resumes || drive_gates(&drive, PHASE_PREPARE)) && begin_run(&drive) && carry_steps(&drive) &&
           end_run(&drive, RUN_FINISHED);
    if (done)
        drive_end(&drive, ENGINE_DONE, "%s", "done");
    record_end(&drive);
    drive.result.why = arena_text(arena, drive.result.why);
    look_free(drive.look);
    return drive.result;
}

/* ---- putting back ---- */

static bool put_back_step(struct drive *drive, const struct plan_step *step)
{
    struct step_scope scope = drive_scope(drive);
    struct sending *sendings = NULL;
    struct err err = ERR_INIT;
    size_t count = 0;

    scope.err = &err;
    if (!step->step->undo)
        return true;
    if (step->step->undo(&scope, &sendings, &count) != 0)
        return drive_end(drive, ENGINE_RESUMABLE, "%s cannot be undone: %s", step->step->title, err.text);
    for (size_t i = 0; i < count; i++) {
        drive->sending = &sendings[i];
        if (drive_send(drive) != SENT_DONE)
            return drive->result.why
                       ? false
                       : drive_end(drive, ENGINE_RESUMABLE, "%s is not undone", step->step->title);
    }
    return true;
}

static bool put_back(struct drive *drive)
{
    const struct plan *plan = drive->run->plan;

    if (is_committed(plan))
        return drive_end(drive, ENGINE_REFUSED,
                         "the point of no return is passed -> pchatctl resume %lld, or abandon --leave-as-is",
                         (long long)plan->run);
    drive->locked = take_locks(drive);
    if (!drive->locked)
        return false;
    for (size_t i = plan->step_count; i-- > 0;) {
        drive->step = &plan->steps[i];
        if (!drive_look(drive, false) || !put_back_step(drive, drive->step))
            return false;
    }
    drive->step = NULL;
    drive->sending = NULL;
    return end_run(drive, RUN_ABANDONED);
}

struct engine_result engine_put_back(const struct engine_ports *ports, const struct engine_run *run,
                                     struct arena *arena)
{
    struct drive drive = {
        .ports = ports, .run = run, .arena = arena, .answer = "", .result = {.end = ENGINE_DONE, .step = ""}};

    drive.begun_utc_ms = clock_utc_ms(ports->clock);
    drive_look(&drive, false);
    if (put_back(&drive))
        drive_end(&drive, ENGINE_DONE, "%s", "put back");
    record_end(&drive);
    drive.result.why = arena_text(arena, drive.result.why);
    look_free(drive.look);
    return drive.result;
}
