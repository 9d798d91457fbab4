/*
 * The catalogue: every system view and msdb table that the lab's servers have, with its columns and the
 * source of its rows, in one table of tables.
 */
#ifndef PCHAT_LAB_TSQL_CATALOG_H
#define PCHAT_LAB_TSQL_CATALOG_H

#include "lab/tsql/run.h"

struct rows; /* takes the rows of one table while it is filled */

struct catalog_column {
    const char *name;
    struct type type;
    int since; /* version * 100 + minor, 0 = always: 1100 is SQL Server 2012 */
};

enum catalog_place {
    PLACE_SYS,        /* schema sys of every database */
    PLACE_COMPAT,     /* sys and dbo of master, and by its bare name */
    PLACE_MSDB,       /* msdb.dbo */
    PLACE_CHAT,       /* dbo of mgc, and of what a backup of it was restored into */
    PLACE_COMPLIANCE, /* mgccomp.dbo */
    PLACE_USER        /* dbo of the database in which it was created */
};

enum catalog_right {
    RIGHT_NONE,         /* rows are filtered, no error */
    RIGHT_SERVER_STATE, /* VIEW SERVER STATE, else 300 and 297 */
    RIGHT_SELECT        /* SELECT on it, else 229 */
};

struct catalog_table {
    const char *name;
    enum catalog_place place;
    enum catalog_right right;
    const struct catalog_column *columns;
    size_t column_count;
    void (*fill)(struct rows *rows);
    int since; /* as catalog_column.since, with the build behind: 10.50.2500 is 10502500 */
    bool (*exists)(const struct instance *instance); /* NULL = always */
    struct user_table *user;                         /* PLACE_USER; of the world */
};

#define MSDB_TABLE(table_name, table_columns, table_fill)                                                    \
    {                                                                                                        \
        .name = (table_name), .place = PLACE_MSDB, .right = RIGHT_SELECT, .columns = (table_columns),        \
        .column_count = COUNT(table_columns), .fill = (table_fill)                                           \
    }

/* The families of tables, each in its file. */
struct catalog_family {
    const struct catalog_table *tables;
    size_t count;
};
extern const struct catalog_family catalog_databases, catalog_mirroring, catalog_sessions, catalog_principals,
    catalog_shipping, catalog_agent, catalog_backups, catalog_chat;

/* PLACE_USER: behind the columns of the table stands the index of the row, under a name that nobody can
 * write. */
#define CATALOG_ROW_COLUMN "\001row"
/* catalog_user.c: the table of the world as a table of the catalogue, in the run's arena; NULL = none. */
const struct catalog_table *catalog_user_table(struct tsql_session *session, const char *database,
                                               const char *name);
/* The type of a column of it. */
struct type user_column_type(const struct user_column *column);

/* The table that [database.][schema.]object means, or NULL; *ret_database is where it is looked for. */
const struct catalog_table *catalog_lookup(struct tsql_session *session, const struct name *name,
                                           const char **ret_database);
/* The same for a statement: NULL after 208, 916, 927 ..., 229, 300 or 1222. */
const struct catalog_table *catalog_open(struct run *run, const struct name *name, const char **ret_database);
/* May this session read it: nothing added. */
bool catalog_may_select(struct tsql_session *session, const struct catalog_table *table);
/* The one database that has this table; NULL = a system view, which is everywhere. */
const char *catalog_home(const struct catalog_table *table);
bool catalog_column_exists(const struct tsql_session *session, const struct catalog_column *column);
/* A number of its own for OBJECT_ID. */
int catalog_object_id(const struct catalog_table *table);

/* Makes the rows of the table, as this session sees them, in the engine's table of that name. */
int catalog_fill(struct run *run, const struct catalog_table *table, const char *database);
/* "t12_1": the engine's name for the table of that database. */
const char *catalog_engine_name(const struct run *run, const struct catalog_table *table,
                                const char *database, char out[32]);

/* For the sources of rows: begin, set columns by name (unset ones are NULL), end. */
struct tsql_session *rows_session(const struct rows *rows);
struct instance *rows_instance(const struct rows *rows);
const char *rows_database(const struct rows *rows);
void row_begin(struct rows *rows);
void row_integer(struct rows *rows, const char *column, int64_t value); /* SQL_NULL_INT = NULL */
void row_real(struct rows *rows, const char *column, double value);
void row_text(struct rows *rows, const char *column, const char *value);         /* NULL = NULL */
void row_text_or_null(struct rows *rows, const char *column, const char *value); /* "" = NULL */
void row_date(struct rows *rows, const char *column, int64_t value);             /* SQL_NULL_DATE = NULL */
void row_guid(struct rows *rows, const char *column, const struct guid *value);  /* "" = NULL */
void row_lsn(struct rows *rows, const char *column, lsn_t value);                /* 0 = NULL */
void row_bytes(struct rows *rows, const char *column, const unsigned char *bytes, size_t length_bytes);
void row_end(struct rows *rows);
const struct catalog_table *rows_table(const struct rows *rows);
void row_value(struct rows *rows, size_t column, const struct tsql_value *value); /* by its place */

/* Who sees what. */
bool sees_database(struct tsql_session *session, const struct database *database);
bool sees_all(struct tsql_session *session, const char *server_permission);

/* Column types, for tables of columns. */
#define NULLABLE     .nullable = true
#define BIT          .base = TSQL_BIT
#define TINYINT      .base = TSQL_TINYINT
#define SMALLINT     .base = TSQL_SMALLINT
#define INT          .base = TSQL_INT
#define BIGINT       .base = TSQL_BIGINT
#define REAL         .base = TSQL_REAL
#define DATETIME     .base = TSQL_DATETIME
#define GUID         .base = TSQL_UNIQUEIDENTIFIER
#define LSN          .base = TSQL_NUMERIC, .precision = 25
#define NUMERIC(p)   .base = TSQL_NUMERIC, .precision = (p)
#define NVARCHAR(n)  .base = TSQL_NVARCHAR, .length = (n)
#define NTEXT        .base = TSQL_NVARCHAR
#define VARCHAR(n)   .base = TSQL_VARCHAR, .length = (n)
#define CHAR(n)      .base = TSQL_VARCHAR, .length = (n), .padded = true
#define NCHAR(n)     .base = TSQL_NCHAR, .length = (n), .padded = true
#define VARBINARY(n) .base = TSQL_VARBINARY, .length = (n)
#define SYSNAME      NVARCHAR(128)

#endif
