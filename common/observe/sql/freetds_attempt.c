#include "observe/sql/freetds_attempt.h"

#include "observe/sql/row_reader.h"

#include <errno.h>
#include <string.h>
#include <sybfront.h>

#include <sybdb.h>

static _Thread_local struct attempt *current;

static void keep(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text ? text : "");
}

static int on_message(DBPROCESS *process, DBINT number, int state, int severity, char *text, char *server,
                      char *procedure, int line)
{
    (void)process, (void)state, (void)server, (void)procedure, (void)line;
    if (current)
        server_words_hear(&current->server, number, severity, text);
    return 0;
}

/*
 * INT_CANCEL for everything: for a timeout it closes the connection, for all else anything but INT_CANCEL
 * makes DB-Library call exit().
 */
static int on_error(DBPROCESS *process, int severity, int error, int system_error, char *text,
                    char *system_text)
{
    (void)process, (void)severity, (void)system_text;
    /* SYBESMSG only announces a message of the server, which on_message has. */
    if (!current || error == SYBESMSG || current->library_error)
        return INT_CANCEL;
    current->library_error = error;
    current->system_error = system_error > 0 ? system_error : 0;
    keep(current->library_text, sizeof(current->library_text), text);
    return INT_CANCEL;
}

void attempt_install_handlers(void)
{
    dberrhandle(on_error);
    dbmsghandle(on_message);
}

void attempt_begin(struct attempt *attempt)
{
    *attempt = (struct attempt){0};
    current = attempt;
}

void attempt_end(void)
{
    current = NULL;
}

/* Characters that the client's charset cannot say are no failure. */
static bool is_conversion(int error)
{
    return error == SYBEICONVI || error == SYBEICONVO || error == SYBEICONVIU || error == SYBEICONV2BIG;
}

bool attempt_failed(const struct attempt *attempt)
{
    return attempt_has_server_words(attempt) ||
           (attempt->library_error && !is_conversion(attempt->library_error));
}

static enum sight library_sight(const struct attempt *attempt)
{
    switch (attempt->library_error) {
    case SYBETIME:
        return SIGHT_TIMED_OUT;
    case SYBECONN:
    case SYBESOCK:
        return sight_of_connect(attempt->system_error);
    case SYBEINTF:
    case SYBEUHST:
        return SIGHT_UNRESOLVED;
    default:
        return SIGHT_PROTOCOL_ERROR;
    }
}

static const char *library_words(const struct attempt *attempt, struct arena *arena)
{
    char reason[128];

    switch (library_sight(attempt)) {
    case SIGHT_TIMED_OUT:
        if (attempt->system_error == ETIMEDOUT || attempt->system_error == EINPROGRESS ||
            attempt->library_error == SYBETIME)
            return "no answer in time";
        return arena_text(arena, strerror_r(attempt->system_error, reason, sizeof(reason)));
    case SIGHT_REFUSED:
    case SIGHT_PROTOCOL_ERROR:
        if (attempt->system_error)
            return arena_text(arena, strerror_r(attempt->system_error, reason, sizeof(reason)));
        break;
    default:
        break;
    }
    if (attempt->library_error == SYBESEOF)
        return "the server closed the connection";
    return row_safe_text(arena, attempt->library_text[0] ? attempt->library_text
                                                         : "the connection failed without a reason");
}

static struct sql_failure library_failure(const struct attempt *attempt, struct arena *arena)
{
    return (struct sql_failure){library_sight(attempt), 0, library_words(attempt, arena)};
}

struct sql_failure attempt_login_failure(const struct attempt *attempt, struct arena *arena)
{
    return attempt_has_server_words(attempt) ? server_words_at_login(&attempt->server, arena)
                                             : library_failure(attempt, arena);
}

struct sql_failure attempt_query_failure(const struct attempt *attempt, bool usable, struct arena *arena)
{
    return attempt_has_server_words(attempt) ? server_words_at_query(&attempt->server, usable, arena)
                                             : library_failure(attempt, arena);
}
