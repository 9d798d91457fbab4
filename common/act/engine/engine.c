#include "act/engine/drive.h"

#include "assess/sight.h"

#include <string.h>

enum { LOCK_WAIT_MS = 10000 };
/* Between two looks at what is not done yet: it grows, so that a long restore is not disturbed. */
enum { PAUSE_FIRST_MS = 1000, PAUSE_MOST_MS = 10000, SENDS_MOST = 3 };

/* ---- one sending ---- */

/* Where a sending stands while it is carried out. */
struct effort {
    struct deadline deadline;
    int64_t pause_ms;
    unsigned sends;
    enum sent last;
    const char *why; /* what was seen last */
};

static bool is_stopped(const struct drive *drive)
{
    return drive->ports->stop && drive->ports->stop(drive->ports->user);
}

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
    else if (effort->last == SENT_FAILED && drive->answer && *drive->answer)
        effort->why = arena_format(drive->arena, "%s; %s answers: %s", effort->why, drive->sending->target,
                                   drive->answer);
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

/* A copy recovered, log shipping removed, the pool state set: by nobody but this run, or a person. */
static bool is_nobodys(const struct drive *drive)
{
    const struct step *step = drive->step->step;
    const bool is_sql = drive->sending->kind == SENDING_SQL;

    return (is_sql && (step->phase == PHASE_CUT || step->phase == PHASE_COMMIT)) ||
           (step->phase == PHASE_AFTER && step->undone);
}

/* What nobody may have done but we, while it was seen undone by the plan, or when the step began. */
static bool done_by_another(const struct drive *drive, const struct effort *effort)
{
    const size_t index = (size_t)(drive->sending - drive->step->sendings);

    if (effort->sends || drive->run->resumes)
        return false;
    if (drive->step->step->alone && drive->needed[index])
        return true;
    return drive->step->state == STEP_NEEDED && !drive->sending->was_done && is_nobodys(drive);
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
    case STEP_OUTDATED:
        give_up(drive, "is planned anew", effort);
        drive->result.plan_anew = true;
        return false;
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
    return drive->step->step->phase <= PHASE_COMMIT && verb_moves_site(drive->run->plan->verb);
}

static void note_needed(struct drive *drive)
{
    const struct plan_step *step = drive->step;
    const struct step_scope scope = drive_scope(drive);
    bool *needed = arena_alloc(drive->arena, step->sending_count * sizeof(*needed));

    for (size_t s = 0; s < step->sending_count; s++) {
        const char *why;

        needed[s] = step->step->observe(&scope, &step->sendings[s], &why) == STEP_NEEDED;
    }
    drive->needed = needed;
}

static bool carry_sending(struct drive *drive)
{
    struct effort effort = {
        .deadline = drive->step->step->together ? drive->step_until : drive_step_deadline(drive),
        .pause_ms = PAUSE_FIRST_MS,
        .last = SENT_FAILED,
        .why = "",
    };

    for (;;) {
        enum step_state state;

        if (is_stopped(drive))
            return drive_end(drive, ENGINE_RESUMABLE, "stopped -> pchatctl resume %lld",
                             (long long)drive->run->plan->run);
        if (!drive_look_if_spent(drive, wants_files(drive)) || !drive_world_is_ours(drive))
            return false;
        if (!drive->needed)
            note_needed(drive);
        state = observe(drive, &effort);
        if (drive->ports->progress)
            drive->ports->progress(drive->ports->user, drive->step, drive->sending, effort.why);
        if (state == STEP_DONE || is_asserted(drive, &effort))
            return sending_done(drive, &effort);
        if (!react(drive, &effort, state))
            return false;
    }
}

/* The failure of what is only worth a try is told, and forgotten; whoever stops it has not tried it. */
static bool forgive(struct drive *drive)
{
    const char *why = drive->result.why;

    if (!drive->step->step->best_effort || drive->result.end == ENGINE_CHANGED ||
        drive->result.end == ENGINE_RETURNED || drive->result.plan_anew || is_stopped(drive))
        return false;
    drive->result = (struct engine_result){0};
    return drive_record(drive, ENTRY_OUTCOME, arena_format(drive->arena, "not done: %s", why ? why : ""));
}

static bool carry_step(struct drive *drive)
{
    bool all_done = true;

    drive->step_until = drive_step_deadline(drive);
    drive->needed = NULL;
    for (size_t s = 0; s < drive->step->sending_count; s++) {
        drive->sending = &drive->step->sendings[s];
        if (carry_sending(drive))
            continue;
        if (!forgive(drive))
            return false;
        all_done = false;
    }
    if (all_done)
        drive->done |= 1ull << (drive->step - drive->run->plan->steps);
    return true;
}

static bool carry_steps(struct drive *drive)
{
    const struct plan *plan = drive->run->plan;

    for (size_t i = 0; i < plan->step_count; i++) {
        drive->step = &plan->steps[i];
        if (!carry_step(drive))
            return false;
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

/* With the alarm, where a run went on without its journal. */
static const char *why_of(const struct drive *drive)
{
    if (!drive->committed || !drive->journal_fault)
        return arena_text(drive->arena, drive->result.why);
    return arena_format(drive->arena,
                        "%s; the journal cannot be written: %s: from there on the ledger alone knows",
                        drive->result.why ? drive->result.why : "", drive->journal_fault);
}

struct engine_result engine_carry_out(const struct engine_ports *ports, const struct engine_run *run,
                                      struct arena *arena)
{
    struct drive drive = {
        .ports = ports, .run = run, .arena = arena, .answer = "", .result = {.end = ENGINE_DONE, .step = ""}};
    bool done;

    drive.begun_utc_ms = clock_utc_ms(ports->clock);
    drive_look(&drive, verb_moves_site(run->plan->verb));
    drive.look_is_spent = true; /* the ledger takes the run down next */
    drive.committed = run->resumes && plan_is_committed(run->plan);
    drive.has_acted = run->resumes && !run->within;
    done = (run->resumes || drive_gates(&drive, PHASE_PREPARE)) && drive_open_run(&drive) &&
           carry_steps(&drive) && drive_close_run(&drive, RUN_FINISHED);
    if (done)
        drive_end(&drive, ENGINE_DONE, "%s", "done");
    record_end(&drive);
    drive.result.why = why_of(&drive);
    look_free(drive.look);
    return drive.result;
}

/* ---- putting back ---- */

static bool is_undone(struct drive *drive, const struct sending *sending)
{
    const struct step_scope scope = drive_scope(drive);
    const char *why;

    return !drive->step->step->undone || drive->step->step->undone(&scope, sending, &why) ||
           !drive_end(drive, ENGINE_RESUMABLE, "%s: it was undone, and that is not seen",
                      drive->step->step->title);
}

static bool put_back_step(struct drive *drive)
{
    const struct step *step = drive->step->step;
    struct step_scope scope = drive_scope(drive);
    struct sending *sendings = NULL;
    struct err err = ERR_INIT;
    size_t count = 0;

    scope.err = &err;
    scope.arena = drive->arena; /* they outlive the look */
    if (step->undo(&scope, &sendings, &count) != 0)
        return drive_end(drive, ENGINE_RESUMABLE, "%s cannot be undone: %s", step->title, err.text);
    for (size_t i = 0; i < count; i++) {
        drive->sending = &sendings[i];
        if (drive_send(drive) != SENT_DONE)
            return drive->result.why ? false
                                     : drive_end(drive, ENGINE_RESUMABLE, "%s is not undone", step->title);
    }
    return !count || (drive_look(drive, false) && is_undone(drive, &sendings[0]));
}

/* All steps of the verb: a plan that is made now has none of what is done already. */
static bool put_back_steps(struct drive *drive)
{
    const struct step_list list = steps_of(drive->run->plan->verb);

    for (size_t i = list.count; i-- > 0;) {
        struct plan_step *step;

        if (!list.steps[i]->undo)
            continue;
        step = arena_alloc(drive->arena, sizeof(*step));
        step->step = list.steps[i];
        drive->step = step;
        if (!drive_look(drive, false) || !put_back_step(drive))
            return false;
    }
    drive->step = NULL;
    drive->sending = NULL;
    return true;
}

static bool put_back(struct drive *drive)
{
    const struct plan *plan = drive->run->plan;

    if (plan_is_committed(plan))
        return drive_end(drive, ENGINE_REFUSED,
                         "the point of no return is passed -> pchatctl resume %lld, or abandon --leave-as-is",
                         (long long)plan->run);
    return drive_open_run(drive) && put_back_steps(drive) && drive_close_run(drive, RUN_ABANDONED);
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
    drive.result.why = why_of(&drive);
    look_free(drive.look);
    return drive.result;
}
