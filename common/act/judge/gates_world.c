/*
 * Gates about what is seen: our own sight, who is absent and who is not, one writer, who is who.
 */
#include "act/judge/gates.h"

#include "act/judge/fenced.h"
#include "act/judge/ledger_view.h"
#include "act/judge/verb_table.h"
#include "assess/copies.h"
#include "assess/mirror_view.h"
#include "assess/server_name.h"
#include "assess/sight.h"
#include "assess/site_view.h"
#include "assess/words.h"

#include <string.h>

enum { PROBE_DELAY_MOST_MS = 2000 };

/* ---- our own sight ---- */

struct gate_verdict gate_monitor(const struct judging *judging)
{
    const struct look *look = judging->look;

    if (look->clock_jumped)
        return gate_open(judging, "this host", "see to this host's clock; the next look decides",
                         "this host's clock jumped");
    if (look->probe_delay_ms > PROBE_DELAY_MOST_MS)
        return gate_open(judging, "this host", "see to this host's load; the next look decides",
                         "the look began %lld ms late (limit %d)", (long long)look->probe_delay_ms,
                         PROBE_DELAY_MOST_MS);
    if (!site_anything_answers(judging->snapshot))
        return gate_open(judging, "this host", "see to this host's network",
                         "nothing of the pool is seen but ourselves");
    return gate_ok(judging, "this host", "clock steady, looked in time");
}

/* ---- evidence ---- */

struct evidence {
    const struct judging *judging;
    struct strbuf open; /* objects whose absence is not proven */
    size_t open_count, absent, fenced;
};

static void judge_object(struct evidence *evidence, const char *name, enum answer here)
{
    const struct judging *judging = evidence->judging;
    struct object_view view = object_view_of(judging->snapshot, judging->cast->serving->role, name, here);
    const char *why;

    if (here == ANSWER_NO && view.vouched && !view.elsewhere) {
        evidence->absent++;
        return;
    }
    if (view.elsewhere)
        list_add(&evidence->open, &evidence->open_count,
                 arena_format(judging->arena, "%s (%s sees it)", name, view.seen_by));
    else
        list_add(&evidence->open, &evidence->open_count, name);
    evidence->fenced +=
        fence_cover_of(judging->look, name, judging->question->now, judging->arena, &why) == FENCE_BY_STATUS;
}

/* A copy that was seen is no matter of absence: other gates judge what it is. */
static void judge_copy(struct evidence *evidence, enum part part)
{
    const struct instance_snapshot *copy = judged_copy(evidence->judging, part);

    if (copy && copy_writability(copy) == COPY_UNSEEN)
        judge_object(evidence, copy->name, sight_answers(copy->reach.sight));
}

static void judge_servers(struct evidence *evidence)
{
    const struct judging *judging = evidence->judging;

    for (size_t i = 0; i < judging->snapshot->host_count; i++) {
        const struct host_snapshot *host = &judging->snapshot->hosts[i];

        if (host->kind == HOST_CHAT_SERVER && host->site == judging->cast->serving->role &&
            host_answers(host) != ANSWER_YES)
            judge_object(evidence, host->name, host_answers(host));
    }
}

static struct gate_verdict evidence_verdict(struct evidence *evidence)
{
    const struct judging *judging = evidence->judging;
    const char *list = list_words(judging, &evidence->open, evidence->open_count);
    const char *site = judging->cast->serving->name;

    if (!evidence->open_count && !evidence->absent)
        return gate_ok(judging, "snapshot", "what %s has was seen from here", site);
    if (!evidence->open_count)
        return gate_ok(judging, "vantage points",
                       "%zu of %s not seen from here, nor from a second failure domain", evidence->absent,
                       site);
    if (judging->question->automatic)
        return gate_refuses(judging, "vantage points",
                            "add a vantage point in a third failure domain, or let a person decide",
                            "partition cannot be excluded: %s", list);
    if (evidence->fenced == evidence->open_count)
        return gate_ok(judging, "fence", "partition cannot be excluded, but fenced by status: %s", list);
    if (judging->question->phase == PHASE_FENCE)
        return gate_ok(judging, "approval", "partition cannot be excluded, and is closed by the fence: %s",
                       list);
    return gate_open(judging, "vantage points",
                     "is it the site, or the link?  fence each by the site's program (fence_off "
                     "OBJECT), or add a vantage point in a third failure domain",
                     "partition cannot be excluded: %s", list);
}

struct gate_verdict gate_evidence(const struct judging *judging)
{
    struct evidence evidence = {judging, STRBUF_INIT, 0, 0, 0};
    struct gate_verdict result;

    if (judging->question->verb == VERB_MIRROR_FORCE)
        judge_copy(&evidence, look_principal(judging->look));
    else {
        judge_copy(&evidence, PART_A);
        judge_copy(&evidence, PART_A_MIRROR);
        judge_servers(&evidence);
    }
    result = evidence_verdict(&evidence);
    strbuf_done(&evidence.open);
    return result;
}

/* ---- contrary sighting, or the sighting that is required ---- */

static struct gate_verdict veto(const struct judging *judging)
{
    static const enum part copies[] = {PART_A, PART_A_MIRROR, PART_B, PART_B_MIRROR};

    for (size_t i = 0; i < COUNT(copies); i++) {
        const struct instance_snapshot *copy = judged_copy(judging, copies[i]);
        enum copy_writability seen = copy ? copy_writability(copy) : COPY_NOT_WRITABLE;
        const char *why;

        if (copies[i] == judged_target(judging) || copies[i] == judged_rescue_source(judging) ||
            (seen != COPY_WRITABLE && seen != COPY_MAY_BECOME_WRITABLE))
            continue;
        (void)copy_is_proven(judging->look, copies[i], judging->arena, &why);
        return gate_refuses(
            judging, copy->name,
            arena_format(judging->arena, "close %s for good, or choose another verb", copy->name), "%s %s",
            copy->name, why);
    }
    return gate_ok(judging, "snapshot", "no other copy is seen that is, or could become, writable");
}

static struct gate_verdict principal_seen(const struct judging *judging)
{
    enum part part = look_principal(judging->look);
    const struct instance_snapshot *copy = judged_copy(judging, part);

    if (copy && (copy_is_writable(copy) || mirror_claims_principal(copy)))
        return gate_ok(judging, copy->name, "%s answers as principal", copy->name);
    return gate_open(judging, judged_name(judging, part),
                     "mirror switch is issued on the principal; where it is lost, mirror force",
                     "%s does not answer as principal", judged_name(judging, part));
}

/* A fence is against a second copy: beside the only one there is nothing to shut out.  One that opens counts.
 */
static bool serves_alone(const struct judging *judging, const enum part fenced[2])
{
    static const enum part copies[] = {PART_A, PART_A_MIRROR, PART_B, PART_B_MIRROR};
    bool open = false;

    if (judging->question->verb != VERB_FENCE)
        return false;
    for (size_t i = 0; i < COUNT(copies); i++) {
        const struct instance_snapshot *copy = judged_copy(judging, copies[i]);
        const struct database_fact *database = FACT(copy, database);
        const bool is_fenced = copies[i] == fenced[0] || copies[i] == fenced[1];

        if (!copy)
            continue;
        open |= is_fenced && copy_is_writable(copy);
        if (!is_fenced &&
            (copy_is_writable(copy) || (database && words_equal(database->state, "RECOVERING"))))
            return false;
    }
    return open;
}

static struct gate_verdict fenced_side_seen(const struct judging *judging)
{
    enum part parts[2];

    fence_parts(judging->look, parts);
    if (serves_alone(judging, parts))
        return gate_refuses(judging, judged_name(judging, parts[0]),
                            "nothing: whoever shuts it out leaves nobody served",
                            "no other copy is seen that is open");
    for (size_t i = 0; i < COUNT(parts); i++)
        if (instance_seen(judged_copy(judging, parts[i])))
            return gate_ok(judging, judged_name(judging, parts[i]), "%s answers",
                           judged_name(judging, parts[i]));
    return gate_open(judging, "snapshot", "nothing: what does not answer cannot be changed",
                     "neither %s nor %s answers", judged_name(judging, parts[0]),
                     judged_name(judging, parts[1]));
}

struct gate_verdict gate_sighting(const struct judging *judging)
{
    switch (judging->question->verb) {
    case VERB_MIRROR_FORCE:
    case VERB_FAILOVER:
        return veto(judging);
    case VERB_MIRROR_SWITCH:
        return principal_seen(judging);
    case VERB_SWITCHOVER:
    case VERB_FAILBACK:
        return planned_source_seen(judging);
    default:
        return fenced_side_seen(judging);
    }
}

/* ---- one writer ---- */

static bool b_may_be_unseen(const struct judging *judging)
{
    const struct gate_question *question = judging->question;

    return question->without_secondary && verb_switches_partners(question->verb);
}

static struct gate_verdict lock_held(const struct judging *judging, const struct topology_sql *instance,
                                     const struct lock_fact *row)
{
    return gate_open(judging, instance->name, "wait for that run, or pchatctl takeover RUN",
                     "held on %s by session %lld of %s from %s", instance->name,
                     (long long)row->session_id.value, row->login ? row->login : "an unknown login",
                     row->host ? row->host : "an unknown host");
}

struct gate_verdict gate_lock(const struct judging *judging)
{
    static const enum part order[] = {PART_B, PART_B_MIRROR, PART_A_MIRROR, PART_A};
    enum part lead = ledger_part(judging->look);
    const struct act_facts *first = look_facts(judging->look, judging->cast->parts[lead]);

    if (judging->question->locked)
        return gate_ok(judging, "sessions", "held by this run");
    if (!b_may_be_unseen(judging) && (!first || first->lock.sighting.sight != SIGHT_SEEN))
        return gate_open(judging, judged_name(judging, lead),
                         "bring it into sight: the lock is taken there first",
                         "whether somebody holds it on %s was not seen", judged_name(judging, lead));
    for (size_t i = 0; i < COUNT(order); i++) {
        const struct topology_sql *instance = judging->cast->parts[order[i]];
        const struct act_facts *facts = look_facts(judging->look, instance);

        if (facts && facts->lock.sighting.sight == SIGHT_SEEN && facts->lock.count)
            return lock_held(judging, instance, &facts->lock.rows[0]);
    }
    return gate_ok(judging, judged_name(judging, lead), "free");
}

static struct gate_verdict ledger_of_run(const struct judging *judging, const struct ledger_view *ledger)
{
    const struct gate_question *question = judging->question;
    const struct ledger_run_fact *own = question->run ? ledger_view_run(ledger, question->run) : NULL;

    if (question->run && !own)
        return gate_refuses(judging, ledger->instance->name, "start anew: pchatctl plan",
                            "run %lld does not stand in it", (long long)question->run);
    if (own && !fact_is(own->epoch, question->epoch))
        return gate_refuses(judging, ledger->instance->name, "leave the run to whoever took it over",
                            "run %lld has epoch %lld (ours %lld): %s took it over", (long long)question->run,
                            (long long)own->epoch.value, (long long)question->epoch,
                            own->holder ? own->holder : "somebody");
    return gate_ok(judging, ledger->instance->name, "readable, %s",
                   question->run ? "epoch is ours" : "no run is open");
}

struct gate_verdict gate_ledger(const struct judging *judging)
{
    struct ledger_view ledger = ledger_view_of(judging->look);
    const struct ledger_run_fact *other = ledger_view_open_run(&ledger, judging->question->run);

    enum part part = ledger_part(judging->look);

    if (!ledger.instance || (!ledger.is_of_record && !b_may_be_unseen(judging)))
        return gate_open(judging, judged_name(judging, part),
                         "bring it into sight; contrib/sql/ledger.sql creates the ledger",
                         "the ledger on %s is not readable", judged_name(judging, part));
    if (other)
        return gate_open(judging, ledger.instance->name,
                         arena_format(judging->arena, "pchatctl resume %lld, abandon %lld or takeover %lld",
                                      (long long)other->run.value, (long long)other->run.value,
                                      (long long)other->run.value),
                         "run %lld (%s) is open, held by %s", (long long)other->run.value,
                         other->verb ? other->verb : "of an unknown verb",
                         other->holder ? other->holder : "somebody");
    return ledger_of_run(judging, &ledger);
}

/* ---- identity ---- */

static const char *said_name(const struct judging *judging, enum part part)
{
    const struct server_fact *server = FACT(judged_copy(judging, part), server);

    return server ? server->server_name : NULL;
}

/* Two names of the topology that lead to one server. */
static bool find_same(const struct judging *judging, enum part *ret_a, enum part *ret_b)
{
    for (int a = 0; a < PART_COUNT; a++)
        for (int b = a + 1; b < PART_COUNT; b++)
            if (server_name_equal(said_name(judging, (enum part)a), said_name(judging, (enum part)b))) {
                *ret_a = (enum part)a;
                *ret_b = (enum part)b;
                return true;
            }
    return false;
}

/* A partner that mirroring knows by a name that is not the one of the topology. */
static const char *foreign_partner(const struct judging *judging)
{
    const struct mirroring_fact *row = mirror_row(judged_copy(judging, PART_A));
    const char *mirror = said_name(judging, PART_A_MIRROR);

    return row && row->partner_instance && mirror && !server_name_equal(row->partner_instance, mirror)
               ? row->partner_instance
               : NULL;
}

static enum part nameless(const struct judging *judging)
{
    for (int part = 0; part < PART_COUNT; part++)
        if (instance_seen(judged_copy(judging, (enum part)part)) && !said_name(judging, (enum part)part))
            return (enum part)part;
    return PART_COUNT;
}

struct gate_verdict gate_identity(const struct judging *judging)
{
    enum part a, b, silent = nameless(judging);
    const char *foreign = foreign_partner(judging);

    if (silent != PART_COUNT)
        return gate_open(judging, judged_name(judging, silent), "let the acting login ask @@SERVERNAME there",
                         "%s does not say who it is", judged_name(judging, silent));
    if (find_same(judging, &a, &b))
        return gate_refuses(judging, "snapshot", "correct the topology, or the names in DNS",
                            "%s and %s are one server: %s", judged_name(judging, a), judged_name(judging, b),
                            said_name(judging, a));
    if (foreign)
        return gate_refuses(judging, judged_name(judging, PART_A), "correct the topology",
                            "%s is mirrored to %s, not to %s", judged_name(judging, PART_A), foreign,
                            judged_name(judging, PART_A_MIRROR));
    return gate_ok(judging, "snapshot", "every server that answers is another one");
}

/* ---- mirror ---- */

struct gate_verdict gate_mirror(const struct judging *judging)
{
    enum part part = look_principal(judging->look);
    const struct mirroring_fact *row = mirror_row(judged_copy(judging, part));
    const char *name = judged_name(judging, part);

    if (!row)
        return gate_open(judging, name, "let the acting login see sys.database_mirroring there",
                         "%s shows no mirroring", name);
    if (!words_equal(row->safety_level, "FULL"))
        return gate_open(judging, name, "ALTER DATABASE ... SET PARTNER SAFETY FULL on the principal",
                         "safety is %s, not FULL", row->safety_level ? row->safety_level : "unknown");
    if (!words_equal(row->state, "SYNCHRONIZED"))
        return gate_open(judging, name, "wait until it is synchronized, or repair the mirror",
                         "mirroring is %s, not synchronized", words_lower(judging->arena, row->state));
    return gate_ok(judging, name, "synchronized, safety full");
}

/* ---- after the guard ---- */

struct gate_verdict gate_one_copy(const struct judging *judging)
{
    static const enum part copies[] = {PART_A, PART_A_MIRROR, PART_B, PART_B_MIRROR};
    AUTO(strbuf) struct strbuf list = STRBUF_INIT;
    size_t count = 0;
    const char *names;

    for (size_t i = 0; i < COUNT(copies); i++)
        if (copy_is_writable(judged_copy(judging, copies[i])))
            list_add(&list, &count, judged_name(judging, copies[i]));
    names = list_words(judging, &list, count);
    if (count > 1)
        return gate_refuses(judging, "snapshot", "pchatctl plan fence: close the old copy at once",
                            "%zu copies are writable: %s", count, names);
    if (!count)
        return gate_open(judging, "snapshot", "wait: a copy that recovers opens when it is done",
                         "no copy is seen writable");
    return gate_ok(judging, "snapshot", "one copy is writable: %s", names);
}
