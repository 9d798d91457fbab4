#include "unit/lab/tsql_fixture.h"

#include "base/mem.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

struct tsql_session *fixture_login(struct world *world, const char *instance, const char *user,
                                   const char *password, const char *database, struct strbuf *out)
{
    AUTO(transcript) struct transcript transcript = {.out = out};
    struct tsql_sink sink = transcript_sink(&transcript);
    struct tsql_login login = {.instance = instance,
                               .user = user,
                               .password = password,
                               .database = database,
                               .host = "monitor",
                               .program = "unit test",
                               .encrypted = true};

    return tsql_login(world, &login, &sink);
}

static struct tsql_session *must_log_in(struct world *world, const char *instance, const char *user,
                                        const char *password)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct tsql_session *session = fixture_login(world, instance, user, password, NULL, &out);

    if (!session)
        fail_msg("%s", strbuf_text(&out));
    return session;
}

struct tsql_session *fixture_sa(struct world *world, const char *instance)
{
    return must_log_in(world, instance, "sa", world->config.sa_password);
}

struct tsql_session *fixture_nobody(struct world *world, const char *instance)
{
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(world, instance);

    assert_batch(sa, "CREATE LOGIN nobody WITH PASSWORD = 'Nothing1'", "");
    return must_log_in(world, instance, "nobody", "Nothing1");
}

static int run_file(struct tsql_session *session, const char *path, const char *const *variables,
                    struct strbuf *out)
{
    AUTO(strbuf) struct strbuf script = STRBUF_INIT;
    AUTO(transcript) struct transcript transcript = {.out = out};
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct tsql_sink sink = transcript_sink(&transcript);

    assert_true(fd >= 0);
    assert_int_equal(strbuf_read_fd(&script, fd, 1 << 20), 0);
    return tsql_run_script(session, strbuf_text(&script), variables, &sink);
}

int fixture_run_monitor_script(struct tsql_session *session, struct strbuf *out)
{
    static const char *const variables[] = {
        "LOGIN", "pchat_monitor", "PASSWORD", "Secret1!", "SID", "0x0102030405060708090a0b0c0d0e0f10", NULL};

    return run_file(session, PCHAT_SOURCE_DIR "/contrib/sql/monitor-login.sql", variables, out);
}

int fixture_run_chat_script(struct tsql_session *session, struct strbuf *out)
{
    static const char *const variables[] = {"LOGIN",      "pchat_monitor", "DATABASE", "mgc",
                                            "COMPLIANCE", "mgccomp",       NULL};

    return run_file(session, PCHAT_SOURCE_DIR "/contrib/sql/monitor-chat.sql", variables, out);
}

struct tsql_session *fixture_monitor(struct world *world, const char *instance)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    AUTO(tsql_session) struct tsql_session *sa = fixture_sa(world, instance);

    if (fixture_run_monitor_script(sa, &out) != 0)
        fail_msg("%s", strbuf_text(&out));
    return must_log_in(world, instance, "pchat_monitor", "Secret1!");
}

void assert_batch(struct tsql_session *session, const char *batch, const char *expected)
{
    AUTO_FREE char *actual = transcript_of(session, batch);

    if (strcmp(actual, expected) != 0)
        fail_msg("\n%s\n--- is\n%s--- should be\n%s", batch, actual, expected);
}

void assert_cases(struct tsql_session *session, const struct tsql_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_batch(session, cases[i].batch, cases[i].expected);
}
