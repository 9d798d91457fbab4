/*
 * act_ask TOPOLOGY PLAN: pool lock, ledger and look of the topology's one pool, by FreeTDS, as a runner has
 * them. Reads a command per line and answers each with its lines and a last one that is ".".
 *
 *   lock INSTANCE              takes the pool lock
 *   held                       asks whether it is still held
 *   send INSTANCE SQL          through the locked session; one value
 *   begin INSTANCE RUN EPOCH   of the plan PLAN; also: over, end (finished, at the backup site), left
 *   note INSTANCE KIND TEXT    valid for a minute
 *   copy FROM TO               the newest run of one ledger to another, after a look
 *   takeover INSTANCE          of whoever the last look showed there
 *   look, files                takes one, and tells
 */
#include "act/engine/acting_pool.h"
#include "act/engine/looker.h"
#include "act/engine/pool_lock.h"
#include "act/judge/lock_name.h"
#include "act/memory/ledger.h"
#include "observe/sql/sql_freetds.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WAIT_MS = 15000, LOOK_MS = 8000, FILES_MS = 20000, INSTANCES_MOST = 16 };

struct tester {
    const struct topology_pool *pool;
    const char *plan;
    struct sql_opener opener;
    const struct topology_sql *instances[INSTANCES_MOST];
    size_t count;
    struct pool_lock *lock;
    struct pool_looker *looker;
    struct look *look;
    struct arena *arena;
};

static struct deadline soon(void)
{
    return deadline_in_ms(clock_system(), WAIT_MS);
}

static const struct topology_sql *instance_named(const struct tester *tester, const char *name)
{
    for (size_t i = 0; i < tester->count; i++)
        if (name && strcmp(tester->instances[i]->name, name) == 0)
            return tester->instances[i];
    return NULL;
}

static void tell_lock(int status, const struct lock_failure *failure)
{
    if (status == 0)
        printf("held\n");
    else
        printf("%s%s: %s\n", failure->held_by_other ? "other, " : "", failure->instance,
               failure->failure.text ? failure->failure.text : "");
}

static void tell(int status, const struct sql_failure *failure)
{
    if (status == 0)
        printf("done\n");
    else
        printf("%d %s\n", failure->message_number, failure->text ? failure->text : "");
}

static void lock(struct tester *tester, char *arguments)
{
    struct lock_failure failure;

    tell_lock(
        pool_lock_take(tester->lock, instance_named(tester, arguments), soon(), tester->arena, &failure),
        &failure);
}

static void held(struct tester *tester, char *arguments)
{
    struct lock_failure failure;

    (void)arguments;
    tell_lock(pool_lock_is_held(tester->lock, soon(), tester->arena, &failure) ? 0 : -1, &failure);
}

static struct sql_port *session(struct tester *tester, char **arguments)
{
    struct sql_port *port = pool_lock_session(tester->lock, strsep(arguments, " "));

    if (!port)
        printf("not held\n");
    return port;
}

static void send(struct tester *tester, char *arguments)
{
    struct sql_port *port = session(tester, &arguments);
    struct sql_failure failure;
    struct sql_rows rows;

    if (port && port->ops->query(port, arguments, 1, soon(), tester->arena, &rows, &failure) == 0)
        printf("%s\n", rows.row_count && rows.cells[0] ? rows.cells[0] : "nothing");
    else if (port)
        tell(-1, &failure);
}

typedef int write_fn(struct sql_port *port, const struct ledger_run *run, struct deadline deadline,
                     struct arena *arena, struct sql_failure *ret_failure);

static void write_run(struct tester *tester, char *arguments, write_fn *write, enum run_state state)
{
    struct sql_port *port = session(tester, &arguments);
    struct ledger_run run = {.verb = "failover",
                             .plan = tester->plan,
                             .state = run_state_name(state),
                             .holder = "host of o'brien",
                             .serving_site = state == RUN_FINISHED ? tester->pool->sites[1].name : NULL};
    struct sql_failure failure;

    if (!port || sscanf(arguments, "%" SCNd64 " %" SCNd64, &run.run, &run.epoch) != 2)
        return;
    tell(write(port, &run, soon(), tester->arena, &failure), &failure);
}

static void begin(struct tester *tester, char *arguments)
{
    write_run(tester, arguments, ledger_begin, RUN_OPEN);
}

static void over(struct tester *tester, char *arguments)
{
    write_run(tester, arguments, ledger_take_over, RUN_OPEN);
}

static void end(struct tester *tester, char *arguments)
{
    write_run(tester, arguments, ledger_end, RUN_FINISHED);
}

static void left(struct tester *tester, char *arguments)
{
    write_run(tester, arguments, ledger_end, RUN_LEFT);
}

static void note(struct tester *tester, char *arguments)
{
    struct sql_port *port = session(tester, &arguments);
    struct ledger_note word = {
        .run = 1, .plan = tester->plan, .object = "pc1", .person = "lin", .valid_s = 60};
    struct sql_failure failure;

    if (!port)
        return;
    word.kind = strsep(&arguments, " ");
    word.text = arguments;
    tell(ledger_write_note(port, &word, soon(), tester->arena, &failure), &failure);
}

static const struct act_facts *facts_at(const struct tester *tester, const char *name)
{
    const struct topology_sql *instance = instance_named(tester, name);

    return tester->look && instance ? look_facts(tester->look, instance) : NULL;
}

static void copy(struct tester *tester, char *arguments)
{
    const struct act_facts *from = facts_at(tester, strsep(&arguments, " "));
    struct sql_port *port = session(tester, &arguments);
    struct sql_failure failure;

    if (port && from && from->ledger_run.count)
        tell(ledger_copy_run(port, &from->ledger_run.rows[0], soon(), tester->arena, &failure), &failure);
}

static void takeover(struct tester *tester, char *arguments)
{
    const struct act_facts *facts = facts_at(tester, arguments);
    struct lock_failure failure;

    if (!facts || !facts->lock.count)
        printf("nobody\n");
    else
        tell_lock(pool_lock_take_over(tester->lock, instance_named(tester, arguments), &facts->lock.rows[0],
                                      soon(), tester->arena, &failure),
                  &failure);
}

/* ---- looks ---- */

static void tell_groups(const struct act_facts *facts)
{
    for (int id = 0; id < ACT_FACT_COUNT; id++) {
        const struct fact_group *group = act_fact_group((enum act_fact_id)id);
        struct fact_rows rows = fact_group_rows(group, facts);

        if (rows.sighting.sight == SIGHT_SEEN)
            printf(" %s=%zu", group->key, rows.count);
        else if (rows.sighting.detail)
            printf(" %s=%s", group->key, sight_name(rows.sighting.sight));
    }
}

static void tell_files(const struct log_file_facts *files)
{
    for (size_t i = 0; i < files->count; i++) {
        const struct log_file_fact *file = &files->rows[i];

        if (file->error.known)
            printf("file %s error %" PRId64 "\n", file->path, file->error.value);
        else
            printf("file %s type %" PRId64 " of %s lsn %s known %s\n", file->path, file->backup_type.value,
                   file->database_name, lsn_text(&file->first_lsn),
                   file->finished_utc_ms.known && file->backup_set_guid && file->last_fork_guid ? "yes"
                                                                                                : "no");
    }
}

static void tell_ledger(const struct act_facts *facts)
{
    for (size_t i = 0; i < facts->ledger_run.count; i++) {
        const struct ledger_run_fact *run = &facts->ledger_run.rows[i];

        printf("run %" PRId64 " epoch %" PRId64 " %s %s %s %s %s\n", run->run.value, run->epoch.value,
               run->verb, run->plan, run->state, run->holder, run->serving_site ? run->serving_site : "-");
    }
    for (size_t i = 0; i < facts->ledger_note.count; i++) {
        const struct ledger_note_fact *row = &facts->ledger_note.rows[i];

        printf("note %" PRId64 " %s %s %s %s%s\n", row->note.value, row->kind, row->object, row->person,
               row->text, ledger_note_has_expired(row) ? " expired" : "");
    }
}

static void tell_look(const struct look *look)
{
    for (size_t i = 0; i < look->snapshot->instance_count; i++) {
        const struct instance_snapshot *seen = &look->snapshot->instances[i];

        printf("%s %s", seen->name, sight_name(seen->reach.sight));
        tell_groups(&look->facts[i]);
        printf("\n");
        tell_files(&look->facts[i].log_file);
    }
    for (int part = 0; part < PART_COUNT; part++)
        if (look->cast.parts[part])
            printf("%s is %s\n", part_name((enum part)part), look->cast.parts[part]->name);
    for (size_t i = 0; i < look->fence_count; i++)
        printf("fence %s %s\n", look->fences[i].object, fence_status_name(look->fences[i].status));
    if (look->cast.parts[PART_B] && look_facts(look, look->cast.parts[PART_B]))
        tell_ledger(look_facts(look, look->cast.parts[PART_B]));
    printf("clock %s\n", look->clock_jumped ? "jumped" : "steady");
}

static void take_look(struct tester *tester, bool wants_files)
{
    struct looker looker = pool_looker_port(tester->looker);

    look_free(tester->look);
    tester->look = looker.look(looker.user, wants_files);
    tell_look(tester->look);
}

static void look(struct tester *tester, char *arguments)
{
    (void)arguments;
    take_look(tester, false);
}

static void files(struct tester *tester, char *arguments)
{
    (void)arguments;
    take_look(tester, true);
}

/* ---- the tester ---- */

static void answer(struct tester *tester, char *line)
{
    static const struct {
        const char *name;
        void (*run)(struct tester *tester, char *arguments);
    } commands[] = {{"lock", lock},         {"held", held}, {"send", send}, {"begin", begin},
                    {"over", over},         {"end", end},   {"left", left}, {"note", note},
                    {"takeover", takeover}, {"copy", copy}, {"look", look}, {"files", files}};
    const char *name = strsep(&line, " ");

    for (size_t i = 0; i < COUNT(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            commands[i].run(tester, line);
    printf(".\n");
    fflush(stdout);
}

static void read_commands(struct tester *tester)
{
    static char line[40000];

    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = '\0';
        answer(tester, line);
    }
}

static int run(struct tester *tester, const struct topology_pool *pool, struct err *err)
{
    const struct looker_setup setup = {.pool = tester->pool,
                                       .clock = clock_system(),
                                       .program_name = "act_ask",
                                       .look_ms = LOOK_MS,
                                       .files_ms = FILES_MS};
    AUTO(pool_looker) struct pool_looker *looker = pool_looker_new(&setup);
    AUTO(freetds) struct freetds *freetds = NULL;

    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count && tester->count < INSTANCES_MOST; i++)
            tester->instances[tester->count++] = &pool->sites[s].sql[i];
    freetds = freetds_new(tester->instances, tester->count, "act_ask", soon(), err);
    if (!freetds)
        return -1;
    tester->opener = freetds_opener(freetds);
    tester->looker = looker;
    tester->lock = pool_lock_new(&tester->opener, pool_lock_resource(tester->arena, pool->fqdn));
    read_commands(tester);
    pool_lock_free(tester->lock);
    look_free(tester->look);
    return 0;
}

int main(int argc, char **argv)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(topology) struct topology *topology = NULL;
    struct err err = ERR_INIT;
    struct tester tester = {.arena = arena};

    if (argc != 3) {
        fprintf(stderr, "usage: act_ask TOPOLOGY PLAN\n");
        return 3;
    }
    topology = topology_load_for_acting(argv[1], &err);
    tester.pool = topology ? topology_find_pool(topology, NULL, &err) : NULL;
    tester.plan = argv[2];
    if (tester.pool && run(&tester, acting_pool(arena, tester.pool), &err) == 0)
        return 0;
    fprintf(stderr, "act_ask: %s\n", err.text);
    return 1;
}
