#include "act/judge/guard.h"

#include "act/judge/ledger_view.h"
#include "assess/copies.h"
#include "assess/mirror_view.h"
#include "assess/sight.h"
#include "assess/words.h"

#include <string.h>

static const enum part copies[] = {PART_A, PART_A_MIRROR, PART_B, PART_B_MIRROR};

static const char *name_of(const struct look *look, enum part part)
{
    return look->cast.parts[part] ? look->cast.parts[part]->name : part_name(part);
}

/* ---- copies of the standby site that are not seen ---- */

/* B' has nothing to open where B mirrors to nobody and nobody ever opened B'. */
static bool was_never_written(const struct look *look, enum part part)
{
    struct ledger_view ledger = ledger_view_of(look);
    const char *name = name_of(look, part);

    return ledger_view_is_whole(&ledger) && !ledger_view_note(&ledger, NOTE_WRITABLE, name) &&
           !ledger_view_note(&ledger, NOTE_FORK, name);
}

static bool b_shows_no_partner(const struct look *look)
{
    return mirror_sight(cast_instance(&look->cast, PART_B, look->snapshot)) == MIRROR_ABSENT;
}

/* The person's flag of the mirror verbs, and what was last known of the ledger; a copy of it that is seen now
 * must not say otherwise. */
static bool goes_without_secondary(const struct look *look, const struct gate_question *gates)
{
    struct ledger_view ledger = ledger_view_of(look);

    return verb_switches_partners(gates->verb) && gates->without_secondary &&
           gates->secondary_never_recovered && !ledger_view_open_run(&ledger, gates->run);
}

static bool standby_site_passes(const struct look *look, enum part part,
                                const struct guard_question *question, const char **ret_why)
{
    if (part == PART_B_MIRROR && b_shows_no_partner(look) && was_never_written(look, part)) {
        *ret_why = "not seen, but its principal has no partner and it was never written";
        return true;
    }
    if ((part != PART_B && part != PART_B_MIRROR) || !goes_without_secondary(look, &question->gates))
        return false;
    if (part == PART_B_MIRROR && instance_seen(cast_instance(&look->cast, PART_B, look->snapshot)))
        return false;
    *ret_why = "not seen, but never recovered as the ledger last said";
    return true;
}

/* ---- one copy ---- */

/* What answers is judged by what it says, whatever is said of its fence. */
static bool is_covered(const struct look *look, enum part part, const struct guard_question *question,
                       struct arena *arena, const char **ret_why)
{
    const struct instance_snapshot *copy = cast_instance(&look->cast, part, look->snapshot);
    const char *seen = *ret_why, *why;
    enum fence_cover cover = fence_cover_of(look, name_of(look, part), question->gates.now, arena, &why);
    bool covers = cover == FENCE_BY_STATUS || (cover == FENCE_BY_WORD && !question->gates.automatic);

    if (covers && instance_seen(copy)) {
        *ret_why = arena_format(arena, "%s; %s, and yet it answers", seen, why);
        return false;
    }
    *ret_why = covers ? why : arena_format(arena, "%s; %s", seen, why);
    return covers;
}

bool guard_copy_is_safe(const struct look *look, enum part part, const struct guard_question *question,
                        struct arena *arena, const char **ret_why)
{
    const struct instance_snapshot *copy = cast_instance(&look->cast, part, look->snapshot);

    if (question->unforced_failover && part == look_principal(look)) {
        *ret_why = "SQL Server demotes it itself";
        return true;
    }
    if (copy_is_proven(look, part, arena, ret_why))
        return true;
    if ((!copy || copy_writability(copy) == COPY_UNSEEN) && !instance_seen(copy) &&
        standby_site_passes(look, part, question, ret_why))
        return true;
    return is_covered(look, part, question, arena, ret_why);
}

/* ---- refusals ---- */

static struct guard_verdict refuses(const char *reason, const char *remedy)
{
    return (struct guard_verdict){.reason = reason, .remedy = remedy};
}

static int64_t age_ms(const struct gate_question *gates)
{
    return gates->now.ms - gates->look->began.ms;
}

static const char *copy_remedy(const struct look *look, enum part part, struct arena *arena)
{
    const struct instance_snapshot *copy = cast_instance(&look->cast, part, look->snapshot);
    const struct mirroring_fact *row = mirror_row(copy);
    const char *name = name_of(look, part);

    if (row && mirror_has_witness(row))
        return arena_format(arena, "SET WITNESS OFF on the principal and SET PARTNER OFF on %s, or fence %s",
                            name, name);
    if (row)
        return arena_format(arena, "SET PARTNER OFF on %s, or fence it: fence_off %s", name, name);
    return arena_format(arena, "fence it: fence_off %s", name);
}

static struct guard_verdict judge_copies(const struct guard_question *question, struct arena *arena)
{
    const struct look *look = question->gates.look;

    for (size_t i = 0; i < COUNT(copies); i++) {
        const char *why = NULL;

        if (copies[i] == question->target || guard_copy_is_safe(look, copies[i], question, arena, &why))
            continue;
        return refuses(arena_format(arena, "%s %s, seen %lld s ago", name_of(look, copies[i]), why,
                                    (long long)age_ms(&question->gates) / 1000),
                       copy_remedy(look, copies[i], arena));
    }
    return (struct guard_verdict){.allows = true};
}

/* ---- gates ---- */

/* What a rescue does not ask: it makes nothing serve. */
static bool rescue_asks(enum gate gate)
{
    return gate != GATE_chain && gate != GATE_loss && gate != GATE_management;
}

/* Nor what opens again the copy that was closed: it served before. */
static bool put_back_asks(enum gate gate)
{
    return gate == GATE_monitor || gate == GATE_lock || gate == GATE_ledger || gate == GATE_identity;
}

static bool entry_asks(enum guard_entry entry, enum gate gate)
{
    switch (entry) {
    case GUARD_RESCUE:
        return rescue_asks(gate);
    case GUARD_PUT_BACK:
        return put_back_asks(gate);
    default:
        return true;
    }
}

static struct guard_verdict judge_gates(const struct guard_question *question, struct arena *arena)
{
    struct gate_question gates = question->gates;
    struct gate_verdict *verdicts;
    size_t count;

    gates.phase = question->entry == GUARD_RESCUE ? PHASE_CUT : PHASE_COMMIT;
    (void)gates_judge(&gates, arena, &verdicts, &count);
    for (size_t i = 0; i < count; i++) {
        const struct gate_verdict *verdict = &verdicts[i];

        if (verdict->state == GATE_OK || verdict->overridden || !entry_asks(question->entry, verdict->gate))
            continue;
        return refuses(arena_format(arena, "%s: %s", gate_title(verdict->gate), verdict->observed),
                       verdict->remedy);
    }
    return (struct guard_verdict){.allows = true};
}

/* ---- is it asked for what it may be asked for? ---- */

static bool is_target_of(const struct guard_question *question)
{
    const struct look *look = question->gates.look;
    enum part target;

    if (question->entry == GUARD_RESCUE)
        return question->gates.verb == VERB_FAILOVER && question->gates.rescue_forces &&
               question->target == ledger_view_heir(look, question->gates.run);
    if (question->entry == GUARD_PUT_BACK)
        return verb_is_planned(question->gates.verb) && question->target <= PART_A_MIRROR;
    if (question->gates.verb == VERB_UNFENCE)
        return question->target < PART_WITNESS;
    target = look_target(look, question->gates.verb);
    return target != PART_COUNT && question->target == target;
}

/* The one case in which a principal may be open: it must be the verb that hands its role over. */
static bool is_unforced_rightly(const struct guard_question *question)
{
    return !question->unforced_failover || question->gates.verb == VERB_MIRROR_SWITCH;
}

static struct guard_verdict judge_question(const struct guard_question *question, struct arena *arena)
{
    const struct look *look = question->gates.look;
    int64_t age = age_ms(&question->gates);
    const struct chain_plan *chain = question->gates.chain;

    if (age < 0 || age >= GUARD_LOOK_MOST_AGE_MS)
        return refuses(
            arena_format(arena, "the look is %lld ms old (limit %d)", (long long)age, GUARD_LOOK_MOST_AGE_MS),
            "look again");
    if (!is_target_of(question) || !is_unforced_rightly(question))
        return refuses(arena_format(arena, "%s is no copy that %s opens", name_of(look, question->target),
                                    verb_name(question->gates.verb)),
                       "make a new plan");
    if (!instance_seen(cast_instance(&look->cast, question->target, look->snapshot)))
        return refuses(
            arena_format(arena, "%s, which is to be opened, is not seen", name_of(look, question->target)),
            "bring it into sight");
    if (question->entry == GUARD_MAIN && verb_moves_site(question->gates.verb) && chain && chain->file_count)
        return refuses(arena_format(arena, "%zu log backups could still be restored on %s", chain->file_count,
                                    name_of(look, question->target)),
                       "restore them first: the run goes on there");
    return (struct guard_verdict){.allows = true};
}

/* ---- side database ---- */

#define SIDE_PREFIX "pchat_drill_"

/* pchat_drill_<run>, digits to the end: so it is neither mgc nor mgccomp, nor another run's. */
static bool is_side_name(const struct guard_question *question, struct arena *arena)
{
    const char *wanted = arena_format(arena, SIDE_PREFIX "%lld", (long long)question->gates.run);

    return question->gates.run > 0 && question->side_database &&
           strcmp(question->side_database, wanted) == 0 &&
           !words_equal(question->side_database, question->gates.look->snapshot->database) &&
           !words_equal(question->side_database,
                        question->gates.look->snapshot->settings.compliance_database);
}

static struct guard_verdict judge_side(const struct guard_question *question, struct arena *arena)
{
    const struct {
        bool holds;
        const char *reason;
    } conditions[] = {
        {is_side_name(question, arena), "a side database is named " SIDE_PREFIX "RUN"},
        {question->side_was_absent, "the side database was not seen absent before"},
        {question->side_files_moved, "a file of the side database is not moved into its folder"},
        {question->side_made_by_run, "the side database is not this run's"},
    };

    for (size_t i = 0; i < COUNT(conditions); i++)
        if (!conditions[i].holds)
            return refuses(conditions[i].reason, "drop what is left of it by hand, and start the drill anew");
    return (struct guard_verdict){.allows = true};
}

struct guard_verdict guard_judge(const struct guard_question *question, struct arena *arena)
{
    struct guard_verdict verdict;

    if (question->entry == GUARD_SIDE_DATABASE)
        return judge_side(question, arena);
    verdict = judge_question(question, arena);
    if (verdict.allows)
        verdict = judge_copies(question, arena);
    if (verdict.allows)
        verdict = judge_gates(question, arena);
    return verdict;
}
