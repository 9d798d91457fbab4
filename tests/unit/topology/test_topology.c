#include "base/mem.h"
#include "base/strbuf.h"
#include "topology/schema.h"
#include "topology/topology.h"
#include "unit/cmocka_unit.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>

/* From memory and without disk: what the text says, and nothing else. */
static struct topology *parse_file(const char *name)
{
    AUTO_FREE char *path = NULL;
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_CLOSE int fd = -1;
    struct err err = ERR_INIT;
    struct topology *topology;

    assert_true(asprintf(&path, "%s/good/%s", TEST_DIRECTORY, name) > 0);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(strbuf_read_fd(&text, fd, TOPOLOGY_MAX_BYTES), 0);
    topology = topology_parse(strbuf_text(&text), text.length, name, NULL, &err);
    assert_string_equal(err.text, "");
    assert_non_null(topology);
    return topology;
}

static void sites_and_instances_land_in_their_structs(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_sites.yaml");
    const struct topology_pool *pool = &topology->pools[0];
    const struct topology_site *dub = &pool->sites[0], *red = &pool->sites[1];
    static const struct {
        const char *name, *host, *instance, *ca;
        int port;
        enum sql_role role;
        enum tls_mode tls;
        int line;
    } dub_sql[] = {
        {"sqlpri1", "sqlpri1.litwareinc.com", NULL, "ca.pem", 21433, SQL_PRINCIPAL, TLS_REQUIRE, 19},
        {"sqlmir1", "10.20.4.12", NULL, NULL, 1433, SQL_MIRROR, TLS_REQUEST, 26},
        {"SQLWIT1\\EXPRESS", "sqlwit1", NULL, NULL, 1433, SQL_WITNESS, TLS_OFF, 32},
    };

    (void)state;
    assert_int_equal(pool->site_count, 2);
    assert_int_equal(dub->role, SITE_PRIMARY);
    assert_string_equal(dub->name, "dub");
    assert_int_equal(dub->sql_count, COUNT(dub_sql));
    for (size_t i = 0; i < COUNT(dub_sql); i++) {
        const struct topology_sql *sql = &dub->sql[i];

        assert_string_equal(sql->name, dub_sql[i].name);
        assert_string_equal(sql->host, dub_sql[i].host);
        assert_null(sql->instance);
        assert_string_equal(sql->ca ? sql->ca : "(none)", dub_sql[i].ca ? dub_sql[i].ca : "(none)");
        assert_int_equal(sql->port, dub_sql[i].port);
        assert_int_equal(sql->role, dub_sql[i].role);
        assert_int_equal(sql->tls, dub_sql[i].tls);
        assert_int_equal(sql->line, dub_sql[i].line);
        assert_string_equal(sql->credential->name, "monitor");
    }
    assert_int_equal(red->role, SITE_BACKUP);
    assert_string_equal(red->sql[0].instance, "RTC");
    assert_int_equal(red->sql[0].port, 0);
    assert_int_equal(red->sql[0].tls, TLS_REQUIRE);
    assert_true(red->sql[0].credential->kerberos);
}

static void hosts_and_vantage_points_land_in_their_structs(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_sites.yaml");
    const struct topology_pool *pool = &topology->pools[0];
    const struct topology_site *dub = &pool->sites[0], *red = &pool->sites[1];

    (void)state;
    assert_int_equal(dub->chat_server_count, 2);
    assert_string_equal(dub->chat_servers[1].name, "pc2");
    assert_string_equal(dub->chat_servers[1].fqdn, "pc2.litwareinc.com");
    assert_int_equal(dub->front_end_count, 1);
    assert_string_equal(dub->management->name, "fe1");
    assert_int_equal(red->chat_server_count, 1);
    assert_null(red->management);
    assert_int_equal(pool->vantage_count, 6);
    assert_int_equal(pool->vantages[0].kind, VANTAGE_WINRM);
    assert_string_equal(pool->vantages[0].host, "pc5.litwareinc.com");
    assert_string_equal(pool->vantages[0].failure_domain, "red");
    assert_int_equal(pool->vantages[1].kind, VANTAGE_COMMAND);
    assert_string_equal(pool->vantages[1].command, "/usr/lib/pchat-plugins/look");
    assert_int_equal(pool->vantages[1].arg_count, 0);
}

static void vantage_points_have_what_their_kinds_need(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_sites.yaml");
    const struct topology_pool *pool = &topology->pools[0];
    const struct topology_vantage *third = &pool->vantages[2], *asked = &pool->vantages[3];

    (void)state;
    assert_ptr_equal(pool->vantages[0].winrm, pool->winrm);
    assert_null(pool->vantages[1].winrm);
    assert_string_equal(third->address, "10.30.1.2");
    assert_int_equal(third->winrm->auth, HOST_AUTH_BASIC);
    assert_string_equal(third->reference, "[2001:db8::53]:53");
    assert_int_equal(asked->arg_count, 3);
    assert_string_equal(asked->args[1], "dub");
    assert_string_equal(asked->args[2], "");
    assert_string_equal(pool->vantages[4].instance, "sqlmir1");
    assert_ptr_equal(pool->vantages[5].snmp, pool->snmp);
    assert_null(third->snmp);
    assert_int_equal(pool->vantages[5].object_count, 1);
    assert_string_equal(pool->vantages[5].objects[0].object, "pc1");
    assert_string_equal(pool->vantages[5].objects[0].oid, "1.3.6.1.4.1.318.1.1.12.3.5.1.1.4.7");
    assert_string_equal(pool->vantages[5].objects[0].seen, "1");
    assert_string_equal(pool->vantages[5].objects[0].not_seen, "2");
}

static void pool_settings_come_over_the_defaults(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_sites.yaml");
    const struct topology_pool *pool = &topology->pools[0];
    const struct limits defaults = limits_default();

    (void)state;
    assert_string_equal(pool->fqdn, "lyncpc.litwareinc.com");
    assert_string_equal(pool->share, "\\\\fs1.litwareinc.com\\pchatls");
    assert_string_equal(pool->database, "mgc2");
    assert_int_equal(pool->observer.interval_s, 300);
    assert_int_equal(pool->observer.timeout_s, 10);
    assert_int_equal(pool->limits.backup_period_s, 5);
    assert_int_equal(pool->limits.copy_period_s, 10);
    assert_int_equal(pool->limits.restore_period_s, 604800);
    assert_true(pool->limits.warning[METRIC_exposure_s].high == 600);
    assert_true(pool->limits.critical[METRIC_exposure_s].high == 1200);
    assert_true(isinf(pool->limits.critical[METRIC_exposure_s].low));
    assert_false(pool->limits.warning[METRIC_backlog_files].set);
    assert_true(pool->limits.critical[METRIC_backlog_files].alert_inside);
    assert_false(pool->limits.warning[METRIC_clock_skew_s].set);
    assert_true(pool->limits.critical[METRIC_clock_skew_s].high ==
                defaults.critical[METRIC_clock_skew_s].high);
    assert_true(pool->limits.warning[METRIC_backlog_s].high == defaults.warning[METRIC_backlog_s].high);
}

static void hosts_are_asked_as_they_or_the_pool_say(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_sites.yaml");
    const struct topology_pool *pool = &topology->pools[0];
    const struct topology_site *dub = &pool->sites[0];
    const struct topology_winrm *own = dub->chat_servers[1].winrm;

    (void)state;
    assert_int_equal(pool->winrm->auth, HOST_AUTH_NEGOTIATE);
    assert_int_equal(pool->winrm->port, 5986);
    assert_string_equal(pool->winrm->ca, "ca.pem");
    assert_non_null(pool->winrm->pinned_key);
    assert_ptr_equal(dub->chat_servers[0].winrm, pool->winrm);
    assert_ptr_equal(dub->management->winrm, pool->winrm);
    assert_int_equal(own->auth, HOST_AUTH_BASIC);
    assert_int_equal(own->port, 15986);
    assert_string_equal(own->credential->name, "monitor");
    assert_int_equal(dub->chat_servers[1].ports[PORT_SIP], 5051);
    assert_int_equal(dub->chat_servers[0].ports[PORT_SIP], 0);
    assert_string_equal(dub->chat_servers[1].address, "10.20.5.2");
    assert_null(dub->chat_servers[0].address);
    assert_int_equal(dub->chat_servers[1].ports[PORT_WCF], 8012);
    assert_int_equal(dub->front_ends[0].ports[PORT_WEB], 8443);
    assert_string_equal(dub->file_servers[0].fqdn, "fs1.litwareinc.com");
    assert_string_equal(pool->host_ca, "ca.pem");
    assert_string_equal(pool->client_key, "monitor.key");
}

static void agents_are_asked_as_hosts_or_the_pool_say(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_sites.yaml");
    const struct topology_pool *pool = &topology->pools[0];
    const struct topology_host *servers = pool->sites[0].chat_servers;
    const struct topology_credential *user = servers[1].snmp->credential;

    (void)state;
    assert_int_equal(pool->snmp->port, 161);
    assert_int_equal(pool->snmp->version, SNMP_BY_COMMUNITY);
    assert_string_equal(pool->snmp->credential->community_file, "community");
    assert_ptr_equal(servers[0].snmp, pool->snmp);
    assert_ptr_equal(pool->sites[0].file_servers[0].snmp, pool->snmp);
    assert_int_equal(servers[1].snmp->port, 10161);
    assert_int_equal(servers[1].snmp->version, SNMP_BY_USER);
    assert_string_equal(user->snmp_user, "watch");
    assert_int_equal(user->snmp_digest, SNMP_SHA1);
    assert_int_equal(user->snmp_cipher, SNMP_AES128);
    assert_string_equal(user->privacy_file, "watch.privacy");
}

static void settings_come_over_the_defaults(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_sites.yaml");
    const struct settings *settings = &topology->pools[0].settings;

    (void)state;
    assert_string_equal(settings->chat_executable, "Chat.exe");
    assert_string_equal(settings->compliance_executable, "ComplianceService.exe");
    assert_string_equal(settings->ping_clock, "local");
    assert_int_equal(settings->ping_gap_s, 0);
    assert_int_equal(settings->chat_sip_port, 5041);
    assert_int_equal(settings->certificate_warning_days, 60);
}

static void credentials_land_in_their_structs(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_sites.yaml");
    const struct topology_credential *monitor = topology->pools[0].sites[0].sql[0].credential;

    (void)state;
    assert_int_equal(topology->credential_count, 6);
    assert_string_equal(monitor->sql_user, "pchat_monitor");
    assert_string_equal(monitor->password_file, "monitor.password");
    assert_null(monitor->password);
}

static void acting_lands_in_its_struct(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_sites.yaml");
    const struct topology_pool *pool = &topology->pools[0];
    const struct topology_acting *acting = pool->acting;

    (void)state;
    assert_string_equal(acting->credential->name, "actor");
    assert_ptr_not_equal(acting->winrm, pool->winrm);
    assert_ptr_equal(acting->winrm->credential, acting->credential);
    assert_string_equal(acting->log_folder, "\\\\FS1.litwareinc.com\\pchatls2");
    assert_string_equal(acting->copy_folder, "D:\\pchat\\copy");
    assert_int_equal(acting->folder_count, 2);
    assert_string_equal(acting->folders[1], "\\\\nas\\pchat");
    assert_string_equal(acting->mirror_share, "\\\\fs5.litwareinc.com\\mirror");
    assert_string_equal(acting->store_task, "pchat-store-write");
    assert_string_equal(acting->fence_off, "/usr/local/lib/fence-off");
    assert_string_equal(acting->fence_status, "/usr/local/lib/fence-status");
    assert_string_equal(acting->notify, "/usr/local/lib/tell");
    assert_string_equal(acting->before_commit, "/usr/local/lib/ask");
    assert_string_equal(acting->runbooks, "/etc/pchat-plugins/runbooks");
    assert_true(acting->automatic_mirror_switch && acting->automatic_failover && acting->automatic_fence);
    assert_int_equal(acting->loss_limit_s, 0);
    assert_int_equal(acting->approval_valid_s, 60);
    assert_int_equal(acting->fence_word_valid_s, 61);
    assert_int_equal(acting->anti_flap_s, 0);
    assert_int_equal(acting->failback_after_s, 62);
    assert_int_equal(acting->partner_timeout_s, 5);
    assert_int_equal(acting->write_proof_valid_s, 31536000);
}

static void people_and_servers_to_activate_land_in_their_structs(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_sites.yaml");
    const struct topology_pool *pool = &topology->pools[0];
    const struct topology_person *people = pool->acting->people;

    (void)state;
    assert_int_equal(pool->acting->person_count, 2);
    assert_string_equal(people[0].name, "oncall-dba");
    assert_int_equal(people[0].uid, 1001);
    assert_true(people[0].approves);
    assert_int_equal(people[1].uid, 0);
    assert_false(people[1].approves);
    assert_int_equal(pool->sites[0].activate_count, 0);
    assert_int_equal(pool->sites[1].activate_count, 1);
    assert_string_equal(pool->sites[1].activate[0], "pc5");
}

/* Nothing is automatic, and nothing may be lost, unless the file says so. */
static void little_is_enough_to_act(void **state)
{
    AUTO(topology) struct topology *topology = parse_file("two_pools.yaml");
    const struct topology_acting *acting = topology->pools[1].acting;

    (void)state;
    assert_null(topology->pools[0].acting);
    assert_null(acting->winrm);
    assert_null(acting->log_folder);
    assert_null(acting->fence_status);
    assert_int_equal(acting->person_count, 0);
    assert_false(acting->automatic_mirror_switch || acting->automatic_failover || acting->automatic_fence);
    assert_int_equal(acting->loss_limit_s, -1);
    assert_int_equal(acting->approval_valid_s, 900);
    assert_int_equal(acting->fence_word_valid_s, 1800);
    assert_int_equal(acting->anti_flap_s, 3600);
    assert_int_equal(acting->failback_after_s, 900);
    assert_int_equal(acting->partner_timeout_s, 10);
    assert_int_equal(acting->write_proof_valid_s, 604800);
}

static const struct {
    const char *folder;
    bool in_share; /* \\fs1.litwareinc.com\pchatls */
} folders[] = {
    {"\\\\fs1.litwareinc.com\\pchatls", true},
    {"\\\\fs1.litwareinc.com\\PCHATLS\\own", true},
    {"\\\\FS1\\pchatls\\own", true},
    {"\\\\fs1.litwareinc.com\\\\pchatls", true},
    {"\\\\fs1.litwareinc.com\\pchatls2", false},
    {"\\\\fs1.litwareinc.com\\pchat", false},
    {"\\\\fs12\\pchatls", false},
    {"\\\\fs1.example.com\\pchatls", false},
    {"\\\\fs2\\fs1.litwareinc.com\\pchatls", false},
    {"D:\\fs1.litwareinc.com\\pchatls", false},
};

static void own_log_backups_are_kept_out_of_the_share(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO_FREE char *text = mem_format(
            "{credentials: {m: {kerberos: true}}, pools: [{fqdn: one.example, share: '%s', sites: [{name: d, "
            "role: primary, sql: [{name: a, role: principal, host: a, tls: off, credential: m}]}], acting: "
            "{credential: m, log_folder: '%s'}}]}",
            "\\\\fs1.litwareinc.com\\pchatls", folders[i].folder);
        AUTO(topology) struct topology *topology = topology_parse(text, strlen(text), "t", NULL, NULL);

        if ((topology == NULL) != folders[i].in_share)
            fail_msg("%s was%s taken", folders[i].folder, topology ? "" : " not");
    }
}

static void little_is_enough(void **state)
{
    static const char *const names[] = {"one_site.yaml", "crlf.yaml"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(topology) struct topology *topology = parse_file(names[i]);
        const struct topology_pool *pool = &topology->pools[0];

        assert_string_equal(pool->database, "mgc");
        assert_null(pool->share);
        assert_int_equal(pool->site_count, 1);
        assert_int_equal(pool->limits.backup_period_s, 0);
        assert_true(pool->limits.warning[METRIC_exposure_s].set);
    }
}

static void without_a_directory_nothing_is_included(void **state)
{
    static const char text[] = "include: other.yaml\n";
    struct err err = ERR_INIT;

    (void)state;
    assert_null(topology_parse(text, strlen(text), "topology.yaml", NULL, &err));
    assert_string_equal(err.text,
                        "topology.yaml:1: include: cannot be followed here; expected a topology in a file");
}

static const struct {
    const char *file, *fqdn, *found, *error;
} searches[] = {
    {"one_site.yaml", NULL, "lyncpc.litwareinc.com", ""},
    {"one_site.yaml", "LYNCPC.litwareinc.com", "lyncpc.litwareinc.com", ""},
    {"one_site.yaml", "x", NULL, "one_site.yaml: has no pool \"x\"; expected lyncpc.litwareinc.com"},
    {"two_pools.yaml", NULL, NULL,
     "two_pools.yaml: has 2 pools; expected one to be named: one.example or two.example"},
    {"two_pools.yaml", "two.example", "two.example", ""},
    {"two_pools.yaml", "x", NULL, "two_pools.yaml: has no pool \"x\"; expected one.example or two.example"},
};

static void pools_are_found_by_name_or_being_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(searches); i++) {
        AUTO(topology) struct topology *topology = parse_file(searches[i].file);
        struct err err = ERR_INIT;
        const struct topology_pool *pool = topology_find_pool(topology, searches[i].fqdn, &err);

        assert_string_equal(pool ? pool->fqdn : "(none)", searches[i].found ? searches[i].found : "(none)");
        assert_string_equal(err.text, searches[i].error);
    }
}

/* Each key with its meaning, word for word, is a row of the reference. */
static void expect_rows(const char *reference, const struct schema *schema)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        AUTO_FREE char *key = mem_format("\n| `%s` | ", field->key);
        AUTO_FREE char *meaning = mem_format(" | %s |\n", field->meaning);
        const char *row = strstr(reference, key);

        while (row && strncmp(row + strlen(key) - 1 + strcspn(row + strlen(key), "|"), meaning,
                              strlen(meaning)) != 0)
            row = strstr(row + 1, key);
        if (!row)
            fail_msg("docs/topology.md has no row | `%s` | … | %s |", field->key, field->meaning);
        if (field->items)
            expect_rows(reference, field->items);
    }
}

static void the_reference_says_what_the_schema_says(void **state)
{
    AUTO_CLOSE int fd = open(REFERENCE, O_RDONLY | O_CLOEXEC);
    AUTO(strbuf) struct strbuf reference = STRBUF_INIT;

    (void)state;
    assert_int_equal(strbuf_read_fd(&reference, fd, 1 << 20), 0);
    expect_rows(strbuf_text(&reference), &schema_topology);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_and_instances_land_in_their_structs),
        cmocka_unit_test(hosts_and_vantage_points_land_in_their_structs),
        cmocka_unit_test(vantage_points_have_what_their_kinds_need),
        cmocka_unit_test(pool_settings_come_over_the_defaults),
        cmocka_unit_test(hosts_are_asked_as_they_or_the_pool_say),
        cmocka_unit_test(agents_are_asked_as_hosts_or_the_pool_say),
        cmocka_unit_test(settings_come_over_the_defaults),
        cmocka_unit_test(credentials_land_in_their_structs),
        cmocka_unit_test(acting_lands_in_its_struct),
        cmocka_unit_test(people_and_servers_to_activate_land_in_their_structs),
        cmocka_unit_test(little_is_enough_to_act),
        cmocka_unit_test(own_log_backups_are_kept_out_of_the_share),
        cmocka_unit_test(little_is_enough),
        cmocka_unit_test(without_a_directory_nothing_is_included),
        cmocka_unit_test(the_reference_says_what_the_schema_says),
        cmocka_unit_test(pools_are_found_by_name_or_being_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
