/*
 * What drills leave: side databases are dropped under the drill's lock alone, so that a drill under way is
 * never disturbed - whoever has the lock knows that no statement of another runs any more.
 */
#include "act/drill/drill_work.h"

#include <string.h>

enum { LOCK_WAIT_MS = 6000, ASK_MS = 30000 };

/* ---- the journal ---- */

static const char *key_of(const struct drill *drill)
{
    return arena_format(drill->arena, "drill:%s", drill->asked->pool->fqdn);
}

/* A drill may be asked for elsewhere than the topology says: there it is looked for, too. */
void drill_remember(struct drill *drill, bool under_way)
{
    struct err err = ERR_INIT;

    (void)journal_set(drill->ports->journal, key_of(drill), under_way ? drill->instance->name : NULL, &err);
}

static void put_run(struct drill *drill, int64_t number, const char *state, int64_t begun_utc_ms, bool ended)
{
    const int64_t now_utc_ms = clock_utc_ms(drill->ports->clock);
    struct err err = ERR_INIT;
    const struct journal_run run = {.run = number,
                                    .plan = "",
                                    .verb = "drill",
                                    .pool = drill->asked->pool->fqdn,
                                    .origin = "person",
                                    .state = state,
                                    .person = drill->asked->person ? drill->asked->person : "",
                                    .begun_utc_ms = begun_utc_ms ? begun_utc_ms : now_utc_ms,
                                    .ended_utc_ms = ended ? now_utc_ms : 0};

    (void)journal_put_run(drill->ports->journal, &run, &err);
}

void drill_put_run(struct drill *drill, const char *state, bool ended)
{
    put_run(drill, drill->number, state, 0, ended);
}

/* Drills that the journal has as open, while the lock is ours: they have died. */
struct dead_runs {
    const struct drill *drill;
    struct journal_run *rows;
    size_t count;
};

static void take_dead(void *user, const struct journal_run *run)
{
    struct dead_runs *dead = user;

    if (strcmp(run->verb, "drill") != 0 || strcmp(run->state, "open") != 0 ||
        strcmp(run->pool, dead->drill->asked->pool->fqdn) != 0 || run->run == dead->drill->number)
        return;
    *(struct journal_run *)arena_push(dead->drill->arena, &dead->rows, &dead->count, sizeof(*dead->rows)) =
        (struct journal_run){.run = run->run, .begun_utc_ms = run->begun_utc_ms};
}

static struct dead_runs find_dead(struct drill *drill)
{
    struct dead_runs dead = {.drill = drill};
    struct err err = ERR_INIT;

    (void)journal_runs(drill->ports->journal, take_dead, &dead, &err);
    return dead;
}

static void settle_dead(struct drill *drill)
{
    const struct dead_runs dead = find_dead(drill);

    for (size_t i = 0; i < dead.count; i++)
        put_run(drill, dead.rows[i].run, "died", dead.rows[i].begun_utc_ms, true);
}

/* ---- dropping ---- */

/* Under its own number: its journal tells its end as well. */
static bool drop(struct drill *drill, const char *side, const char **ret_why)
{
    struct drill as_that = *drill;
    struct drill_sending sending = {.step = "drop", .target = drill->instance->name, .subject = side};
    enum sent sent;

    as_that.side = side;
    as_that.number = drill_number_of(side);
    as_that.why = NULL;
    sending.text = drill_script(&as_that, "drill/06-drop.sql", drill->instance->name, "", "1");
    *ret_why = as_that.why;
    if (!sending.text)
        return false;
    sent = drill_send(&as_that, &sending, ret_why);
    (void)drill_record(&as_that, &sending, ENTRY_OUTCOME, sent == SENT_DONE ? "done" : "failed");
    return sent == SENT_DONE;
}

static bool is_ours(const struct drill *drill, const struct drill_database *database)
{
    return drill_owns(database->name, database->paths, database->path_count,
                      drill->asked->pool->drill->folder);
}

size_t drill_drop_all(struct drill *drill, size_t *ret_dropped, const char **ret_why)
{
    struct drill_databases databases;
    size_t left = 0;

    *ret_why = "the session that held the drill's lock is gone";
    if (!drill_session(drill) || drill_ask_databases(drill_session(drill), drill_until(drill, ASK_MS),
                                                     drill->arena, &databases, ret_why) != 0)
        return 1;
    *ret_why = NULL;
    for (size_t i = 0; i < databases.count; i++) {
        if (!is_ours(drill, &databases.rows[i]))
            continue;
        if (drop(drill, databases.rows[i].name, ret_why))
            (*ret_dropped)++;
        else
            left++;
    }
    return left;
}

/* ---- by the way, at every look ---- */

static const struct topology_sql *find_sql(const struct topology_pool *pool, const char *name)
{
    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++)
            if (strcmp(pool->sites[s].sql[i].name, name) == 0)
                return &pool->sites[s].sql[i];
    return NULL;
}

/* Asked without the lock: mostly there is nothing. */
static bool has_something(struct drill *drill, struct drill_left *left)
{
    const char *_Atomic doing = NULL;
    struct sql_failure failure = {0};
    struct drill_databases databases;
    struct sql_port *port = drill->ports->sql->open(
        drill->ports->sql->user, drill->instance, drill_until(drill, ASK_MS), drill->arena, &doing, &failure);
    bool has = false;

    if (!port) {
        left->why = failure.text;
    } else if (drill_ask_databases(port, drill_until(drill, ASK_MS), drill->arena, &databases, &left->why) ==
               0) {
        left->why = NULL;
        for (size_t i = 0; i < databases.count; i++)
            has |= is_ours(drill, &databases.rows[i]);
    }
    sql_port_close(port);
    return has;
}

static void sweep(struct drill *drill, struct drill_left *left)
{
    const bool has = has_something(drill, left);
    struct lock_failure failure;

    if (left->why || (!has && !find_dead(drill).count))
        return;
    if (pool_lock_take(drill->lock, drill->instance, drill_until(drill, LOCK_WAIT_MS), drill->arena,
                       &failure) != 0) {
        left->left += has;
        left->why =
            failure.held_by_other ? "a drill is under way there, or has died just now" : failure.failure.text;
        return;
    }
    left->left += drill_drop_all(drill, &left->dropped, &left->why);
    if (!left->left)
        settle_dead(drill);
}

static const struct topology_sql *remembered(const struct drill *drill)
{
    struct err err = ERR_INIT;
    AUTO_FREE char *name = journal_get(drill->ports->journal, key_of(drill), &err);

    return name ? find_sql(drill->asked->pool, name) : NULL;
}

struct drill_left drill_sweep(const struct engine_ports *ports, const struct topology_pool *pool,
                              const char *holder, const struct look *look, struct arena *arena)
{
    const struct drilling nobody = {.pool = pool, .holder = holder};
    struct drill drill = {.ports = ports, .asked = &nobody, .arena = arena};
    struct drill_left left = {0};
    const struct topology_sql *places[2];

    if (!pool->drill)
        return left;
    places[0] = find_sql(pool, pool->drill->instance);
    places[1] = remembered(&drill);
    for (size_t i = 0; i < COUNT(places) && !(i && places[0] == places[1]); i++) {
        const struct instance_snapshot *seen =
            places[i] ? snapshot_find(look->snapshot, places[i]->name) : NULL;
        AUTO(pool_lock) struct pool_lock *lock = pool_lock_new(ports->sql, DRILL_LOCK);

        if (!seen || seen->reach.sight != SIGHT_SEEN)
            continue;
        drill.instance = places[i];
        drill.lock = lock;
        drill.why = NULL;
        sweep(&drill, &left);
    }
    return left;
}
