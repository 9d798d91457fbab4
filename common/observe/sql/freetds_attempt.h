/*
 * What FreeTDS's handlers heard during one login or one query, and what it means.
 *
 * The handlers are global functions without user data while a login goes on, but they run in the thread that
 * called DB-Library: so what they hear goes to that thread's current attempt.  Handlers never let DB-Library
 * end the process. Sources: FreeTDS Reference (dberrhandle, dbmsghandle), sybdb.h.
 */
#ifndef PCHAT_OBSERVE_SQL_FREETDS_ATTEMPT_H
#define PCHAT_OBSERVE_SQL_FREETDS_ATTEMPT_H

#include "observe/sql/server_words.h"

#include <stdbool.h>

struct attempt {
    struct server_words server;
    int library_error, system_error; /* DB-Library's first own error, and errno with it; 0: none */
    char library_text[256];
};

/* dberrhandle() and dbmsghandle(), for the process; after every dbinit(). */
void attempt_install_handlers(void);

/* From here on this thread's handlers write to *attempt, which is emptied; attempt_end() before it goes out
 * of scope. */
void attempt_begin(struct attempt *attempt);
void attempt_end(void);

/* The server or the library reported an error. */
bool attempt_failed(const struct attempt *attempt);
/* The server itself said why. */
static inline bool attempt_has_server_words(const struct attempt *attempt)
{
    return attempt->server.number != 0;
}

/* Why a login brought nothing; the text is in the arena. */
struct sql_failure attempt_login_failure(const struct attempt *attempt, struct arena *arena);
/* Why a query brought nothing.  `usable`: the session survived it. */
struct sql_failure attempt_query_failure(const struct attempt *attempt, bool usable, struct arena *arena);

#endif
