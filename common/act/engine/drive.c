#include "act/engine/drive.h"

#include "act/engine/said.h"
#include "act/judge/lock_name.h"
#include "base/utc.h"

#include <stdarg.h>

static const char *const end_names[ENGINE_END_COUNT] = {
    [ENGINE_DONE] = "done",       [ENGINE_REFUSED] = "refused",   [ENGINE_RESUMABLE] = "resumable",
    [ENGINE_CHANGED] = "changed", [ENGINE_RETURNED] = "returned", [ENGINE_WAITS] = "waits",
};

const char *engine_end_name(enum engine_end end)
{
    return end_names[end];
}

bool drive_end(struct drive *drive, enum engine_end end, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    drive->result.why = arena_vformat(drive->arena, format, args);
    va_end(args);
    drive->result.end = end;
    drive->result.step = drive->step ? drive->step->step->id : "";
    return false;
}

/* Only site verbs restore; mirror verbs lose what was not synchronized. */
static const struct chain_plan *drive_chain(const struct drive *drive)
{
    return verb_moves_site(drive->run->plan->verb) ? &drive->chain : NULL;
}

bool drive_look(struct drive *drive, bool wants_files)
{
    look_free(drive->look);
    drive->look = drive->ports->looker.look(drive->ports->looker.user, wants_files);
    drive->look_is_spent = false;
    drive->look_has_files = wants_files;
    drive->chain = chain_plan_of(drive->look, drive->look->arena);
    drive->loss = loss_bound(drive->look, &drive->run->last, drive_chain(drive), drive->look->arena);
    return true;
}

bool drive_look_if_spent(struct drive *drive, bool wants_files)
{
    int64_t age_ms = clock_mono(drive->ports->clock).ms - drive->look->began.ms;

    if (!drive->look_is_spent && age_ms <= GUARD_LOOK_MOST_AGE_MS && (drive->look_has_files || !wants_files))
        return true;
    return drive_look(drive, wants_files);
}

struct deadline drive_step_deadline(const struct drive *drive)
{
    return deadline_in_ms(drive->ports->clock, drive->step->step->timeout_s * 1000);
}

struct step_scope drive_scope(struct drive *drive)
{
    const struct plan *plan = drive->run->plan;

    return (struct step_scope){
        .pool = drive->run->pool,
        .cast = drive->look->cast,
        .verb = plan->verb,
        .look = drive->look,
        .chain = &drive->chain,
        .run = plan->run,
        .epoch = plan->epoch,
        .override_dir = drive->run->override_dir,
        .lock = pool_lock_resource(drive->look->arena, plan->pool),
        .rescue = plan->rescue,
        .arena = drive->look->arena,
    };
}

struct gate_question drive_question(struct drive *drive, enum phase phase)
{
    struct gate_question question = drive->run->said;

    question.verb = drive->run->plan->verb;
    question.origin = drive->run->plan->origin;
    question.phase = phase;
    question.look = drive->look;
    question.chain = drive_chain(drive);
    question.loss = drive->loss;
    question.plan = drive->run->approved_plan;
    question.scripts_overridden = drive->run->plan->unproven;
    question.rescue_forces = drive->run->plan->rescue == RESCUE_FORCE;
    question.rescue_takes_tail = drive->run->plan->rescue == RESCUE_TAIL;
    question.run = drive->begun ? drive->run->plan->run : 0;
    question.epoch = drive->begun ? drive->run->plan->epoch : 0;
    question.has_acted = drive->has_acted;
    question.locked = drive->locked;
    question.now = clock_mono(drive->ports->clock);
    said_by_persons(drive->look, drive->run->approved_plan, &question);
    if (question.approved_by)
        drive->person = arena_text(drive->arena, question.approved_by);
    return question;
}

static const char *target_of(const struct drive *drive)
{
    return drive->sending ? drive->sending->target : "";
}

/* By the clock of the server that the sending is about. */
static int64_t server_utc_ms(const struct drive *drive)
{
    const struct instance_snapshot *instance =
        drive->look ? snapshot_find(drive->look->snapshot, target_of(drive)) : NULL;

    return instance && instance->server.count && instance->server.rows[0].now_utc_ms.known
               ? instance->server.rows[0].now_utc_ms.value
               : 0;
}

bool drive_record(struct drive *drive, enum entry_kind kind, const char *text)
{
    struct err err = ERR_INIT;
    const struct journal_entry entry = {
        .run = drive->run->plan->run,
        .plan = drive->run->plan->id,
        .kind = kind,
        .at_utc_ms = clock_utc_ms(drive->ports->clock),
        .mono_ms = clock_mono(drive->ports->clock).ms,
        .server_utc_ms = server_utc_ms(drive),
        .step = drive->step ? drive->step->step->id : "",
        .target = target_of(drive),
        .subject = drive->sending ? drive->sending->subject : "",
        .text = text ? text : "",
        .person = drive->person ? drive->person : "",
    };

    if (journal_write(drive->ports->journal, &entry, &err) == 0)
        return true;
    if (!drive->journal_fault)
        drive->journal_fault = arena_text(drive->arena, err.text);
    if (drive->committed)
        return true;
    return drive_end(drive, ENGINE_RESUMABLE,
                     "the journal cannot be written: %s; nothing more is done before the point of no return",
                     err.text);
}

bool drive_record_look(struct drive *drive)
{
    AUTO_FREE char *json = look_to_json(drive->look);

    return drive_record(drive, ENTRY_LOOK, json);
}
