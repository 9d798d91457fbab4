/* Tracks of hosts: what they publish is taken, what they owe at the deadline is timed out, and one that hangs
 * keeps its memory to itself. */
#include "observe/core/observe.h"

#include "unit/cmocka_unit.h"
#include "unit/observe/script_port.h"

#include <string.h>

#define GROUP(name) (1U << HOST_FACT_##name)

enum { ENOUGH_MS = 5000, SHORT_MS = 300, LONG_MS = 1200 };

static struct topology_sql sql[] = {{.name = "a", .host = "sqlpri1", .port = 1433, .role = SQL_PRINCIPAL}};
static struct topology_host pc1 = {.name = "pc1", .fqdn = "pc1.example", .address = "10.0.0.1"};
static struct topology_host fe1 = {.name = "fe1", .fqdn = "fe1.example"};
static struct topology_host fs1 = {.name = "fs1", .fqdn = "fs1.example"};
static struct topology_vantage oob = {.name = "oob", .failure_domain = "third", .command = "/bin/look"};
static struct topology_site site = {.name = "dub",
                                    .role = SITE_PRIMARY,
                                    .sql = sql,
                                    .sql_count = COUNT(sql),
                                    .chat_servers = &pc1,
                                    .chat_server_count = 1,
                                    .front_ends = &fe1,
                                    .front_end_count = 1,
                                    .file_servers = &fs1,
                                    .file_server_count = 1,
                                    .management = &fe1};
static const struct topology_pool pool = {
    .fqdn = "pool", .database = "mgc", .sites = &site, .site_count = 1, .vantages = &oob, .vantage_count = 1};

static struct observe_result observe(const struct track_table *tracks, int64_t timeout_ms)
{
    static struct script_server servers[] = {{.name = "a"}};
    static struct script script = SCRIPT_INIT(servers);
    struct sql_opener opener = script_opener(&script);
    struct topology_pool asked = pool;
    struct observe_request request = {.pool = &asked,
                                      .fact_sets = 0,
                                      .program_name = "test",
                                      .clock = clock_system(),
                                      .deadline = deadline_in_ms(clock_system(), timeout_ms),
                                      .opener = &opener,
                                      .tracks = tracks};

    asked.settings = settings_default();
    return observe_pool(&request);
}

static const struct host_snapshot *find(const struct snapshot *snapshot, enum host_kind kind,
                                        const char *name)
{
    const struct host_snapshot *host = snapshot_find_host(snapshot, kind, name);

    assert_non_null(host);
    return host;
}

/* ---- what tracks do ---- */

static void add_port(struct host_snapshot *draft, struct arena *arena, const char *purpose,
                     const char *evidence)
{
    struct fact_rows rows = fact_group_rows(host_fact_group(HOST_FACT_port), draft);
    struct port_fact *row = fact_group_push(host_fact_group(HOST_FACT_port), arena, &rows);

    row->purpose = arena_text(arena, purpose);
    row->evidence = evidence;
    rows.sighting.sight = SIGHT_SEEN;
    fact_group_put(host_fact_group(HOST_FACT_port), draft, &rows);
}

static void see_sip(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    add_port(draft, arena, "sip", "tls_ok");
    draft->ways[WAY_TCP] = (struct sighting){SIGHT_SEEN, NULL};
    draft->clock_offset_ms = (struct fact_num){true, 7};
    track_publish(track, draft, GROUP(port));
}

static void see_wcf(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    add_port(draft, arena, "wcf", "closed");
    draft->ways[WAY_TCP] = (struct sighting){SIGHT_REFUSED, arena_text(arena, "nobody there")};
    draft->ways[WAY_WINRM] = (struct sighting){SIGHT_LOGIN_FAILED, arena_text(arena, "bad ticket")};
    track_publish(track, draft, GROUP(port));
}

static void fail_port(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    draft->port.sighting = (struct sighting){SIGHT_TIMED_OUT, arena_text(arena, "silence")};
    draft->ways[WAY_TCP] = draft->port.sighting;
    track_publish(track, draft, GROUP(port));
}

/* Publishes one group in time and one when nobody waits any more. */
static void hang(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    see_sip(track, draft, arena);
    clock_sleep_ms(track->clock, LONG_MS);
    draft->os.sighting.sight = SIGHT_SEEN;
    draft->service.sighting = (struct sighting){SIGHT_SEEN, arena_text(arena, "too late")};
    track_publish(track, draft, GROUP(os) | GROUP(service));
}

static bool is_never_set_up(const struct track_subject *subject)
{
    assert_ptr_equal(subject->site, &site);
    return false;
}

static void vote(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    assert_ptr_equal(track->subject.vantage, &oob);
    assert_null(track->subject.host);
    draft->vote.sighting = (struct sighting){SIGHT_PROTOCOL_ERROR, arena_text(arena, "mad")};
    track_publish(track, draft, GROUP(vote));
}

/* ---- tests ---- */

static void tracks_are_merged_in_their_order(void **state)
{
    static const struct track_kind kinds[] = {
        {.name = "a", .kinds = 1U << HOST_CHAT_SERVER, .groups = GROUP(port), .run = fail_port},
        {.name = "b",
         .kinds = 1U << HOST_CHAT_SERVER | 1U << HOST_FRONT_END,
         .groups = GROUP(port),
         .run = see_wcf},
        {.name = "c", .kinds = 1U << HOST_CHAT_SERVER, .groups = GROUP(port), .run = see_sip},
        {.name = "d", .kinds = 1U << HOST_VANTAGE, .groups = GROUP(vote), .run = vote},
    };
    static const struct track_table table = {kinds, COUNT(kinds), NULL, NULL};
    struct observe_result result = observe(&table, ENOUGH_MS);
    AUTO(snapshot) struct snapshot *snapshot = result.snapshot;
    const struct host_snapshot *chat = find(snapshot, HOST_CHAT_SERVER, "pc1");
    const struct host_snapshot *front_end = find(snapshot, HOST_FRONT_END, "fe1");

    (void)state;
    assert_int_equal(result.hung_threads, 0);
    assert_int_equal(snapshot->host_count, 5);
    assert_string_equal(chat->address, "10.0.0.1");
    assert_string_equal(front_end->address, "fe1.example");
    assert_int_equal(chat->port.sighting.sight, SIGHT_SEEN);
    assert_int_equal(chat->port.count, 2);
    assert_string_equal(chat->port.rows[0].purpose, "wcf");
    assert_string_equal(chat->port.rows[1].purpose, "sip");
    assert_int_equal(chat->ways[WAY_TCP].sight, SIGHT_SEEN);
    assert_string_equal(chat->ways[WAY_WINRM].detail, "bad ticket");
    assert_int_equal(chat->clock_offset_ms.value, 7);
    assert_int_equal(front_end->port.count, 1);
    assert_int_equal(front_end->ways[WAY_TCP].sight, SIGHT_REFUSED);
    assert_int_equal(find(snapshot, HOST_FILE_SERVER, "fs1")->port.sighting.sight, SIGHT_NOT_ASKED);
    assert_int_equal(find(snapshot, HOST_MANAGEMENT, "fe1")->ways[WAY_TCP].sight, SIGHT_NOT_ASKED);
    assert_string_equal(find(snapshot, HOST_VANTAGE, "oob")->vote.sighting.detail, "mad");
}

static void who_hangs_owes_what_is_not_there(void **state)
{
    static const struct track_kind kinds[] = {
        {.name = "WinRM",
         .kinds = 1U << HOST_CHAT_SERVER,
         .ways = 1U << WAY_TCP | 1U << WAY_WINRM,
         .groups = GROUP(port) | GROUP(os) | GROUP(service),
         .run = hang},
    };
    static const struct track_table table = {kinds, COUNT(kinds), NULL, NULL};
    struct observe_result result = observe(&table, SHORT_MS);
    AUTO(snapshot) struct snapshot *snapshot = result.snapshot;
    const struct host_snapshot *chat = find(snapshot, HOST_CHAT_SERVER, "pc1");

    (void)state;
    assert_int_equal(result.hung_threads, 1);
    assert_int_equal(chat->port.count, 1);
    assert_int_equal(chat->os.sighting.sight, SIGHT_TIMED_OUT);
    assert_int_equal(chat->service.sighting.sight, SIGHT_TIMED_OUT);
    assert_int_equal(chat->ways[WAY_TCP].sight, SIGHT_SEEN);
    assert_int_equal(chat->ways[WAY_WINRM].sight, SIGHT_TIMED_OUT);
    assert_non_null(strstr(chat->ways[WAY_WINRM].detail, "WinRM"));
    clock_sleep_ms(clock_system(), LONG_MS); /* it ends, and touches nothing that is gone */
    assert_int_equal(chat->service.sighting.sight, SIGHT_TIMED_OUT);
}

static void what_is_not_set_up_is_not_asked(void **state)
{
    static const struct track_kind kinds[] = {{.name = "a",
                                               .kinds = 1U << HOST_CHAT_SERVER,
                                               .ways = 1U << WAY_TCP,
                                               .groups = GROUP(port),
                                               .is_set_up = is_never_set_up,
                                               .run = see_sip}};
    static const struct track_table table = {kinds, COUNT(kinds), NULL, NULL};
    AUTO(snapshot) struct snapshot *snapshot = observe(&table, ENOUGH_MS).snapshot;
    const struct host_snapshot *chat = find(snapshot, HOST_CHAT_SERVER, "pc1");

    (void)state;
    assert_int_equal(chat->port.sighting.sight, SIGHT_NOT_ASKED);
    assert_int_equal(chat->ways[WAY_TCP].sight, SIGHT_NOT_ASKED);
}

static void note_the_principal(const struct topology_pool *asked, struct snapshot *snapshot)
{
    assert_string_equal(asked->fqdn, "pool");
    snapshot->hosts[0].vote.sighting.sight = snapshot->instances[0].reach.sight;
}

static void facts_may_follow_from_facts(void **state)
{
    static const struct track_table table = {NULL, 0, note_the_principal, NULL};
    AUTO(snapshot) struct snapshot *snapshot = observe(&table, ENOUGH_MS).snapshot;

    (void)state;
    assert_int_not_equal(snapshot->hosts[0].vote.sighting.sight, SIGHT_NOT_ASKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracks_are_merged_in_their_order),
        cmocka_unit_test(who_hangs_owes_what_is_not_there),
        cmocka_unit_test(what_is_not_set_up_is_not_asked),
        cmocka_unit_test(facts_may_follow_from_facts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
