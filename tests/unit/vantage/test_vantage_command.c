/*
 * Kind command, with real programs: what they are given, how they may fail, and that none of them outlasts
 * the deadline, nor do its children.
 */
#include "observe/vantage/vantage.h"

#include "unit/cmocka_unit.h"
#include "unit/vantage/vantage_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

enum { TIMEOUT_MS = 1500, SLACK_MS = 1000, STRAY_FD = 77 };

static char folder[64];

static const char *file_in(const char *name, char out[96])
{
    snprintf(out, 96, "%s/%s", folder, name);
    return out;
}

static void write_program(const char *body, mode_t mode)
{
    char path[96];
    FILE *file = fopen(file_in("look", path), "we");

    assert_non_null(file);
    fprintf(file, "#!/bin/sh\nfolder=%s\nnow=$(date -u +%%Y-%%m-%%dT%%H:%%M:%%SZ)\n%s\n", folder, body);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void look(const char *keys, struct arena *arena, struct host_snapshot *seen)
{
    char vantage[256], path[96];

    snprintf(vantage, sizeof(vantage), "kind: command, command: '%s'%s", file_in("look", path), keys);
    AUTO(topology) struct topology *topology = vantage_pool(vantage);
    vantage_ask(&topology->pools[0], &topology->pools[0].vantages[0], NULL, clock_system(),
                deadline_in_ms(clock_system(), TIMEOUT_MS), arena, seen);
}

static void check(const char *name, const char *body, mode_t mode, const char *keys, const char *expected)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct host_snapshot seen = {0};
    struct mono_ms start = clock_mono(clock_system());

    write_program(body, mode);
    look(keys, arena, &seen);
    if (clock_mono(clock_system()).ms - start.ms > TIMEOUT_MS + SLACK_MS)
        fail_msg("%s: took too long", name);
    assert_votes(name, &seen, expected);
}

/* Says that it sees all that it reads. */
#define SEES_ALL "echo now $now; while read -r name kind host port; do echo $name seen $now; done"
#define ALL                                                                                                  \
    "sqlpri1 seen 0, sqlmir1 seen 0, sqldr1 seen 0, sqldr2 seen 0, pc1 seen 0, pc2 seen 0, pc5 seen 0, "     \
    "fe-dub1 seen 0, fe-red1 seen 0"
#define BUT_SQLPRI1                                                                                          \
    ", sqlmir1 unknown ?, sqldr1 unknown ?, sqldr2 unknown ?, pc1 unknown ?, pc2 unknown ?, pc5 unknown ?, " \
    "fe-dub1 unknown ?, fe-red1 unknown ?"
#define NO_TIME "timed_out: it was still running at the deadline, and was ended"

static void programs_are_heard(void **state)
{
    static const struct {
        const char *name, *body, *keys, *expected;
    } cases[] = {
        {"sees all", SEES_ALL, "", ALL},
        {"given what to look at",
         "[ \"$(cat | sed -n '1p;4p;5p;8p' | tr '\\n' /)\" = \"sqlpri1 sql sqlpri1 1433/sqldr2 sql sqldr2 "
         "RTC/pc1 chat_server pc1.litwareinc.com 5041/fe-dub1 front_end fe-dub1.litwareinc.com 5061/\" ] && "
         "echo now $now && echo sqlpri1 seen $now",
         "", "sqlpri1 seen 0" BUT_SQLPRI1},
        {"given its reference",
         "[ \"$(tail -n 1)\" = '* reference 2001:db8::53 53' ] && echo now $now && echo sqlpri1 seen $now",
         ", reference: '[2001:db8::53]:53'",
         "sqlpri1 seen 0" BUT_SQLPRI1
         " (it does not see its reference: what else it does not see is no vote)"},
        {"given its arguments",
         "[ $# = 3 ] && [ \"$1\" = --site ] && [ \"$2\" = 'dub $(id); x' ] && [ -z \"$3\" ] && " SEES_ALL,
         ", args: [--site, 'dub $(id); x', '']", ALL},
        {"given nothing else",
         "[ -z \"$PCHAT_STRAY\" ] && [ \"$(pwd)\" = / ] && [ \"$PATH\" = /usr/sbin:/usr/bin:/sbin:/bin ] && "
         "[ ! -e /proc/self/fd/77 ] && " SEES_ALL,
         "", ALL},
        {"does not read", "echo now $now; echo sqlpri1 seen $now", "", "sqlpri1 seen 0" BUT_SQLPRI1},
        {"complains at length", "yes complaint | head -c 500000 >&2; " SEES_ALL, "", ALL},
        {"leaves somebody behind with its output", "sleep 600 & echo $! >$folder/left; " SEES_ALL, "", ALL},
        {"speaks of others too", "echo fs1 seen $now; echo; echo garbage; " SEES_ALL, "",
         ALL " (2 of its lines tell of nothing that it was asked)"},
        {"closes its output, then looks", "exec >&-; sleep 0.2", "",
         "sqlpri1 unknown ?" BUT_SQLPRI1
         " (it does not say what its clock shows: nothing that it says has an age)"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check(cases[i].name, cases[i].body, 0700, cases[i].keys, cases[i].expected);
}

static void programs_fail(void **state)
{
    static const struct {
        const char *name, *body, *expected;
    } cases[] = {
        {"hangs", "sleep 600", NO_TIME},
        {"hangs and does not want to end", "trap '' TERM INT HUP; echo busy >&2; while :; do sleep 600; done",
         NO_TIME ": busy"},
        {"hangs after its answer", SEES_ALL "; sleep 600", NO_TIME},
        {"hangs in a child", "sleep 600 & echo $! >$folder/left; wait", NO_TIME},
        {"talks for ever", "yes", "protocol_error: it wrote more than anybody reads, and was ended"},
        {"fails", "echo 'no route to probe' >&2; exit 3",
         "protocol_error: it ended with exit code 3: no route to probe"},
        {"fails with a whole answer", SEES_ALL "; exit 1", "protocol_error: it ended with exit code 1"},
        {"complains in colours", "printf 'a\\033[31m\\nb\\377' >&2; exit 1",
         "protocol_error: it ended with exit code 1: a [31m b\xEF\xBF\xBD"},
        {"is killed", SEES_ALL "; kill -9 $$", "protocol_error: it was ended by signal 9"},
        {"lacks a tool", "exec /nonexistent/probe 2>/dev/null",
         "protocol_error: it ended with exit code 127"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check(cases[i].name, cases[i].body, 0700, "", cases[i].expected);
}

/* What stands on its output is no answer, and does no harm. */
static void noise_is_survived(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct host_snapshot seen = {0};

    (void)state;
    write_program("head -c 50000 /dev/urandom", 0700);
    look("", arena, &seen);
    assert_int_equal(seen.vote.sighting.sight, SIGHT_SEEN);
    for (size_t i = 0; i < seen.vote.count; i++)
        assert_string_equal(seen.vote.rows[i].vote, "unknown");
}

/* A program may print what was stored long ago, its clock too. */
static void stored_answers_are_none(void **state)
{
    static const char *const stored[] = {"2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"};

    (void)state;
    for (size_t i = 0; i < COUNT(stored); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct host_snapshot seen = {0};
        char body[200];

        snprintf(body, sizeof(body), "echo now %s; echo sqlpri1 not_seen %s; echo sqldr1 seen %s", stored[i],
                 stored[i], stored[i]);
        write_program(body, 0700);
        look("", arena, &seen);
        assert_int_equal(seen.vote.sighting.sight, SIGHT_PROTOCOL_ERROR);
        assert_non_null(strstr(seen.vote.sighting.detail, "an answer that was stored, or a wrong clock"));
        assert_int_equal(seen.vote.count, 0);
    }
}

static void its_clock_is_kept(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct host_snapshot seen = {0};

    (void)state;
    write_program(SEES_ALL, 0700);
    look("", arena, &seen);
    assert_true(seen.clock_offset_ms.known && seen.round_trip_ms.known);
    assert_in_range(seen.clock_offset_ms.value + 5000, 0, 10000);
    assert_true(seen.vote.rows[0].at_utc_ms.known);
}

/* Each vantage point has a thread: programs are started while others allocate. */
static void *look_often(void *arg)
{
    struct strbuf *votes = arg;

    for (int i = 0; i < 5; i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct host_snapshot seen = {0};

        look("", arena, &seen);
        strbuf_truncate(votes, 0);
        votes_add(votes, &seen);
    }
    return NULL;
}

static void many_run_at_once(void **state)
{
    struct strbuf votes[6] = {STRBUF_INIT};
    pthread_t threads[COUNT(votes)];

    (void)state;
    write_program(SEES_ALL, 0700);
    for (size_t i = 0; i < COUNT(votes); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_often, &votes[i]), 0);
    for (size_t i = 0; i < COUNT(votes); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_string_equal(strbuf_text(&votes[i]), ALL);
        strbuf_done(&votes[i]);
    }
}

/* ---- whom it belongs to ---- */

static void assert_refused(const char *name, const char *why)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct host_snapshot seen = {0};

    look("", arena, &seen);
    if (seen.vote.sighting.sight != SIGHT_NOT_ASKED || !strstr(seen.vote.sighting.detail, why))
        fail_msg("%s: %s", name, seen.vote.sighting.detail);
}

static void only_programs_that_nobody_else_can_change_are_run(void **state)
{
    static const struct {
        mode_t mode, folder_mode;
        const char *why;
    } cases[] = {
        {0600, 0700, "look may not be executed; expected chmod +x"},
        {0702, 0700, "look can be written by others than its owner; expected chmod go-w"},
        {0720, 0700, "look can be written by others than its owner"},
        {0700, 0720, "/ can be written by others than its owner"},
        {0700, 0702, "/ can be written by others than its owner"},
    };
    char path[96];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_program(SEES_ALL, cases[i].mode);
        assert_int_equal(chmod(folder, cases[i].folder_mode), 0);
        assert_refused("modes", cases[i].why);
        assert_int_equal(chmod(folder, 0700), 0);
    }
    assert_int_equal(unlink(file_in("look", path)), 0);
    assert_refused("not there", "No such file or directory");
    assert_int_equal(mkdir(path, 0700), 0);
    assert_refused("a folder", "look is no regular file");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(chmod(folder, 01777), 0);
    check("sticky", SEES_ALL, 0755, "", ALL);
    assert_int_equal(chmod(folder, 0700), 0);
}

/* ---- who stays behind ---- */

static bool is_gone(pid_t pid)
{
    for (int i = 0; i < 200; i++) {
        if (kill(pid, 0) != 0 && errno == ESRCH)
            return true;
        clock_sleep_ms(clock_system(), 10);
    }
    return false;
}

static void nobody_stays_behind(void **state)
{
    static const struct {
        const char *body, *expected;
    } cases[] = {{"sleep 600 & echo $! >$folder/left; " SEES_ALL, ALL},
                 {"sleep 600 & echo $! >$folder/left; wait", NO_TIME},
                 {"(trap '' TERM HUP; sleep 600 & echo $! >$folder/left; wait) & wait", NO_TIME}};
    char path[96];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        FILE *file;
        int pid = 0;

        check("left behind", cases[i].body, 0700, "", cases[i].expected);
        file = fopen(file_in("left", path), "re");
        assert_non_null(file);
        assert_int_equal(fscanf(file, "%d", &pid), 1);
        fclose(file);
        assert_true(is_gone(pid));
    }
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/pchat-vantage-XXXXXX");
    (void)signal(SIGCHLD, SIG_DFL);
    /* What the programs must not inherit. */
    return mkdtemp(folder) && setenv("PCHAT_STRAY", "secret", 1) == 0 && dup2(STDERR_FILENO, STRAY_FD) >= 0
               ? 0
               : -1;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"look", "left"};
    char path[96];

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        (void)unlink(file_in(names[i], path));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_are_heard),
        cmocka_unit_test(programs_fail),
        cmocka_unit_test(noise_is_survived),
        cmocka_unit_test(stored_answers_are_none),
        cmocka_unit_test(its_clock_is_kept),
        cmocka_unit_test(many_run_at_once),
        cmocka_unit_test(only_programs_that_nobody_else_can_change_are_run),
        cmocka_unit_test(nobody_stays_behind),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
