/*
 * Which query answers which group of facts, whom it is asked of, and what its silence means.
 *
 * The texts are queries/NAME.sql, compiled in.  Each stays a file that a DBA can run as it is, after the one
 * line that declares @database; where it reads a table of that database, under `sqlcmd -v database=[mgc]`, as
 * no variable can stand there - and USE would make of this session one that has the chat database open.
 * fact_query_batch() writes both.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_FACT_QUERY_H
#define PCHAT_OBSERVE_SQL_FACT_QUERY_H

#include "base/strbuf.h"
#include "model/snapshot.h"

/* A server-wide right; the server group says whether this login has it. */
enum right { RIGHT_NONE, RIGHT_VIEW_SERVER_STATE, RIGHT_VIEW_ANY_DEFINITION, RIGHT_VIEW_ANY_DATABASE };

/* What a check may need beyond what every check asks, as bits. */
enum fact_set {
    FACT_SET_POOL = 1U << 0 /* tables of the chat and the compliance database; the second sample takes time */
};

struct fact_query {
    enum fact_group_id group;
    unsigned sets;  /* it belongs to; 0: always asked */
    unsigned roles; /* designed roles it is asked of: bits 1 << enum sql_role */
    const char *sql;
    /* Asked instead when `sql` fails with one of these numbers (0-terminated). */
    const char *fallback_sql;
    int fallback_errors[4];
    enum right right; /* without it the answer would be an error or a wrong number: denied without asking */
    enum right empty_right; /* without it things are hidden: no row is then no answer but a denial */
    /* False: the question makes no sense on what was seen so far, or would do harm.  NULL: always asked. */
    bool (*makes_sense)(const struct instance_snapshot *instance);
    bool of_compliance; /* about the compliance database instead of the chat database */
    /* Asked when settings.ping_gap_s have passed since this group was; 0 (FACT_server): at once. */
    enum fact_group_id second_sample_of;
};

/* In the order in which they are asked: the server first, then what judgement needs most. */
extern const struct fact_query fact_queries[];
extern const size_t fact_query_count;

bool fact_query_is_for(const struct fact_query *query, enum sql_role role);
/* Is it asked by who wants these sets? */
bool fact_query_is_wanted(const struct fact_query *query, unsigned sets);
/* The whole batch: the line that names the database, then the query with the name in its place. */
void fact_query_batch(struct strbuf *out, const char *sql, const char *database);
bool fact_query_has_fallback(const struct fact_query *query, int error);

/* The right that the server says is missing, as GRANT spells it, or NULL; unknown is not missing. */
const char *right_missing(enum right right, const struct instance_snapshot *instance);

/*
 * Whether the row of sys.database_mirroring says nothing because of who asks: all NULL, not sysadmin, and the
 * database is not open.  Not so where log shipping restores into it: then it is no mirror.  Asked once
 * mirroring and ls_secondary are there.
 */
bool fact_mirroring_is_hidden(const struct instance_snapshot *instance);

#endif
