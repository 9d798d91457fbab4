/*
 * Proofs and how old they are: drills, doctor --act, whoever may approve.
 */
#include "act/readiness/readiness_work.h"

#include "assess/metrics.h"
#include "assess/server_time.h"
#include "assess/words.h"
#include "base/utc.h"

#include <jansson.h>
#include <string.h>

/* The newest of that kind, of whichever object. */
static const struct ledger_note_fact *newest(const struct readiness *r, const char *kind)
{
    const struct ledger_note_fact *found = NULL;

    for (size_t i = 0; r->ledger.facts && i < r->ledger.facts->ledger_note.count; i++) {
        const struct ledger_note_fact *note = &r->ledger.facts->ledger_note.rows[i];

        if (words_equal(note->kind, kind) && note->note.known &&
            (!found || note->note.value > found->note.value))
            found = note;
    }
    return found;
}

/* By the ledger's clock. */
static struct fact_num age_s(const struct readiness *r, const struct ledger_note_fact *note)
{
    if (!note || !note->at_utc_ms.known || !r->ledger.now_utc_ms.known)
        return (struct fact_num){0};
    return (struct fact_num){true, (r->ledger.now_utc_ms.value - note->at_utc_ms.value) / 1000};
}

/* ---- drills ---- */

static const char *text_in(struct arena *arena, const char *note, const char *key)
{
    json_t *root = note ? json_loads(note, 0, NULL) : NULL;
    const char *text = arena_text(arena, json_string_value(json_object_get(root, key)));

    json_decref(root);
    return text;
}

/* When it began, by the clock of the instance that was restored on. */
static struct fact_num drilled_s(const struct readiness *r, const struct ledger_note_fact *note)
{
    const struct instance_snapshot *instance =
        note && note->object ? snapshot_find(r->look->snapshot, note->object) : NULL;
    const char *at = note ? text_in(r->report->arena, note->text, "at") : NULL;
    const struct fact_num now = server_now(instance);
    int64_t at_utc_ms;

    if (!at || !now.known || !utc_parse(at, &at_utc_ms))
        return age_s(r, note);
    return (struct fact_num){true, (now.value - at_utc_ms) / 1000};
}

static void judge_drill(struct readiness *r)
{
    const struct ledger_note_fact *proven = newest(r, NOTE_DRILL_PROVEN),
                                  *failed = newest(r, NOTE_DRILL_FAILED);
    struct report *report = r->report;
    enum severity stale;

    r->drill_age_s = drilled_s(r, proven);
    stale = metric_severity(&report->limits, METRIC_drill_age_s, r->drill_age_s);
    if (!proven)
        report_add(report, CONDITION_drill_missing, report->pool,
                   "no drill has proven that the backups can be restored");
    else if (stale != SEVERITY_OK)
        report_add(report, CONDITION_drill_stale, report->pool, "the last drill that proved began %s ago",
                   metric_beside_limit(report, METRIC_drill_age_s, r->drill_age_s.value))
            ->severity = stale;
    if (failed && (!proven || failed->note.value > proven->note.value)) {
        const char *why = text_in(report->arena, failed->text, "why");

        report_add(report, CONDITION_drill_failed, report->pool, "the last drill, on %s, did not prove: %s",
                   failed->object ? failed->object : "?", why ? why : "it says no reason");
    }
}

/* ---- doctor --act ---- */

static bool has_expired(const struct readiness *r, const struct ledger_note_fact *note)
{
    return !note->expires_utc_ms.known || !r->ledger.now_utc_ms.known ||
           note->expires_utc_ms.value <= r->ledger.now_utc_ms.value;
}

static void judge_writes(struct readiness *r)
{
    const struct ledger_note_fact *note = newest(r, NOTE_WRITES);
    struct report *report = r->report;
    const char *host = note && note->object ? note->object : "?";
    enum severity stale;

    r->doctor_age_s = age_s(r, note);
    stale = metric_severity(&report->limits, METRIC_doctor_age_s, r->doctor_age_s);
    if (!note)
        report_add(report, CONDITION_write_paths_unproven, report->pool,
                   "doctor --act has proven nothing yet");
    else if (!words_equal(note->text, WRITES_PROVEN))
        report_add(report, CONDITION_write_paths_fail, report->pool, "doctor --act on %s: %s", host,
                   note->text ? note->text : "something failed");
    else if (has_expired(r, note) || stale != SEVERITY_OK)
        report_add(report, CONDITION_write_paths_stale, report->pool,
                   "doctor --act proved from %s that acting can write, but %s ago (write_proof_valid_s)",
                   host, words_duration(report->arena, r->doctor_age_s.value))
            ->severity = stale == SEVERITY_CRITICAL ? stale : SEVERITY_WARNING;
}

/* ---- persons ---- */

static void judge_people(struct readiness *r)
{
    const struct topology_acting *acting = r->question->pool->acting;

    for (size_t i = 0; i < acting->person_count; i++)
        if (acting->people[i].approves)
            return;
    report_add(r->report, CONDITION_nobody_approves, r->report->pool,
               "acting.people lists nobody who may approve");
}

void ready_judge_proofs(struct readiness *r)
{
    if (!r->question->pool->acting) {
        report_add(r->report, CONDITION_acting_missing, r->report->pool,
                   "nobody acts on this pool, says the topology");
        return;
    }
    judge_people(r);
    if (!r->ledger.facts)
        return; /* unseen, and said so by its gate */
    judge_writes(r);
    judge_drill(r);
}
