#include "act/judge/gate.h"

#include "act/judge/gates.h"
#include "act/judge/ledger_view.h"

#include <string.h>

/* ---- the gates ---- */

static const struct {
    const char *name, *title;
    gate_fn *judge;
} gates[GATE_COUNT] = {
#define GATE(name, title) [GATE_##name] = {#name, title, gate_##name},
#include "act/judge/gates.def"
#undef GATE
};

#define BIT(gate) (1ull << GATE_##gate)

/* Their price is inconvenience, or a loss that is declared. */
static const unsigned long long may_be_overridden = BIT(condition) | BIT(state_type) | BIT(downtime) |
                                                    BIT(pause) | BIT(anti_flap) | BIT(chain) | BIT(stranded) |
                                                    BIT(next_hop) | BIT(services) | BIT(replicas) |
                                                    BIT(certificates) | BIT(logins) | BIT(compliance);

/* What was said, not seen: it has no age. */
static const unsigned long long ageless = BIT(state_type) | BIT(downtime) | BIT(pause) | BIT(anti_flap) |
                                          BIT(scripts) | BIT(write_paths) | BIT(approval);

/* ---- the matrix ---- */

#define SWITCH  (1u << VERB_MIRROR_SWITCH)
#define FORCE   (1u << VERB_MIRROR_FORCE)
#define OVER    (1u << VERB_FAILOVER)
#define BACK    (1u << VERB_FAILBACK)
#define PLANNED (1u << VERB_SWITCHOVER | BACK)
#define FENCE   (1u << VERB_FENCE)
#define UNFENCE (1u << VERB_UNFENCE)
#define SITE    (OVER | PLANNED)   /* chat moves to the other site */
#define LOST    (FORCE | OVER)     /* the principal is: its absence must be proven */
#define SUDDEN  (SWITCH | LOST)    /* what monitoring may lead to; planned work is a person's */
#define MOVES   (SUDDEN | PLANNED) /* another copy serves afterwards */
#define OPENS   (MOVES | UNFENCE)  /* a copy becomes writable */
#define EVERY   (MOVES | FENCE | UNFENCE)

#define HANDLER (1u << ORIGIN_HANDLER)
#define ANYBODY (HANDLER | 1u << ORIGIN_PERSON)

#define PREPARE (1u << PHASE_PREPARE)
#define FENCED  (1u << PHASE_CUT | 1u << PHASE_COMMIT) /* what was left can write no more */
#define DECIDED (1u << PHASE_FENCE | FENCED)           /* needs what is obtained while it is prepared */
#define BEFORE  (PREPARE | DECIDED)                    /* the point of no return */
#define AFTER   (1u << PHASE_AFTER)

static const struct binding {
    enum gate gate;
    unsigned verbs, origins, phases;
} matrix[] = {
    /* Clock jump, late probes, nothing seen but ourselves: observe only. */
    {GATE_monitor, EVERY, ANYBODY, BEFORE},
    /* For failover and mirror force absence is proven, and a contrary sighting vetoes; the other verbs
       require the sighting. */
    {GATE_evidence, LOST, ANYBODY, DECIDED},
    {GATE_sighting, EVERY, ANYBODY, BEFORE},
    /* Handlers act on re-observed conditions only, and start no unfence. */
    {GATE_condition, SUDDEN | FENCE, HANDLER, BEFORE},
    /* These bind handlers; a person sees them and overrides them by name.  A fence is never too early. */
    {GATE_state_type, SUDDEN, ANYBODY, PREPARE},
    {GATE_downtime, SUDDEN, ANYBODY, BEFORE},
    {GATE_pause, MOVES | FENCE, ANYBODY, BEFORE},
    {GATE_anti_flap, SUDDEN, ANYBODY, PREPARE},
    /* One writer, from the first step to the last. */
    {GATE_lock, EVERY, ANYBODY, BEFORE | AFTER},
    {GATE_ledger, EVERY, ANYBODY, BEFORE | AFTER},
    {GATE_identity, EVERY, ANYBODY, BEFORE},
    /* Commit by verb; cut needs whatever of it can be known by then. */
    {GATE_mirror, SWITCH, ANYBODY, BEFORE},
    {GATE_fence, LOST, ANYBODY, FENCED},
    {GATE_chain, SITE & ~BACK, ANYBODY, DECIDED},
    {GATE_chain, BACK, ANYBODY, 1u << PHASE_COMMIT}, /* a copy that is seeded anew has none before */
    {GATE_loss, LOST, ANYBODY, DECIDED},
    {GATE_tail, PLANNED, ANYBODY, 1u << PHASE_COMMIT}, /* taken in cut, behind all that may still say no */
    {GATE_versions, PLANNED, ANYBODY, BEFORE},
    {GATE_stranded, BACK, ANYBODY, DECIDED & ~(1u << PHASE_COMMIT)}, /* then it is overwritten */
    /* Site verbs also: the store, the way in, the servers that will serve. */
    {GATE_management, SITE, ANYBODY, DECIDED},
    {GATE_next_hop, SITE, ANYBODY, DECIDED},
    {GATE_services, SITE, ANYBODY, DECIDED},
    {GATE_replicas, SITE, ANYBODY, DECIDED},
    {GATE_certificates, SITE, ANYBODY, DECIDED},
    {GATE_logins, SITE, ANYBODY, DECIDED},
    {GATE_compliance, SITE, ANYBODY, DECIDED},
    /* What goes by itself goes by proven ways. */
    {GATE_scripts, SUDDEN | FENCE, HANDLER, BEFORE},
    {GATE_write_paths, SUDDEN, HANDLER, BEFORE}, /* to fence needs no store: it must not wait for a doctor */
    /* All verbs: approval. */
    {GATE_approval, EVERY, ANYBODY, DECIDED},
    /* After: one copy is open, and no other. */
    {GATE_one_copy, OPENS, ANYBODY, AFTER},
};

bool gate_binds(enum gate gate, enum verb verb, enum origin origin, enum phase phase)
{
    for (size_t i = 0; i < COUNT(matrix); i++)
        if (matrix[i].gate == gate && matrix[i].verbs & 1u << verb && matrix[i].origins & 1u << origin &&
            matrix[i].phases & 1u << phase)
            return true;
    return false;
}

/* ---- names ---- */

const char *gate_name(enum gate gate)
{
    return gates[gate].name;
}

const char *gate_title(enum gate gate)
{
    return gates[gate].title;
}

bool gate_parse(const char *name, enum gate *ret_gate)
{
    for (size_t i = 0; i < COUNT(gates); i++)
        if (strcmp(gates[i].name, name) == 0) {
            *ret_gate = (enum gate)i;
            return true;
        }
    return false;
}

const char *gate_state_name(enum gate_state state)
{
    static const char *const names[GATE_STATE_COUNT] = {
        [GATE_OPEN] = "open", [GATE_OK] = "ok", [GATE_REFUSES] = "refuses"};

    return names[state];
}

bool gate_may_be_overridden(enum gate gate)
{
    return may_be_overridden >> gate & 1;
}

/* ---- verdicts ---- */

__attribute__((format(printf, 5, 0))) static struct gate_verdict
verdict(const struct judging *judging, enum gate_state state, const char *source, const char *remedy,
        const char *format, va_list args)
{
    return (struct gate_verdict){.state = state,
                                 .observed = arena_vformat(judging->arena, format, args),
                                 .source = source ? source : "",
                                 .remedy = remedy};
}

struct gate_verdict gate_ok(const struct judging *judging, const char *source, const char *format, ...)
{
    struct gate_verdict result;
    va_list args;

    va_start(args, format);
    result = verdict(judging, GATE_OK, source, NULL, format, args);
    va_end(args);
    return result;
}

struct gate_verdict gate_open(const struct judging *judging, const char *source, const char *remedy,
                              const char *format, ...)
{
    struct gate_verdict result;
    va_list args;

    va_start(args, format);
    result = verdict(judging, GATE_OPEN, source, remedy, format, args);
    va_end(args);
    return result;
}

struct gate_verdict gate_refuses(const struct judging *judging, const char *source, const char *remedy,
                                 const char *format, ...)
{
    struct gate_verdict result;
    va_list args;

    va_start(args, format);
    result = verdict(judging, GATE_REFUSES, source, remedy, format, args);
    va_end(args);
    return result;
}

static bool is_overridden(enum gate gate, const struct gate_question *question)
{
    return !question->automatic && gate_may_be_overridden(gate) && question->overridden >> gate & 1;
}

struct gate_verdict gate_judge(enum gate gate, const struct gate_question *question, struct arena *arena)
{
    struct judging judging = {question, question->look, question->look->snapshot, &question->look->cast,
                              arena};
    struct gate_verdict result = gates[gate].judge(&judging);

    result.gate = gate;
    result.age_ms = ageless >> gate & 1 ? -1 : question->now.ms - question->look->began.ms;
    result.overridden = result.state != GATE_OK && is_overridden(gate, question);
    return result;
}

bool gates_judge(const struct gate_question *question, struct arena *arena,
                 struct gate_verdict **ret_verdicts, size_t *ret_count)
{
    bool all = true;

    *ret_verdicts = NULL;
    *ret_count = 0;
    for (int gate = 0; gate < GATE_COUNT; gate++) {
        struct gate_verdict *result;

        if (!gate_binds((enum gate)gate, question->verb, question->origin, question->phase))
            continue;
        result = arena_push(arena, ret_verdicts, ret_count, sizeof(*result));
        *result = gate_judge((enum gate)gate, question, arena);
        all &= result->state == GATE_OK || result->overridden;
    }
    return all;
}

/* ---- what gates share ---- */

const struct instance_snapshot *judged_copy(const struct judging *judging, enum part part)
{
    return cast_instance(judging->cast, part, judging->snapshot);
}

const char *judged_name(const struct judging *judging, enum part part)
{
    return judging->cast->parts[part] ? judging->cast->parts[part]->name : part_name(part);
}

enum part judged_target(const struct judging *judging)
{
    return look_target(judging->look, judging->question->verb);
}

/* The guard knows no such exception: before it the source must be fenced, or proven to be closed. */
enum part judged_rescue_source(const struct judging *judging)
{
    const struct gate_question *question = judging->question;

    if (question->verb != VERB_FAILOVER || question->phase == PHASE_COMMIT)
        return PART_COUNT;
    if (question->rescue_forces)
        return ledger_view_heir(judging->look, question->run);
    return question->rescue_takes_tail ? look_principal(judging->look) : PART_COUNT;
}

const struct host_snapshot *judged_server(const struct judging *judging, const struct topology_host *host)
{
    return snapshot_find_host(judging->snapshot, HOST_CHAT_SERVER, host->name);
}

enum { LIST_MOST = 12 };

void list_add(struct strbuf *list, size_t *count, const char *text)
{
    if ((*count)++ < LIST_MOST)
        strbuf_format(list, "%s%s", *count > 1 ? ", " : "", text);
}

const char *list_words(const struct judging *judging, struct strbuf *list, size_t count)
{
    if (count > LIST_MOST)
        strbuf_format(list, " and %zu more", count - LIST_MOST);
    return arena_text(judging->arena, strbuf_text(list));
}
