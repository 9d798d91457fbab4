#include "act/engine/drive.h"

#include "act/plan/plan_parts.h"
#include "assess/copies.h"
#include "assess/sight.h"
#include "base/strbuf.h"

#include <string.h>

/* ---- gates ---- */

static void add_verdict(struct strbuf *out, const struct gate_verdict *verdict)
{
    strbuf_format(out, "%s%s - %s", out->length ? "; " : "", gate_title(verdict->gate),
                  verdict->observed ? verdict->observed : "");
    if (verdict->remedy)
        strbuf_format(out, " -> %s", verdict->remedy);
}

static bool record_verdicts(struct drive *drive, const struct gate_verdict *verdicts, size_t count)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    static const char *const words[GATE_STATE_COUNT] = {
        [GATE_OPEN] = "open", [GATE_OK] = "ok", [GATE_REFUSES] = "refuses"};

    for (size_t i = 0; i < count; i++)
        strbuf_format(&text, "%s %s%s: %s\n", gate_name(verdicts[i].gate), words[verdicts[i].state],
                      verdicts[i].overridden ? " (overridden)" : "",
                      verdicts[i].observed ? verdicts[i].observed : "");
    return drive_record(drive, ENTRY_GATES, strbuf_text(&text));
}

bool drive_gates(struct drive *drive, enum phase phase)
{
    const struct gate_question question = drive_question(drive, phase);
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct gate_verdict *verdicts;
    bool refuses = false, passes;
    size_t count;

    passes = gates_judge(&question, drive->look->arena, &verdicts, &count);
    if (!record_verdicts(drive, verdicts, count))
        return false;
    if (passes)
        return true;
    for (size_t i = 0; i < count; i++)
        if (verdicts[i].state != GATE_OK && !verdicts[i].overridden) {
            refuses |= verdicts[i].state == GATE_REFUSES;
            add_verdict(&text, &verdicts[i]);
        }
    return drive_end(drive, refuses ? ENGINE_REFUSED : ENGINE_WAITS, "%s", strbuf_text(&text));
}

/* ---- the world ---- */

/* A copy of the side that was left is open again: of a failover that recovered its target. */
static bool old_primary_is_back(struct drive *drive)
{
    const struct cast *cast = &drive->look->cast;

    for (enum part part = PART_A; part <= PART_A_MIRROR; part++) {
        const struct instance_snapshot *copy = cast_instance(cast, part, drive->look->snapshot);

        if (copy && copy_is_writable(copy))
            return !drive_end(drive, ENGINE_RETURNED, "the copy of %s is open again: fence it", copy->name);
    }
    return false;
}

/* The mirror of what a planned verb closes loses its principal. */
static bool is_touched(const struct drive *drive, const char *instance)
{
    const enum part part = cast_part(&drive->look->cast, instance);

    return plan_sends_sql(drive->run->plan, instance) ||
           (verb_is_planned(drive->run->plan->verb) && (part == PART_A || part == PART_A_MIRROR));
}

/* What the run does not touch must stay as it was planned; losing sight of it is no change. */
static bool untouched_copy_changed(struct drive *drive, const struct plan_copy *copy)
{
    const struct instance_snapshot *now = snapshot_find(drive->look->snapshot, copy->instance);
    const char *state;

    if (!now || !instance_seen(now) || is_touched(drive, copy->instance))
        return false;
    state = plan_copy_state(drive->look->arena, now);
    if (strcmp(state, copy->state) == 0)
        return false;
    return !drive_end(drive, ENGINE_CHANGED, "the world changed: the copy of %s is %s, the plan saw it %s",
                      copy->instance, state, copy->state);
}

/* What this run has brought about stays so, or somebody else acts. */
static bool step_was_undone(struct drive *drive, const struct plan_step *step)
{
    const struct step_scope scope = drive_scope(drive);

    for (size_t s = 0; step->step->undone && s < step->sending_count; s++) {
        const char *why = "";

        if (step->step->undone(&scope, &step->sendings[s], &why))
            return !drive_end(drive, ENGINE_CHANGED, "the world changed: %s was done, and is undone: %s",
                              step->step->title, why);
    }
    return false;
}

static bool work_was_undone(struct drive *drive)
{
    const struct plan *plan = drive->run->plan;

    for (size_t i = 0; i < plan->step_count; i++)
        if (drive->done >> i & 1 && step_was_undone(drive, &plan->steps[i]))
            return true;
    return false;
}

bool drive_world_is_ours(struct drive *drive)
{
    const struct plan *plan = drive->run->plan;

    if (verb_moves_site(plan->verb) && drive->committed && old_primary_is_back(drive))
        return false;
    if (work_was_undone(drive))
        return false;
    if (plan->verb == VERB_FENCE || plan->verb == VERB_UNFENCE || drive->committed)
        return true;
    for (size_t i = 0; i < plan->copy_count; i++)
        if (untouched_copy_changed(drive, &plan->copies[i]))
            return false;
    return true;
}
