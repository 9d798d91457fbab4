/*
 * From a look to the columns of the verb table.
 */
#include "act/judge/verb_table.h"

#include "act/judge/fenced.h"
#include "act/judge/ledger_view.h"
#include "assess/copies.h"
#include "assess/host_view.h"
#include "assess/jobs.h"
#include "assess/log_file.h"
#include "assess/mirror_view.h"
#include "assess/sight.h"
#include "assess/words.h"

/* ---- principal ---- */

static bool state_is(const struct instance_snapshot *copy, const char *state)
{
    const struct database_fact *database = FACT(copy, database);

    return database && words_equal(database->state, state);
}

/* A copy from which no tail can be taken: it is none, or is open to nobody by somebody's will. */
static bool has_no_log(const struct instance_snapshot *copy)
{
    return FACT_NONE(copy, database) || state_is(copy, "OFFLINE") || state_is(copy, "RESTORING");
}

static enum seen_principal see_principal(const struct look *look, enum part part)
{
    const struct instance_snapshot *copy = cast_instance(&look->cast, part, look->snapshot);
    enum copy_writability writability = copy ? copy_writability(copy) : COPY_NOT_WRITABLE;

    if (writability == COPY_WRITABLE)
        return PRINCIPAL_WRITABLE;
    if (writability == COPY_UNSEEN)
        return fenced_by_anything(look, look->cast.parts[part]->name) ? PRINCIPAL_DEAD : PRINCIPAL_UNSEEN;
    return !copy || (writability == COPY_NOT_WRITABLE && has_no_log(copy)) ? PRINCIPAL_DEAD
                                                                           : PRINCIPAL_BROKEN;
}

/* ---- mirror ---- */

static bool witness_says_synchronized(const struct look *look)
{
    const struct instance_snapshot *witness = cast_instance(&look->cast, PART_WITNESS, look->snapshot);
    const struct witness_fact *row = FACT(witness, witness);

    return row && words_equal(row->partner_sync_state, "SYNCHRONIZED");
}

/* All of its log was hardened on both when contact ended. */
static bool ended_synchronized(const struct mirroring_fact *row)
{
    return words_equal(row->safety_level, "FULL") && lsn_known(&row->failover_lsn) &&
           lsn_known(&row->end_of_log_lsn) && lsn_compare(&row->failover_lsn, &row->end_of_log_lsn) == 0;
}

static enum seen_mirror see_mirror(const struct look *look, enum part part)
{
    const struct mirroring_fact *row = mirror_row(cast_instance(&look->cast, part, look->snapshot));

    if (!row || !words_equal(row->role, "MIRROR"))
        return MIRROR_DEAD;
    if (words_equal(row->state, "SYNCHRONIZED"))
        return MIRROR_SYNCHRONIZED;
    if (words_equal(row->state, "DISCONNECTED") &&
        (witness_says_synchronized(look) || ended_synchronized(row)))
        return MIRROR_SYNCHRONIZED;
    return MIRROR_BEHIND;
}

static bool are_connected(const struct look *look, enum part mirror)
{
    const struct mirroring_fact *row = mirror_row(cast_instance(&look->cast, mirror, look->snapshot));

    return row && words_equal(row->role, "MIRROR") && !words_equal(row->state, "DISCONNECTED");
}

/* Automatic failover needs a mirror that was synchronized and sees the witness. */
static bool witness_may_act(const struct look *look, enum part mirror, enum seen_mirror seen)
{
    const struct mirroring_fact *row = mirror_row(cast_instance(&look->cast, mirror, look->snapshot));

    return seen == MIRROR_SYNCHRONIZED && row && mirror_has_witness(row) &&
           words_equal(row->witness_state, "CONNECTED");
}

/* ---- share and standby ---- */

static enum seen_share see_share(const struct look *look)
{
    const struct instance_snapshot *standby = cast_instance(&look->cast, PART_B, look->snapshot);
    const struct act_facts *facts = look_facts(look, look->cast.parts[PART_B]);
    const struct ls_run_fact *run = run_of(standby, LS_AGENT_COPY);

    for (size_t i = 0; facts && i < facts->log_file.count; i++)
        if (!facts->log_file.rows[i].error.known &&
            log_file_in_folder(facts->log_file.rows[i].path, look->snapshot->share))
            return SHARE_READABLE;
    if (facts && facts->log_file.sighting.sight == SIGHT_SEEN)
        return SHARE_NOT_READABLE;
    return run && fact_is(run->session_status, LS_SUCCESS) ? SHARE_READABLE : SHARE_NOT_READABLE;
}

static bool is_moved(const struct look *look)
{
    return look->cast.serving && look->cast.serving->role == SITE_BACKUP;
}

/* Of the side that was left, either partner may come back: the mirror promotes itself where witness and power
 * let it. */
static bool left_mirror_is_open(const struct look *look)
{
    const struct instance_snapshot *mirror = cast_instance(&look->cast, PART_B_MIRROR, look->snapshot);

    return is_moved(look) && mirror && copy_is_writable(mirror);
}

static enum seen_standby see_standby(const struct look *look)
{
    const struct instance_snapshot *copy = cast_instance(&look->cast, PART_B, look->snapshot);

    if (left_mirror_is_open(look))
        return STANDBY_RECOVERED;
    switch (copy ? copy_writability(copy) : COPY_MAY_BECOME_WRITABLE) {
    case COPY_WRITABLE:
        return STANDBY_RECOVERED;
    case COPY_UNSEEN:
        return STANDBY_UNSEEN;
    case COPY_NOT_WRITABLE:
        return state_is(copy, "RESTORING") || copy_is_standby(copy) ? STANDBY_RESTORABLE
                                                                    : STANDBY_NOT_RESTORABLE;
    default:
        return STANDBY_NOT_RESTORABLE;
    }
}

/* ---- the rest ---- */

static const char *pool_state_of(const struct look *look)
{
    const char *state = NULL;

    for (size_t i = 0; i < look->snapshot->host_count; i++) {
        const struct host_snapshot *host = &look->snapshot->hosts[i];
        const struct store_fact *store = HOST_FACT(host, store);
        const struct replica_fact *replica = HOST_FACT(host, replica);

        if (store && store->pool_state)
            return store->pool_state;
        if (!state && replica)
            state = replica->pool_state;
    }
    return state;
}

/* The pool state names the other site, or a failover was begun. */
static bool is_failed_over(const struct look *look)
{
    struct ledger_view ledger = ledger_view_of(look);
    const struct ledger_run_fact *run = ledger_view_open_run(&ledger, 0);

    if (run && words_equal(run->verb, verb_name(VERB_FAILOVER)))
        return true;
    return words_equal(pool_state_of(look), is_moved(look) ? "Normal" : "FailedOver");
}

static bool no_server_answers(const struct look *look)
{
    size_t servers = 0;

    for (size_t i = 0; look->cast.serving && i < look->snapshot->host_count; i++) {
        const struct host_snapshot *host = &look->snapshot->hosts[i];

        if (host->kind != HOST_CHAT_SERVER || host->site != look->cast.serving->role)
            continue;
        if (host_answers(host) != ANSWER_NO)
            return false;
        servers++;
    }
    return servers > 0;
}

static bool mirror_serves(const struct look *look)
{
    return look_principal(look) == PART_A_MIRROR &&
           copy_is_writable(cast_instance(&look->cast, PART_A_MIRROR, look->snapshot));
}

struct situation situation_of(const struct look *look)
{
    bool serves = mirror_serves(look);
    enum part mirror = look_mirror(look);
    struct situation situation = {.principal = see_principal(look, serves ? PART_A : look_principal(look)),
                                  .mirror = serves ? MIRROR_IS_PRINCIPAL : see_mirror(look, mirror),
                                  .share = see_share(look),
                                  .standby = see_standby(look),
                                  .failed_over = is_failed_over(look),
                                  .moved = is_moved(look),
                                  .connected = are_connected(look, mirror),
                                  .no_servers = no_server_answers(look)};

    situation.witness_may_act = witness_may_act(look, mirror, situation.mirror);
    return situation;
}

/*
 * The ledger that counts alone is asked: a copy of it may have missed how a run ended, and who shuts out a
 * side by it shuts out the one that serves.
 */
bool fence_is_of_standby(const struct look *look)
{
    const struct ledger_view ledger = ledger_view_of(look);
    const struct ledger_run_fact *open = ledger_view_open_run(&ledger, 0);
    enum verb verb;

    if (open && open->verb && verb_parse(open->verb, &verb) && verb_moves_site(verb))
        return false;
    return is_moved(look) || ledger_view_moves(&ledger);
}

void fence_parts(const struct look *look, enum part ret_parts[2])
{
    const bool of_standby = fence_is_of_standby(look);

    ret_parts[0] = of_standby ? PART_B : PART_A;
    ret_parts[1] = of_standby ? PART_B_MIRROR : PART_A_MIRROR;
}
