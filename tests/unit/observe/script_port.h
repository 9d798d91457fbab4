/*
 * A SQL Server as a script: sql_port filled from a table of turns.
 *
 * A batch gets the first turn whose `match` it contains.  A batch of fact_query that no turn wants is
 * answered with its own columns and no row.  Turns belong to the caller and outlive the ports.
 */
#ifndef PCHAT_TESTS_SCRIPT_PORT_H
#define PCHAT_TESTS_SCRIPT_PORT_H

#include "observe/sql/sql_port.h"

#include <pthread.h>
#include <stdbool.h>

struct script_turn {
    const char *match;
    /* "column|column\nvalue|NULL\n..."; NULL: the failure instead. */
    const char *rows;
    struct sql_failure failure;
    int64_t delay_ms;
    bool hangs; /* until interrupted, then times out; with `deaf`, until script_release() */
    bool deaf;
};

struct script_server {
    const char *name; /* of the endpoint */
    const struct script_turn *turns;
    size_t turn_count;
    struct sql_failure login; /* sight other than NOT_ASKED: the login fails so */
    bool login_hangs;         /* deaf, until script_release() */
    /* Counted. */
    atomic_uint logins, queries, closes;
};

struct script {
    struct script_server *servers;
    size_t server_count;
    pthread_mutex_t lock;
    pthread_cond_t released_cond;
    bool released;
};

#define SCRIPT_INIT(servers)                                                                                 \
    {                                                                                                        \
        servers, sizeof(servers) / sizeof((servers)[0]), PTHREAD_MUTEX_INITIALIZER,                          \
            PTHREAD_COND_INITIALIZER, false                                                                  \
    }

struct sql_opener script_opener(struct script *script);
/* Lets everything that hangs go on. */
void script_release(struct script *script);

#endif
