/*
 * The table of procedures.  One is a text in Transact-SQL over the catalogue, or a body in C; what is not in
 * the table is error 2812.
 */
#ifndef PCHAT_LAB_TSQL_PROCEDURE_H
#define PCHAT_LAB_TSQL_PROCEDURE_H

#include "lab/tsql/run.h"

enum { PARAMETERS_MAX = 24 };

enum procedure_place {
    PROCEDURE_SYSTEM, /* master, callable from everywhere */
    PROCEDURE_MSDB
};

struct parameter {
    const char *name; /* with the @ */
    struct type type;
    bool required;
    bool output;
};

struct procedure {
    const char *name;
    enum procedure_place place;
    struct parameter parameters[PARAMETERS_MAX]; /* until name NULL */
    /* NULL = everyone; else whoever is in this role (server role, or of msdb for PROCEDURE_MSDB), or has
     * EXECUTE. */
    const char *role;
    const char *text;
    bool mutates; /* changes something beside the session: counted by login */
    /* Parameters are the run's variables.  -1 after a problem; the return status then is 1. */
    int (*body)(struct run *run, int line);
};

/* The families of procedures, each in its file. */
struct procedure_family {
    const struct procedure *procedures;
    size_t count;
};
extern const struct procedure_family procedures_agent, procedures_files, procedures_lock, procedures_shipping;

#define TEXT_PARAMETER(text, characters, must)                                                               \
    {                                                                                                        \
        .name = (text), .type = {.base = TSQL_NVARCHAR, .length = (characters)}, .required = (must)          \
    }
#define SYSNAME_PARAMETER(text) TEXT_PARAMETER(text, 128, true)
#define INT_PARAMETER(text)                                                                                  \
    {                                                                                                        \
        .name = (text), .type = {.base = TSQL_INT }                                                          \
    }

#define TINYINT_PARAMETER(text)                                                                              \
    {                                                                                                        \
        .name = (text), .type = {.base = TSQL_TINYINT }                                                      \
    }
#define BIT_PARAMETER(text)                                                                                  \
    {                                                                                                        \
        .name = (text), .type = {.base = TSQL_BIT }                                                          \
    }
#define GUID_PARAMETER(text)                                                                                 \
    {                                                                                                        \
        .name = (text), .type = {.base = TSQL_UNIQUEIDENTIFIER }                                             \
    }

/* What a parameter gives back. */
void argument_set_guid(struct run *run, const char *name, const struct guid *guid);
/* For bodies: a parameter's value, or what it is if it was not given or is NULL. */
const char *argument_text(struct run *run, const char *name, const char *otherwise);
int64_t argument_integer(struct run *run, const char *name, int64_t otherwise);

/* NULL: there is none where the name looks. */
const struct procedure *procedure_find(struct tsql_session *session, const struct name *name);
bool procedure_may_execute(struct tsql_session *session, const struct procedure *procedure);

#endif
