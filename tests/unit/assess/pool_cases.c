#include "unit/assess/pool_cases.h"

#include <string.h>

#define DAY INT64_C(86400)

static struct host_snapshot *server(struct snapshot *s, const char *name)
{
    return pool_host(s, HOST_CHAT_SERVER, name);
}

static struct store_fact *store(struct snapshot *s)
{
    return &pool_host(s, HOST_MANAGEMENT, "adm1")->store.rows[0];
}

static void healthy(struct snapshot *s)
{
    (void)s;
}

/* ---- can I see? ---- */

static void nothing_seen(struct snapshot *s)
{
    pool_lose_site(s, SITE_PRIMARY);
    pool_lose_site(s, SITE_BACKUP);
}

static void site_seen_elsewhere(struct snapshot *s)
{
    pool_lose_site(s, SITE_PRIMARY);
    pool_vote(s, "third", "seen", 10);
}

static void site_lost(struct snapshot *s)
{
    pool_lose_site(s, SITE_PRIMARY);
    pool_vote(s, "third", "not_seen", 10);
}

static void site_unseen_by_us_alone(struct snapshot *s)
{
    pool_lose_site(s, SITE_PRIMARY);
}

static void site_unseen_from_our_domain(struct snapshot *s)
{
    pool_lose_site(s, SITE_PRIMARY);
    pool_vote(s, "monitor", "not_seen", 10);
    pool_vote(s, "red", "not_seen", 10);
}

static void vote_is_stale(struct snapshot *s)
{
    pool_lose_site(s, SITE_PRIMARY);
    pool_vote(s, "third", "not_seen", 500);
}

static void vote_of_no_age(struct snapshot *s)
{
    site_lost(s);
    for (size_t i = 0; i < pool_host(s, HOST_VANTAGE, "oob")->vote.count; i++)
        pool_host(s, HOST_VANTAGE, "oob")->vote.rows[i].age_s.known = false;
}

static void one_object_not_looked_at(struct snapshot *s)
{
    site_lost(s);
    pool_host(s, HOST_VANTAGE, "oob")->vote.count--;
}

static void vantage_does_not_know(struct snapshot *s)
{
    pool_lose_site(s, SITE_PRIMARY);
    pool_vote(s, "third", "unknown", 10);
}

static void stale_sighting_does_not_save(struct snapshot *s)
{
    site_lost(s);
    pool_vote(s, "third", "seen", 5000);
}

static struct vote_fact *last_vote(struct snapshot *s)
{
    struct host_snapshot *oob = pool_host(s, HOST_VANTAGE, "oob");

    return &oob->vote.rows[oob->vote.count - 1];
}

/* One that sees nothing and one that sees one object: the sighting is what happened. */
static void vantages_disagree(struct snapshot *s)
{
    site_lost(s);
    pool_vote(s, "fourth", "not_seen", 10);
    last_vote(s)->vote = "seen";
}

/* Each of two independent ones tells of a part. */
static void vantages_share_the_work(struct snapshot *s)
{
    site_lost(s);
    pool_host(s, HOST_VANTAGE, "oob")->vote.count--;
    *(struct vote_fact *)pool_host_add(s, pool_host(s, HOST_VANTAGE, "oob"), HOST_FACT_vote) =
        (struct vote_fact){.object = "PC3",
                           .vote = "not_seen",
                           .source = "ups",
                           .failure_domain = "fourth",
                           .age_s = builder_num(0)};
}

/* A word on a front end or on the backup site is none on what the loss is decided by. */
static void vantage_tells_of_others(struct snapshot *s)
{
    one_object_not_looked_at(s);
    for (size_t i = 0; i < 2; i++)
        *(struct vote_fact *)pool_host_add(s, pool_host(s, HOST_VANTAGE, "oob"), HOST_FACT_vote) =
            (struct vote_fact){.object = i ? "fe1" : "sqldr1",
                               .vote = i ? "seen" : "not_seen",
                               .failure_domain = "third",
                               .age_s = builder_num(0)};
}

static void vote_from_the_future(struct snapshot *s)
{
    pool_lose_site(s, SITE_PRIMARY);
    pool_vote(s, "third", "not_seen", -1);
}

/* Its votes are in the record, but the question to it brought nothing. */
static void vantage_was_not_seen(struct snapshot *s)
{
    site_lost(s);
    pool_host(s, HOST_VANTAGE, "oob")->vote.sighting.sight = SIGHT_TIMED_OUT;
}

static void one_chat_server_answers(struct snapshot *s)
{
    site_lost(s);
    server(s, "pc3")->ways[WAY_TCP].sight = SIGHT_SEEN;
}

/* Who lets us in nowhere is there all the same. */
static void one_chat_server_denies(struct snapshot *s)
{
    site_lost(s);
    server(s, "pc3")->ways[WAY_WINRM].sight = SIGHT_DENIED;
}

/* ---- two copies ---- */

static void secondary_recovered(struct snapshot *s)
{
    pool_open_copy(s, "sqldr1");
}

static void both_written(struct snapshot *s)
{
    pool_open_copy(s, "sqldr1");
    pool_session(s, "sqldr1", "PC5");
}

static void both_written_failed_over(struct snapshot *s)
{
    both_written(s);
    pool_state_is(s, "FailedOver");
}

static void add_restore(struct snapshot *s, const char *instance, int64_t age_s, int64_t recovery)
{
    struct restore_fact *row = builder_add(s, instance, FACT_restore);

    row->type = "D";
    row->restored_utc_ms = builder_ago(age_s);
    row->recovery = builder_num(recovery);
}

static void failed_back_backup_still_open(struct snapshot *s)
{
    pool_open_copy(s, "sqldr1");
    builder_empty(s, "sqldr1", FACT_restore);
    add_restore(s, "sqldr1", 7200, 1);
    add_restore(s, "sqlpri1", 600, 1);
}

static void failed_over_returned(struct snapshot *s)
{
    struct snapshot *fresh = s;

    pool_open_copy(fresh, "sqldr1");
    pool_state_is(s, "FailedOver");
    pool_active_are(s, "pc5.litwareinc.com,pc6.litwareinc.com");
    pool_ping(s, "sqldr1", "pc5", true);
    pool_ping(s, "sqldr1", "pc6", true);
    pool_session(s, "sqldr1", "PC5");
    pool_freeze(s, "sqlpri1");
    builder_empty(s, "sqlpri1", FACT_session);
}

static void activated_before_normal(struct snapshot *s)
{
    failed_over_returned(s);
    pool_active_are(s, "pc1.litwareinc.com,pc2.litwareinc.com");
}

static void failed_over_but_primary_used(struct snapshot *s)
{
    failed_over_returned(s);
    builder_empty(s, "sqldr1", FACT_session);
    pool_session(s, "sqlpri1", "PC1");
}

static void revision(struct snapshot *s, const char *instance, int64_t number)
{
    struct system_revision_fact *row = builder_add(s, instance, FACT_system_revision);

    row->sys_revision = builder_num(number);
    row->config_pool_guid = "88888888-0000-4000-8000-000000000001";
}

static void failing_back(struct snapshot *s)
{
    failed_over_returned(s);
    builder_empty(s, "sqldr1", FACT_session);
    pool_freeze(s, "sqldr1");
    pool_active_are(s, "");
    revision(s, "sqlpri1", 3);
    revision(s, "sqldr1", 9);
}

static void failing_back_restored(struct snapshot *s)
{
    failing_back(s);
    builder_at(s, "sqlpri1")->system_revision.rows[0].sys_revision = builder_num(9);
}

/* ---- a failover that is not finished ---- */

static void state_set_too_early(struct snapshot *s)
{
    pool_lose_site(s, SITE_PRIMARY);
    pool_state_is(s, "FailedOver");
}

static void failed_over(struct snapshot *s)
{
    pool_fail_over(s);
}

static void no_server_activated(struct snapshot *s)
{
    pool_fail_over(s);
    pool_active_are(s, "pc1.litwareinc.com, pc2.litwareinc.com");
    pool_freeze(s, "sqldr1");
}

static void recovered_state_normal(struct snapshot *s)
{
    pool_fail_over(s);
    pool_state_is(s, "Normal");
    pool_freeze(s, "sqldr1");
}

static void shipping_removed_primary_gone(struct snapshot *s)
{
    pool_lose_site(s, SITE_PRIMARY);
    pool_state_is(s, "Normal");
    builder_empty(s, "sqldr1", FACT_ls_secondary);
}

/* ---- no copy ---- */

static void both_partners_suspect(struct snapshot *s)
{
    builder_at(s, "sqlpri1")->database.rows[0].state = "SUSPECT";
    pool_freeze(s, "sqlpri1");
}

static void partners_unseen_servers_seen(struct snapshot *s)
{
    builder_unsee(s, "sqlpri1", SIGHT_TIMED_OUT, NULL);
    builder_unsee(s, "sqlmir1", SIGHT_TIMED_OUT, NULL);
}

/* ---- a copy, but no service ---- */

static void services_stopped(struct snapshot *s)
{
    pool_service(s, "pc1")->state = pool_service(s, "pc2")->state = "Stopped";
    pool_freeze(s, "sqlpri1");
}

static void services_disabled(struct snapshot *s)
{
    services_stopped(s);
    pool_service(s, "pc1")->start_mode = pool_service(s, "pc2")->start_mode = "Disabled";
}

static void services_hung(struct snapshot *s)
{
    services_stopped(s);
    pool_service(s, "pc1")->state = pool_service(s, "pc2")->state = "Stop Pending";
}

static void ports_closed(struct snapshot *s)
{
    pool_port(s, "pc1")->evidence = pool_port(s, "pc2")->evidence = "closed";
    pool_freeze(s, "sqlpri1");
}

static void not_connected(struct snapshot *s)
{
    pool_freeze(s, "sqlpri1");
    builder_empty(s, "sqlpri1", FACT_session);
}

static void list_empty(struct snapshot *s)
{
    pool_active_are(s, "");
    pool_freeze(s, "sqlpri1");
}

static void next_hop_down(struct snapshot *s)
{
    pool_host(s, HOST_FRONT_END, "fe1")->sip.count = 0;
    pool_host(s, HOST_FRONT_END, "fe1")->port.rows[0].evidence = "closed";
}

/* Both copies of the primary site are out of sight, and what its servers log of that. */
static void copies_unseen(struct snapshot *s)
{
    builder_unsee(s, "sqlpri1", SIGHT_REFUSED, NULL);
    builder_unsee(s, "sqlmir1", SIGHT_TIMED_OUT, NULL);
}

static void logs(struct snapshot *s, const char *name, int64_t code, int64_t count)
{
    struct event_fact *event = pool_host_add(s, server(s, name), HOST_FACT_event);

    event->event_code = builder_num(code);
    event->count = builder_num(count);
}

static void copies_unseen_servers_lost_them(struct snapshot *s)
{
    copies_unseen(s);
    logs(s, "pc1", 53530, 1);
    logs(s, "pc2", 53530, 7);
}

static void copies_unseen_one_server_silent(struct snapshot *s)
{
    copies_unseen(s);
    logs(s, "pc1", 53530, 1);
}

static void copies_unseen_one_server_content(struct snapshot *s)
{
    copies_unseen_servers_lost_them(s);
    server(s, "pc2")->event.rows[0].count = builder_num(0);
}

static void copies_unseen_other_events(struct snapshot *s)
{
    copies_unseen(s);
    logs(s, "pc1", 30254, 1);
    logs(s, "pc2", 30254, 1);
}

static void front_end_of_backup_site_down(struct snapshot *s)
{
    pool_host(s, HOST_FRONT_END, "fe2")->sip.rows[0].status_code = builder_num(504);
}

/* ---- service without protection ---- */

static void on_mirror(struct snapshot *s)
{
    struct instance_snapshot *old = builder_at(s, "sqlpri1"), *new = builder_at(s, "sqlmir1");

    builder_fail_over_mirror(s);
    builder_ship(s, "sqlmir1", (struct builder_shipping){180, 0, 0, 120, 60});
    new->server_identity = old->server_identity;
    new->server_identity_later = old->server_identity_later;
    new->session = old->session;
    builder_empty(s, "sqlpri1", FACT_session);
    builder_empty(s, "sqlpri1", FACT_server_identity);
    builder_empty(s, "sqlpri1", FACT_server_identity_later);
}

static void on_mirror_without_shipping(struct snapshot *s)
{
    on_mirror(s);
    builder_empty(s, "sqlmir1", FACT_ls_primary);
    builder_empty(s, "sqlmir1", FACT_job);
}

static void mirror_suspended(struct snapshot *s)
{
    builder_at(s, "sqlpri1")->mirroring.rows[0].state = "SUSPENDED";
}

static void shipping_late(struct snapshot *s)
{
    builder_ship(s, "sqlpri1", (struct builder_shipping){180, 0, 2, 120, 1900});
}

static void shipping_very_late(struct snapshot *s)
{
    builder_ship(s, "sqlpri1", (struct builder_shipping){180, 0, 4, 120, 4000});
}

static void secondary_down(struct snapshot *s)
{
    builder_unsee(s, "sqldr1", SIGHT_TIMED_OUT, NULL);
}

static void secondary_suspect(struct snapshot *s)
{
    builder_at(s, "sqldr1")->database.rows[0].state = "SUSPECT";
}

/* No host may be asked over WS-Management. */
static void nobody_tells_the_state(struct snapshot *s)
{
    for (size_t i = 0; i < s->host_count; i++) {
        s->hosts[i].store = (struct store_facts){0};
        s->hosts[i].replica = (struct replica_facts){0};
        s->hosts[i].replication = (struct replication_facts){0};
    }
}

static void state_by_effect_at_backup(struct snapshot *s)
{
    pool_fail_over(s);
    nobody_tells_the_state(s);
}

static void state_denied(struct snapshot *s)
{
    nobody_tells_the_state(s);
    server(s, "pc1")->replica.sighting.sight = SIGHT_DENIED;
}

static void state_without_effect(struct snapshot *s)
{
    nobody_tells_the_state(s);
    s->settings.ping_clock = "utc";
    pool_freeze(s, "sqlpri1");
}

static void vantage_fails(struct snapshot *s)
{
    struct host_snapshot *oob = pool_host(s, HOST_VANTAGE, "oob");

    oob->vote.count = 0;
    oob->vote.sighting = (struct sighting){SIGHT_PROTOCOL_ERROR, "its program ended with 1"};
}

static void store_unread(struct snapshot *s)
{
    struct host_snapshot *adm = pool_host(s, HOST_MANAGEMENT, "adm1");

    adm->store.count = 0;
    adm->store.sighting = (struct sighting){SIGHT_DENIED, "a second host"};
}

static void store_unseen(struct snapshot *s)
{
    struct host_snapshot *adm = pool_host(s, HOST_MANAGEMENT, "adm1");

    pool_active_are(s, "pc1.litwareinc.com,pc2.litwareinc.com");
    adm->store.sighting.sight = SIGHT_REFUSED;
    adm->store.count = 0;
}

static void two_masters(struct snapshot *s)
{
    store(s)->masters = builder_num(2);
}

/* ---- the backup site serves ---- */

static void failed_over_mirrored(struct snapshot *s)
{
    struct mirroring_fact *row;

    pool_fail_over(s);
    row = &builder_at(s, "sqldr1")->mirroring.rows[0];
    row->mirroring_guid = "33333333-CCCC-4CCC-8CCC-000000000002";
    row->role = "PRINCIPAL";
    row->state = "SYNCHRONIZED";
    row->partner_instance = "SQLDR2";
}

static void switched_over(struct snapshot *s)
{
    failed_over_returned(s);
    builder_at(s, "sqlpri1")->database.rows[0].state = "RESTORING";
    (void)builder_add(s, "sqlpri1", FACT_ls_secondary);
    builder_mask(s, "sqlpri1", FACT_mirroring, SIGHT_DENIED, NULL);
    builder_at(s, "sqlmir1")->database.rows[0].state = "OFFLINE";
}

/* ---- hygiene ---- */

static void one_service_stopped(struct snapshot *s)
{
    pool_service(s, "pc2")->state = "Stopped";
}

static void one_server_gone(struct snapshot *s)
{
    pool_host_unsee(server(s, "pc2"));
    builder_at(s, "sqlpri1")->server_identity_later.rows[1].ping = "2026-11-23T05:15:30";
    builder_at(s, "sqlpri1")->server_identity.rows[1].age_if_utc_s = builder_num(5000);
}

static void one_port_closed(struct snapshot *s)
{
    pool_port(s, "pc2")->evidence = "closed";
}

static void active_far(struct snapshot *s)
{
    pool_active_are(s, "pc5.litwareinc.com");
    pool_ping(s, "sqlpri1", "pc5", true);
}

static void both_sites_active(struct snapshot *s)
{
    pool_active_are(s, "pc1.litwareinc.com;pc5.litwareinc.com");
}

static void both_sites_active_far(struct snapshot *s)
{
    both_sites_active(s);
    s->settings.distant_sites = 1;
}

static void replica_stale(struct snapshot *s)
{
    pool_host(s, HOST_MANAGEMENT, "adm1")->replication.rows[2].up_to_date = builder_num(0);
}

static void replica_obeys_another(struct snapshot *s)
{
    server(s, "pc2")->replica.rows[0].pool_state = "FailedOver";
}

static void add_compliance(struct snapshot *s, int64_t rows, int64_t oldest_s, int64_t holder, int64_t left_s)
{
    struct compliance_database_fact *database = builder_add(s, "sqlpri1", FACT_compliance_database);
    struct compliance_fact *row = builder_add(s, "sqlpri1", FACT_compliance);

    database->state = "ONLINE";
    row->backlog_rows = builder_num(rows);
    row->oldest_age_if_utc_s = row->oldest_age_if_local_s = builder_num(oldest_s);
    row->active_server_id = builder_num(holder);
    row->lock_left_if_utc_s = row->lock_left_if_local_s = builder_num(left_s);
}

static void compliance_well(struct snapshot *s)
{
    add_compliance(s, 40, 600, 1, 60);
}

static void compliance_late(struct snapshot *s)
{
    add_compliance(s, 4000, 1900, 1, 60);
}

static void compliance_without_holder(struct snapshot *s)
{
    add_compliance(s, 40, 600, -1, 60);
}

static void compliance_lock_expired(struct snapshot *s)
{
    add_compliance(s, 40, 600, 1, -300);
}

static void compliance_suspect(struct snapshot *s)
{
    add_compliance(s, 0, 0, 1, 0);
    builder_at(s, "sqlpri1")->compliance_database.rows[0].state = "SUSPECT";
}

static void files_down(struct snapshot *s)
{
    struct port_fact *port = pool_host_add(s, pool_host(s, HOST_FRONT_END, "fe1"), HOST_FACT_port);

    port->purpose = "smb";
    port->port = builder_num(445);
    port->evidence = "closed";
}

static void certificate_ending(struct snapshot *s)
{
    server(s, "pc1")->certificate.rows[0].not_after_utc_ms = builder_ago(-20 * DAY);
}

static void certificate_ended(struct snapshot *s)
{
    server(s, "pc1")->certificate.rows[0].not_after_utc_ms = builder_ago(2 * DAY);
}

static void certificate_of_another(struct snapshot *s)
{
    server(s, "pc3")->certificate.rows[0].name_matches = builder_num(0);
}

static void five_active(struct snapshot *s)
{
    pool_active_are(s, "pc1.litwareinc.com,pc2.litwareinc.com,pc3.litwareinc.com,pc5.litwareinc.com,pc6."
                       "litwareinc.com");
}

static void stranger_active(struct snapshot *s)
{
    pool_active_are(s, "pc1.litwareinc.com,old.litwareinc.com");
}

/* ---- not known ---- */

static void no_hosts(struct snapshot *s)
{
    s->host_count = 0;
}

static void services_not_seen(struct snapshot *s)
{
    for (int i = 1; i <= 3; i++) {
        char name[] = {'p', 'c', (char)('0' + i), '\0'};

        server(s, name)->service.sighting.sight = SIGHT_LOGIN_FAILED;
        server(s, name)->service.count = 0;
    }
}

static void all_copies_closed_failed_over(struct snapshot *s)
{
    failed_over_returned(s);
    builder_at(s, "sqlpri1")->database.rows[0].state = "OFFLINE";
    builder_at(s, "sqlmir1")->database.rows[0].state = "OFFLINE";
    builder_at(s, "sqldr1")->database.rows[0].state = "OFFLINE";
}

/* The state says failed over, the backup is closed, and the primary is open, but nobody uses it. */
static void contradiction(struct snapshot *s)
{
    failed_over_returned(s);
    builder_at(s, "sqldr1")->database.rows[0].state = "OFFLINE";
    builder_empty(s, "sqldr1", FACT_server_identity);
}

/* ---- pings ---- */

static void list_unknown(struct snapshot *s)
{
    pool_active_are(s, NULL);
}

static void pings_slow(struct snapshot *s, const char *clock)
{
    struct instance_snapshot *a = builder_at(s, "sqlpri1");

    for (size_t i = 0; i < 2; i++)
        a->server_identity_later.rows[i].ping = a->server_identity.rows[i].ping;
    s->settings.ping_clock = clock;
    builder_empty(s, "sqlpri1", FACT_session);
}

static void pings_slow_clock_known(struct snapshot *s)
{
    pings_slow(s, "utc");
}

static void pings_slow_clock_unknown(struct snapshot *s)
{
    pings_slow(s, "unknown");
}

static void pings_slow_other_clock(struct snapshot *s)
{
    pings_slow(s, "local");
}

/* The server keeps UTC. */
static void pings_slow_both_clocks_agree(struct snapshot *s)
{
    pings_slow(s, "unknown");
    for (size_t i = 0; i < 2; i++)
        builder_at(s, "sqlpri1")->server_identity.rows[i].age_if_local_s = builder_num(10);
}

static void pings_slow_with_sessions(struct snapshot *s)
{
    pings_slow(s, "unknown");
    pool_session(s, "sqlpri1", "PC1");
    pool_session(s, "sqlpri1", "PC2");
}

/* Exactly one hour old in a zone of one hour: fresh by the wrong base, but a row that moved knows the right
 * one. */
static void pings_frozen_for_an_hour(struct snapshot *s)
{
    struct instance_snapshot *a = builder_at(s, "sqlpri1");

    list_unknown(s);
    a->server_identity.rows[2].age_if_utc_s = builder_num(3610);
    a->server_identity.rows[2].age_if_local_s = builder_num(10);
    a->server_identity.rows[2].ping = a->server_identity_later.rows[2].ping = "2026-11-23T04:15:30";
}

/* clang-format off */
const struct pool_case pool_cases[] = {
    {"healthy", healthy, "OK"},
    {"front end of the backup site down", front_end_of_backup_site_down, "OK"},
    {"both sites active on a fast link", both_sites_active, "OK"},
    {"compliance well", compliance_well, "OK"},
    {"nobody tells the list, pings do", list_unknown, "OK"},
    {"pings slower than the samples, clock known", pings_slow_clock_known, "OK"},
    {"pings slower than the samples, both clocks agree", pings_slow_both_clocks_agree, "OK"},
    {"pings slower than the samples, sessions", pings_slow_with_sessions, "OK"},
    {"a frozen row an hour old", pings_frozen_for_an_hour, "OK"},
    {"pings slower than the samples, clock unknown", pings_slow_clock_unknown, "UNKNOWN pool_unproven"},
    {"pings old by the clock that is known", pings_slow_other_clock, "CRITICAL servers_not_connected"},
    {"nothing seen", nothing_seen, "UNKNOWN monitor_isolated"},
    {"seen elsewhere", site_seen_elsewhere, "UNKNOWN monitor_isolated"},
    {"site lost", site_lost, "CRITICAL site_loss"},
    {"site lost, an old sighting", stale_sighting_does_not_save, "CRITICAL site_loss"},
    {"site unseen by us alone", site_unseen_by_us_alone, "UNKNOWN primary_site_unseen"},
    {"site unseen from our domain and the backup's", site_unseen_from_our_domain, "UNKNOWN primary_site_unseen"},
    {"site unseen, vote stale", vote_is_stale, "UNKNOWN primary_site_unseen"},
    {"site unseen, vote of no age", vote_of_no_age, "UNKNOWN primary_site_unseen"},
    {"site unseen, one object not looked at", one_object_not_looked_at, "UNKNOWN primary_site_unseen"},
    {"site unseen, vantage does not know", vantage_does_not_know, "UNKNOWN primary_site_unseen"},
    {"vantage points disagree", vantages_disagree, "UNKNOWN monitor_isolated"},
    {"site lost, two vantage points each tell a part", vantages_share_the_work, "CRITICAL site_loss"},
    {"site unseen, vantage tells of others", vantage_tells_of_others, "UNKNOWN primary_site_unseen"},
    {"site unseen, vote from the future", vote_from_the_future, "UNKNOWN primary_site_unseen"},
    {"site unseen, vantage timed out", vantage_was_not_seen, "UNKNOWN primary_site_unseen"},
    {"site lost but for one chat server", one_chat_server_answers, "UNKNOWN writable_copy_unseen"},
    {"copies unseen", copies_unseen, "UNKNOWN writable_copy_unseen"},
    {"copies unseen, the active servers lost them", copies_unseen_servers_lost_them, "CRITICAL database_down"},
    {"copies unseen, one active server says nothing", copies_unseen_one_server_silent, "CRITICAL database_down"},
    {"copies unseen, one active server has lost nothing", copies_unseen_one_server_content, "UNKNOWN writable_copy_unseen"},
    {"copies unseen, other events", copies_unseen_other_events, "UNKNOWN writable_copy_unseen"},
    {"one chat server denies us: it is there", one_chat_server_denies, "UNKNOWN writable_copy_unseen"},
    {"split brain", both_written, "CRITICAL split_brain"},
    {"split brain, failed over", both_written_failed_over, "CRITICAL split_brain"},
    {"failed back, backup still open", failed_back_backup_still_open, "CRITICAL failback_ls_pending"},
    {"secondary recovered", secondary_recovered, "CRITICAL two_online_copies"},
    {"activated before the state is normal", activated_before_normal, "CRITICAL failback_order_hazard"},
    {"failed over, but the primary is used", failed_over_but_primary_used, "CRITICAL state_mismatch"},
    {"failing back, restored", failing_back_restored, "CRITICAL failback_step4_done"},
    {"failing back", failing_back, "CRITICAL failback_step1"},
    {"old primary returned", failed_over_returned, "CRITICAL old_primary_returned"},
    {"state set too early", state_set_too_early, "CRITICAL state_ahead_of_database"},
    {"no server activated", no_server_activated, "CRITICAL failover_step7_pending"},
    {"recovered, state normal", recovered_state_normal, "CRITICAL failover_step4_done"},
    {"shipping removed, primary gone", shipping_removed_primary_gone, "CRITICAL failover_step1_3"},
    {"both partners closed", both_partners_suspect, "CRITICAL database_down"},
    {"partners unseen, servers seen", partners_unseen_servers_seen, "UNKNOWN writable_copy_unseen"},
    {"services stopped", services_stopped, "CRITICAL no_running_server"},
    {"services disabled", services_disabled, "CRITICAL no_running_server"},
    {"services hung", services_hung, "CRITICAL no_running_server"},
    {"ports closed", ports_closed, "CRITICAL service_not_listening"},
    {"not connected", not_connected, "CRITICAL servers_not_connected"},
    {"list empty", list_empty, "CRITICAL no_active_server"},
    {"next hop down", next_hop_down, "CRITICAL next_hop_down"},
    {"on the mirror, no shipping", on_mirror_without_shipping, "CRITICAL on_mirror_no_dr"},
    {"on the mirror", on_mirror, "WARNING normal_on_mirror"},
    {"mirror suspended", mirror_suspended, "WARNING no_site_ha"},
    {"shipping late", shipping_late, "WARNING dr_lagging"},
    {"shipping very late", shipping_very_late, "CRITICAL dr_lagging"},
    {"secondary down", secondary_down, "WARNING dr_unavailable"},
    {"secondary suspect", secondary_suspect, "WARNING dr_unavailable"},
    {"store unseen", store_unseen, "WARNING cms_unreachable"},
    {"nobody can be asked for the state, pings tell", nobody_tells_the_state, "OK"},
    {"nobody can be asked for the state, pings tell it is the backup site", state_by_effect_at_backup, "WARNING dr_active_no_ha"},
    {"who could tell the state denies it", state_denied, "UNKNOWN pool_unproven"},
    {"nobody can be asked for the state, no ping moves", state_without_effect, "UNKNOWN pool_unproven"},
    {"vantage point silent", vantage_fails, "UNKNOWN vantage_silent"},
    {"store unread", store_unread, "UNKNOWN store_unread"},
    {"two masters", two_masters, "CRITICAL store_two_masters"},
    {"failed over", failed_over, "WARNING dr_active_no_ha"},
    {"failed over, mirrored", failed_over_mirrored, "WARNING dr_active"},
    {"switched over", switched_over, "WARNING dr_active_protected"},
    {"one service stopped", one_service_stopped, "WARNING degraded"},
    {"one server gone", one_server_gone, "WARNING degraded"},
    {"one port closed", one_port_closed, "WARNING degraded"},
    {"active far from the database", active_far, "WARNING active_far_from_db"},
    {"both sites active on a slow link", both_sites_active_far, "WARNING active_far_from_db"},
    {"replica stale", replica_stale, "WARNING replica_stale"},
    {"replica obeys another state", replica_obeys_another, "WARNING replica_stale"},
    {"compliance late", compliance_late, "WARNING compliance_stalled"},
    {"compliance without holder", compliance_without_holder, "WARNING compliance_stalled"},
    {"compliance lock expired", compliance_lock_expired, "WARNING compliance_stalled"},
    {"compliance database closed", compliance_suspect, "WARNING compliance_stalled"},
    {"file store down", files_down, "WARNING file_store_down"},
    {"certificate ending", certificate_ending, "WARNING certificate"},
    {"certificate ended", certificate_ended, "CRITICAL certificate"},
    {"certificate of another", certificate_of_another, "CRITICAL certificate"},
    {"five active servers", five_active, "CRITICAL active_list_invalid"},
    {"a stranger is active", stranger_active, "WARNING active_list_invalid"},
    {"only SQL is asked", no_hosts, "UNKNOWN pool_unproven"},
    {"services not seen", services_not_seen, "UNKNOWN pool_unproven"},
    {"all copies closed, failed over", all_copies_closed_failed_over, "CRITICAL database_down"},
    {"the primary open and idle, the backup closed", contradiction, "UNKNOWN inconsistent"},
};
/* clang-format on */
const size_t pool_case_count = COUNT(pool_cases);

const struct pool_case *pool_case_find(const char *name)
{
    for (size_t i = 0; i < pool_case_count; i++)
        if (strcmp(pool_cases[i].name, name) == 0)
            return &pool_cases[i];
    return NULL;
}
