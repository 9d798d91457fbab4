#include "act/memory/journal.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/whole_file.h"
#include "unit/cmocka_unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char directory[] = "/tmp/pchat-journal-XXXXXX";
static const char *const names[] = {"journal.db", "copy.db", "journal.db-journal", "copy.db-journal",
                                    "other.db"};

static int enter_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) ? chdir(directory) : -1;
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
    (void)state;
    return chdir("/") == 0 ? rmdir(directory) : -1;
}

static struct journal *open_journal(void)
{
    struct err err = ERR_INIT;
    struct journal *journal = journal_open("journal.db", &err);

    assert_string_equal(err.text, "");
    assert_non_null(journal);
    return journal;
}

static void write_text(struct journal *journal, enum entry_kind kind, int64_t run, int64_t at_utc_ms,
                       const char *text)
{
    const struct journal_entry entry = {
        .run = run, .plan = "8f3a", .kind = kind, .at_utc_ms = at_utc_ms, .text = text};
    struct err err = ERR_INIT;

    assert_int_equal(journal_write(journal, &entry, &err), 0);
    assert_string_equal(err.text, "");
}

/* What was read, as one line for each. */
static void list_entry(void *user, const struct journal_entry *entry)
{
    strbuf_format(user, "%ld %ld %s %s %ld %ld %ld [%s] [%s] [%s] [%s] [%s]\n", (long)entry->entry,
                  (long)entry->run, entry->plan, entry_kind_name(entry->kind), (long)entry->at_utc_ms,
                  (long)entry->mono_ms, (long)entry->server_utc_ms, entry->step, entry->target,
                  entry->subject, entry->text, entry->person);
}

static void list_text(void *user, const struct journal_entry *entry)
{
    strbuf_format(user, "%s\n", entry->text);
}

static void expect_entries(struct journal *journal, int64_t run, int64_t after,
                           void (*each)(void *user, const struct journal_entry *entry), const char *expected)
{
    AUTO(strbuf) struct strbuf got = STRBUF_INIT;
    struct err err = ERR_INIT;

    assert_int_equal(journal_entries(journal, run, after, each, &got, &err), 0);
    assert_string_equal(strbuf_text(&got), expected);
}

/* ---- what is written comes back ---- */

static const struct journal_entry written[] = {
    {.run = 31,
     .plan = "8f3a",
     .kind = ENTRY_INTENT,
     .at_utc_ms = 1,
     .mono_ms = 2,
     .server_utc_ms = 3,
     .step = "recover",
     .target = "sqldr1",
     .subject = "mgc",
     .text = "RESTORE DATABASE",
     .person = "oncall-dba"},
    {.kind = ENTRY_NOTE},
    {.run = 31,
     .plan = "8f3a",
     .kind = ENTRY_ACT,
     .at_utc_ms = INT64_MAX,
     .mono_ms = INT64_MIN,
     .text = "done"},
};

static void entries_come_back(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    {
        AUTO(journal) struct journal *journal = open_journal();

        for (size_t i = 0; i < COUNT(written); i++)
            assert_int_equal(journal_write(journal, &written[i], &err), 0);
    }
    AUTO(journal) struct journal *again = open_journal();

    expect_entries(again, 0, 0, list_entry,
                   "1 31 8f3a intent 1 2 3 [recover] [sqldr1] [mgc] [RESTORE DATABASE] [oncall-dba]\n"
                   "2 0  note 0 0 0 [] [] [] [] []\n"
                   "3 31 8f3a act 9223372036854775807 -9223372036854775808 0 [] [] [] [done] []\n");
    expect_entries(again, 31, 0, list_text, "RESTORE DATABASE\ndone\n");
    expect_entries(again, 31, 1, list_text, "done\n");
    expect_entries(again, 32, 0, list_text, "");
}

static void each_kind_has_a_name_and_comes_back(void **state)
{
    AUTO(journal) struct journal *journal = open_journal();

    (void)state;
    for (int kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        AUTO_FREE char *expected = mem_format("%d 0 8f3a %s 0 0 0 [] [] [] [x] []\n", kind + 1,
                                              entry_kind_name((enum entry_kind)kind));

        write_text(journal, (enum entry_kind)kind, 0, 0, "x");
        expect_entries(journal, 0, kind, list_entry, expected);
    }
}

static const char *const foreign[] = {
    "'; DROP TABLE entry; --", "\"",           "?1", "%s%n", "\xFF\xFE\x80", "\xC0\x80", "\xED\xA0\x80",
    "line\nline\r\n\t",        "\x01\x1B[31m", "",
};

static void foreign_bytes_come_back_as_they_are(void **state)
{
    AUTO(journal) struct journal *journal = open_journal();

    (void)state;
    for (size_t i = 0; i < COUNT(foreign); i++) {
        AUTO(strbuf) struct strbuf expected = STRBUF_INIT;
        AUTO_FREE char *value = NULL;

        write_text(journal, ENTRY_NOTE, (int64_t)i + 1, 0, foreign[i]);
        strbuf_format(&expected, "%s\n", foreign[i]);
        expect_entries(journal, (int64_t)i + 1, 0, list_text, strbuf_text(&expected));
        assert_int_equal(journal_set(journal, foreign[i], foreign[i], NULL), 0);
        value = journal_get(journal, foreign[i], NULL);
        assert_string_equal(value, foreign[i]);
    }
}

static void large_texts_come_back(void **state)
{
    AUTO(journal) struct journal *journal = open_journal();
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_FREE char *json = NULL;

    (void)state;
    while (text.length < 8UL * 1024 * 1024)
        strbuf_add(&text, "a snapshot of many servers ");
    assert_int_equal(journal_put_plan(journal, "8f3a", strbuf_text(&text), "", 1, NULL), 0);
    json = journal_get_plan(journal, "8f3a", NULL);
    assert_string_equal(json, strbuf_text(&text));
}

static void plans_are_found_by_their_id(void **state)
{
    AUTO(journal) struct journal *journal = open_journal();
    AUTO_FREE char *json = NULL;
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(journal_put_plan(journal, "8f3a", "{\"made\": 1}", "plan", 1, &err), 0);
    assert_int_equal(journal_put_plan(journal, "8f3a", "{\"made\": 2}", "plan", 2, &err), 0);
    json = journal_get_plan(journal, "8f3a", &err);
    assert_string_equal(json, "{\"made\": 2}");
    assert_null(journal_get_plan(journal, "8f3b", &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_string_equal(err.text,
                        "\"8f3b\" is no plan of this journal; expected the id that `pchatctl plan` printed");
}

static void list_run(void *user, const struct journal_run *run)
{
    strbuf_format(user, "%ld %s %s %s %s %s %s %ld %ld %ld\n", (long)run->run, run->plan, run->verb,
                  run->pool, run->origin, run->state, run->person, (long)run->epoch, (long)run->begun_utc_ms,
                  (long)run->ended_utc_ms);
}

static void runs_come_back_oldest_first(void **state)
{
    AUTO(journal) struct journal *journal = open_journal();
    AUTO(strbuf) struct strbuf got = STRBUF_INIT;
    struct journal_run run = {32, "9c", "failback", "lyncpc", "person", "open", "dba", 6, 20, 0};
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(journal_put_run(journal, &run, &err), 0);
    run = (struct journal_run){31, "8f", "failover", "lyncpc", "handler", "open", NULL, 5, 10, 0};
    assert_int_equal(journal_put_run(journal, &run, &err), 0);
    run.state = "finished";
    run.ended_utc_ms = 15;
    assert_int_equal(journal_put_run(journal, &run, &err), 0);
    assert_int_equal(journal_runs(journal, list_run, &got, &err), 0);
    assert_string_equal(strbuf_text(&got), "31 8f failover lyncpc handler finished  5 10 15\n"
                                           "32 9c failback lyncpc person open dba 6 20 0\n");
}

static void values_are_set_and_removed(void **state)
{
    AUTO(journal) struct journal *journal = open_journal();
    AUTO_FREE char *value = NULL;
    struct err err = ERR_INIT;

    (void)state;
    assert_null(journal_get(journal, "pause", &err));
    assert_int_equal(journal_set(journal, "pause", "until 12:00", &err), 0);
    assert_int_equal(journal_set(journal, "pause", "until 13:00", &err), 0);
    value = journal_get(journal, "pause", &err);
    assert_string_equal(value, "until 13:00");
    assert_int_equal(journal_set(journal, "pause", NULL, &err), 0);
    assert_int_equal(journal_set(journal, "pause", NULL, &err), 0);
    assert_null(journal_get(journal, "pause", &err));
    assert_string_equal(err.text, "");
}

/* ---- the whole ---- */

static void a_backup_is_a_journal(void **state)
{
    struct err err = ERR_INIT;
    AUTO(journal) struct journal *journal = open_journal();
    AUTO(journal) struct journal *copy = NULL;
    struct stat file;

    (void)state;
    write_text(journal, ENTRY_NOTE, 0, 0, "kept");
    assert_int_equal(journal_backup(journal, "copy.db", &err), 0);
    write_text(journal, ENTRY_NOTE, 0, 0, "later");
    assert_int_equal(stat("copy.db", &file), 0);
    assert_int_equal(file.st_mode & 07777, 0600);
    copy = journal_open_read_only("copy.db", &err);
    expect_entries(copy, 0, 0, list_text, "kept\n");
    assert_int_equal(journal_backup(journal, "copy.db", &err), -1);
    assert_string_equal(err.text, "copy.db: File exists");
    assert_int_equal(journal_backup(journal, "nowhere/copy.db", &err), -1);
    assert_string_equal(err.text, "nowhere/copy.db: No such file or directory");
}

static void an_export_is_json_whatever_was_written(void **state)
{
    AUTO(journal) struct journal *journal = open_journal();
    AUTO_FREE char *text = NULL, *empty = journal_export(journal, NULL);
    const struct journal_run run = {31, "8f", "failover", "lyncpc", "handler", "open", "", 5, 10, 0};

    (void)state;
    assert_string_equal(empty, "");
    assert_int_equal(journal_put_run(journal, &run, NULL), 0);
    assert_int_equal(journal_put_plan(journal, "8f", "{}", "plan \"8f\"\n", 9, NULL), 0);
    assert_int_equal(journal_set(journal, "pause", "until\t12", NULL), 0);
    write_text(journal, ENTRY_NOTE, 31, 7, "a\xFFz");
    text = journal_export(journal, NULL);
    assert_string_equal(
        text,
        "{\"table\":\"run\",\"run\":31,\"plan\":\"8f\",\"verb\":\"failover\",\"pool\":\"lyncpc\","
        "\"origin\":\"handler\",\"state\":\"open\",\"person\":\"\",\"epoch\":5,\"begun_utc_ms\":10,"
        "\"ended_utc_ms\":0}\n"
        "{\"table\":\"plan\",\"id\":\"8f\",\"json\":\"{}\",\"text\":\"plan \\\"8f\\\"\\n\",\"at_utc_ms\":9}\n"
        "{\"table\":\"entry\",\"entry\":1,\"run\":31,\"plan\":\"8f3a\",\"kind\":\"note\",\"at_utc_ms\":7,"
        "\"mono_ms\":0,\"server_utc_ms\":0,\"step\":\"\",\"target\":\"\",\"subject\":\"\","
        "\"text\":\"a\xEF\xBF\xBDz\",\"person\":\"\"}\n"
        "{\"table\":\"value\",\"key\":\"pause\",\"value\":\"until\\t12\"}\n");
}

static void pruning_keeps_what_is_open(void **state)
{
    AUTO(journal) struct journal *journal = open_journal();
    struct journal_run run = {31, "8f", "failover", "lyncpc", "handler", "finished", "", 5, 10, 50};

    (void)state;
    journal_put_run(journal, &run, NULL);
    run.run = 32, run.ended_utc_ms = 0;
    journal_put_run(journal, &run, NULL);
    run.run = 33, run.ended_utc_ms = 100;
    journal_put_run(journal, &run, NULL);
    write_text(journal, ENTRY_LOOK, 0, 10, "old look of no run");
    write_text(journal, ENTRY_LOOK, 0, 100, "new look of no run");
    write_text(journal, ENTRY_NOTE, 0, 10, "old note of no run");
    write_text(journal, ENTRY_ACT, 31, 40, "act of a run ended before");
    write_text(journal, ENTRY_LOOK, 32, 10, "old look of an open run");
    write_text(journal, ENTRY_LOOK, 33, 10, "old look of a run ended since");
    write_text(journal, ENTRY_ACT, 33, 10, "old act of a run ended since");
    assert_int_equal(journal_prune(journal, 100, NULL), 3);
    expect_entries(
        journal, 0, 0, list_text,
        "new look of no run\nold note of no run\nold look of an open run\nold act of a run ended since\n");
    assert_int_equal(journal_prune(journal, 100, NULL), 0);
    write_text(journal, ENTRY_NOTE, 0, 0, "number 8");
    expect_entries(journal, 0, 7, list_text, "number 8\n");
}

/* ---- what is no journal, or no longer ---- */

static void expect_refusal(struct journal *opened, const struct err *err, const char *expected)
{
    AUTO(journal) struct journal *journal = opened;

    assert_null(journal);
    assert_int_equal(err->kind, ERR_IO);
    assert_string_equal(err->text, expected);
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void files_of_others_are_refused(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    run_sql("other.db", "CREATE TABLE mail (text)");
    expect_refusal(journal_open("other.db", &err), &err,
                   "other.db: a SQLite file of another program; expected a journal");
    expect_refusal(journal_open("/dev/null", &err), &err,
                   "/dev/null: not a regular file; expected a journal");
    expect_refusal(journal_open(".", &err), &err, ".: not a regular file; expected a journal");
    expect_refusal(journal_open("nowhere/journal.db", &err), &err,
                   "nowhere/journal.db: No such file or directory");
    assert_int_equal(whole_file_write("journal.db", 0600, "this is a diary, and a long one", &err), 0);
    expect_refusal(
        journal_open("journal.db", &err), &err,
        "journal.db: damaged, cut off or no journal; expected the file that the runner made - move it "
        "away, what counts is in the ledger");
}

static void newer_files_are_refused(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    journal_free(open_journal());
    run_sql("journal.db", "PRAGMA user_version = 2");
    expect_refusal(
        journal_open("journal.db", &err), &err,
        "journal.db: written by a newer program (schema 2, this one knows 1); expected the newer program");
    expect_refusal(
        journal_open_read_only("journal.db", &err), &err,
        "journal.db: written by a newer program (schema 2, this one knows 1); expected the newer program");
}

static void reading_needs_a_journal_and_no_right_to_write(void **state)
{
    struct err err = ERR_INIT;
    AUTO(journal) struct journal *reader = NULL;
    const struct journal_entry entry = {.kind = ENTRY_NOTE};

    (void)state;
    expect_refusal(journal_open_read_only("journal.db", &err), &err, "journal.db: No such file or directory");
    assert_int_equal(whole_file_write("journal.db", 0640, "", &err), 0);
    expect_refusal(journal_open_read_only("journal.db", &err), &err,
                   "journal.db: empty; expected the runner to have been started since");
    AUTO(journal) struct journal *writer = open_journal();

    write_text(writer, ENTRY_NOTE, 0, 0, "x");
    reader = journal_open_read_only("journal.db", &err);
    expect_entries(reader, 0, 0, list_text, "x\n");
    assert_int_equal(journal_write(reader, &entry, &err), -1);
    assert_string_equal(err.text,
                        "journal.db: may not be written here; expected a file and a folder that this "
                        "user may write");
}

static void modes_are_close_unless_somebody_chose(void **state)
{
    struct stat file;

    (void)state;
    umask(0);
    journal_free(open_journal());
    assert_int_equal(stat("journal.db", &file), 0);
    assert_int_equal(file.st_mode & 07777, 0600);
    assert_int_equal(chmod("journal.db", 0640), 0);
    journal_free(open_journal());
    assert_int_equal(stat("journal.db", &file), 0);
    assert_int_equal(file.st_mode & 07777, 0640);
}

/* Whatever is left of the file: a journal with what was in it, an empty one, or an error; never a crash, and
 * never another text. */
static void try_cut(size_t at)
{
    struct err err = ERR_INIT;
    AUTO(journal) struct journal *journal = journal_open("copy.db", &err);
    AUTO(strbuf) struct strbuf got = STRBUF_INIT;

    if (!journal || journal_entries(journal, 0, 0, list_text, &got, &err) != 0) {
        assert_int_equal(err.kind, ERR_IO);
        assert_non_null(strstr(err.text, "copy.db: "));
    } else if (at > 0) {
        fail_msg("cut at %zu and nobody noticed: %s", at, strbuf_text(&got));
    }
}

static void cut_files_are_errors(void **state)
{
    AUTO(strbuf) struct strbuf bytes = STRBUF_INIT;

    (void)state;
    {
        AUTO(journal) struct journal *journal = open_journal();

        for (int i = 0; i < 20; i++)
            write_text(journal, ENTRY_NOTE, i, i,
                       "an entry of some length, so that the file has pages enough");
    }
    assert_int_equal(whole_file_read("journal.db", 1 << 20, &bytes, NULL), 0);
    for (size_t at = 0; at < bytes.length; at += at < 200 || at % 4096 > 4000 ? 1 : 93) {
        AUTO_CLOSE int fd = open("copy.db", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

        assert_int_equal(write(fd, bytes.text, at), at);
        try_cut(at);
    }
}

/* What was cut off and rolled back has its size again, and zeros where its pages were. */
static void lost_pages_are_noticed(void **state)
{
    enum { PAGE_BYTES = 4096 };
    static const char zeros[PAGE_BYTES] = {0};
    AUTO(journal) struct journal *journal = open_journal();
    struct err err = ERR_INIT;
    struct stat file;
    AUTO_CLOSE int fd = open("journal.db", O_WRONLY | O_CLOEXEC);

    (void)state;
    for (int i = 0; i < 200; i++)
        write_text(journal, ENTRY_NOTE, i, i, "an entry of some length, so that the file has pages enough");
    assert_int_equal(journal_check(journal, &err), 0);
    assert_int_equal(fstat(fd, &file), 0);
    assert_true(file.st_size > 3L * PAGE_BYTES);
    journal_free(journal);
    assert_int_equal(pwrite(fd, zeros, sizeof(zeros), file.st_size - PAGE_BYTES), PAGE_BYTES);
    journal = open_journal();
    assert_int_equal(journal_check(journal, &err), -1);
    assert_non_null(strstr(err.text, "journal.db: damaged, cut off"));
}

/* ---- no room ---- */

static int writes_left;
static int failing_errno;

static ssize_t scarce_pwrite(int fd, const void *bytes, size_t count, off_t at)
{
    if (writes_left-- > 0)
        return pwrite(fd, bytes, count, at);
    errno = failing_errno;
    return -1;
}

/* The hook that SQLite has for this; NULL: as before. */
static void replace_writes(ssize_t (*with)(int, const void *, size_t, off_t))
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

    assert_true(vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)with) == SQLITE_OK ||
                vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)with) == SQLITE_OK);
}

static const struct {
    int number;
    const char *error;
} write_failures[] = {
    {ENOSPC, "journal.db: no room left on the device"},
    {EIO, "journal.db: the device fails; expected to read what the system's log says about it"},
};

/* At every write of the transaction: it is refused in words, and what was there before is still there. */
static void failing_writes_are_said_and_change_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(write_failures); i++)
        for (int good_writes = 0;; good_writes++) {
            AUTO(journal) struct journal *journal = open_journal();
            const struct journal_entry entry = {.kind = ENTRY_NOTE, .text = "never"};
            struct err err = ERR_INIT;
            int outcome;

            failing_errno = write_failures[i].number;
            writes_left = good_writes;
            replace_writes(scarce_pwrite);
            outcome = journal_write(journal, &entry, &err);
            replace_writes(NULL);
            if (outcome == 0)
                break;
            assert_int_equal(err.kind, ERR_IO);
            assert_string_equal(err.text, write_failures[i].error);
            AUTO(journal) struct journal *again = open_journal();

            expect_entries(again, 0, 0, list_text, i == 0 ? "" : "never\n");
            assert_true(good_writes < 100);
        }
}

/* ---- a killed writer ---- */

/* Tells each entry once it has returned; does not return itself. */
static void write_until_killed(int to)
{
    struct journal *journal = journal_open("journal.db", NULL);

    for (int64_t i = 1; journal; i++) {
        const struct journal_entry entry = {.run = i, .plan = "", .kind = ENTRY_NOTE, .text = "told"};

        if (journal_write(journal, &entry, NULL) != 0 || write(to, &i, sizeof(i)) != sizeof(i))
            break;
    }
    _exit(1);
}

static void count_entry(void *user, const struct journal_entry *entry)
{
    (void)entry;
    ++*(int64_t *)user;
}

static void what_was_told_survives_a_kill(void **state)
{
    (void)state;
    for (int round = 0; round < 10; round++) {
        int pipe_ends[2];
        int64_t told = 0, last = 0, found = 0;
        pid_t child;

        remove_files(NULL);
        assert_int_equal(pipe(pipe_ends), 0);
        child = fork();
        if (child == 0)
            write_until_killed(pipe_ends[1]);
        close(pipe_ends[1]);
        for (int i = 0; i <= round && read(pipe_ends[0], &last, sizeof(last)) == sizeof(last); i++)
            told = last;
        kill(child, SIGKILL);
        while (read(pipe_ends[0], &last, sizeof(last)) == sizeof(last))
            told = last;
        close(pipe_ends[0]);
        assert_int_equal(waitpid(child, NULL, 0), child);
        AUTO(journal) struct journal *journal = open_journal();

        assert_int_equal(journal_entries(journal, 0, 0, count_entry, &found, NULL), 0);
        assert_in_range(found, told, told + 1);
    }
}

/* Several processes may begin and write one journal at once. */
static void processes_share_a_journal(void **state)
{
    enum { PROCESSES = 4, ENTRIES = 10 };
    pid_t children[PROCESSES];
    int64_t found = 0;

    (void)state;
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct err err = ERR_INIT;
            struct journal *journal = journal_open("journal.db", &err);
            const struct journal_entry entry = {.kind = ENTRY_NOTE};

            for (int k = 0; journal && !err.kind && k < ENTRIES; k++)
                journal_write(journal, &entry, &err);
            if (err.kind)
                print_error("process %d: %s\n", i, err.text);
            _exit(err.kind ? 1 : 0);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;

        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    AUTO(journal) struct journal *journal = open_journal();

    assert_int_equal(journal_entries(journal, 0, 0, count_entry, &found, NULL), 0);
    assert_int_equal(found, PROCESSES * ENTRIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(entries_come_back, remove_files),
        cmocka_unit_test_teardown(each_kind_has_a_name_and_comes_back, remove_files),
        cmocka_unit_test_teardown(foreign_bytes_come_back_as_they_are, remove_files),
        cmocka_unit_test_teardown(large_texts_come_back, remove_files),
        cmocka_unit_test_teardown(plans_are_found_by_their_id, remove_files),
        cmocka_unit_test_teardown(runs_come_back_oldest_first, remove_files),
        cmocka_unit_test_teardown(values_are_set_and_removed, remove_files),
        cmocka_unit_test_teardown(a_backup_is_a_journal, remove_files),
        cmocka_unit_test_teardown(an_export_is_json_whatever_was_written, remove_files),
        cmocka_unit_test_teardown(pruning_keeps_what_is_open, remove_files),
        cmocka_unit_test_teardown(files_of_others_are_refused, remove_files),
        cmocka_unit_test_teardown(newer_files_are_refused, remove_files),
        cmocka_unit_test_teardown(reading_needs_a_journal_and_no_right_to_write, remove_files),
        cmocka_unit_test_teardown(modes_are_close_unless_somebody_chose, remove_files),
        cmocka_unit_test_teardown(cut_files_are_errors, remove_files),
        cmocka_unit_test_teardown(lost_pages_are_noticed, remove_files),
        cmocka_unit_test_teardown(failing_writes_are_said_and_change_nothing, remove_files),
        cmocka_unit_test_teardown(what_was_told_survives_a_kill, remove_files),
        cmocka_unit_test_teardown(processes_share_a_journal, remove_files),
    };

    return cmocka_run_group_tests(tests, enter_directory, remove_directory);
}
