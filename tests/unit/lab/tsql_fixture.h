/* Sessions on a world for the tests of tsql. */
#ifndef PCHAT_TESTS_TSQL_FIXTURE_H
#define PCHAT_TESTS_TSQL_FIXTURE_H

#include "unit/lab/tsql_transcript.h"
#include "unit/lab/world_fixture.h"

struct tsql_case {
    const char *batch, *expected;
};

/* Logs in as sa; the test fails if that fails. */
struct tsql_session *fixture_sa(struct world *world, const char *instance);
/* The transcript of the attempt goes to *out; NULL when refused. */
struct tsql_session *fixture_login(struct world *world, const char *instance, const char *user,
                                   const char *password, const char *database, struct strbuf *out);
/* A login without any right, and the one that contrib/sql/monitor-login.sql makes; both made by sa. */
struct tsql_session *fixture_nobody(struct world *world, const char *instance);
struct tsql_session *fixture_monitor(struct world *world, const char *instance);
/* Runs contrib/sql/monitor-login.sql; 0, or -1 with the transcript in *out. */
int fixture_run_monitor_script(struct tsql_session *session, struct strbuf *out);
/* contrib/sql/monitor-chat.sql, after the above. */
int fixture_run_chat_script(struct tsql_session *session, struct strbuf *out);

/* The batch's transcript is exactly that. */
void assert_batch(struct tsql_session *session, const char *batch, const char *expected);
void assert_cases(struct tsql_session *session, const struct tsql_case *cases, size_t count);

static inline void tsql_session_auto(struct tsql_session **session)
{
    tsql_logout(*session);
}

#endif
