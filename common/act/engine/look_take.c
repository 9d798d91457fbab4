#include "act/engine/look_take.h"

#include "act/engine/chat_users.h"
#include "act/engine/log_files.h"
#include "act/engine/look_fences.h"
#include "act/judge/ledger_view.h"
#include "act/memory/ledger.h"
#include "assess/log_file.h"
#include "assess/words.h"
#include "base/mem.h"
#include "observe/core/observe.h"
#include "observe/sql/fact_query.h"
#include "observe/sql/sql_freetds.h"

#include <string.h>
#include <strings.h>

/* A look in the making. */
struct maker {
    const struct taking *taking;
    struct look *look;
    struct sql_opener opener;
    const struct topology_sql **endpoints; /* beside the snapshot's instances */
    struct sql_port **ports;               /* likewise; NULL: not seen, or not to be asked */
    struct database_users users;
};

/* ---- endpoints ---- */

static size_t count_endpoints(const struct topology_pool *pool)
{
    size_t count = 0;

    for (size_t s = 0; s < pool->site_count; s++)
        count += pool->sites[s].sql_count;
    return count;
}

/* In topology order, as the snapshot has its instances. */
static size_t list_endpoints(struct maker *maker)
{
    const struct taking *taking = maker->taking;
    size_t count = 0, most = count_endpoints(taking->pool) + 1;

    maker->endpoints = arena_alloc(maker->look->arena, most * sizeof(const struct topology_sql *));
    maker->ports = arena_alloc(maker->look->arena, most * sizeof(struct sql_port *));
    for (size_t s = 0; s < taking->pool->site_count; s++)
        for (size_t i = 0; i < taking->pool->sites[s].sql_count; i++, count++)
            if (!suspects_convicted(taking->suspects, count))
                maker->endpoints[count] = &taking->pool->sites[s].sql[i];
    return count;
}

/* ---- the pass ---- */

static unsigned observe(struct maker *maker)
{
    const struct taking *taking = maker->taking;
    const struct looker_setup *setup = taking->setup;
    const struct observe_request request = {
        .pool = taking->pool,
        .fact_sets = FACT_SET_POOL,
        .program_name = setup->program_name,
        .clock = setup->clock,
        .deadline = taking->pass,
        .opener = maker->opener.open ? &maker->opener : NULL,
        .suspects = taking->suspects,
        .tracks = setup->tracks,
    };
    struct observe_result result = observe_pool(&request);

    maker->look->snapshot = result.snapshot;
    maker->look->facts =
        arena_alloc(maker->look->arena, (result.snapshot->instance_count + 1) * sizeof(struct act_facts));
    return result.hung_threads;
}

/* ---- inquiries ---- */

static struct inquiry inquiry_until(const struct taking *taking, struct deadline deadline)
{
    return (struct inquiry){taking->pool->database, taking->lock, deadline};
}

static const struct instance_snapshot *seen_at(const struct maker *maker, size_t index)
{
    return &maker->look->snapshot->instances[index];
}

static void fail_all(struct act_facts *facts, const struct sql_failure *failure, struct arena *arena)
{
    const struct fact_rows rows = {{failure->sight, arena_text(arena, failure->text)}, NULL, 0};

    for (int id = 0; id < ACT_FACT_COUNT; id++)
        if (id != ACT_FACT_log_file)
            fact_group_put(act_fact_group((enum act_fact_id)id), facts, &rows);
}

static void open_port(struct maker *maker, size_t index)
{
    const char *_Atomic doing = NULL;
    struct sql_failure failure = {.sight = SIGHT_PROTOCOL_ERROR};

    maker->ports[index] = maker->opener.open(maker->opener.user, maker->endpoints[index],
                                             maker->taking->inquiries, maker->look->arena, &doing, &failure);
    if (!maker->ports[index])
        fail_all(&maker->look->facts[index], &failure, maker->look->arena);
}

static void ask_instance(struct maker *maker, size_t index)
{
    const struct inquiry inquiry = inquiry_until(maker->taking, maker->taking->inquiries);
    const struct instance_snapshot *seen = seen_at(maker, index);

    if (!maker->endpoints[index] || seen->role == SQL_WITNESS || seen->reach.sight != SIGHT_SEEN)
        return;
    suspects_enter(maker->taking->suspects, index, seen->name);
    open_port(maker, index);
    if (!maker->ports[index])
        return;
    inquire(maker->ports[index], &inquiry, seen, maker->look->arena, &maker->look->facts[index]);
    if (maker->taking->setup->for_readiness)
        inquire_jobs(maker->ports[index], &inquiry, seen, maker->look->arena, &maker->look->facts[index]);
}

static bool is_open(const struct instance_snapshot *seen)
{
    return seen->database.sighting.sight == SIGHT_SEEN && seen->database.count &&
           seen->database.rows[0].state && strcasecmp(seen->database.rows[0].state, "ONLINE") == 0;
}

/* What doctor --act left, by the newest of the ledgers that were read. */
static void users_of_ledgers(struct maker *maker, size_t count)
{
    const struct ledger_note_fact *newest = NULL;
    struct database_users users;

    for (size_t i = 0; i < count; i++) {
        const struct ledger_note_facts *notes = &maker->look->facts[i].ledger_note;

        for (size_t n = 0; notes->sighting.sight == SIGHT_SEEN && n < notes->count; n++)
            if (words_equal(notes->rows[n].kind, NOTE_USERS) && notes->rows[n].at_utc_ms.known &&
                (!newest || notes->rows[n].at_utc_ms.value > newest->at_utc_ms.value))
                newest = &notes->rows[n];
    }
    if (newest && chat_users_read(newest->text, maker->look->arena, &users))
        maker->users = users;
}

/* The first open copy tells for all. */
static void ask_users(struct maker *maker, size_t count)
{
    const struct inquiry inquiry = inquiry_until(maker->taking, maker->taking->inquiries);

    maker->users.sighting =
        (struct sighting){SIGHT_NOT_ASKED, "no open copy tells the users of the chat database"};
    for (size_t i = 0; i < count && maker->users.sighting.sight != SIGHT_SEEN; i++)
        if (maker->ports[i] && is_open(seen_at(maker, i))) {
            suspects_enter(maker->taking->suspects, i, seen_at(maker, i)->name);
            inquire_users(maker->ports[i], &inquiry, maker->look->arena, &maker->users);
        }
    if (maker->users.sighting.sight != SIGHT_SEEN)
        users_of_ledgers(maker, count);
    for (size_t i = 0; i < count; i++)
        if (maker->ports[i]) {
            suspects_enter(maker->taking->suspects, i, seen_at(maker, i)->name);
            inquire_orphans(maker->ports[i], &inquiry, &maker->users, maker->look->arena,
                            &maker->look->facts[i]);
        }
}

/* ---- who plays what ---- */

static const char *serving_site(const struct maker *maker, size_t count)
{
    static const struct ledger_run_facts none = {{SIGHT_NOT_ASKED, NULL}, NULL, 0};
    const struct ledger_run_facts *newest = &none;

    for (size_t i = 0; i < count; i++)
        if (ledger_is_newer(&maker->look->facts[i].ledger_run, newest))
            newest = &maker->look->facts[i].ledger_run;
    return ledger_serving_site(newest);
}

/* ---- files ---- */

static void ask_files(struct maker *maker, size_t count)
{
    const struct inquiry inquiry = inquiry_until(maker->taking, maker->taking->files);
    const struct topology_sql *reader = maker->look->cast.parts[PART_B];

    for (size_t i = 0; reader && i < count; i++) {
        const struct instance_snapshot *seen = seen_at(maker, i);
        struct log_folders folders;

        if (!maker->ports[i] || strcmp(seen->name, reader->name) != 0)
            continue;
        suspects_enter(maker->taking->suspects, i, seen->name);
        folders = log_folders_of(maker->taking->pool, seen, false, maker->look->arena);
        log_files_read(maker->ports[i], &inquiry, &folders, seen, maker->look->arena,
                       &maker->look->facts[i].log_file);
    }
}

/* ---- all of it ---- */

static void make_cast(struct maker *maker, size_t count)
{
    maker->look->cast = cast_of(maker->look->arena, maker->taking->setup->pool, serving_site(maker, count));
}

static void inquire_all(struct maker *maker, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ask_instance(maker, i);
    ask_users(maker, count);
    make_cast(maker, count);
    if (maker->taking->wants_files)
        ask_files(maker, count);
    for (size_t i = 0; i < count; i++)
        sql_port_close(maker->ports[i]);
}

static bool look_with(struct maker *maker, size_t count)
{
    struct fence_round *fences = fence_round_start(maker->taking->setup, maker->taking->pass);
    bool hung = observe(maker) > 0;

    if (maker->opener.open)
        inquire_all(maker, count);
    else
        make_cast(maker, count);
    fence_round_end(fences, maker->look);
    return hung;
}

/* The pass and the inquiries share one FreeTDS, since a process has no more; without it the pass tells why.
 */
static bool look_with_freetds(struct maker *maker, size_t count)
{
    const struct looker_setup *setup = maker->taking->setup;
    struct err err = ERR_INIT;
    struct freetds *freetds =
        freetds_new(maker->endpoints, count, setup->program_name, maker->taking->pass, &err);
    bool hung;

    if (freetds)
        maker->opener = freetds_opener(freetds);
    hung = look_with(maker, count);
    if (!hung)
        freetds_free(freetds);
    return hung;
}

struct look *look_take(const struct taking *taking, bool *ret_hung)
{
    struct maker maker = {.taking = taking, .look = look_new()};
    size_t count = list_endpoints(&maker);

    maker.look->began = clock_mono(taking->setup->clock);
    if (taking->setup->opener) {
        maker.opener = *taking->setup->opener;
        *ret_hung = look_with(&maker, count);
    } else {
        *ret_hung = look_with_freetds(&maker, count);
    }
    maker.look->ended = clock_mono(taking->setup->clock);
    return maker.look;
}

/* ---- nothing seen ---- */

/* A pass that asks nobody. */
static struct snapshot *blank_snapshot(const struct taking *taking, const char *reason)
{
    static const struct sql_opener nobody = {0};
    const struct observe_request request = {.pool = taking->pool,
                                            .only_instance = "",
                                            .program_name = taking->setup->program_name,
                                            .clock = taking->setup->clock,
                                            .deadline = taking->pass,
                                            .opener = &nobody};
    struct snapshot *snapshot = observe_pool(&request).snapshot;

    for (size_t i = 0; i < snapshot->instance_count; i++)
        snapshot->instances[i].reach =
            (struct sighting){SIGHT_NOT_ASKED, arena_text(snapshot->arena, reason)};
    return snapshot;
}

struct look *look_blank(const struct taking *taking, const char *reason)
{
    struct maker maker = {.taking = taking, .look = look_new()};
    struct look *look = maker.look;

    look->began = clock_mono(taking->setup->clock);
    look->snapshot = blank_snapshot(taking, reason);
    look->facts = arena_alloc(look->arena, (look->snapshot->instance_count + 1) * sizeof(*look->facts));
    make_cast(&maker, look->snapshot->instance_count);
    look->ended = clock_mono(taking->setup->clock);
    return look;
}
