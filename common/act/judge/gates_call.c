/*
 * Gates about the call: how it came, what persons have said, what goes by itself.
 */
#include "act/judge/gates.h"

#include "act/judge/ledger_view.h"
#include "act/judge/verb_table.h"
#include "assess/assess.h"
#include "assess/copies.h"
#include "assess/host_view.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

#include <string.h>

static const struct topology_acting *acting_of(const struct judging *judging)
{
    return judging->cast->pool->acting;
}

/* ---- the condition ---- */

static const enum condition down[] = {CONDITION_site_loss, CONDITION_database_down};
static const enum condition returned[] = {CONDITION_old_primary_returned, CONDITION_two_online_copies,
                                          CONDITION_split_brain};

static const struct finding *find_one(const struct report *report, const enum condition *wanted, size_t count)
{
    for (size_t i = 0; i < report->finding_count; i++)
        for (size_t k = 0; k < count; k++)
            if (report->findings[i].condition == wanted[k])
                return &report->findings[i];
    return NULL;
}

/* NULL: neither is seen again; in the arena. */
static const char *condition_seen(const struct judging *judging, const enum condition *wanted, size_t count)
{
    static const struct assess_options options = {.unreachable = SEVERITY_UNKNOWN, .expect = EXPECT_ANY};
    AUTO(report) struct report *pool = assess_pool(judging->snapshot, &options);
    AUTO(report) struct report *replication = assess_replication(judging->snapshot, &options);
    const struct finding *finding = find_one(pool, wanted, count);

    if (!finding)
        finding = find_one(replication, wanted, count);
    return finding ? arena_format(judging->arena, "%s: %s", condition_info(finding->condition)->name,
                                  finding->message)
                   : NULL;
}

/* ---- what a fence by itself needs besides ---- */

static const struct instance_snapshot *returned_copy(const struct judging *judging)
{
    enum part parts[2];

    fence_parts(judging->look, parts);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (copy_is_writable(judged_copy(judging, parts[i])))
            return judged_copy(judging, parts[i]);
    return NULL;
}

static bool carries_recorded_fork(const struct judging *judging, const struct instance_snapshot *copy)
{
    struct ledger_view ledger = ledger_view_of(judging->look);
    const struct ledger_note_fact *note = ledger_view_note(&ledger, NOTE_FORK, copy->name);
    const struct recovery_fact *recovery = FACT(copy, recovery);

    return note && recovery && recovery->recovery_fork_guid && *recovery->recovery_fork_guid &&
           words_contain(note->text, recovery->recovery_fork_guid);
}

/* Since the failover noted its fork.  What cannot be told counts as later. */
static bool was_restored_later(const struct judging *judging, const struct instance_snapshot *copy)
{
    struct ledger_view ledger = ledger_view_of(judging->look);
    const struct ledger_note_fact *note = ledger_view_note(&ledger, NOTE_FORK, copy->name);

    const struct instance_snapshot *keeper =
        ledger.instance ? snapshot_find(judging->snapshot, ledger.instance->name) : NULL;
    int64_t noted_ms;

    if (!note || !note->at_utc_ms.known || copy->restore.sighting.sight != SIGHT_SEEN)
        return true;
    noted_ms = server_time_on(copy, keeper, note->at_utc_ms.value);
    for (size_t i = 0; i < copy->restore.count; i++)
        if (!copy->restore.rows[i].restored_utc_ms.known ||
            copy->restore.rows[i].restored_utc_ms.value > noted_ms)
            return true;
    return false;
}

static bool has_chat_sessions(const struct instance_snapshot *copy)
{
    if (copy->session.sighting.sight != SIGHT_SEEN)
        return true;
    for (size_t i = 0; i < copy->session.count; i++)
        if (!session_is_administration(copy->session.rows[i].program))
            return true;
    return false;
}

static bool state_is_failed_over(const struct judging *judging)
{
    for (size_t i = 0; i < judging->snapshot->host_count; i++) {
        const struct store_fact *store = HOST_FACT(&judging->snapshot->hosts[i], store);

        if (store && store->pool_state)
            return words_equal(store->pool_state, "FailedOver");
    }
    return false;
}

/* NULL: nothing speaks against it. */
static const char *against_automatic_fence(const struct judging *judging)
{
    const struct instance_snapshot *copy = returned_copy(judging);

    if (!copy)
        return NULL;
    if (!carries_recorded_fork(judging, copy))
        return "the copy that returned is not proven to be the one that was failed over from";
    if (was_restored_later(judging, copy))
        return "the copy that returned may have been restored since";
    if (!state_is_failed_over(judging))
        return "the pool state is not seen as FailedOver";
    return has_chat_sessions(copy) ? "chat may be writing to the copy that returned" : NULL;
}

struct gate_verdict gate_condition(const struct judging *judging)
{
    bool fences = judging->question->verb == VERB_FENCE;
    const char *seen = fences ? condition_seen(judging, returned, COUNT(returned))
                              : condition_seen(judging, down, COUNT(down));
    const char *against = fences && judging->question->automatic ? against_automatic_fence(judging) : NULL;

    /* A fence that stopped half-way would leave open what it was called for. */
    if (fences && judging->question->has_acted)
        return gate_ok(judging, "this run", "it was seen when the fence began, which has acted since");
    if (!seen)
        return gate_open(judging, "assessment", "nothing: a handler acts when it is seen again",
                         "neither %s is seen now",
                         fences ? "old_primary_returned, two_online_copies nor split_brain"
                                : "site_loss nor database_down");
    if (against)
        return gate_open(judging, "assessment", "a person starts it: pchatctl plan fence", "%s; but %s", seen,
                         against);
    return gate_ok(judging, "assessment", "%s", seen);
}

/* ---- the episode ---- */

struct gate_verdict gate_state_type(const struct judging *judging)
{
    return judging->question->hard
               ? gate_ok(judging, "episode", "hard state")
               : gate_open(judging, "episode", "wait for the hard state, or override state_type",
                           "soft state: the monitoring system checks again");
}

struct gate_verdict gate_downtime(const struct judging *judging)
{
    return judging->question->downtime
               ? gate_open(judging, "episode", "end the downtime, or override downtime", "downtime is set")
               : gate_ok(judging, "episode", "no downtime");
}

struct gate_verdict gate_pause(const struct judging *judging)
{
    return judging->question->paused
               ? gate_open(judging, "journal", "pchatctl resume-watching --by NAME, or override pause",
                           "watching is paused")
               : gate_ok(judging, "journal", "not paused");
}

struct gate_verdict gate_anti_flap(const struct judging *judging)
{
    const struct topology_acting *acting = acting_of(judging);
    int64_t since_s = judging->question->since_last_run_s, limit_s = acting ? acting->anti_flap_s : 0;

    if (since_s < 0)
        return gate_ok(judging, "ledger", "no run before");
    if (since_s >= limit_s)
        return gate_ok(judging, "ledger", "last run %s ago (limit %s)",
                       words_duration(judging->arena, since_s), words_duration(judging->arena, limit_s));
    return gate_open(judging, "ledger", "wait, or override anti_flap", "last run %s ago (limit %s)",
                     words_duration(judging->arena, since_s), words_duration(judging->arena, limit_s));
}

/* ---- by itself ---- */

struct gate_verdict gate_scripts(const struct judging *judging)
{
    const struct gate_question *question = judging->question;

    if (question->automatic && question->scripts_overridden)
        return gate_refuses(judging, "runbooks", "remove the override, or let a person approve the plan",
                            "a script is overridden: the plan is unproven and does not go by itself");
    return gate_ok(judging, "runbooks", "%s",
                   question->scripts_overridden ? "a script is overridden; a person decides" : "as shipped");
}

static bool is_over(const struct ledger_view *ledger, const struct ledger_note_fact *note)
{
    return !note->expires_utc_ms.known || !ledger->now_utc_ms.known ||
           note->expires_utc_ms.value <= ledger->now_utc_ms.value;
}

/* NULL: every way was proven, and not too long ago. */
static const char *against_writes(const struct judging *judging)
{
    const struct ledger_view ledger = ledger_view_of(judging->look);
    const struct ledger_note_fact *note = ledger_view_note(&ledger, NOTE_WRITES, judging->question->holder);

    if (!note)
        return "not proven from this host";
    if (!words_equal(note->text, WRITES_PROVEN))
        return arena_format(judging->arena, "doctor --act found that %s",
                            note->text ? note->text : "some do not");
    return is_over(&ledger, note) ? "proven too long ago" : NULL;
}

struct gate_verdict gate_write_paths(const struct judging *judging)
{
    const char *against = against_writes(judging);

    if (!against)
        return gate_ok(judging, "ledger", "every write path was proven");
    if (!judging->question->automatic)
        return gate_ok(judging, "ledger", "%s; a person decides", against);
    return gate_open(judging, "ledger", "pchatctl doctor --act", "%s", against);
}

/* ---- approval ---- */

bool topology_lets(const struct topology_acting *acting, enum verb verb)
{
    switch (verb) {
    case VERB_MIRROR_SWITCH:
        return acting && acting->automatic_mirror_switch;
    case VERB_FAILOVER:
        return acting && acting->automatic_failover;
    case VERB_FENCE:
        return acting && acting->automatic_fence;
    default:
        return false;
    }
}

static const char *approvers(const struct judging *judging)
{
    const struct topology_acting *acting = acting_of(judging);
    AUTO(strbuf) struct strbuf list = STRBUF_INIT;
    size_t count = 0;

    for (size_t i = 0; acting && i < acting->person_count; i++)
        if (acting->people[i].approves)
            list_add(&list, &count, acting->people[i].name);
    return count ? list_words(judging, &list, count) : "somebody whom the topology lists";
}

struct gate_verdict gate_approval(const struct judging *judging)
{
    const struct gate_question *question = judging->question;

    if (question->approved)
        return gate_ok(judging, "ledger", "approved by %s",
                       question->approved_by ? question->approved_by : "a listed person");
    if (question->automatic && verb_may_be_automatic(question->verb) &&
        topology_lets(acting_of(judging), question->verb))
        return gate_ok(judging, "topology", "%s goes by itself", verb_name(question->verb));
    if (question->automatic)
        return gate_refuses(judging, "topology", "let a person approve the plan", "%s does not go by itself",
                            verb_name(question->verb));
    return gate_open(
        judging, "ledger",
        arena_format(judging->arena, "pchatctl approve %s", question->plan ? question->plan : "PLAN"),
        "needs one of: %s", approvers(judging));
}
