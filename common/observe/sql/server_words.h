/*
 * What a server said while one login or one query went on, and what it means: the same whatever carries it.
 * Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_SERVER_WORDS_H
#define PCHAT_OBSERVE_SQL_SERVER_WORDS_H

#include "base/arena.h"
#include "observe/sql/sql_port.h"

struct server_words {
    int number; /* the first error that is not a mere wrapper; 0: none */
    char text[1024];
};

/* One message, in the order in which the server sends them. */
void server_words_hear(struct server_words *words, int number, int severity, const char *text);

/* Why a login brought nothing, and why a query did; the text is in the arena.  `usable`: the session survived
 * it. */
struct sql_failure server_words_at_login(const struct server_words *words, struct arena *arena);
struct sql_failure server_words_at_query(const struct server_words *words, bool usable, struct arena *arena);

#endif
