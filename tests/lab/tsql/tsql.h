/*
 * tsql: what a SQL Server instance of the lab answers to a batch of Transact-SQL.
 *
 * Knows no socket: tds puts it on the wire, unit tests and the lab's own bootstrap (which runs contrib/sql
 * scripts) call it directly.  It is strict: a statement, procedure, object, column or function that it does
 * not know is an error with SQL Server's own number (102, 2812, 208, 207, 195), never a silent success.
 * Semantics are those of the SQL Server documentation; every precondition and permission that the world
 * models is checked. One thread only; a result belongs to the sink while the call lasts.
 */
#ifndef PCHAT_LAB_TSQL_H
#define PCHAT_LAB_TSQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct tsql_session;

enum tsql_type {
    TSQL_BIT,
    TSQL_TINYINT,
    TSQL_SMALLINT,
    TSQL_INT,
    TSQL_BIGINT,
    TSQL_REAL,
    TSQL_FLOAT,
    TSQL_NUMERIC,  /* precision, scale */
    TSQL_DATETIME, /* no zone; whatever clock the column is documented to hold */
    TSQL_UNIQUEIDENTIFIER,
    TSQL_VARCHAR,  /* length in characters; 0 = max */
    TSQL_NVARCHAR, /* length in characters; 0 = max */
    TSQL_NCHAR,    /* length in characters; values arrive blank-padded */
    TSQL_VARBINARY /* length in bytes */
};

struct tsql_column {
    const char *name; /* UTF-8; "" for an unnamed expression */
    enum tsql_type type;
    bool nullable;
    unsigned length;           /* characters or bytes, for the types that have one */
    unsigned precision, scale; /* TSQL_NUMERIC */
};

/* One value, in the form of its column's type. */
struct tsql_value {
    bool is_null;
    int64_t integer; /* BIT .. BIGINT; DATETIME as milliseconds since 1970-01-01 of whatever zone it is in */
    double real;     /* REAL, FLOAT */
    const char *
        text; /* NUMERIC as decimal digits, UNIQUEIDENTIFIER as 36 characters, all character types as UTF-8 */
    const unsigned char *bytes; /* VARBINARY */
    size_t length_bytes;
};

struct tsql_message {
    int number, severity, state, line;
    const char *text, *procedure; /* UTF-8; procedure "" outside one */
};

/*
 * Where answers go, in the order in which a server sends them: columns, row*, done for a result set; message
 * at any point (severity > 10 is an error); done with has_count = false for a statement that returns no rows.
 */
struct tsql_sink {
    void *user;
    void (*columns)(void *user, const struct tsql_column *columns, size_t count);
    void (*row)(void *user, const struct tsql_value *values, size_t count);
    void (*message)(void *user, const struct tsql_message *message);
    void (*database_changed)(void *user, const char *from,
                             const char *to);          /* USE; message 5701 follows by itself */
    void (*return_status)(void *user, int32_t status); /* end of EXEC of a procedure */
    void (*done)(void *user, bool has_count, uint64_t row_count, bool in_error);
};

/* How it is known who logs in: by a password, or by Windows. */
enum tsql_login_kind { TSQL_LOGIN_SQL, TSQL_LOGIN_NTLM, TSQL_LOGIN_KERBEROS };

struct tsql_login {
    const char *instance; /* name of the instance in the world, e.g. "sqlpri1" */
    const char *user;
    const char *password; /* TSQL_LOGIN_SQL; others have been authenticated as the user */
    enum tsql_login_kind kind;
    const char *database; /* initial catalog, or NULL/"" for the login's default database */
    const char *host, *program;
    bool encrypted; /* the whole session: sys.dm_exec_connections.encrypt_option */
};

/*
 * Logs in.  Returns the session, or NULL after the messages of the refusal (18456 state 1, 4060, ...) went to
 * the sink.
 */
struct tsql_session *tsql_login(struct world *world, const struct tsql_login *login,
                                const struct tsql_sink *sink);
/* The session ends: its locks and its row in sys.dm_exec_sessions go; at once, or when the server misses its
 * client (fault half_open). */
void tsql_logout(struct tsql_session *session);
/* The session id (spid). */
int tsql_session_id(const struct tsql_session *session);
/* False once the server has ended the session (KILL, instance down). */
bool tsql_session_alive(const struct tsql_session *session);

/*
 * Runs one batch (UTF-8; "GO" is no statement here: tsql_run_script splits on it).  False: a statement in it
 * waits, for a lock or for time to pass; tsql_continue goes on when virtual time has passed or another
 * session has done something, and says the same.  What the batch has answered so far is in the sink.
 */
bool tsql_execute(struct tsql_session *session, const char *batch, const struct tsql_sink *sink);
bool tsql_continue(struct tsql_session *session, const struct tsql_sink *sink);
/* Gives a batch that waits up, as an attention of the client does; a RESTORE leaves its database RESTORING.
 */
void tsql_cancel(struct tsql_session *session);

/*
 * Runs a script file's text as sqlcmd would: batches split at lines "GO", `:setvar`/`$(NAME)` variables from
 * the NULL-terminated name, value, name, value ... list.  Stops at the first error; returns 0 or -1 after it
 * went to the sink.
 */
int tsql_run_script(struct tsql_session *session, const char *script, const char *const *variables,
                    const struct tsql_sink *sink);

#endif
