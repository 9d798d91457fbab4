#include "act/episode/episode.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/whole_file.h"
#include "unit/cmocka_unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static char spool[] = "/tmp/pchat-spool-XXXXXX";

static int make_spool(void **state)
{
    (void)state;
    return mkdtemp(spool) ? chdir(spool) : -1;
}

static int is_named(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The names in the spool, in order; "lot" instead of what chance made of one. */
static void list(struct strbuf *out)
{
    struct dirent **entries = NULL;
    int count = scandir(spool, &entries, is_named, alphasort);

    for (int i = 0; i < count; i++) {
        strbuf_format(out, "%s\n", entries[i]->d_name);
        free(entries[i]);
    }
    free((void *)entries);
}

static int empty_spool(void **state)
{
    struct dirent **entries = NULL;
    int count = scandir(spool, &entries, is_named, alphasort);

    (void)state;
    for (int i = 0; i < count; i++) {
        if (unlink(entries[i]->d_name) != 0)
            rmdir(entries[i]->d_name);
        free(entries[i]);
    }
    free((void *)entries);
    return 0;
}

static int remove_spool(void **state)
{
    (void)state;
    return chdir("/") == 0 ? rmdir(spool) : -1;
}

static void expect_files(const char *expected)
{
    AUTO(strbuf) struct strbuf got = STRBUF_INIT;

    list(&got);
    assert_string_equal(strbuf_text(&got), expected);
}

static struct episode critical(const char *pool, int64_t at_utc_ms)
{
    struct episode episode = {.from = MONITORING_NAGIOS,
                              .state = CHECK_CRITICAL,
                              .hard = true,
                              .attempt = 3,
                              .max_attempts = 3,
                              .downtime = 0,
                              .event = "4711",
                              .at_utc_ms = at_utc_ms};

    assert_true(episode_set_pool(&episode, pool));
    return episode;
}

static void drop(struct episode episode)
{
    struct err err = ERR_INIT;

    assert_int_equal(episode_drop(spool, &episode, &err), 0);
    assert_string_equal(err.text, "");
}

static void expect_taken(const char *pool, const char *name)
{
    char got_name[EPISODE_NAME_BYTES];
    struct episode episode;
    struct err err = ERR_INIT;

    assert_int_equal(episode_take(spool, &episode, got_name, &err), 1);
    assert_string_equal(episode.pool, pool);
    assert_string_equal(got_name, name);
}

static void expect_none(void)
{
    char name[EPISODE_NAME_BYTES];
    struct episode episode;

    assert_int_equal(episode_take(spool, &episode, name, NULL), 0);
}

/* ---- words ---- */

static const struct {
    enum monitoring from;
    const char *text;
    int state; /* -1: is none there */
} states[] = {
    {MONITORING_NAGIOS, "OK", CHECK_OK},
    {MONITORING_NAGIOS, "WARNING", CHECK_WARNING},
    {MONITORING_NAGIOS, "CRITICAL", CHECK_CRITICAL},
    {MONITORING_NAGIOS, "UNKNOWN", CHECK_UNKNOWN},
    {MONITORING_NAGIOS, "UP", CHECK_OK},
    {MONITORING_NAGIOS, "DOWN", CHECK_CRITICAL},
    {MONITORING_NAGIOS, "UNREACHABLE", CHECK_UNKNOWN},
    {MONITORING_NAGIOS, "PROBLEM", -1},
    {MONITORING_NAGIOS, "1", -1},
    {MONITORING_NAGIOS, "critical", -1},
    {MONITORING_NAGIOS, "", -1},
    {MONITORING_ICINGA2, "CRITICAL", CHECK_CRITICAL},
    {MONITORING_ICINGA2, "DOWN", CHECK_CRITICAL},
    {MONITORING_ICINGA2, "UNREACHABLE", -1},
    {MONITORING_ICINGA2, "2", -1},
    {MONITORING_ZABBIX, "PROBLEM", CHECK_CRITICAL},
    {MONITORING_ZABBIX, "1", CHECK_CRITICAL},
    {MONITORING_ZABBIX, "0", CHECK_OK},
    {MONITORING_ZABBIX, "OK", CHECK_OK},
    {MONITORING_ZABBIX, "RESOLVED", CHECK_OK},
    {MONITORING_ZABBIX, "CRITICAL", -1},
    {MONITORING_ZABBIX, "2", -1},
};

static void each_system_spells_states_its_way(void **state)
{
    AUTO(strbuf) struct strbuf zabbix = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(states); i++) {
        enum check_state got = CHECK_STATE_COUNT;
        bool is_one = check_state_parse(states[i].from, states[i].text, &got);

        if (is_one != (states[i].state >= 0) || (is_one && (int)got != states[i].state))
            fail_msg("%s of %s", states[i].text, monitoring_name(states[i].from));
    }
    check_state_spellings(MONITORING_ZABBIX, &zabbix);
    assert_string_equal(strbuf_text(&zabbix), "OK, PROBLEM, RESOLVED, 1, 0");
}

static void each_system_has_a_name(void **state)
{
    enum monitoring from;

    (void)state;
    for (int i = 0; i < MONITORING_COUNT; i++) {
        assert_true(monitoring_parse(monitoring_name((enum monitoring)i), &from));
        assert_int_equal(from, i);
    }
    assert_false(monitoring_parse("Nagios", &from));
}

static const struct {
    const char *text, *pool; /* NULL: refused */
} pools[] = {
    {"lyncpc.litwareinc.com", "lyncpc.litwareinc.com"},
    {"LyncPC.LitwareInc.com", "lyncpc.litwareinc.com"},
    {"pool_1", "pool_1"},
    {"", NULL},
    {".", NULL},
    {"..", NULL},
    {"a..b", NULL},
    {".a", NULL},
    {"a.", NULL},
    {"a/b", NULL},
    {"../a", NULL},
    {"a b", NULL},
    {"a\nstate OK", NULL},
    {"a\xC3\xA4", NULL},
    {"$HOSTNAME$", NULL},
};

static void pools_are_dns_names(void **state)
{
    struct episode episode;
    char longest[EPISODE_POOL_BYTES + 1];

    (void)state;
    for (size_t i = 0; i < COUNT(pools); i++) {
        bool is_one = episode_set_pool(&episode, pools[i].text);

        assert_string_equal(is_one ? episode.pool : "(none)", pools[i].pool ? pools[i].pool : "(none)");
    }
    memset(longest, 'a', sizeof(longest));
    longest[EPISODE_POOL_BYTES] = '\0';
    assert_false(episode_set_pool(&episode, longest));
    longest[EPISODE_POOL_BYTES - 1] = '\0';
    assert_true(episode_set_pool(&episode, longest));
}

static void events_are_printable(void **state)
{
    static const char *const bad_events[] = {"a\nb", "\x1B[31m", "\xC3\xA4", "\x7F"};
    struct episode episode;
    char longest[EPISODE_EVENT_BYTES + 1];

    (void)state;
    assert_true(episode_set_event(&episode, "host!service 4711 {\"$\"}"));
    assert_string_equal(episode.event, "host!service 4711 {\"$\"}");
    for (size_t i = 0; i < COUNT(bad_events); i++)
        assert_false(episode_set_event(&episode, bad_events[i]));
    memset(longest, '1', sizeof(longest));
    longest[EPISODE_EVENT_BYTES] = '\0';
    assert_false(episode_set_event(&episode, longest));
}

/* ---- the file ---- */

static const char text[] = "pchat-episode 1\n"
                           "pool lyncpc.litwareinc.com\n"
                           "from nagios\n"
                           "state CRITICAL\n"
                           "type HARD\n"
                           "attempt 3\n"
                           "max_attempts 3\n"
                           "downtime 0\n"
                           "event 4711\n"
                           "at 2026-11-23T05:15:40.123Z\n"
                           "end\n";

static void an_episode_is_lines(void **state)
{
    struct episode episode = critical("lyncpc.litwareinc.com", INT64_C(1795410940123)), got;
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct err err = ERR_INIT;

    (void)state;
    episode_write(&episode, &out);
    assert_string_equal(strbuf_text(&out), text);
    assert_int_equal(episode_read(text, &got, &err), 0);
    assert_string_equal(got.pool, episode.pool);
    assert_int_equal(got.from, episode.from);
    assert_int_equal(got.state, episode.state);
    assert_true(got.hard);
    assert_int_equal(got.attempt, 3);
    assert_int_equal(got.max_attempts, 3);
    assert_int_equal(got.downtime, 0);
    assert_string_equal(got.event, "4711");
    assert_int_equal(got.at_utc_ms, episode.at_utc_ms);
}

/* Of a failover it is not written: a runner that knows of no kinds reads it still. */
static void one_of_a_failback_says_so(void **state)
{
    struct episode episode = critical("lyncpc.litwareinc.com", INT64_C(1795410940123)), got;
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    (void)state;
    assert_int_equal(episode_read(text, &got, NULL), 0);
    assert_int_equal(got.kind, EPISODE_FAILOVER);
    episode.kind = EPISODE_FAILBACK;
    episode_write(&episode, &out);
    assert_ptr_equal(strstr(strbuf_text(&out), "pchat-episode 1\nkind failback\npool lync"),
                     strbuf_text(&out));
    assert_int_equal(episode_read(strbuf_text(&out), &got, NULL), 0);
    assert_int_equal(got.kind, EPISODE_FAILBACK);
    assert_string_equal(got.pool, episode.pool);
}

static const struct {
    enum check_state state;
    bool hard;
    int failover, failback;
} asks[] = {
    {CHECK_OK, true, -1, 1},      {CHECK_OK, false, -1, 0},      {CHECK_WARNING, true, -1, -1},
    {CHECK_WARNING, false, 0, 0}, {CHECK_CRITICAL, true, 1, -1}, {CHECK_CRITICAL, false, 0, 0},
    {CHECK_UNKNOWN, true, 0, -1}, {CHECK_UNKNOWN, false, 0, 0},
};

static void each_kind_asks_by_its_own_states(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(asks); i++) {
        struct episode episode = {.state = asks[i].state, .hard = asks[i].hard};

        if (episode_asks(&episode) != asks[i].failover)
            fail_msg("failover: %s", check_state_name(asks[i].state));
        episode.kind = EPISODE_FAILBACK;
        if (episode_asks(&episode) != asks[i].failback)
            fail_msg("failback: %s", check_state_name(asks[i].state));
    }
}

static void what_was_not_said_comes_back_so(void **state)
{
    struct episode episode = critical("a", 0), got;
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    (void)state;
    episode.attempt = episode.max_attempts = episode.downtime = -1;
    episode.event[0] = '\0';
    episode.hard = false;
    episode_write(&episode, &out);
    assert_int_equal(episode_read(strbuf_text(&out), &got, NULL), 0);
    assert_int_equal(got.attempt, -1);
    assert_int_equal(got.max_attempts, -1);
    assert_int_equal(got.downtime, -1);
    assert_string_equal(got.event, "");
    assert_false(got.hard);
}

static void a_cut_episode_is_none(void **state)
{
    struct episode got;
    struct err err;

    (void)state;
    for (size_t length = 0; length < sizeof(text) - 1; length++) {
        AUTO_FREE char *cut = mem_format("%.*s", (int)length, text);

        err = (struct err)ERR_INIT;
        assert_int_equal(episode_read(cut, &got, &err), -1);
        assert_int_equal(err.kind, ERR_INPUT);
        assert_string_not_equal(err.text, "");
    }
}

static const struct {
    const char *line, *instead, *error;
} changes[] = {
    {"pchat-episode 1", "pchat-episode 2", "no episode; expected \"pchat-episode 1\" in its first line"},
    {"pool lync", "kind switchover\npool lync", "line 2: expected \"kind failover\" or \"kind failback\""},
    {"pool lyncpc.litwareinc.com", "kind failback\npool ../../etc", "line 3: expected \"pool …\""},
    {"pool lyncpc.litwareinc.com", "pool ../../etc", "line 2: expected \"pool …\""},
    {"from nagios", "from cron", "line 3: expected \"from …\""},
    {"state CRITICAL", "state DOWN", "line 4: expected \"state …\""},
    {"type HARD", "type HARD ", "line 5: expected \"type …\""},
    {"attempt 3", "attempt 0x3", "line 6: expected \"attempt …\""},
    {"attempt 3", "attempt -2", "line 6: expected \"attempt …\""},
    {"downtime 0", "downtime 99999999999999999999", "line 8: expected \"downtime …\""},
    {"event 4711", "event \x01", "line 9: expected \"event …\""},
    {"at 2026-11-23T05:15:40.123Z", "at noon", "line 10: expected \"at …\""},
    {"pool lync", "kind failback\nkind failback\npool lync", "line 3: expected \"pool …\""},
    {"end", "end\nmore", "line 11: expected \"end\" and no more"},
};

static void a_changed_line_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        const char *at = strstr(text, changes[i].line);
        AUTO_FREE char *changed =
            mem_format("%.*s%s%s", (int)(at - text), text, changes[i].instead, at + strlen(changes[i].line));
        struct episode got;
        struct err err = ERR_INIT;

        assert_int_equal(episode_read(changed, &got, &err), -1);
        assert_string_equal(err.text, changes[i].error);
    }
}

/* ---- the spool ---- */

static void calls_of_one_kind_are_one_file(void **state)
{
    struct episode soft = critical("b.example", 3), ok = critical("b.example", 4);

    (void)state;
    soft.hard = false;
    ok.state = CHECK_OK;
    drop(critical("b.example", 1));
    drop(critical("B.example", 2));
    drop(soft);
    drop(ok);
    drop(critical("a.example", 5));
    ok.kind = EPISODE_FAILBACK;
    drop(ok);
    expect_files("a.example.CRITICAL.HARD.episode\n"
                 "b.example.CRITICAL.HARD.episode\n"
                 "b.example.CRITICAL.SOFT.episode\n"
                 "b.example.OK.HARD.episode\n"
                 "b.example.OK.HARD.failback.episode\n");
}

static void pools_with_long_names_have_files_too(void **state)
{
    char long_name[EPISODE_POOL_BYTES];
    AUTO(strbuf) struct strbuf files = STRBUF_INIT;
    char name[EPISODE_NAME_BYTES];
    struct episode episode;

    (void)state;
    memset(long_name, 'a', sizeof(long_name));
    long_name[EPISODE_POOL_BYTES - 1] = '\0';
    drop(critical(long_name, 1));
    long_name[EPISODE_POOL_BYTES - 2] = 'b';
    drop(critical(long_name, 2));
    list(&files);
    assert_int_equal(files.length, 2 * (160 + 1 + 16 + strlen(".CRITICAL.HARD.episode\n")));
    assert_int_equal(episode_take(spool, &episode, name, NULL), 1);
    assert_int_equal(strlen(episode.pool), EPISODE_POOL_BYTES - 1);
}

static void files_are_for_the_group(void **state)
{
    struct stat file;

    (void)state;
    umask(0077);
    drop(critical("a", 1));
    assert_int_equal(stat("a.CRITICAL.HARD.episode", &file), 0);
    assert_int_equal(file.st_mode & 07777, 0640);
}

static void the_oldest_is_taken_until_it_is_done(void **state)
{
    (void)state;
    expect_none();
    drop(critical("b", 20));
    drop(critical("a", 30));
    drop(critical("c", 10));
    expect_taken("c", "c.CRITICAL.HARD.taken");
    expect_taken("c", "c.CRITICAL.HARD.taken");
    drop(critical("d", 5));
    expect_taken("c", "c.CRITICAL.HARD.taken");
    assert_int_equal(episode_done(spool, "c.CRITICAL.HARD.taken", NULL), 0);
    assert_int_equal(episode_done(spool, "c.CRITICAL.HARD.taken", NULL), 0);
    expect_taken("d", "d.CRITICAL.HARD.taken");
    assert_int_equal(episode_done(spool, "d.CRITICAL.HARD.taken", NULL), 0);
    expect_taken("b", "b.CRITICAL.HARD.taken");
}

/* The runner must not remove what it has never read. */
static void a_call_that_comes_meanwhile_is_kept(void **state)
{
    (void)state;
    drop(critical("a", 1));
    expect_taken("a", "a.CRITICAL.HARD.taken");
    drop(critical("a", 2));
    expect_files("a.CRITICAL.HARD.episode\na.CRITICAL.HARD.taken\n");
    assert_int_equal(episode_done(spool, "a.CRITICAL.HARD.taken", NULL), 0);
    expect_taken("a", "a.CRITICAL.HARD.taken");
    assert_int_equal(episode_done(spool, "a.CRITICAL.HARD.taken", NULL), 0);
    expect_none();
    expect_files("");
}

static void what_is_no_episode_is_put_aside(void **state)
{
    AUTO(strbuf) struct strbuf large = STRBUF_INIT;

    (void)state;
    while (large.length < 5000)
        strbuf_add(&large, text);
    assert_int_equal(whole_file_write("a.episode", 0640, "", NULL), 0);
    assert_int_equal(whole_file_write("b.episode", 0640, "#!/bin/sh\n", NULL), 0);
    assert_int_equal(whole_file_write("c.episode", 0640, strbuf_text(&large), NULL), 0);
    assert_int_equal(symlink("/etc/passwd", "d.episode"), 0);
    assert_int_equal(mkfifo("e.episode", 0640), 0);
    assert_int_equal(mkdir("f.episode", 0750), 0);
    assert_int_equal(whole_file_write("README", 0640, "not ours", NULL), 0);
    drop(critical("a", 1));
    expect_taken("a", "a.CRITICAL.HARD.taken");
    expect_files("README\na.CRITICAL.HARD.taken\na.bad\nb.bad\nc.bad\nd.bad\ne.bad\nf.bad\n");
}

static void halves_of_dead_handlers_are_removed(void **state)
{
    const struct timespec long_ago[2] = {{.tv_sec = 1}, {.tv_sec = 1}};

    (void)state;
    assert_int_equal(whole_file_write("a.CRITICAL.HARD.1.tmp", 0640, "pchat-", NULL), 0);
    assert_int_equal(whole_file_write("a.CRITICAL.HARD.2.tmp", 0640, "pchat-", NULL), 0);
    assert_int_equal(utimensat(AT_FDCWD, "a.CRITICAL.HARD.1.tmp", long_ago, 0), 0);
    expect_none();
    expect_files("a.CRITICAL.HARD.2.tmp\n");
}

static void a_spool_that_is_none_is_said(void **state)
{
    const struct episode episode = critical("a", 1);
    struct episode got;
    char name[EPISODE_NAME_BYTES];
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(episode_drop("/nowhere", &episode, &err), -1);
    assert_string_equal(err.text, "/nowhere: No such file or directory");
    assert_int_equal(episode_take("/nowhere", &got, name, &err), -1);
    assert_string_equal(err.text, "/nowhere: No such file or directory");
    assert_int_equal(episode_drop("/dev/null", &episode, &err), -1);
    assert_string_equal(err.text, "/dev/null: Not a directory");
    assert_int_equal(mkdir("a.CRITICAL.HARD.episode", 0750), 0);
    assert_int_equal(episode_drop(".", &episode, &err), -1);
    assert_string_equal(err.text, "./a.CRITICAL.HARD.episode: Is a directory");
    expect_files("a.CRITICAL.HARD.episode\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_system_spells_states_its_way),
        cmocka_unit_test(each_system_has_a_name),
        cmocka_unit_test(pools_are_dns_names),
        cmocka_unit_test(events_are_printable),
        cmocka_unit_test(an_episode_is_lines),
        cmocka_unit_test(one_of_a_failback_says_so),
        cmocka_unit_test(each_kind_asks_by_its_own_states),
        cmocka_unit_test(what_was_not_said_comes_back_so),
        cmocka_unit_test(a_cut_episode_is_none),
        cmocka_unit_test(a_changed_line_is_said),
        cmocka_unit_test_teardown(calls_of_one_kind_are_one_file, empty_spool),
        cmocka_unit_test_teardown(pools_with_long_names_have_files_too, empty_spool),
        cmocka_unit_test_teardown(files_are_for_the_group, empty_spool),
        cmocka_unit_test_teardown(the_oldest_is_taken_until_it_is_done, empty_spool),
        cmocka_unit_test_teardown(a_call_that_comes_meanwhile_is_kept, empty_spool),
        cmocka_unit_test_teardown(what_is_no_episode_is_put_aside, empty_spool),
        cmocka_unit_test_teardown(halves_of_dead_handlers_are_removed, empty_spool),
        cmocka_unit_test_teardown(a_spool_that_is_none_is_said, empty_spool),
    };

    return cmocka_run_group_tests(tests, make_spool, remove_spool);
}
