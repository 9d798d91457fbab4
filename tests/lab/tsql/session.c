/* Sessions: login, logout, what a session may enter. */
#include "lab/tsql/run.h"

#include "base/arena.h"
#include "base/mem.h"
#include "lab/tsql/engine.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static void send_problems(const struct tsql_sink *sink, const struct problems *problems,
                          const char *procedure)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->items[i];
        /* Information goes over the wire as class 0. */
        struct tsql_message message = {.number = problem->number,
                                       .severity = problem->severity == 10 ? 0 : problem->severity,
                                       .state = problem->state,
                                       .line = problem->line,
                                       .text = problem->text,
                                       .procedure = procedure};

        sink->message(sink->user, &message);
    }
}

struct session *session_row(struct tsql_session *session)
{
    return session_find(session->instance, session->session_id);
}

const char *session_database(struct tsql_session *session)
{
    const struct session *row = session_row(session);

    return row ? row->database : "master";
}

const struct login *session_login(struct tsql_session *session)
{
    static const struct login dropped = {.name = ""},
                              agent = {.name = "agent", .is_windows = true, .is_sysadmin = true};
    const struct login *login =
        session->by_agent ? &agent : security_login(session->instance, session->login);

    return login ? login : &dropped;
}

bool session_at_least(const struct tsql_session *session, int version_major)
{
    return session->instance->version_major >= version_major;
}

static int add_world_result(struct problems *problems, int line, const struct world_result *result)
{
    for (size_t i = 0; i < result->message_count; i++) {
        const struct world_message *message = &result->messages[i];

        problem_add_text(problems, (struct problem){message->number, message->severity, message->state, line,
                                                    message->text});
    }
    return result->number ? -1 : 0;
}

int run_world_result(struct run *run, int line, const struct world_result *result)
{
    return add_world_result(&run->problems, line, result);
}

/* RESTRICTED_USER lets only owners and administrators in. */
static bool restricted(struct tsql_session *session, const struct database *database)
{
    const struct login *login = session_login(session);

    return database->user_access == ACCESS_RESTRICTED_USER && !login->is_sysadmin &&
           !security_in_role(session->instance, login, database->name, "db_owner");
}

int session_may_enter(struct tsql_session *session, const char *database, int line, struct problems *problems)
{
    struct database *found = database_find(session->instance, database);
    struct world_result result = {0};

    if (!found)
        return PROBLEM(problems, line, 911, database);
    if (database_open_error(session->instance, found, &result) != 0)
        return add_world_result(problems, line, &result);
    if (!security_user(session->instance, session_login(session), database))
        return PROBLEM(problems, line, 916, session->login, found->name);
    if (restricted(session, found))
        return PROBLEM(problems, line, 923, found->name);
    return 0;
}

struct variable *run_variable(struct run *run, const char *name)
{
    for (size_t i = 0; i < run->variables.count; i++)
        if (strcasecmp(run->variables.items[i].name, name) == 0)
            return &run->variables.items[i];
    return NULL;
}

bool run_report(struct run *run, const char *procedure)
{
    bool error = false;

    run->session->last_error = 0;
    for (size_t i = 0; i < run->problems.count; i++) {
        if (run->problems.items[i].severity < SEVERITY_FIRST_ERROR)
            continue;
        error = true;
        run->session->last_error = run->problems.items[i].number;
    }
    send_problems(run->sink, &run->problems, procedure);
    run->problems.count = 0;
    run->problems.items = NULL;
    return error;
}

/* --- sessions without a client --- */

static void drop_columns(void *user, const struct tsql_column *columns, size_t count)
{
    (void)user;
    (void)columns;
    (void)count;
}

static void drop_row(void *user, const struct tsql_value *values, size_t count)
{
    (void)user;
    (void)values;
    (void)count;
}

static void drop_done(void *user, bool has_count, uint64_t row_count, bool in_error)
{
    (void)user;
    (void)has_count;
    (void)row_count;
    (void)in_error;
}

static void drop_message(void *user, const struct tsql_message *message)
{
    (void)user;
    (void)message;
}

struct tsql_sink sink_nobody(void)
{
    return (struct tsql_sink){
        .columns = drop_columns, .row = drop_row, .message = drop_message, .done = drop_done};
}

/* --- logging in --- */

bool run_catches(struct run *run)
{
    bool caught = false;

    for (size_t i = 0; i < run->problems.count && run->try_depth > 0; i++) {
        if (run->problems.items[i].severity < SEVERITY_FIRST_ERROR)
            continue;
        caught = true;
        run->caught = run->problems.items[i];
    }
    if (!caught)
        return false;
    run->session->last_error = run->caught.number;
    run->throws = true;
    run->problems = (struct problems){.arena = run->problems.arena};
    return true;
}

static struct settings default_settings(void)
{
    return (struct settings){
        .text_size_bytes = 4096, .lock_timeout_ms = -1, .quoted_identifier = true, .language = "us_english"};
}

static bool may_log_in(const struct login *login, const struct tsql_login *asked)
{
    if (!login || login->disabled || login->is_windows != (asked->kind != TSQL_LOGIN_SQL))
        return false;
    return login->is_windows || (asked->password && strcmp(login->password, asked->password) == 0);
}

/* 4060 for a database that was asked for, 4064 for the login's own; 18456 follows either. */
static int choose_database(struct tsql_session *session, const struct tsql_login *asked,
                           const struct login *login, struct problems *problems, const char **ret_database)
{
    bool given = asked->database && *asked->database;
    struct problems reasons = {.arena = problems->arena};
    struct database *database;

    *ret_database = given ? asked->database : login->default_database;
    if (session_may_enter(session, *ret_database, 1, &reasons) != 0) {
        if (given)
            PROBLEM(problems, 1, 4060, *ret_database);
        else
            PROBLEM0(problems, 1, 4064);
        return PROBLEM(problems, 1, 18456, login->name);
    }
    database = database_find(session->instance, *ret_database);
    *ret_database = database->name;
    return 0;
}

static int authenticate(struct tsql_session *session, const struct tsql_login *asked,
                        struct problems *problems, const char **ret_database)
{
    const struct login *login = asked->user ? security_login(session->instance, asked->user) : NULL;

    if (!may_log_in(login, asked))
        return PROBLEM(problems, 1, 18456, asked->user ? asked->user : "");
    snprintf(session->login, sizeof(session->login), "%s", login->name);
    return choose_database(session, asked, login, problems, ret_database);
}

static void welcome(const struct tsql_sink *sink, const char *database, struct problems *problems)
{
    if (sink->database_changed)
        sink->database_changed(sink->user, "master", database);
    PROBLEM(problems, 1, 5701, database);
    send_problems(sink, problems, "");
}

static void session_free(struct tsql_session *session)
{
    free(session);
}
AUTO_DEFINE_FREE(session, struct tsql_session)

static struct tsql_session *new_session(struct world *world, struct instance *instance)
{
    AUTO(session) struct tsql_session *session = mem_alloc(sizeof(*session));
    struct tsql_session *ready = session;

    session->world = world;
    session->instance = instance;
    session->settings = default_settings();
    session->engine = engine_of(world);
    if (!session->engine)
        return NULL;
    session = NULL;
    return ready;
}

struct tsql_session *tsql_login(struct world *world, const struct tsql_login *login,
                                const struct tsql_sink *sink)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct problems problems = {.arena = arena};
    struct instance *instance = world_instance(world, login->instance);
    AUTO(session) struct tsql_session *session = instance ? new_session(world, instance) : NULL;
    struct tsql_session *ready = session;
    const char *database = NULL;

    if (!session)
        return NULL;
    if (authenticate(session, login, &problems, &database) != 0) {
        send_problems(sink, &problems, "");
        return NULL;
    }
    struct session *row = session_open(world, instance, session->login, login->host ? login->host : "",
                                       login->program ? login->program : "", database, login->encrypted);
    row->by_kerberos = login->kind == TSQL_LOGIN_KERBEROS;
    session->session_id = row->session_id;
    welcome(sink, database, &problems);
    session = NULL;
    return ready;
}

struct tsql_session *session_of_agent(struct world *world, struct instance *instance, const struct job *job)
{
    const struct login *owner = security_login(instance, job->owner);
    struct tsql_session *session = new_session(world, instance);
    char program[WORLD_NAME_BYTES];

    if (!session)
        return NULL;
    session->by_agent = owner && owner->is_sysadmin;
    snprintf(session->login, sizeof(session->login), "%s",
             session->by_agent ? instance->agent_account : job->owner);
    snprintf(program, sizeof(program), "SQLAgent - TSQL JobStep (Job %s : Step 1)", job->job_id.text);
    session->session_id = session_open(world, instance, session->login, world_host_of(world, instance)->name,
                                       program, *job->database ? job->database : "master", false)
                              ->session_id;
    return session;
}

static void log_out(void *user)
{
    struct tsql_session *session = user;

    run_forget(session);
    session_close(session->instance, session->session_id);
    session_free(session);
}

/* Nobody hears the answers. */
static void go_on(void *user)
{
    struct tsql_sink nobody = sink_nobody();

    tsql_continue(user, &nobody);
}

void tsql_logout(struct tsql_session *session)
{
    static const struct orphan_care care = {go_on, log_out};

    if (session && !session_orphan(session->world, session->instance, session->session_id, session, &care))
        log_out(session);
}

int tsql_session_id(const struct tsql_session *session)
{
    return session->session_id;
}

bool tsql_session_alive(const struct tsql_session *session)
{
    const struct session *row = session_find(session->instance, session->session_id);

    return row && !row->killed && !session->instance->down;
}
