/*
 * The view's columns about the configuration: what the Central Management Store says, what the chat servers'
 * own replicas say, and whether they agree.
 */
#include "assess/pool.h"
#include "assess/sight.h"
#include "assess/words.h"

#include <string.h>

static enum pool_intent intent_of(const char *pool_state)
{
    if (words_equal(pool_state, "Normal"))
        return POOL_intent_normal;
    return words_equal(pool_state, "FailedOver") ? POOL_intent_failed_over : POOL_intent_unknown;
}

/* ---- the store ---- */

/* Only a host that was refused by the store says that it is gone.  One that may not read it, or had no time
 * to, says nothing of it; of one that does not answer nothing follows at all. */
static enum pool_store store_of(const struct host_snapshot *host)
{
    const struct store_fact *row = HOST_FACT(host, store);

    if (host->kind != HOST_MANAGEMENT)
        return POOL_store_unknown;
    if (!row && (host->store.sighting.sight == SIGHT_NOT_ASKED || host_answers(host) == ANSWER_NO))
        return POOL_store_unknown;
    if (!row)
        return host->store.sighting.sight == SIGHT_REFUSED && host->ways[WAY_WINRM].sight == SIGHT_SEEN
                   ? POOL_store_unseen
                   : POOL_store_unread;
    if (row->masters.known && row->masters.value > 1)
        return POOL_store_split;
    return fact_is(row->masters, 0) ? POOL_store_unseen : POOL_store_answers;
}

static void note_store(struct pool *pool, const struct host_snapshot *host, enum pool_store store)
{
    const struct store_fact *row = HOST_FACT(host, store);

    if (store == POOL_store_split)
        pool_note(pool, COLUMN_store, "asked on %s, it has %lld active masters", host->name,
                  (long long)row->masters.value);
    else if (store == POOL_store_unseen)
        pool_note(pool, COLUMN_store, "asked on %s, it %s", host->name,
                  row ? "has no active master" : "does not answer");
    else if (store == POOL_store_unread)
        pool_note(pool, COLUMN_store, "not read on %s: %s", host->name,
                  host->store.sighting.detail ? host->store.sighting.detail
                                              : sight_words(host->store.sighting.sight));
}

/* Two management hosts may be asked: one answer is enough, two that differ are too many. */
static void see_store(struct pool *pool)
{
    static const unsigned char better[] = {[POOL_store_unknown] = 0,
                                           [POOL_store_unread] = 1,
                                           [POOL_store_unseen] = 2,
                                           [POOL_store_answers] = 3,
                                           [POOL_store_split] = 4};
    enum pool_store best = POOL_store_unknown;
    enum pool_intent intent = POOL_intent_unknown;

    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct host_snapshot *host = &pool->snapshot->hosts[i];
        const struct store_fact *row = HOST_FACT(host, store);
        enum pool_store store = store_of(host);
        enum pool_intent said = row ? intent_of(row->pool_state) : POOL_intent_unknown;

        note_store(pool, host, store);
        if (better[store] > better[best])
            best = store;
        if (said && intent && said != intent) {
            best = POOL_store_split;
            pool_note(pool, COLUMN_store, "%s says %s, another host says otherwise", host->name,
                      row->pool_state);
        }
        intent = said ? said : intent;
    }
    pool->view.value[COLUMN_store] = (unsigned char)best;
    if (best != POOL_store_split)
        pool->view.value[COLUMN_intent] = (unsigned char)intent;
}

/* ---- replicas ---- */

/* Where the store is silent, replicas that all say the same are good enough. */
static void see_intent_of_replicas(struct pool *pool)
{
    enum pool_intent common = POOL_intent_unknown;

    for (size_t i = 0; i < pool->server_count; i++) {
        const struct replica_fact *row = HOST_FACT(pool->servers[i].host, replica);
        enum pool_intent said = row ? intent_of(row->pool_state) : POOL_intent_unknown;

        if (said && common && said != common)
            return;
        common = said ? said : common;
    }
    pool->view.value[COLUMN_intent] = (unsigned char)common;
}

static bool is_out_of_date(const struct pool *pool, const struct host_snapshot *server, bool *ret_known)
{
    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct host_snapshot *host = &pool->snapshot->hosts[i];

        for (size_t k = 0; host->replication.sighting.sight == SIGHT_SEEN && k < host->replication.count;
             k++) {
            const struct replication_fact *row = &host->replication.rows[k];

            if (!row->replica_fqdn || !host_is_called(server, row->replica_fqdn, strlen(row->replica_fqdn)))
                continue;
            *ret_known |= row->up_to_date.known;
            if (fact_is(row->up_to_date, 0))
                return true;
        }
    }
    return false;
}

/* A server that obeys another state than the store's. */
static bool contradicts(const struct pool *pool, const struct host_snapshot *server, bool *ret_known)
{
    const struct replica_fact *row = HOST_FACT(server, replica);
    enum pool_intent said = row ? intent_of(row->pool_state) : POOL_intent_unknown;

    if (!said || POOL_IS(&pool->view, intent, unknown))
        return false;
    *ret_known = true;
    return said != pool->view.value[COLUMN_intent];
}

/* Of servers that answer: the replica of one that is gone is stale, and nobody's trouble until it returns. */
static void see_replicas(struct pool *pool)
{
    bool known = false, stale = false;

    for (size_t i = 0; i < pool->server_count; i++) {
        const struct host_snapshot *server = pool->servers[i].host;
        bool old, other;

        if (host_answers(server) == ANSWER_NO)
            continue;
        old = is_out_of_date(pool, server, &known);
        other = contradicts(pool, server, &known);
        if (old || other)
            pool_note(pool, COLUMN_replicas, "%s %s", server->name,
                      other ? "obeys another pool state" : "is not up to date");
        stale |= old || other;
    }
    if (stale)
        POOL_SET(&pool->view, replicas, stale);
    else if (known)
        POOL_SET(&pool->view, replicas, fresh);
}

void pool_see_store(struct pool *pool)
{
    see_store(pool);
    if (POOL_IS(&pool->view, store, unseen) || POOL_IS(&pool->view, store, unread) ||
        POOL_IS(&pool->view, store, unknown))
        see_intent_of_replicas(pool);
    see_replicas(pool);
}

/* ---- the active list ---- */

static const char *list_of_store(const struct pool *pool)
{
    for (size_t i = 0; i < pool->snapshot->host_count; i++) {
        const struct store_fact *row = HOST_FACT(&pool->snapshot->hosts[i], store);

        if (row && row->active_servers)
            return row->active_servers;
    }
    return NULL;
}

static const char *list_of_replicas(const struct pool *pool)
{
    const char *common = NULL;

    for (size_t i = 0; i < pool->server_count; i++) {
        const struct replica_fact *row = HOST_FACT(pool->servers[i].host, replica);
        const char *said = row ? row->active_servers : NULL;

        if (said && common && !words_equal(said, common))
            return NULL;
        common = said ? said : common;
    }
    return common;
}

const char *pool_active_list(const struct pool *pool)
{
    const char *list = list_of_store(pool);

    return list ? list : list_of_replicas(pool);
}
