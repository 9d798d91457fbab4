/*
 * What is asked, of whom, and how: one table.  Everything in it reads; nothing changes a server.  Constant
 * data, thread-safe.
 */
#ifndef PCHAT_DISCOVER_ASKS_H
#define PCHAT_DISCOVER_ASKS_H

#include <stdbool.h>
#include <stddef.h>

enum subject_kind { SUBJECT_SQL, SUBJECT_CHAT_SERVER, SUBJECT_FRONT_END, SUBJECT_MANAGEMENT, SUBJECT_KINDS };
/* "sql", "chat_server", "front_end", "management" */
const char *subject_kind_name(enum subject_kind kind);
bool subject_kind_parse(const char *name, enum subject_kind *ret_kind);
/* "chat server", for sentences. */
const char *subject_kind_words(enum subject_kind kind);

enum ask_way {
    ASK_SQL,        /* a query of queries/ */
    ASK_SAMPLES,    /* the same, again and again while the survey lasts; rows that say nothing new are left
                       out */
    ASK_WMI,        /* a WQL query */
    ASK_POWERSHELL, /* a script of scripts/, of whose answer this is one part */
    ASK_TCP,        /* from here: does anything listen? */
    ASK_WEB         /* from here: a GET without credentials */
};

enum ask_id {
    ASK_INSTANCE,
    ASK_ENDPOINT,
    ASK_SCHEDULE,
    ASK_PINGS,
    ASK_SERVICES,
    ASK_COUNTERS,
    ASK_IDENTITY,
    ASK_COMPLIANCE,
    ASK_ROLES,
    ASK_PROPERTIES,
    ASK_ELEMENTS,
    ASK_MASTERS,
    ASK_VERSIONS,
    ASK_PORTS,
    ASK_PAGES,
    ASK_COUNT
};

enum { ASK_COLUMNS_MAX = 7 };

struct ask {
    const char *name; /* in the JSON form; of ASK_POWERSHELL also the part of the script's answer */
    enum ask_way way;
    enum subject_kind whom;
    const char *text;                         /* SQL, or script; NULL where the way needs none */
    const char *columns[ASK_COLUMNS_MAX + 1]; /* NULL-terminated */
    const char *words;                        /* what it looks at, for evidence: "tblServerIdentity" */
};

extern const struct ask asks[ASK_COUNT];
bool ask_parse(const char *name, enum ask_id *ret_id);
/* -1 for a name that is no column of the ask. */
int ask_column(const struct ask *ask, const char *name);

#endif
