#include "act/plan/plan_parts.h"
#include "base/strbuf.h"

#include <openssl/sha.h>
#include <string.h>

/*
 * Each text with its length before it, so that no two plans read alike; NULL differs from "".
 */
static void put(struct strbuf *out, const char *text)
{
    if (text)
        strbuf_format(out, "%zu:%s", strlen(text), text);
    else
        strbuf_add(out, "-");
    strbuf_add_char(out, '\n');
}

static void put_number(struct strbuf *out, int64_t number)
{
    strbuf_format(out, "%lld\n", (long long)number);
}

static void put_sending(struct strbuf *out, const struct sending *sending)
{
    put_number(out, sending->kind);
    put(out, sending->target);
    put(out, sending->script);
    put(out, sending->text);
    put(out, sending->parameters);
    put(out, sending->subject);
    put_number(out, sending->makes_writable);
}

static void put_steps(struct strbuf *out, const struct plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];

        put(out, step->step->id);
        if (step->step->phase != PHASE_FENCE)
            put(out, step_state_name(step->state));
        put_number(out, (int64_t)step->sending_count);
        for (size_t s = 0; s < step->sending_count; s++)
            put_sending(out, &step->sendings[s]);
    }
}

static void put_copies(struct strbuf *out, const struct plan *plan)
{
    for (size_t i = 0; i < plan->copy_count; i++) {
        put(out, plan->copies[i].instance);
        put(out, plan->copies[i].state);
        put(out, plan->copies[i].fork);
    }
}

/* What is obtained while the run prepares is judged again then: it does not change what the plan is.  Nor do
 * the states of steps of PHASE_FENCE. */
bool plan_counts_gate(enum gate gate)
{
    return gate != GATE_fence && gate != GATE_approval && gate != GATE_management;
}

static void put_gates(struct strbuf *out, const struct plan *plan)
{
    for (size_t i = 0; i < plan->gate_count; i++)
        if (plan_counts_gate(plan->gates[i].gate)) {
            put(out, gate_name(plan->gates[i].gate));
            put_number(out, plan->gates[i].state);
        }
}

static void put_chain(struct strbuf *out, const struct plan *plan)
{
    put_number(out, plan->chain.state);
    for (size_t i = 0; i < plan->chain.file_count; i++)
        put(out, plan->chain.files[i]->backup_set_guid);
}

static void put_head(struct strbuf *out, const struct plan *plan)
{
    put(out, verb_name(plan->verb));
    put(out, plan->pool);
    put(out, plan->database);
    put(out, plan->topology_sha256);
    put(out, plan->from_site);
    put(out, plan->to_site);
    put(out, plan->pool_state);
    put(out, plan->active_list);
    put_number(out, plan->run);
    put_number(out, plan->epoch);
    put_number(out, plan->rescue);
}

void plan_hash(struct plan *plan)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    unsigned char digest[SHA256_DIGEST_LENGTH];

    put_head(&text, plan);
    put_copies(&text, plan);
    put_chain(&text, plan);
    put_gates(&text, plan);
    put_steps(&text, plan);
    SHA256((const unsigned char *)strbuf_text(&text), text.length, digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(plan->hash + 2 * i, sizeof(plan->hash) - 2 * i, "%02x", digest[i]);
    snprintf(plan->id, sizeof(plan->id), "%.*s", PLAN_ID_BYTES - 1, plan->hash);
}
