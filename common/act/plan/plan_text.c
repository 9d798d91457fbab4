#include "act/plan/plan.h"
#include "base/duration.h"
#include "base/strbuf.h"
#include "base/utc.h"

#include <string.h>

static const char *const gate_words[GATE_STATE_COUNT] = {
    [GATE_OPEN] = "OPEN", [GATE_OK] = "ok", [GATE_REFUSES] = "REFUSES"};

static const char *const phase_words[PHASE_COUNT] = {[PHASE_PREPARE] = "prepare",
                                                     [PHASE_FENCE] = "fence",
                                                     [PHASE_CUT] = "cut",
                                                     [PHASE_COMMIT] = "COMMIT",
                                                     [PHASE_AFTER] = "after"};

static void add_head(struct strbuf *out, const struct plan *plan)
{
    char made[UTC_TEXT_BYTES], until[UTC_TEXT_BYTES];

    strbuf_format(out, "plan %s  %s of %s", plan->id, verb_name(plan->verb), plan->pool);
    if (strcmp(plan->from_site, plan->to_site) != 0)
        strbuf_format(out, "  %s -> %s", plan->from_site, plan->to_site);
    if (plan->made_utc_ms)
        strbuf_format(out, "  made %s, good until %s", utc_format_time(plan->made_utc_ms, made),
                      utc_format_time(plan->made_utc_ms + (int64_t)PLAN_VALID_S * 1000, until));
    strbuf_add(out, "\n");
    if (plan->unproven)
        strbuf_add(out, "UNPROVEN  a script of it is the site's own\n");
    strbuf_format(out, "because   %s\n", plan->why ? plan->why : "");
}

static void add_price(struct strbuf *out, const struct plan *plan)
{
    char duration[DURATION_TEXT_BYTES];

    if (plan->loss.words)
        strbuf_format(out, "loses     %s\n", plan->loss.words);
    strbuf_format(out, "takes     about %s\n", duration_format_exact(plan->estimate_s, duration));
}

static void add_gate(struct strbuf *out, const struct gate_verdict *verdict, bool first)
{
    strbuf_format(out, "%-9s %-22s %-7s %s", first ? "gates" : "", gate_title(verdict->gate),
                  verdict->overridden ? "person" : gate_words[verdict->state],
                  verdict->observed ? verdict->observed : "");
    if (verdict->state != GATE_OK && verdict->remedy)
        strbuf_format(out, "\n%41s-> %s", "", verdict->remedy);
    strbuf_add(out, "\n");
}

static void add_way_back(struct strbuf *out, const struct step *step)
{
    if (step->phase == PHASE_COMMIT)
        strbuf_add(out, "no way back");
    else if (step->undo)
        strbuf_add(out, "can be undone");
}

/* Each once, in order: "sqldr1", "pc5, pc6, pc7". */
static void add_targets(struct strbuf *out, const struct plan_step *step)
{
    for (size_t i = 0; i < step->sending_count; i++)
        if (!i || strcmp(step->sendings[i].target, step->sendings[i - 1].target) != 0)
            strbuf_format(out, "%s%s", i ? ", " : "", step->sendings[i].target);
    strbuf_add(out, "\n");
}

static void add_step(struct strbuf *out, const struct plan_step *step, size_t number, bool first)
{
    const struct step *kind = step->step;

    strbuf_format(out, "%-9s %2zu %-44s %-8s %-8s ", first ? "steps" : "", number, kind->title,
                  phase_words[kind->phase], step->state == STEP_DONE ? "done" : step_state_name(step->state));
    add_targets(out, step);
    if (step->state != STEP_DONE && step->state != STEP_NEEDED && step->why)
        strbuf_format(out, "%13s%s\n", "", step->why);
    strbuf_format(out, "%13s%s%s%s%s", "", kind->effect, kind->microsoft ? "; Microsoft: " : "",
                  kind->microsoft ? kind->microsoft : "",
                  kind->undo || kind->phase == PHASE_COMMIT ? "; " : "");
    add_way_back(out, kind);
    strbuf_add(out, "\n");
}

static void add_sending(struct strbuf *out, const struct sending *sending)
{
    static const char *const ways[SENDING_KIND_COUNT] = {[SENDING_NONE] = "wait for",
                                                         [SENDING_SQL] = "T-SQL to",
                                                         [SENDING_PS] = "PowerShell on",
                                                         [SENDING_PROGRAM] = "program for",
                                                         [SENDING_LEDGER] = "ledger of"};

    strbuf_format(out, "---- %s %s  %s%s%s\n", ways[sending->kind], sending->target, sending->script,
                  *sending->subject ? "  " : "", sending->subject);
    if (sending->text && *sending->text)
        strbuf_format(out, "%s\n", sending->text);
    if (sending->parameters && sending->kind != SENDING_SQL)
        strbuf_format(out, "%s: %s\n", sending->kind == SENDING_PROGRAM ? "arguments" : "$Parameters",
                      sending->parameters);
}

/* What is printed is what is sent; what is sent besides is said. */
static const char how_it_is_sent[] =
    "\nT-SQL is sent as it stands here, a site's own script behind the proof of the pool lock; with the "
    "first batch of a\n"
    "session go its SET options.  PowerShell is sent within wrapper.ps1, which makes $Parameters of the JSON "
    "and prints\n"
    "$Answer.  Besides are sent: sp_getapplock, looks that change nothing, and rows of pchat_ops.\n";

static void add_scripts(struct strbuf *out, const struct plan *plan)
{
    strbuf_add(out, how_it_is_sent);
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];

        strbuf_format(out, "\n==== step %zu: %s\n", i + 1, step->step->title);
        for (size_t s = 0; s < step->sending_count; s++)
            add_sending(out, &step->sendings[s]);
    }
}

char *plan_to_text(const struct plan *plan, bool scripts)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    add_head(&out, plan);
    add_price(&out, plan);
    for (size_t i = 0; i < plan->gate_count; i++)
        add_gate(&out, &plan->gates[i], i == 0);
    for (size_t i = 0; i < plan->step_count; i++)
        add_step(&out, &plan->steps[i], i + 1, i == 0);
    if (scripts)
        add_scripts(&out, plan);
    else
        strbuf_format(&out, "scripts   pchatctl plan %s --scripts\n", plan->id);
    return strbuf_take(&out);
}
