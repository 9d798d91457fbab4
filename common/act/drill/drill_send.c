/* The one place of a drill that sends: into the journal first, and what opens a database through the guard.
 */
#include "act/drill/drill_work.h"

#include "act/judge/guard.h"
#include "act/judge/lock_name.h"
#include "base/sql_quote.h"

#include <string.h>

enum { STATEMENT_MOST_MS = 6 * 3600 * 1000, MOST_ROWS = 100 };

bool drill_record(struct drill *drill, const struct drill_sending *sending, enum entry_kind kind,
                  const char *text)
{
    struct err err = ERR_INIT;
    const struct journal_entry entry = {.run = drill->number,
                                        .plan = "",
                                        .kind = kind,
                                        .at_utc_ms = clock_utc_ms(drill->ports->clock),
                                        .mono_ms = clock_mono(drill->ports->clock).ms,
                                        .step = sending->step,
                                        .target = sending->target,
                                        .subject = sending->subject ? sending->subject : "",
                                        .text = text ? text : "",
                                        .person = drill->asked->person ? drill->asked->person : ""};

    return journal_write(drill->ports->journal, &entry, &err) == 0 ||
           drill_fails(drill, "the journal cannot be written: %s", err.text);
}

/* What opens a database opens this one. */
static bool names_side(const struct drill *drill, const char *text)
{
    AUTO(strbuf) struct strbuf name = STRBUF_INIT;

    sql_quote_name(&name, drill->side ? drill->side : "");
    return strstr(text, strbuf_text(&name)) != NULL;
}

static bool guard_passes(struct drill *drill, const struct drill_sending *sending)
{
    const struct guard_question question = {
        .entry = GUARD_SIDE_DATABASE,
        .target = PART_COUNT,
        .side_database = drill->side,
        .side_was_absent = drill->was_absent,
        .side_files_moved = drill->files_moved,
        .side_made_by_run = drill->made && names_side(drill, sending->text),
        .gates = {.look = drill->look, .run = drill->number, .now = clock_mono(drill->ports->clock)},
    };
    const struct guard_verdict verdict = guard_judge(&question, drill->arena);

    if (!drill_record(drill, sending, ENTRY_GUARD, verdict.allows ? "lets pass" : verdict.reason))
        return false;
    return verdict.allows || drill_fails(drill, "recover guard - %s", verdict.reason);
}

/* Every batch ends with a row `outcome`; "not ours" comes from the proof of the lock at its beginning. */
static const char *outcome_of(const struct sql_rows *rows)
{
    return rows->row_count && rows->column_count ? rows->cells[(rows->row_count - 1) * rows->column_count]
                                                 : NULL;
}

static enum sent hand_over(struct drill *drill, const struct drill_sending *sending, const char **ret_words)
{
    struct sql_port *session = pool_lock_session(drill->lock, sending->target);
    struct sql_failure failure = {0};
    struct sql_rows rows;
    const char *outcome;

    *ret_words = "the session that held the drill's lock is gone";
    if (!session)
        return SENT_LOST;
    if (session->ops->query(session, sending->text, MOST_ROWS, drill_until(drill, STATEMENT_MOST_MS),
                            drill->arena, &rows, &failure) != 0) {
        *ret_words = failure.message_number ? arena_format(drill->arena, "Msg %d: %s", failure.message_number,
                                                           failure.text ? failure.text : "")
                                            : failure.text;
        return failure.message_number ? SENT_FAILED : SENT_LOST;
    }
    outcome = outcome_of(&rows);
    *ret_words = outcome ? outcome : "it did not say that it is done";
    if (outcome && strcmp(outcome, LOCK_NOT_OURS) == 0)
        return SENT_LOST;
    return outcome ? SENT_DONE : SENT_FAILED;
}

enum sent drill_send(struct drill *drill, const struct drill_sending *sending, const char **ret_words)
{
    enum sent sent;

    *ret_words = "";
    if (!sending->text || !drill_record(drill, sending, ENTRY_INTENT, sending->text))
        return SENT_ENDED;
    if (guard_is_needed(sending->text) && !guard_passes(drill, sending))
        return SENT_ENDED;
    sent = hand_over(drill, sending, ret_words);
    return drill_record(drill, sending, ENTRY_ACT, *ret_words) ? sent : SENT_ENDED;
}
