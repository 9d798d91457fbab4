#include "act/drill/drill.h"

#include "act/drill/drill_work.h"
#include "act/judge/ledger_view.h"
#include "act/judge/lock_name.h"
#include "act/memory/ledger.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { LOCK_WAIT_MS = 8000, LEDGER_WAIT_MS = 10000, ASK_MS = 30000, TIDY_MS = 60000, TIDY_AGAIN_MS = 2000 };

bool drill_fails(struct drill *drill, const char *format, ...)
{
    va_list args;

    if (drill->why)
        return false; /* the first reason is the one */
    va_start(args, format);
    drill->why = arena_vformat(drill->arena, format, args);
    va_end(args);
    return false;
}

struct sql_port *drill_session(struct drill *drill)
{
    return drill->lock ? pool_lock_session(drill->lock, drill->instance->name) : NULL;
}

struct deadline drill_until(const struct drill *drill, int64_t ms)
{
    return deadline_in_ms(drill->ports->clock, ms);
}

/* ---- where ---- */

static const struct topology_sql *find_instance(const struct topology_pool *pool, const char *name)
{
    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++)
            if (strcmp(pool->sites[s].sql[i].name, name) == 0)
                return &pool->sites[s].sql[i];
    return NULL;
}

static bool may_begin(struct drill *drill)
{
    const struct topology_pool *pool = drill->asked->pool;
    const char *name, *refusal;

    if (!pool->drill)
        return drill_fails(drill, "the topology has no drill of %s, which says where to restore", pool->fqdn);
    name = drill->asked->instance ? drill->asked->instance : pool->drill->instance;
    drill->instance = find_instance(pool, name);
    if (!drill->instance)
        return drill_fails(drill, "\"%s\" is no SQL instance of %s", name, pool->fqdn);
    refusal = drill_refusal(drill->look, drill->instance, drill->arena);
    return !refusal || drill_fails(drill, "%s", refusal);
}

/* ---- the beginning ---- */

static bool take_lock(struct drill *drill, int64_t wait_ms)
{
    struct lock_failure failure;

    if (pool_lock_take(drill->lock, drill->instance, drill_until(drill, wait_ms), drill->arena, &failure) ==
        0)
        return true;
    if (failure.held_by_other)
        return drill_fails(drill, "another drill is under way on %s", drill->instance->name);
    return drill_fails(drill, "%s: %s", drill->instance->name, failure.failure.text);
}

/* What others have left goes first; then there is none of that name. */
static bool begin(struct drill *drill)
{
    struct drill_databases databases;
    size_t dropped = 0;
    const char *why;

    if (!take_lock(drill, LOCK_WAIT_MS))
        return false;
    if (drill_drop_all(drill, &dropped, &why) > 0)
        return drill_fails(drill, "what an earlier drill has left on %s cannot be dropped: %s",
                           drill->instance->name, why);
    if (drill_ask_databases(drill_session(drill), drill_until(drill, ASK_MS), drill->arena, &databases,
                            &why) != 0)
        return drill_fails(drill, "%s: %s", drill->instance->name, why);
    drill->now_utc_ms = databases.now_utc_ms;
    drill->number = drill_number_at(databases.now_utc_ms);
    drill->side = arena_format(drill->arena, DRILL_PREFIX "%" PRId64, drill->number);
    drill->was_absent = true;
    for (size_t i = 0; i < databases.count; i++)
        drill->was_absent &= strcasecmp(databases.rows[i].name, drill->side) != 0;
    if (!drill->was_absent)
        return drill_fails(drill, "%s is there already, and not a drill's", drill->side);
    drill_remember(drill, true);
    drill_put_run(drill, "open", false);
    return true;
}

/* ---- the end ---- */

/* A session that was lost is made anew: the server may have to undo what it was at first. */
static void tidy(struct drill *drill)
{
    const struct deadline until = drill_until(drill, TIDY_MS);
    const char *first = drill->why, *why = NULL;
    size_t dropped = 0, left = 1;

    while (left) {
        left = drill_drop_all(drill, &dropped, &why);
        if (!left || deadline_passed(until))
            break;
        clock_sleep_ms(drill->ports->clock, TIDY_AGAIN_MS);
        pool_lock_free(drill->lock);
        drill->lock = pool_lock_new(drill->ports->sql, DRILL_LOCK);
        drill->why = NULL;
        if (!take_lock(drill, LOCK_WAIT_MS))
            why = drill->why;
    }
    drill->why = first;
    if (left)
        drill_fails(drill, "%s could not be dropped on %s, the runner tries again: %s", drill->side,
                    drill->instance->name, why);
    else
        drill_remember(drill, false);
}

/* ---- the ledgers ---- */

static const char *note_at(struct drill *drill, struct pool_lock *lock, const struct topology_sql *instance,
                           const struct ledger_note *note)
{
    const struct deadline until = drill_until(drill, LEDGER_WAIT_MS);
    struct lock_failure refusal;
    struct sql_failure failure = {0};

    if (pool_lock_take(lock, instance, until, drill->arena, &refusal) != 0)
        return refusal.held_by_other ? "a run holds the pool lock" : refusal.failure.text;
    if (ledger_write_note(pool_lock_session(lock, instance->name), note, until, drill->arena, &failure) != 0)
        return failure.text;
    return NULL;
}

static bool has_ledger(const struct drill *drill, const struct topology_sql *instance)
{
    const struct act_facts *facts = instance ? look_facts(drill->look, instance) : NULL;

    return facts && facts->ledger_note.sighting.sight == SIGHT_SEEN;
}

/* The pool lock is held for this moment alone, the one that counts first. */
static void note_outcome(struct drill *drill, struct strbuf *out)
{
    const enum part record = ledger_part(drill->look);
    const enum part parts[] = {record, PART_B, PART_B_MIRROR, PART_A_MIRROR, PART_A};
    const struct ledger_note note = {.kind = drill->why ? NOTE_DRILL_FAILED : NOTE_DRILL_PROVEN,
                                     .object = drill->instance->name,
                                     .person = drill->asked->person,
                                     .text = drill_note_text(drill, drill->arena)};
    AUTO(pool_lock)
    struct pool_lock *lock =
        pool_lock_new(drill->ports->sql, pool_lock_resource(drill->arena, drill->asked->pool->fqdn));

    for (size_t i = 0; i < COUNT(parts); i++) {
        const struct topology_sql *instance = drill->look->cast.parts[parts[i]];
        const char *why;

        if ((i && parts[i] == record) || !has_ledger(drill, instance)) {
            if (!i)
                strbuf_add(out, "ledger    was not seen: it does not know of this drill\n");
            continue;
        }
        why = note_at(drill, lock, instance, &note);
        if (why)
            strbuf_format(out, "ledger    of %s does not know of this drill: %s\n", instance->name, why);
        if (why && !i)
            return; /* others hold copies of it */
    }
}

/* ---- all of it ---- */

static bool carry_out(struct drill *drill)
{
    if ((drill->asked->copy_only && !drill_back_up(drill)) || !drill_find_full(drill))
        return false;
    drill_ask_principal(drill); /* now: what is written while it is restored is no loss */
    return drill_find_logs(drill) && drill_restore(drill) && drill_recover(drill) &&
           drill_look_at_copy(drill) && (!drill->asked->checkdb || drill_check(drill));
}

static void record_end(struct drill *drill)
{
    const struct drill_sending about = {
        .step = "drill", .target = drill->instance ? drill->instance->name : "", .subject = drill->side};

    (void)drill_record(drill, &about, drill->number ? ENTRY_OUTCOME : ENTRY_REFUSAL,
                       drill->why ? drill->why : "proven");
}

/* A chain that is broken is seen before anything is restored. */
static enum engine_end end_of(const struct drill *drill, bool begun)
{
    if (!drill->why)
        return ENGINE_DONE;
    return begun && (drill->restore.took_ms || drill->made) ? ENGINE_RESUMABLE : ENGINE_REFUSED;
}

enum engine_end drill_run(const struct engine_ports *ports, const struct drilling *drilling,
                          struct strbuf *out)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(look) struct look *look = ports->looker.look(ports->looker.user, false);
    struct drill drill = {.ports = ports, .asked = drilling, .arena = arena, .look = look};
    bool begun;
    enum engine_end end;

    drill.lock = pool_lock_new(ports->sql, DRILL_LOCK);
    begun = may_begin(&drill) && begin(&drill);
    if (begun) {
        (void)carry_out(&drill);
        tidy(&drill);
    }
    pool_lock_free(drill.lock);
    drill.lock = NULL;
    end = end_of(&drill, begun);
    record_end(&drill);
    if (begun) {
        drill_report(&drill, out);
        note_outcome(&drill, out);
        drill_put_run(&drill, drill.why ? "failed" : "proven", true);
    }
    if (drill.why)
        strbuf_format(out, "%s: %s\n", begun ? "NOT PROVEN" : "refused", drill.why);
    else
        strbuf_format(out, "PROVEN: %s can be restored\n", drilling->pool->database);
    return end;
}
