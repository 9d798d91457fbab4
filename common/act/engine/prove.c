#include "act/engine/prove.h"

#include "act/engine/chat_users.h"
#include "act/engine/host_send.h"
#include "act/judge/guard.h"
#include "act/judge/ledger_view.h"
#include "act/judge/lock_name.h"
#include "act/memory/ledger.h"
#include "act/plan/write_proofs.h"
#include "assess/sight.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { LOCK_WAIT_MS = 10000, ASK_WAIT_MS = 15000, SCRIPT_WAIT_MS = 180000 };

/* What is at hand while it is tried. */
struct trial {
    const struct engine_ports *ports;
    const struct proving *proving;
    struct look *look;
    struct pool_lock *lock;
    struct arena *arena;
    struct proof *proof;
};

/* Rows outlive the look, and a plan's scripts. */
static void add(struct trial *trial, const char *target, const char *way, bool proven, const char *words)
{
    struct proof_row *row = arena_push(trial->arena, &trial->proof->rows, &trial->proof->count, sizeof(*row));

    *row = (struct proof_row){arena_text(trial->arena, target), arena_text(trial->arena, way), proven,
                              arena_text(trial->arena, words ? words : "")};
    trial->proof->failed += !proven;
}

/* B first, as every run takes it. */
static const enum part parts[] = {PART_B, PART_B_MIRROR, PART_A_MIRROR, PART_A};

static struct sql_port *session_of(const struct trial *trial, enum part part)
{
    const struct topology_sql *instance = trial->look->cast.parts[part];

    return instance ? pool_lock_session(trial->lock, instance->name) : NULL;
}

/* ---- SQL ---- */

static void try_instance(struct trial *trial, const struct topology_sql *instance)
{
    const struct instance_snapshot *seen = snapshot_find(trial->look->snapshot, instance->name);
    const struct server_fact *server = FACT(seen, server);
    struct lock_failure failure;

    if (pool_lock_take(trial->lock, instance, deadline_in_ms(trial->ports->clock, LOCK_WAIT_MS), trial->arena,
                       &failure) != 0)
        add(trial, instance->name, "pool lock", false,
            failure.held_by_other ? "somebody else holds it" : failure.failure.text);
    else if (!server || !fact_is(server->is_sysadmin, 1))
        add(trial, instance->name, "pool lock", false, "the acting login is not sysadmin there");
    else
        add(trial, instance->name, "pool lock", true, "taken, by a sysadmin");
}

static void try_instances(struct trial *trial)
{
    for (size_t i = 0; i < COUNT(parts); i++)
        if (trial->look->cast.parts[parts[i]])
            try_instance(trial, trial->look->cast.parts[parts[i]]);
}

/* ---- hosts ---- */

static void try_script(struct trial *trial, const struct sending *sending)
{
    const struct deadline deadline = deadline_in_ms(trial->ports->clock, SCRIPT_WAIT_MS);
    const char *words = "its script is the site's own: whether it heeds what_if is not known";
    bool proven = false;

    if (!sending->overridden && !guard_is_needed(sending->text))
        proven = host_send(trial->ports, trial->proving->pool, sending, deadline, trial->arena, &words) ==
                 SENT_DONE;
    add(trial, sending->target, sending->script, proven, words);
}

static void try_scripts(struct trial *trial)
{
    const struct act_facts *facts = ledger_view_of(trial->look).facts;
    struct sending *sendings = NULL;
    struct err err = ERR_INIT;
    size_t count = 0;
    const struct step_scope scope = {
        .pool = trial->proving->pool,
        .cast = trial->look->cast,
        .verb = VERB_FAILOVER,
        .look = trial->look,
        .epoch = ledger_next_epoch(&facts->ledger_run) - 1, /* the highest so far: nobody is shut out by it */
        .override_dir = trial->proving->override_dir,
        .lock = pool_lock_resource(trial->arena, trial->proving->pool->fqdn),
        .what_if = true,
        .arena = trial->arena,
        .err = &err,
    };

    if (write_proofs(&scope, &sendings, &count) != 0)
        add(trial, trial->proving->pool->fqdn, "scripts", false, err.text);
    for (size_t i = 0; i < count; i++)
        try_script(trial, &sendings[i]);
}

/* ---- programs of the site ---- */

static void try_program(struct trial *trial, const char *way, const char *path)
{
    if (path && access(path, X_OK) == 0)
        add(trial, "here", way, true, path);
    else if (path)
        add(trial, "here", way, false, arena_format(trial->arena, "%s: %s", path, strerror(errno)));
}

static void try_programs(struct trial *trial)
{
    const struct topology_acting *acting = trial->proving->pool->acting;

    try_program(trial, "fence_off", acting->fence_off);
    try_program(trial, "before_commit", acting->before_commit);
    try_program(trial, "notify", acting->notify);
    for (size_t i = 0; i < trial->look->fence_count; i++) {
        const struct fence *fence = &trial->look->fences[i];

        add(trial, fence->object, "fence_status", fence->status != FENCE_UNKNOWN,
            fence->status != FENCE_UNKNOWN ? fence_status_name(fence->status) : fence->detail);
    }
}

/* ---- ledgers ---- */

static bool note_in(struct trial *trial, enum part part, const struct ledger_note *note, const char *way)
{
    const struct deadline deadline = deadline_in_ms(trial->ports->clock, ASK_WAIT_MS);
    struct sql_port *session = session_of(trial, part);
    struct sql_failure failure = {0};

    if (!session)
        return false; /* told by the lock that was not had */
    if (ledger_write_note(session, note, deadline, trial->arena, &failure) == 0)
        return true;
    add(trial, trial->look->cast.parts[part]->name, way, false, failure.text);
    return false;
}

static void note_users(struct trial *trial)
{
    struct ledger_note note = {
        .kind = NOTE_USERS, .object = trial->proving->pool->database, .person = trial->proving->person};
    const enum part source = look_principal(trial->look);
    struct sql_port *session = session_of(trial, source);
    const char *why = NULL;

    note.text = session ? chat_users_ask(session, trial->proving->pool->database,
                                         deadline_in_ms(trial->ports->clock, ASK_WAIT_MS), trial->arena, &why)
                        : NULL;
    if (why)
        add(trial, trial->look->cast.parts[source]->name, "chat's users", false, why);
    for (size_t i = 0; note.text && i < COUNT(parts); i++)
        (void)note_in(trial, parts[i], &note, "chat's users");
}

/* The one that counts is told last: by then it is known whether the others take it. */
static void note_outcome(struct trial *trial)
{
    struct ledger_note note = {.kind = NOTE_WRITES,
                               .object = trial->proving->holder,
                               .person = trial->proving->person,
                               .valid_s = trial->proving->pool->acting->write_proof_valid_s};
    const enum part record = ledger_part(trial->look);

    for (size_t i = 0; i <= COUNT(parts); i++) {
        const enum part part = i < COUNT(parts) ? parts[i] : record;

        if (i < COUNT(parts) && part == record)
            continue;
        note.text = trial->proof->failed ? arena_format(trial->arena, "%zu of %zu failed",
                                                        trial->proof->failed, trial->proof->count)
                                         : WRITES_PROVEN;
        if (note_in(trial, part, &note, "ledger"))
            add(trial, trial->look->cast.parts[part]->name, "ledger", true, "takes notes");
    }
}

/* ---- all of it ---- */

static int may_try(const struct trial *trial, struct err *err)
{
    const struct ledger_view ledger = ledger_view_of(trial->look);

    if (!ledger.facts)
        return err_set(err, ERR_IO, "no ledger is seen: contrib/sql/ledger.sql creates it");
    if (ledger_view_open_run(&ledger, 0))
        return err_set(err, ERR_IO, "a run is open: it has what it needs, or says what it lacks");
    return 0;
}

int engine_prove(const struct engine_ports *ports, const struct proving *proving, struct arena *arena,
                 struct proof *ret_proof, struct err *err)
{
    AUTO(look) struct look *look = ports->looker.look(ports->looker.user, false);
    AUTO(pool_lock)
    struct pool_lock *lock = pool_lock_new(ports->sql, pool_lock_resource(arena, proving->pool->fqdn));
    struct trial trial = {ports, proving, look, lock, arena, ret_proof};

    *ret_proof = (struct proof){0};
    if (may_try(&trial, err) != 0)
        return -1;
    try_instances(&trial);
    try_scripts(&trial);
    try_programs(&trial);
    note_users(&trial);
    note_outcome(&trial);
    return 0;
}
