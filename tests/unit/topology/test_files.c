/*
 * What a topology names on disk: included files, certificates, passwords and who may read them.
 */
#include "base/mem.h"
#include "base/strbuf.h"
#include "topology/topology.h"
#include "unit/cmocka_unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static char directory[] = "/tmp/pchat-topology-XXXXXX";
static const char *const names[] = {"topology.yaml", "pool.yaml",         "ca.pem",   "password",
                                    "sub/pool.yaml", "sub/password",      "pipe",     "auth",
                                    "privacy",       "site-profile.yaml", "more.yaml"};

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) && chdir(directory) == 0 ? mkdir("sub", 0700) : -1;
}

static int remove_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        unlink(names[i]);
    return 0;
}

static int remove_directory(void **state)
{
    remove_files(state);
    rmdir("sub");
    return chdir("/") == 0 ? rmdir(directory) : -1;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    AUTO_CLOSE int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
}

#define SITES                                                                                                \
    "sites: [{name: dub, role: primary, sql: [{name: a, role: principal, host: a, ca: ca.pem, credential: "  \
    "m}]}]\n"
static const char topology_text[] = "credentials:\n"
                                    "  m:\n"
                                    "    sql_user: pchat_monitor\n"
                                    "    password_file: password\n"
                                    "pools:\n"
                                    "  - fqdn: lyncpc.litwareinc.com\n"
                                    "    " SITES;

static struct topology *load(struct err *err)
{
    *err = (struct err)ERR_INIT;
    return topology_load("topology.yaml", err);
}

/* "%s" in the text stands for the directory. */
static void expect_text(struct topology *loaded, const struct err *err, enum err_kind kind, const char *text)
{
    AUTO(strbuf) struct strbuf expected = STRBUF_INIT;
    AUTO(topology) struct topology *topology = loaded;

    for (const char *mark; (mark = strstr(text, "%s")); text = mark + 2) {
        strbuf_add_n(&expected, text, (size_t)(mark - text));
        strbuf_add(&expected, directory);
    }
    strbuf_add(&expected, text);
    assert_null(topology);
    assert_int_equal(err->kind, kind);
    assert_string_equal(err->text, strbuf_text(&expected));
}

static void expect_error(enum err_kind kind, const char *text)
{
    struct err err;
    struct topology *topology = load(&err);

    expect_text(topology, &err, kind, text);
}

static void passwords_are_read(void **state)
{
    struct err err;
    AUTO(topology) struct topology *topology = NULL;
    AUTO_FREE char *ca = mem_format("%s/ca.pem", directory);

    (void)state;
    write_file("topology.yaml", topology_text, 0644);
    write_file("ca.pem", "certificates", 0644);
    write_file("password", "hunter2\n", 0600);
    topology = load(&err);
    assert_string_equal(err.text, "");
    assert_string_equal(secret_text(topology->credentials[0].password), "hunter2");
    assert_string_equal(topology->pools[0].sites[0].sql[0].ca, ca);
}

static const struct {
    mode_t mode;
    const char *error;
} modes[] = {
    {0644,
     "topology.yaml:4: credentials.m.password_file: %s/password: mode 0644 lets others in; expected 0600"},
    {0604,
     "topology.yaml:4: credentials.m.password_file: %s/password: mode 0604 lets others in; expected 0600"},
    {0602,
     "topology.yaml:4: credentials.m.password_file: %s/password: mode 0602 lets others in; expected 0600"},
};

static void passwords_that_others_may_read_are_refused(void **state)
{
    (void)state;
    write_file("topology.yaml", topology_text, 0644);
    write_file("ca.pem", "certificates", 0644);
    for (size_t i = 0; i < COUNT(modes); i++) {
        write_file("password", "hunter2\n", modes[i].mode);
        expect_error(ERR_SECRET, modes[i].error);
    }
}

static void passwords_must_be_there(void **state)
{
    (void)state;
    write_file("topology.yaml", topology_text, 0644);
    write_file("ca.pem", "certificates", 0644);
    expect_error(ERR_SECRET,
                 "topology.yaml:4: credentials.m.password_file: %s/password: No such file or directory");
    write_file("password", "", 0600);
    expect_error(ERR_SECRET,
                 "topology.yaml:4: credentials.m.password_file: %s/password: empty; expected the secret "
                 "on the first line");
}

static const char snmp_text[] =
    "credentials:\n"
    "  m: {kerberos: true}\n"
    "  c: {community_file: password}\n"
    "  u: {snmp_user: watch, auth_file: auth, privacy_file: privacy}\n"
    "pools:\n"
    "  - fqdn: lyncpc.litwareinc.com\n"
    "    snmp: {credential: u}\n"
    "    sites: [{name: dub, role: primary, front_ends: [{name: f, fqdn: f.example, "
    "snmp: {credential: c}}], sql: [{name: a, role: principal, host: a, "
    "ca: ca.pem, credential: m}]}]\n";

static void secrets_of_agents_are_read(void **state)
{
    struct err err;
    AUTO(topology) struct topology *topology = NULL;

    (void)state;
    write_file("topology.yaml", snmp_text, 0600);
    write_file("ca.pem", "certificate", 0644);
    write_file("password", "public\n", 0600);
    write_file("auth", "long enough\n", 0600);
    write_file("privacy", "also long enough\n", 0600);
    topology = load(&err);
    assert_string_equal(err.text, "");
    assert_string_equal(secret_text(topology->credentials[0].community), "public");
    assert_string_equal(secret_text(topology->credentials[2].auth_passphrase), "long enough");
    assert_string_equal(secret_text(topology->credentials[2].privacy_passphrase), "also long enough");
    assert_null(topology->credentials[2].password);
}

static const char acting_text[] = "credentials:\n"
                                  "  m: {kerberos: true}\n"
                                  "  a: {sql_user: actor, password_file: password}\n"
                                  "pools:\n"
                                  "  - fqdn: lyncpc.litwareinc.com\n"
                                  "    acting: {credential: a, winrm: {ca: pool.yaml}}\n"
                                  "    " SITES;

/* The file belongs to the runner: a check could not read it, and must not fail for that. */
static void secrets_of_acting_are_read_for_acting_alone(void **state)
{
    struct err err = ERR_INIT;
    AUTO(topology) struct topology *watching = NULL, *acting = NULL;

    (void)state;
    write_file("topology.yaml", acting_text, 0600);
    write_file("ca.pem", "certificate", 0644);
    write_file("pool.yaml", "certificate", 0644);
    write_file("password", "hunter2\n", 0600);
    acting = topology_load_for_acting("topology.yaml", &err);
    assert_string_equal(err.text, "");
    assert_string_equal(secret_text(acting->pools[0].acting->credential->password), "hunter2");
    unlink("password");
    unlink("pool.yaml");
    watching = load(&err);
    assert_string_equal(err.text, "");
    assert_null(watching->pools[0].acting->credential->password);
    assert_string_equal(watching->pools[0].acting->credential->sql_user, "actor");
}

static const struct {
    const char *ca, *password, *error;
    enum err_kind kind;
} acting_files[] = {
    {NULL, "hunter2\n",
     "topology.yaml:6: pools[0].acting.winrm.ca: %s/pool.yaml: No such file or directory; expected a file of "
     "certificates (PEM)",
     ERR_CONFIG},
    {"certificate", NULL,
     "topology.yaml:3: credentials.a.password_file: %s/password: No such file or directory", ERR_SECRET},
};

static void files_of_acting_must_be_there_for_acting(void **state)
{
    (void)state;
    write_file("topology.yaml", acting_text, 0600);
    write_file("ca.pem", "certificate", 0644);
    for (size_t i = 0; i < COUNT(acting_files); i++) {
        struct err err = ERR_INIT;

        unlink("pool.yaml");
        unlink("password");
        if (acting_files[i].ca)
            write_file("pool.yaml", acting_files[i].ca, 0644);
        if (acting_files[i].password)
            write_file("password", acting_files[i].password, 0600);
        expect_text(topology_load_for_acting("topology.yaml", &err), &err, acting_files[i].kind,
                    acting_files[i].error);
    }
}

static void secrets_of_agents_must_be_fit(void **state)
{
    (void)state;
    write_file("topology.yaml", snmp_text, 0600);
    write_file("ca.pem", "certificate", 0644);
    expect_error(ERR_SECRET,
                 "topology.yaml:3: credentials.c.community_file: %s/password: No such file or directory");
    write_file("password", "public\n", 0644);
    expect_error(ERR_SECRET,
                 "topology.yaml:3: credentials.c.community_file: %s/password: mode 0644 lets others "
                 "in; expected 0600");
    write_file("password", "public\n", 0600);
    write_file("auth", "short77\n", 0600);
    expect_error(ERR_SECRET,
                 "topology.yaml:4: credentials.u.auth_file: %s/auth: its first line is shorter than 8 "
                 "characters; SNMP takes no such passphrase");
}

static void certificates_must_be_there_before_a_password_is_opened(void **state)
{
    (void)state;
    write_file("topology.yaml", topology_text, 0644);
    expect_error(ERR_CONFIG,
                 "topology.yaml:7: pools[0].sites[0].sql[0].ca: %s/ca.pem: No such file or directory; "
                 "expected a file of certificates (PEM)");
    write_file("ca.pem", "", 0644);
    expect_error(ERR_CONFIG,
                 "topology.yaml:7: pools[0].sites[0].sql[0].ca: %s/ca.pem: empty; expected a file of "
                 "certificates (PEM)");
}

static void included_files_count_from_where_they_lie(void **state)
{
    struct err err;
    AUTO(topology) struct topology *topology = NULL;
    AUTO_FREE char *ca = mem_format("%s/sub/../ca.pem", directory);

    (void)state;
    write_file("topology.yaml",
               "credentials: {m: {kerberos: true}}\n"
               "pools:\n"
               "  - {fqdn: one.example, include: sub/pool.yaml}\n"
               "  - {fqdn: two.example, include: sub/pool.yaml, database: two}\n",
               0644);
    write_file("sub/pool.yaml",
               "include: ../pool.yaml\n"
               "fqdn: never.used.example\n"
               "database: sub\n"
               "sites: [{name: dub, role: primary, sql: [{name: a, role: principal, host: a, ca: ../ca.pem, "
               "credential: m}]}]\n",
               0644);
    write_file("pool.yaml", "database: never\nperiods: {backup_s: 300}\n", 0644);
    write_file("ca.pem", "certificates", 0644);
    topology = load(&err);
    assert_string_equal(err.text, "");
    assert_string_equal(topology->pools[0].fqdn, "one.example");
    assert_string_equal(topology->pools[0].database, "sub");
    assert_string_equal(topology->pools[1].database, "two");
    assert_int_equal(topology->pools[1].limits.backup_period_s, 300);
    assert_string_equal(topology->pools[1].sites[0].sql[0].ca, ca);
}

static void mistakes_in_included_files_have_their_own_lines(void **state)
{
    (void)state;
    write_file("topology.yaml",
               "credentials: {m: {kerberos: true}}\npools:\n  - {fqdn: one.example, include: pool.yaml}\n",
               0644);
    write_file("pool.yaml", "database: mgc\n" SITES "prot: 1\n", 0644);
    expect_error(ERR_CONFIG,
                 "%s/pool.yaml:3: pools[0].prot: unknown key; expected include, fqdn, sites, share, "
                 "database, periods, limits, settings, observer, winrm, snmp, host_ca, client_certificate, "
                 "client_key, "
                 "vantage_points, acting or drill");
    write_file("pool.yaml", "database: mgc\n" SITES, 0644);
    expect_error(ERR_CONFIG,
                 "%s/pool.yaml:2: pools[0].sites[0].sql[0].ca: %s/ca.pem: No such file or directory; "
                 "expected a file of certificates (PEM)");
}

/* A site profile: what stands beside the include goes first, key by key. */
static void settings_of_included_files_join_those_beside(void **state)
{
    struct err err;
    AUTO(topology) struct topology *topology = NULL;
    const struct settings *settings;

    (void)state;
    write_file("topology.yaml",
               "credentials: {m: {kerberos: true}}\n"
               "pools:\n"
               "  - fqdn: one.example\n"
               "    include: site-profile.yaml\n"
               "    periods: {copy_s: 120}\n"
               "    limits: {backlog_s: {warning: \"7\"}}\n"
               "    settings: {ping_gap_s: 20, monitor_domain: here}\n"
               "    " SITES,
               0644);
    write_file("site-profile.yaml",
               "include: more.yaml\n"
               "periods: {backup_s: 60, copy_s: 60}\n"
               "settings: {ping_clock: local, ping_gap_s: 16}\n",
               0644);
    write_file("more.yaml",
               "limits: {backlog_s: {warning: \"8\", critical: \"9\"}, exposure_s: {warning: \"5\"}}\n"
               "settings: {ping_clock: utc, idle_listens: 1}\n",
               0644);
    write_file("ca.pem", "certificates", 0644);
    topology = load(&err);
    assert_string_equal(err.text, "");
    settings = &topology->pools[0].settings;
    assert_int_equal(settings->ping_gap_s, 20);
    assert_string_equal(settings->monitor_domain, "here");
    assert_string_equal(settings->ping_clock, "local");
    assert_int_equal(settings->idle_listens, 1);
    assert_int_equal(topology->pools[0].limits.backup_period_s, 60);
    assert_int_equal(topology->pools[0].limits.copy_period_s, 120);
    assert_true(topology->pools[0].limits.warning[METRIC_backlog_s].high == 7);
    assert_true(topology->pools[0].limits.warning[METRIC_exposure_s].high == 5);
}

static void mistakes_in_joined_settings_have_their_own_lines(void **state)
{
    (void)state;
    write_file("topology.yaml",
               "credentials: {m: {kerberos: true}}\n"
               "pools:\n"
               "  - {fqdn: one.example, include: site-profile.yaml, settings: {ping_gap_s: 20}}\n",
               0644);
    write_file("site-profile.yaml", SITES "settings:\n  ping_gap_s: 1\n  ping_clock: mars\n", 0644);
    expect_error(ERR_CONFIG,
                 "%s/site-profile.yaml:4: pools[0].settings.ping_clock: \"mars\" is not a clock; expected "
                 "utc, local or unknown");
}

/* A file of that many bytes, all comment. */
static void write_large(const char *name, off_t bytes)
{
    AUTO_FCLOSE FILE *file = fopen(name, "we");

    assert_non_null(file);
    for (off_t at = 0; at < bytes; at += 64)
        assert_true(fputs("# 3456789012345678901234567890123456789012345678901234567890123\n", file) >= 0);
}

static void files_are_bounded(void **state)
{
    (void)state;
    write_large("topology.yaml", TOPOLOGY_MAX_BYTES);
    expect_error(ERR_CONFIG, "topology.yaml:1: empty; expected a mapping");
    write_large("topology.yaml", 10L * 1024 * 1024);
    expect_error(ERR_CONFIG, "topology.yaml: larger than 4 MiB; expected a topology, which is smaller");
    write_file("topology.yaml",
               "credentials: {m: {kerberos: true}}\npools:\n"
               "  - {fqdn: one.example, include: pool.yaml}\n",
               0644);
    write_large("pool.yaml", TOPOLOGY_MAX_BYTES + 64);
    expect_error(ERR_CONFIG,
                 "topology.yaml:3: pools[0].include: %s/pool.yaml: larger than 4 MiB; expected a topology, "
                 "which is smaller");
}

static void odd_files_are_refused(void **state)
{
    (void)state;
    expect_error(ERR_CONFIG, "topology.yaml: No such file or directory");
    assert_int_equal(mkfifo("topology.yaml", 0600), 0);
    expect_error(ERR_CONFIG, "topology.yaml: not a regular file; expected a YAML file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(passwords_are_read, remove_files),
        cmocka_unit_test_teardown(passwords_that_others_may_read_are_refused, remove_files),
        cmocka_unit_test_teardown(passwords_must_be_there, remove_files),
        cmocka_unit_test_teardown(secrets_of_agents_are_read, remove_files),
        cmocka_unit_test_teardown(secrets_of_acting_are_read_for_acting_alone, remove_files),
        cmocka_unit_test_teardown(files_of_acting_must_be_there_for_acting, remove_files),
        cmocka_unit_test_teardown(secrets_of_agents_must_be_fit, remove_files),
        cmocka_unit_test_teardown(certificates_must_be_there_before_a_password_is_opened, remove_files),
        cmocka_unit_test_teardown(included_files_count_from_where_they_lie, remove_files),
        cmocka_unit_test_teardown(mistakes_in_included_files_have_their_own_lines, remove_files),
        cmocka_unit_test_teardown(settings_of_included_files_join_those_beside, remove_files),
        cmocka_unit_test_teardown(mistakes_in_joined_settings_have_their_own_lines, remove_files),
        cmocka_unit_test_teardown(files_are_bounded, remove_files),
        cmocka_unit_test_teardown(odd_files_are_refused, remove_files),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
