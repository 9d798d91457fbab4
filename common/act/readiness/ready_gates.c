/*
 * The gates of a failover, each asked in the world in which its answer means something now.
 */
#include "act/readiness/readiness_work.h"

#include "act/judge/fenced.h"
#include "assess/host_view.h"
#include "assess/sight.h"
#include "model/right.h"

#include <string.h>

/* ---- was what a gate rests on seen? ---- */

static bool sees_lock(const struct readiness *r)
{
    const struct act_facts *facts = look_facts(r->look, r->cast->parts[ledger_part(r->look)]);

    return facts && facts->lock.sighting.sight == SIGHT_SEEN;
}

/* A database that its server does not have is seen to be missing. */
static bool sees_ledger(const struct readiness *r)
{
    const enum part part = ledger_part(r->look);
    const struct act_facts *facts = look_facts(r->look, r->cast->parts[part]);

    return facts && instance_seen(ready_copy(r, part)) &&
           (facts->ledger_run.sighting.sight == SIGHT_SEEN ||
            facts->ledger_run.sighting.sight == SIGHT_NOT_ASKED);
}

static bool sees_store(const struct readiness *r)
{
    for (size_t i = 0; i < r->look->snapshot->host_count; i++) {
        const struct host_snapshot *host = &r->look->snapshot->hosts[i];

        if (host->kind == HOST_MANAGEMENT &&
            (HOST_FACT(host, store) || host->store.sighting.sight == SIGHT_REFUSED))
            return true;
    }
    return false;
}

/* One that is not there at all is seen, too. */
static bool sees_front_ends(const struct readiness *r)
{
    size_t count = 0, silent = 0;

    for (size_t i = 0; i < r->look->snapshot->host_count; i++) {
        const struct host_snapshot *host = &r->look->snapshot->hosts[i];

        if (host->kind != HOST_FRONT_END || host->site != r->cast->standby->role)
            continue;
        count++;
        silent += host_routes(host) == ANSWER_UNKNOWN;
    }
    return !count || silent < count;
}

static bool sees_logins(const struct readiness *r)
{
    const struct act_facts *facts = look_facts(r->look, r->cast->parts[PART_B]);

    return facts && facts->orphan.sighting.sight == SIGHT_SEEN;
}

static bool sees_compliance(const struct readiness *r)
{
    const struct instance_snapshot *standby = ready_copy(r, PART_B);

    return instance_seen(standby) && standby->compliance_database.sighting.sight == SIGHT_SEEN;
}

static bool sees_chain(const struct readiness *r)
{
    return r->plan && r->plan->chain.state != CHAIN_UNSEEN;
}

/* ---- how what was not seen can be ---- */

static const struct sighting *sighting_of(const struct readiness *r, enum gate gate)
{
    const enum part part = gate == GATE_logins ? PART_B : ledger_part(r->look);
    const struct act_facts *facts = look_facts(r->look, r->cast->parts[part]);

    if (!facts)
        return NULL;
    switch (gate) {
    case GATE_lock:
        return &facts->lock.sighting;
    case GATE_ledger:
        return &facts->ledger_run.sighting;
    case GATE_logins:
        return &facts->orphan.sighting;
    default:
        return NULL;
    }
}

/* A right that is missing is named by its GRANT; what else hides it stands in a finding of its own. */
static const char *into_sight(const struct readiness *r, enum gate gate)
{
    const struct sighting *sighting = sighting_of(r, gate);
    struct missing_right right;

    if (sighting && sighting->sight == SIGHT_DENIED &&
        right_read(r->report->arena, sighting->detail, &right) && right.grant)
        return right.grant;
    return "bring it into this monitor's sight: see right_missing, instance_unseen and host_unseen here";
}

/* ---- what a gate is about ---- */

static const char *about_pool(const struct readiness *r)
{
    return r->report->pool;
}

static const char *about_standby(const struct readiness *r)
{
    return ready_name(r, PART_B);
}

static const char *about_ledger(const struct readiness *r)
{
    return ready_name(r, ledger_part(r->look));
}

/* ---- the table ---- */

static const struct row {
    enum ready_world world;
    enum condition condition; /* 0: none of its own */
    const char *(*about)(const struct readiness *r);
    bool (*seen)(const struct readiness *r); /* NULL: it needs nothing that may be out of sight */
} rows[GATE_COUNT] = {
    [GATE_monitor] = {READY_AS_IS, CONDITION_sight_unsteady, about_pool, NULL},
    [GATE_evidence] = {READY_LOST, CONDITION_evidence_lacking, about_pool, NULL},
    [GATE_sighting] = {READY_LOST, CONDITION_contrary_copy, about_pool, NULL},
    /* The hour's: an episode, a downtime, how long ago the last run was. */
    [GATE_condition] = {READY_NOT_ASKED, 0, NULL, NULL},
    [GATE_state_type] = {READY_NOT_ASKED, 0, NULL, NULL},
    [GATE_downtime] = {READY_NOT_ASKED, 0, NULL, NULL},
    [GATE_anti_flap] = {READY_NOT_ASKED, 0, NULL, NULL},
    [GATE_pause] = {READY_AS_IS, CONDITION_paused, about_pool, NULL},
    [GATE_lock] = {READY_AS_IS, CONDITION_pool_lock_held, about_ledger, sees_lock},
    [GATE_ledger] = {READY_AS_IS, CONDITION_ledger_missing, about_ledger, sees_ledger},
    [GATE_identity] = {READY_AS_IS, CONDITION_identity_unclear, about_pool, NULL},
    [GATE_fence] = {READY_LOST, CONDITION_fence_unproven, about_pool, NULL},
    [GATE_chain] = {READY_LOST, CONDITION_log_chain_broken, about_standby, sees_chain},
    [GATE_loss] = {READY_NOT_ASKED, 0, NULL, NULL}, /* a person accepts it then; what it is: rpo_s */
    [GATE_management] = {READY_AS_IS, CONDITION_management_unready, about_pool, sees_store},
    [GATE_next_hop] = {READY_AS_IS, CONDITION_next_hop_unready, about_pool, sees_front_ends},
    [GATE_services] = {READY_EACH, CONDITION_standby_service_unready, NULL, NULL},
    [GATE_replicas] = {READY_EACH, CONDITION_standby_replica_stale, NULL, NULL},
    [GATE_certificates] = {READY_EACH, CONDITION_standby_certificate, NULL, NULL},
    [GATE_logins] = {READY_AS_IS, CONDITION_login_missing, about_standby, sees_logins},
    [GATE_compliance] = {READY_AS_IS, CONDITION_compliance_unready, about_standby, sees_compliance},
    [GATE_scripts] = {READY_OWN, 0, NULL, NULL},
    [GATE_write_paths] = {READY_OWN, 0, NULL, NULL},
    [GATE_approval] = {READY_OWN, 0, NULL, NULL},
    /* Of other verbs, or of what comes after the guard. */
    [GATE_mirror] = {READY_NOT_ASKED, 0, NULL, NULL},
    [GATE_tail] = {READY_NOT_ASKED, 0, NULL, NULL},
    [GATE_versions] = {READY_NOT_ASKED, 0, NULL, NULL},
    [GATE_stranded] = {READY_NOT_ASKED, 0, NULL, NULL},
    [GATE_one_copy] = {READY_NOT_ASKED, 0, NULL, NULL},
};

enum ready_world ready_world_of(enum gate gate)
{
    return rows[gate].world;
}

/* Of whoever acts by plans: where nobody does, a failover goes by the printed runbook and needs none. */
static bool is_of_acting(enum gate gate)
{
    return gate == GATE_lock || gate == GATE_ledger || gate == GATE_fence;
}

/* ---- asking ---- */

static struct gate_question question_of(const struct readiness *r, const struct look *look, enum phase phase)
{
    return (struct gate_question){
        .verb = VERB_FAILOVER,
        .origin = ORIGIN_PERSON,
        .phase = phase,
        .look = look,
        .chain = r->plan ? &r->plan->chain : NULL,
        .hard = true,
        .paused = r->question->paused != NULL,
        .loss_accepted_s = -1,
        .since_last_run_s = -1,
        .now = look->ended,
    };
}

/* That a gate speaks of the run that is open, or of another state of the chain, has a name of its own. */
static enum condition condition_of(const struct readiness *r, enum gate gate)
{
    if (gate == GATE_ledger && ledger_view_open_run(&r->ledger, 0))
        return CONDITION_run_unfinished;
    if (gate != GATE_chain)
        return rows[gate].condition;
    if (!sees_chain(r))
        return CONDITION_log_chain_unproven;
    return r->plan->chain.state == CHAIN_FORKED ? CONDITION_secondary_diverged : CONDITION_log_chain_broken;
}

/* Of the log chain the replication check says more, where it says anything. */
static bool is_said_already(const struct readiness *r, enum gate gate)
{
    static const enum condition of_chain[] = {CONDITION_log_chain_broken,     CONDITION_log_chain_unproven,
                                              CONDITION_secondary_diverged,   CONDITION_recovery_model_wrong,
                                              CONDITION_never_restored,       CONDITION_secondary_recovered,
                                              CONDITION_log_shipping_missing, CONDITION_dr_unavailable};

    for (size_t i = 0; gate == GATE_chain && i < COUNT(of_chain); i++)
        if (ready_says(r, of_chain[i]))
            return true;
    if (gate == GATE_management)
        return ready_says(r, CONDITION_store_two_masters) || ready_says(r, CONDITION_cms_unreachable);
    return gate == GATE_monitor && ready_says(r, CONDITION_monitor_isolated);
}

static struct finding *tell(struct readiness *r, enum condition condition, const char *object,
                            const struct gate_verdict *verdict)
{
    struct finding *finding = report_add(r->report, condition, object, "%s", verdict->observed);

    if (verdict->remedy)
        finding->action = verdict->remedy;
    return finding;
}

static void ask(struct readiness *r, enum gate gate)
{
    const struct row *row = &rows[gate];
    /* What a fence would cure says nothing of the vantage points. */
    const struct look *lost = gate == GATE_evidence ? r->unproven : r->lost;
    const struct look *look = row->world == READY_AS_IS ? r->look : lost;
    const enum phase phase = gate == GATE_evidence ? PHASE_CUT : PHASE_COMMIT;
    const struct gate_question question = question_of(r, look, phase);
    const struct gate_verdict verdict = gate_judge(gate, &question, r->report->arena);
    struct finding *finding;

    if (verdict.state == GATE_OK || is_said_already(r, gate))
        return;
    finding = tell(r, condition_of(r, gate), row->about(r), &verdict);
    /* Then a person's word, and a fence, are one way; what is to be done today is another. */
    if (gate == GATE_fence || gate == GATE_evidence)
        finding->action = condition_info(finding->condition)->action;
    if (gate == GATE_ledger)
        finding->severity = SEVERITY_CRITICAL;
    if (row->seen && !row->seen(r)) {
        finding->severity = SEVERITY_UNKNOWN;
        finding->action = into_sight(r, gate);
    }
    if (gate == GATE_pause && r->question->paused)
        finding->message = arena_format(r->report->arena, "paused %s", r->question->paused);
}

/* ---- each server that would be active ---- */

/* Who is silent, or whose services nobody may read, is not known to be unready. */
static bool server_is_seen(const struct readiness *r, enum gate gate, const char *name)
{
    const struct host_snapshot *host = snapshot_find_host(r->look->snapshot, HOST_CHAT_SERVER, name);

    if (!host || host_answers(host) != ANSWER_YES)
        return false;
    return gate != GATE_services || host->service.sighting.sight == SIGHT_SEEN;
}

static void ask_each(struct readiness *r, enum gate gate)
{
    if (!r->cast->activate_count && gate == GATE_services)
        report_add(r->report, CONDITION_standby_service_unready, r->report->pool,
                   "%s has no chat server that could serve", r->cast->standby->name)
            ->severity = SEVERITY_CRITICAL;
    for (size_t i = 0; i < r->cast->activate_count; i++) {
        const char *name = r->cast->activate[i]->name;
        struct look alone = *r->look;
        struct gate_question question;
        struct gate_verdict verdict;
        struct finding *finding;

        alone.cast.activate = &r->cast->activate[i];
        alone.cast.activate_count = 1;
        question = question_of(r, &alone, PHASE_COMMIT);
        verdict = gate_judge(gate, &question, r->report->arena);
        if (verdict.state == GATE_OK)
            continue;
        finding = tell(r, rows[gate].condition, name, &verdict);
        if (server_is_seen(r, gate, name))
            continue;
        finding->severity = SEVERITY_UNKNOWN;
        finding->action =
            "let this monitor ask it: see winrm in docs/topology.md and docs/monitoring-windows.md";
    }
}

static bool binds_before(enum gate gate)
{
    for (enum phase phase = PHASE_PREPARE; phase <= PHASE_COMMIT; phase++)
        if (gate_binds(gate, VERB_FAILOVER, ORIGIN_PERSON, phase))
            return true;
    return false;
}

void ready_judge_gates(struct readiness *r)
{
    for (enum gate gate = 0; gate < GATE_COUNT; gate++) {
        if (!binds_before(gate) || (is_of_acting(gate) && !r->question->pool->acting))
            continue;
        if (rows[gate].world == READY_AS_IS || rows[gate].world == READY_LOST)
            ask(r, gate);
        else if (rows[gate].world == READY_EACH)
            ask_each(r, gate);
    }
}
