#include "act/engine/said.h"

#include "act/judge/ledger_view.h"
#include "act/memory/ledger.h"

#include <stdlib.h>
#include <string.h>

/* By the clock of the server that keeps it; the fact is left out of a look once it has expired there. */
static bool is_about(const struct ledger_note_fact *note, const char *kind, const char *plan)
{
    return note->kind && strcmp(note->kind, kind) == 0 && note->plan && plan && strcmp(note->plan, plan) == 0;
}

static void take_loss(const struct ledger_note_fact *note, struct gate_question *question)
{
    char *end;

    if (!note->text)
        return;
    if (strcmp(note->text, "unknown") == 0) {
        question->loss_accepted_unknown = true;
        return;
    }
    question->loss_accepted_s = strtoll(note->text, &end, 10);
    if (end == note->text || *end)
        question->loss_accepted_s = -1;
}

static void take_override(const struct ledger_note_fact *note, struct gate_question *question)
{
    enum gate gate;

    if (note->object && gate_parse(note->object, &gate) && gate_may_be_overridden(gate))
        question->overridden |= 1ULL << gate;
}

void said_by_persons(const struct look *look, const char *plan, struct gate_question *question)
{
    const struct ledger_view ledger = ledger_view_of(look);
    const struct ledger_note_facts *notes = ledger.facts ? &ledger.facts->ledger_note : NULL;

    question->approved = false;
    question->loss_accepted_unknown = false;
    question->loss_accepted_s = -1;
    for (size_t i = 0; notes && i < notes->count; i++) {
        const struct ledger_note_fact *note = &notes->rows[i];

        if (ledger_note_has_expired(note))
            continue;
        if (is_about(note, NOTE_APPROVAL, plan)) {
            question->approved = true;
            question->approved_by = note->person;
        } else if (is_about(note, NOTE_LOSS, plan)) {
            take_loss(note, question);
        } else if (is_about(note, NOTE_OVERRIDE, plan)) {
            take_override(note, question);
        }
    }
}
