#include "unit/act/look_fixture.h"

#include "act/judge/ledger_view.h"

#include <string.h>

#define DOMAIN ".litwareinc.com"

/* ---- the pool as it was designed ---- */

static struct topology_sql dub_sql[] = {
    {.name = "sqlpri1", .host = "sqlpri1" DOMAIN, .port = 1433, .role = SQL_PRINCIPAL},
    {.name = "sqlmir1", .host = "sqlmir1" DOMAIN, .port = 1433, .role = SQL_MIRROR},
    {.name = "sqlwit1", .host = "sqlwit1" DOMAIN, .port = 1433, .role = SQL_WITNESS},
};
static struct topology_sql red_sql[] = {
    {.name = "sqldr1", .host = "sqldr1" DOMAIN, .port = 1433, .role = SQL_SECONDARY},
    {.name = "sqldr2", .host = "sqldr2" DOMAIN, .port = 1433, .role = SQL_SECONDARY_MIRROR},
};
static struct topology_host dub_servers[] = {{.name = "pc1", .fqdn = "pc1" DOMAIN},
                                             {.name = "pc2", .fqdn = "pc2" DOMAIN},
                                             {.name = "pc3", .fqdn = "pc3" DOMAIN}};
static struct topology_host red_servers[] = {{.name = "pc5", .fqdn = "pc5" DOMAIN},
                                             {.name = "pc6", .fqdn = "pc6" DOMAIN}};
static struct topology_host fe1 = {.name = "fe1", .fqdn = "fe1" DOMAIN},
                            fe2 = {.name = "fe2", .fqdn = "fe2" DOMAIN};
static struct topology_host adm1 = {.name = "adm1", .fqdn = "adm1" DOMAIN},
                            adm2 = {.name = "adm2", .fqdn = "adm2" DOMAIN};

static struct topology_person people[] = {{.name = "oncall-dba", .uid = 1001, .approves = true},
                                          {.name = "trainee", .uid = 1002}};
static const struct topology_acting acting_default = {
    .log_folder = "E:\\logs",
    .copy_folder = FIXTURE_COPY_FOLDER,
    .fence_off = "/usr/local/bin/fence-off",
    .fence_status = "/usr/local/bin/fence-status",
    .before_commit = "/usr/local/bin/ask",
    .people = people,
    .person_count = COUNT(people),
    .automatic_mirror_switch = true,
    .automatic_failover = true,
    .automatic_fence = true,
    .loss_limit_s = 900,
    .approval_valid_s = 3600,
    .fence_word_valid_s = 3600,
    .anti_flap_s = 1800,
    .partner_timeout_s = 10,
    .write_proof_valid_s = 86400,
};
static struct topology_acting acting;

static struct topology_site sites[] = {
    {.name = "dub",
     .role = SITE_PRIMARY,
     .sql = dub_sql,
     .sql_count = COUNT(dub_sql),
     .chat_servers = dub_servers,
     .chat_server_count = COUNT(dub_servers),
     .front_ends = &fe1,
     .front_end_count = 1,
     .management = &adm1},
    {.name = "red",
     .role = SITE_BACKUP,
     .sql = red_sql,
     .sql_count = COUNT(red_sql),
     .chat_servers = red_servers,
     .chat_server_count = COUNT(red_servers),
     .front_ends = &fe2,
     .front_end_count = 1,
     .management = &adm2},
};
static struct topology_pool pool = {.fqdn = "lyncpc" DOMAIN,
                                    .database = "mgc",
                                    .share = BUILDER_SHARE,
                                    .sites = sites,
                                    .site_count = COUNT(sites),
                                    .acting = &acting};

struct topology_acting *fixture_acting(void)
{
    return &acting;
}

void fixture_pool_reset(void)
{
    acting = acting_default;
}

struct topology_pool *fixture_pool(void)
{
    if (!acting.person_count)
        fixture_pool_reset();
    return &pool;
}

/* ---- facts of acting ---- */

struct act_facts *fixture_facts(struct look *look, const char *instance)
{
    return &look->facts[snapshot_find(look->snapshot, instance) - look->snapshot->instances];
}

void *fixture_add(struct look *look, const char *instance, enum act_fact_id id)
{
    const struct fact_group *group = act_fact_group(id);
    struct act_facts *facts = fixture_facts(look, instance);
    struct fact_rows rows = fact_group_rows(group, facts);
    void *record;

    rows.sighting = (struct sighting){.sight = SIGHT_SEEN};
    record = fact_group_push(group, look->arena, &rows);
    fact_group_put(group, facts, &rows);
    return record;
}

void fixture_mask(struct look *look, const char *instance, enum act_fact_id id, enum sight sight)
{
    struct fact_rows none = {.sighting = {.sight = sight}};

    fact_group_put(act_fact_group(id), fixture_facts(look, instance), &none);
}

static void see_all(struct look *look, const char *instance, enum sight sight)
{
    for (int id = 0; id < ACT_FACT_COUNT; id++)
        fixture_mask(look, instance, (enum act_fact_id)id, sight);
}

void fixture_fence(struct look *look, const char *object, enum fence_status status, int64_t age_ms)
{
    struct fence *fence = arena_push(look->arena, &look->fences, &look->fence_count, sizeof(*fence));

    *fence = (struct fence){.object = object, .status = status, .asked = {FIXTURE_NOW_MS - age_ms}};
}

void fixture_note(struct look *look, const char *kind, const char *object, const char *text, int64_t valid_s)
{
    const char *keeper = look->cast.parts[ledger_part(look)]->name;
    struct ledger_note_fact *note = fixture_add(look, keeper, ACT_FACT_ledger_note);

    note->note = builder_num((int64_t)fixture_facts(look, keeper)->ledger_note.count);
    note->kind = kind;
    note->object = object;
    note->person = "oncall-dba";
    note->text = text;
    note->at_utc_ms = builder_ago(600);
    if (valid_s)
        note->expires_utc_ms = builder_num(BUILDER_NOW_UTC_MS + valid_s * 1000);
}

void fixture_run(struct look *look, int64_t run, int64_t epoch, const char *verb, const char *state)
{
    struct ledger_run_fact *row =
        fixture_add(look, look->cast.parts[ledger_part(look)]->name, ACT_FACT_ledger_run);

    *row = (struct ledger_run_fact){.run = builder_num(run),
                                    .epoch = builder_num(epoch),
                                    .verb = verb,
                                    .plan = "8f3a91c04e2d",
                                    .state = state,
                                    .holder = "runner1",
                                    .begun_utc_ms = builder_ago(700),
                                    .now_utc_ms = builder_num(BUILDER_NOW_UTC_MS)};
}

struct log_file_fact *fixture_file(struct look *look, const char *folder, int set)
{
    struct log_file_fact *file = fixture_add(look, "sqldr1", ACT_FACT_log_file);
    int64_t minutes = 300 - 15 * (set + 1);

    file->name = arena_format(look->arena, "mgc_202611230%lld%02lld00.trn", (long long)minutes / 60,
                              (long long)minutes % 60);
    file->path = arena_format(look->arena, "%s\\%s", folder, file->name);
    file->backup_type = builder_num(2);
    file->position = builder_num(1);
    file->backup_set_guid = arena_format(look->arena, "77777777-0000-4000-8000-%012d", 1000 - set);
    file->database_name = "mgc";
    file->server_name = "SQLPRI1";
    file->first_lsn = builder_lsn(set);
    file->last_lsn = builder_lsn(set - 1);
    file->first_fork_guid = file->last_fork_guid = "22222222-BBBB-4BBB-8BBB-000000000001";
    file->family_guid = "11111111-AAAA-4AAA-8AAA-000000000001";
    file->finished_utc_ms = builder_ago(180 + (int64_t)set * BUILDER_INTERVAL_S);
    file->is_copy_only = file->is_damaged = builder_num(0);
    return file;
}

/* ---- who answers ---- */

static void vouch(struct look *look, const char *object)
{
    struct host_snapshot *oob = pool_host(look->snapshot, HOST_VANTAGE, "oob");

    *(struct vote_fact *)pool_host_add(look->snapshot, oob, HOST_FACT_vote) =
        (struct vote_fact){.object = object,
                           .vote = "not_seen",
                           .source = "oob",
                           .failure_domain = "third",
                           .age_s = builder_num(20)};
}

void fixture_lose(struct look *look, const char *object, bool vouched)
{
    if (builder_at(look->snapshot, object)) {
        builder_unsee(look->snapshot, object, SIGHT_TIMED_OUT, NULL);
        see_all(look, object, SIGHT_NOT_ASKED);
    } else
        for (int kind = 0; kind < HOST_KIND_COUNT; kind++)
            if (pool_host(look->snapshot, (enum host_kind)kind, object))
                pool_host_unsee(pool_host(look->snapshot, (enum host_kind)kind, object));
    if (vouched)
        vouch(look, object);
}

void fixture_state(struct look *look, const char *instance, const char *state)
{
    struct instance_snapshot *copy = builder_at(look->snapshot, instance);

    if (copy->database.count)
        copy->database.rows[0].state = state;
}

struct mirroring_fact *fixture_mirroring(struct look *look, const char *instance)
{
    return &builder_at(look->snapshot, instance)->mirroring.rows[0];
}

void fixture_unmirror(struct look *look, const char *instance)
{
    builder_empty(look->snapshot, instance, FACT_mirroring);
    (void)builder_add(look->snapshot, instance, FACT_mirroring);
}

/* ---- the acting login sees what the monitor's does not ---- */

static void see_as_sysadmin(struct look *look)
{
    struct snapshot *snapshot = look->snapshot;

    for (size_t i = 0; i < snapshot->instance_count; i++)
        snapshot->instances[i].server.rows[0].is_sysadmin = builder_num(1);
    builder_empty(snapshot, "sqlmir1", FACT_mirroring);
    *(struct mirroring_fact *)builder_add(snapshot, "sqlmir1", FACT_mirroring) =
        *fixture_mirroring(look, "sqlpri1");
    fixture_mirroring(look, "sqlmir1")->role = "MIRROR";
    fixture_mirroring(look, "sqlmir1")->partner_instance = "SQLPRI1";
    fixture_unmirror(look, "sqldr1");
}

static void add_host(struct look *look, const char *name, enum host_kind kind, enum site_role site)
{
    struct snapshot *snapshot = look->snapshot;
    struct host_snapshot *host =
        arena_push(snapshot->arena, &snapshot->hosts, &snapshot->host_count, sizeof(*host));

    host->name = name;
    host->fqdn = arena_format(snapshot->arena, "%s" DOMAIN, name);
    host->site = site;
    host->site_name = site == SITE_PRIMARY ? "dub" : "red";
    host->kind = kind;
    host->ways[WAY_WINRM].sight = SIGHT_SEEN;
}

static void add_store(struct look *look)
{
    struct host_snapshot *host;

    add_host(look, "adm2", HOST_MANAGEMENT, SITE_BACKUP);
    host = pool_host(look->snapshot, HOST_MANAGEMENT, "adm2");
    *(struct store_fact *)pool_host_add(look->snapshot, host, HOST_FACT_store) =
        *pool_host(look->snapshot, HOST_MANAGEMENT, "adm1")->store.rows;
    for (int i = 5; i <= 6; i++) {
        struct replication_fact *row = pool_host_add(look->snapshot, host, HOST_FACT_replication);

        row->replica_fqdn = arena_format(look->arena, "pc%d" DOMAIN, i);
        row->up_to_date = builder_num(1);
    }
}

static void set_master(struct look *look, const char *fqdn)
{
    for (size_t i = 0; i < look->snapshot->host_count; i++)
        for (size_t k = 0; k < look->snapshot->hosts[i].store.count; k++)
            look->snapshot->hosts[i].store.rows[k].active_master = fqdn;
}

struct look *fixture_look(const char *serving_site)
{
    struct look *look = look_new();

    look->snapshot = pool_healthy();
    look->snapshot->taken_utc_ms = BUILDER_NOW_UTC_MS;
    look->cast = cast_of(look->arena, fixture_pool(), serving_site);
    look->facts = arena_alloc(look->arena, look->snapshot->instance_count * sizeof(*look->facts));
    look->began.ms = FIXTURE_BEGAN_MS;
    look->ended.ms = FIXTURE_ENDED_MS;
    for (size_t i = 0; i < look->snapshot->instance_count; i++)
        see_all(look, look->snapshot->instances[i].name, SIGHT_SEEN);
    see_as_sysadmin(look);
    add_store(look);
    fixture_note(look, NOTE_WRITES, FIXTURE_HOLDER, WRITES_PROVEN, 600);
    return look;
}

/* ---- the worlds of the verbs ---- */

/* Of a handler's mirror switch: the principal answers, but its copy has closed. */
static void for_mirror_switch(struct look *look, enum origin origin)
{
    if (origin == ORIGIN_HANDLER)
        fixture_state(look, "sqlpri1", "SUSPECT");
}

static void leave_mirror_alone(struct look *look)
{
    struct mirroring_fact *row = fixture_mirroring(look, "sqlmir1");

    row->state = "DISCONNECTED";
    row->witness_name = NULL;
    row->witness_state = NULL;
    fixture_lose(look, "sqlwit1", false);
}

static void for_mirror_force(struct look *look, enum origin origin)
{
    (void)origin;
    leave_mirror_alone(look);
    fixture_lose(look, "sqlpri1", true);
    fixture_fence(look, "sqlpri1", FENCE_OFF, 5000);
}

/* Of dub only the mirror answers, and it is alone. */
static void for_failover(struct look *look, enum origin origin)
{
    static const char *const servers[] = {"pc1", "pc2", "pc3"};

    for_mirror_force(look, origin);
    for (size_t i = 0; i < COUNT(servers); i++) {
        fixture_lose(look, servers[i], true);
        fixture_fence(look, servers[i], FENCE_OFF, 5000);
    }
    fixture_lose(look, "fe1", false);
    fixture_lose(look, "adm1", false);
    set_master(look, "fe2" DOMAIN);
    (void)fixture_file(look, FIXTURE_COPY_FOLDER, 0);
    (void)fixture_file(look, BUILDER_SHARE, 0);
    *(struct compliance_database_fact *)builder_add(look->snapshot, "sqldr1", FACT_compliance_database) =
        (struct compliance_database_fact){.name = "mgccomp", .state = "ONLINE"};
}

/* Both sites live, and compliance is on in both. */
static void for_switchover(struct look *look, enum origin origin)
{
    (void)origin;
    (void)fixture_file(look, FIXTURE_COPY_FOLDER, 0);
    (void)fixture_file(look, BUILDER_SHARE, 0);
    *(struct compliance_database_fact *)builder_add(look->snapshot, "sqldr1", FACT_compliance_database) =
        (struct compliance_database_fact){.name = "mgccomp", .state = "ONLINE"};
}

static void close_copy(struct look *look, const char *instance)
{
    fixture_state(look, instance, "RESTORING");
    fixture_unmirror(look, instance);
}

static void end_alike(struct look *look, const char *source, const char *target)
{
    struct backup_fact *tail = builder_add(look->snapshot, source, FACT_backup);
    struct redo_fact *redo = builder_at(look->snapshot, target)->redo.count
                                 ? builder_at(look->snapshot, target)->redo.rows
                                 : builder_add(look->snapshot, target, FACT_redo);

    if (!lsn_known(&redo->redo_start_lsn))
        redo->redo_start_lsn = redo->redo_start_lsn_max = builder_lsn(-1);
    builder_empty(look->snapshot, source, FACT_session);
    tail->type = "L";
    tail->last_lsn = redo->redo_start_lsn;
}

void fixture_close_source(struct look *look, enum verb verb)
{
    if (verb == VERB_FAILBACK) {
        close_copy(look, "sqldr1");
        close_copy(look, "sqlpri1");
        builder_at(look->snapshot, "sqlpri1")->database.rows[0].is_read_only = builder_num(0);
        end_alike(look, "sqldr1", "sqlpri1");
        return;
    }
    close_copy(look, "sqlpri1");
    close_copy(look, "sqlmir1");
    end_alike(look, "sqlpri1", "sqldr1");
}

/* red serves, as the ledger says, and the old primary came back. */
static void for_fence(struct look *look, enum origin origin)
{
    (void)origin;
    builder_fail_over_site(look->snapshot);
    builder_empty(look->snapshot, "sqldr1", FACT_session);
    fixture_unmirror(look, "sqldr1");
    fixture_unmirror(look, "sqlpri1");
    builder_empty(look->snapshot, "sqlpri1", FACT_session);
    builder_empty(look->snapshot, "sqlpri1", FACT_restore);
    builder_empty(look->snapshot, "sqlmir1", FACT_database);
    pool_freeze(look->snapshot, "sqlpri1");
    pool_state_is(look->snapshot, "FailedOver");
    pool_active_are(look->snapshot, "pc5" DOMAIN ",pc6" DOMAIN);
    pool_ping(look->snapshot, "sqldr1", "pc5", true);
    pool_ping(look->snapshot, "sqldr1", "pc6", true);
    pool_session(look->snapshot, "sqldr1", "PC5");
    fixture_note(look, NOTE_FORK, "sqlpri1", "22222222-BBBB-4BBB-8BBB-000000000001 at 38000000004000000001",
                 0);
}

static void for_unfence(struct look *look, enum origin origin)
{
    for_fence(look, origin);
    builder_at(look->snapshot, "sqlpri1")->database.rows[0].is_read_only = builder_num(1);
}

/* What came back is shut out; the primary site's servers stand by. */
static void for_failback(struct look *look, enum origin origin)
{
    for_unfence(look, origin);
    *(struct compliance_database_fact *)builder_add(look->snapshot, "sqlpri1", FACT_compliance_database) =
        (struct compliance_database_fact){.name = "mgccomp", .state = "ONLINE"};
    fixture_note(look, NOTE_STRANDED, "sqlpri1", STRANDED_NONE, 0);
}

static const struct {
    const char *serving_site;
    void (*make)(struct look *look, enum origin origin);
    const char *opened, *closed; /* copies, behind the guard */
} worlds[VERB_COUNT] = {
    [VERB_MIRROR_SWITCH] = {NULL, for_mirror_switch, "sqlmir1", "sqlpri1"},
    [VERB_MIRROR_FORCE] = {NULL, for_mirror_force, "sqlmir1", NULL},
    [VERB_FAILOVER] = {NULL, for_failover, "sqldr1", NULL},
    [VERB_SWITCHOVER] = {NULL, for_switchover, "sqldr1", NULL},
    [VERB_FAILBACK] = {"red", for_failback, "sqlpri1", NULL},
    [VERB_FENCE] = {"red", for_fence, NULL, "sqlpri1"},
    [VERB_UNFENCE] = {"red", for_unfence, NULL, NULL},
};

struct look *fixture_look_for(enum verb verb, enum origin origin)
{
    struct look *look = fixture_look(worlds[verb].serving_site);

    worlds[verb].make(look, origin);
    return look;
}

struct look *fixture_look_after(enum verb verb)
{
    struct look *look = fixture_look_for(verb, ORIGIN_PERSON);

    if (verb_is_planned(verb))
        fixture_close_source(look, verb);
    if (worlds[verb].opened) {
        fixture_state(look, worlds[verb].opened, "ONLINE");
        fixture_unmirror(look, worlds[verb].opened);
    }
    if (worlds[verb].closed) {
        fixture_state(look, worlds[verb].closed, "RESTORING");
        fixture_unmirror(look, worlds[verb].closed);
    }
    return look;
}

struct gate_question fixture_question(const struct look *look, enum verb verb, enum origin origin,
                                      enum phase phase)
{
    static const struct chain_plan nothing_left = {.state = CHAIN_COMPLETE};

    return (struct gate_question){.verb = verb,
                                  .origin = origin,
                                  .phase = phase,
                                  .look = look,
                                  .loss = {.known = true, .words = "no chat"},
                                  .chain = verb_moves_site(verb) ? &nothing_left : NULL,
                                  .plan = "8f3a91c04e2d",
                                  .approved = true,
                                  .approved_by = "oncall-dba",
                                  .loss_accepted_s = -1,
                                  .hard = true,
                                  .since_last_run_s = -1,
                                  .holder = FIXTURE_HOLDER,
                                  .now = {FIXTURE_NOW_MS}};
}
