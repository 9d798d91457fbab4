#include "act/engine/drive.h"

#include "act/engine/host_send.h"
#include "act/memory/ledger.h"
#include "model/json_text.h"
#include "observe/sql/row_reader.h"
#include "observe/vantage/command_run.h"

#include <string.h>

enum { MOST_ROWS = 500, ANSWER_MOST_BYTES = 64 * 1024, LOCK_WAIT_MS = 10000 };

static enum sent record_answer(struct drive *drive, enum sent sent, const char *text)
{
    drive->answer = arena_text(drive->arena, text ? text : "");
    return drive_record(drive, ENTRY_ACT, text) ? sent : SENT_ENDED;
}

/* ---- T-SQL ---- */

static enum sent lost_session(struct drive *drive, const char *words)
{
    drive_end(drive, ENGINE_RESUMABLE, "the session that held the pool lock on %s is gone: %s",
              drive->sending->target, words);
    return SENT_ENDED;
}

/* Every script ends with one row `outcome`; "not ours" comes from the lock proof at its beginning. */
static const char *outcome_of(const struct sql_rows *rows)
{
    return rows->row_count && rows->column_count ? rows->cells[(rows->row_count - 1) * rows->column_count]
                                                 : NULL;
}

/* *ret_lost: what became of the session; NULL: it answers. */
static enum sent ask(struct drive *drive, const char **ret_lost)
{
    struct sql_port *session = pool_lock_session(drive->run->lock, drive->sending->target);
    struct sql_failure failure = {0};
    struct sql_rows rows;
    const char *outcome;

    *ret_lost = "it is not held";
    if (!session)
        return SENT_ENDED;
    if (session->ops->query(session, drive->sending->text, MOST_ROWS, drive_step_deadline(drive),
                            drive->look->arena, &rows, &failure) != 0) {
        const char *words = failure.text ? failure.text : "";

        *ret_lost = failure.message_number == 0 ? words : NULL;
        return record_answer(
            drive, SENT_FAILED,
            *ret_lost ? words
                      : arena_format(drive->look->arena, "Msg %d: %s", failure.message_number, words));
    }
    outcome = outcome_of(&rows);
    *ret_lost =
        outcome && strcmp(outcome, "not ours") == 0 ? "the server says that the lock is not ours" : NULL;
    return record_answer(drive, outcome && !*ret_lost ? SENT_DONE : SENT_FAILED, outcome);
}

/* Whatever becomes of that session: the locks that the run goes on with are the same as before. */
static enum sent send_aside(struct drive *drive)
{
    const enum part part = cast_part(&drive->look->cast, drive->sending->target);
    const struct topology_sql *instance = part < PART_COUNT ? drive->look->cast.parts[part] : NULL;
    struct lock_failure failure = {.failure.text = "the topology does not name it"};
    const char *lost;
    enum sent sent;

    if (!instance ||
        pool_lock_take(drive->run->lock, instance, deadline_in_ms(drive->ports->clock, LOCK_WAIT_MS),
                       drive->look->arena, &failure) != 0)
        return record_answer(drive, SENT_FAILED, failure.failure.text);
    sent = ask(drive, &lost);
    pool_lock_release(drive->run->lock, instance->name);
    return sent;
}

static bool is_sent_aside(struct drive *drive)
{
    return drive->step->step->aside && !pool_lock_session(drive->run->lock, drive->sending->target);
}

static enum sent send_sql(struct drive *drive)
{
    const char *lost;
    enum sent sent;

    if (is_sent_aside(drive))
        return send_aside(drive);
    sent = ask(drive, &lost);
    return lost ? lost_session(drive, lost) : sent;
}

/* ---- the ledger's export ---- */

static json_t *row_json(const struct sql_rows *rows, size_t row)
{
    json_t *object = json_object();

    for (size_t c = 0; c < rows->column_count; c++)
        json_object_set_new(object, rows->columns[c], json_text(rows->cells[row * rows->column_count + c]));
    return object;
}

static char *rows_json(const struct sql_rows *rows)
{
    json_t *list = json_array();
    char *text;

    for (size_t r = 0; r < rows->row_count; r++)
        json_array_append_new(list, row_json(rows, r));
    text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    return text;
}

static enum sent export_rows(struct drive *drive)
{
    struct sql_port *session = pool_lock_session(drive->run->lock, drive->sending->target);
    struct sql_failure failure = {0};
    struct sql_rows rows;
    AUTO_FREE char *text = NULL;
    struct ledger_note note = {.run = drive->run->plan->run,
                               .plan = drive->run->plan->id,
                               .kind = NOTE_EXPORT,
                               .object = drive->sending->subject};

    if (!session)
        return lost_session(drive, "it is not held");
    if (session->ops->query(session, drive->sending->text, MOST_ROWS, drive_step_deadline(drive),
                            drive->look->arena, &rows, &failure) != 0)
        return failure.message_number ? record_answer(drive, SENT_FAILED, failure.text)
                                      : lost_session(drive, failure.text);
    text = rows_json(&rows);
    note.text = text;
    if (ledger_write_note(session, &note, drive_step_deadline(drive), drive->look->arena, &failure) != 0)
        return failure.message_number ? record_answer(drive, SENT_FAILED, failure.text)
                                      : lost_session(drive, failure.text);
    return record_answer(drive, SENT_DONE, text);
}

/* ---- PowerShell ---- */

static enum sent send_ps(struct drive *drive)
{
    const char *words;
    const enum sent sent = host_send(drive->ports, drive->run->pool, drive->sending,
                                     drive_step_deadline(drive), drive->look->arena, &words);

    return record_answer(drive, sent, words);
}

/* ---- a program of the site ---- */

static const char *const *program_args(const struct drive *drive, size_t *ret_count)
{
    json_t *list = json_loads(drive->sending->parameters ? drive->sending->parameters : "[]", 0, NULL);
    const char **args = NULL;
    json_t *arg;
    size_t i;

    *ret_count = 0;
    json_array_foreach(list, i, arg) *
        (const char **)arena_push(drive->look->arena, &args, ret_count, sizeof(*args)) =
        arena_text(drive->look->arena, json_string_value(arg));
    json_decref(list);
    return args;
}

static enum sent send_program(struct drive *drive)
{
    struct command command = {
        .path = drive->sending->text, .input = "", .output_most_bytes = ANSWER_MOST_BYTES};
    AUTO(strbuf) struct strbuf output = STRBUF_INIT;
    struct command_result result;

    /* An instance that it switches off takes the lock there along: that is no loss of it. */
    pool_lock_release(drive->run->lock, drive->sending->target);
    command.args = program_args(drive, &command.arg_count);
    result = command_run(&command, drive_step_deadline(drive), &output, &output);
    return record_answer(drive, result.end == COMMAND_EXITED && result.code == 0 ? SENT_DONE : SENT_FAILED,
                         row_safe_text(drive->look->arena, strbuf_text(&output)));
}

/* Only looks tell whether it came about. */
static enum sent send_nothing(struct drive *drive)
{
    return record_answer(drive, SENT_DONE, "waited for");
}

/* ---- the guard ---- */

/* Nobody may take it for a copy that never was written from here on. */
static bool note_writable(struct drive *drive, enum part part)
{
    const struct topology_sql *instance = part < PART_COUNT ? drive->look->cast.parts[part] : NULL;

    return !instance ||
           drive_note(drive, (struct ledger_note){.kind = NOTE_WRITABLE, .object = instance->name});
}

/* What opens a copy before the guard's own step is a rescue; of a planned verb, the way back. */
static enum guard_entry entry_of(const struct drive *drive)
{
    if (drive->step->step->phase == PHASE_COMMIT)
        return GUARD_MAIN;
    return verb_is_planned(drive->run->plan->verb) ? GUARD_PUT_BACK : GUARD_RESCUE;
}

static bool guard_lets_pass(struct drive *drive)
{
    struct guard_question question = {
        .entry = entry_of(drive),
        .target = cast_part(&drive->look->cast, drive->sending->target),
        .unforced_failover = drive->run->plan->verb == VERB_MIRROR_SWITCH,
    };
    struct guard_verdict verdict;

    if (!drive_look(drive, verb_moves_site(drive->run->plan->verb)))
        return false;
    if (question.unforced_failover)
        question.target = look_mirror(drive->look); /* sent to the principal, makes the mirror writable */
    question.gates = drive_question(drive, PHASE_COMMIT);
    verdict = guard_judge(&question, drive->look->arena);
    if (!drive_record_look(drive) ||
        !drive_record(drive, ENTRY_GUARD, verdict.allows ? "lets pass" : verdict.reason))
        return false;
    if (verdict.allows)
        return note_writable(drive, question.target);
    return drive_end(drive, ENGINE_WAITS, "recover guard - %s%s%s", verdict.reason,
                     verdict.remedy ? " -> " : "", verdict.remedy ? verdict.remedy : "");
}

enum sent drive_send(struct drive *drive)
{
    static enum sent (*const ways[SENDING_KIND_COUNT])(struct drive * drive) = {
        [SENDING_NONE] = send_nothing,    [SENDING_SQL] = send_sql,       [SENDING_PS] = send_ps,
        [SENDING_PROGRAM] = send_program, [SENDING_LEDGER] = export_rows,
    };
    const struct sending *sending = drive->sending;
    bool needs_guard = sending->makes_writable || guard_is_needed(sending->text ? sending->text : "");

    if (!drive_record(drive, ENTRY_INTENT, sending->text))
        return SENT_ENDED;
    if (needs_guard && !guard_lets_pass(drive))
        return SENT_ENDED;
    drive->look_is_spent |= sending->kind != SENDING_NONE;
    drive->has_acted |= sending->kind != SENDING_NONE;
    return ways[sending->kind](drive);
}
