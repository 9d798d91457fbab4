#include "lab/tsql/catalog.h"

#include "base/arena.h"
#include "lab/tsql/engine.h"
#include "lab/tsql/text.h"
#include "lab/tsql/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct rows {
    struct run *run;
    const struct catalog_table *table;
    const char *database;
    struct tsql_value *values; /* the row in the making */
    sqlite3_stmt *insert;
};

static const struct catalog_family *const families[] = {
    &catalog_databases, &catalog_mirroring, &catalog_sessions, &catalog_principals,
    &catalog_shipping,  &catalog_agent,     &catalog_backups,  &catalog_chat};

int catalog_object_id(const struct catalog_table *table)
{
    if (table->user)
        return table->user->object_id;
    for (size_t f = 0; f < COUNT(families); f++) {
        ptrdiff_t index = table - families[f]->tables;

        if (table >= families[f]->tables && table < families[f]->tables + families[f]->count)
            return (int)(f + 1) * 1000 + (int)index;
    }
    return 0;
}

static int version_number(const struct tsql_session *session)
{
    return session->instance->version_major * 100 + session->instance->version_minor;
}

bool catalog_column_exists(const struct tsql_session *session, const struct catalog_column *column)
{
    return version_number(session) >= column->since;
}

static bool table_exists(const struct tsql_session *session, const struct catalog_table *table)
{
    if (table->exists && !table->exists(session->instance))
        return false;
    return version_number(session) * 10000 + session->instance->version_build >= table->since;
}

const char *catalog_home(const struct catalog_table *table)
{
    static const char *const homes[] = {
        [PLACE_MSDB] = "msdb", [PLACE_CHAT] = "mgc", [PLACE_COMPLIANCE] = "mgccomp", [PLACE_USER] = NULL};

    return table->user ? table->user->database : homes[table->place];
}

/* Its tables are where its content is: in mgc, and in what was restored from a backup of it under another
 * name. */
static bool is_chat(struct instance *instance, const char *name)
{
    const struct database *database = database_find(instance, name);

    return strcasecmp(name, "mgc") == 0 || (database && database->has_lineage);
}

static bool in_place(struct instance *instance, const struct catalog_table *table, const char *database,
                     const char *schema)
{
    bool sys = strcasecmp(schema, "sys") == 0, dbo = !*schema || strcasecmp(schema, "dbo") == 0;

    switch (table->place) {
    case PLACE_SYS:
        return sys;
    case PLACE_COMPAT:
        return sys || dbo;
    case PLACE_CHAT:
        return dbo && is_chat(instance, database);
    default:
        return dbo && strcasecmp(database, catalog_home(table)) == 0;
    }
}

static const struct catalog_table *find_table(struct tsql_session *session, const char *database,
                                              const char *schema, const char *object)
{
    for (size_t f = 0; f < COUNT(families); f++) {
        for (size_t i = 0; i < families[f]->count; i++) {
            const struct catalog_table *table = &families[f]->tables[i];

            if (strcasecmp(table->name, object) == 0 &&
                in_place(session->instance, table, database, schema) && table_exists(session, table))
                return table;
        }
    }
    return !*schema || strcasecmp(schema, "dbo") == 0 ? catalog_user_table(session, database, object) : NULL;
}

const struct catalog_table *catalog_lookup(struct tsql_session *session, const struct name *name,
                                           const char **ret_database)
{
    size_t count = name->count;
    const char *database = count > 2 ? name->part[count - 3] : "";

    *ret_database = *database ? database : session_database(session);
    if (count > 3)
        return NULL;
    return find_table(session, *ret_database, count > 1 ? name->part[count - 2] : "", name->part[count - 1]);
}

bool catalog_may_select(struct tsql_session *session, const struct catalog_table *table)
{
    const struct login *login = session_login(session);
    char object[WORLD_NAME_BYTES];

    if (session->run && session->run->as_owner)
        return true;
    if (table->right == RIGHT_SERVER_STATE)
        return security_may_server(session->instance, login, "VIEW SERVER STATE");
    if (table->right != RIGHT_SELECT)
        return true;
    snprintf(object, sizeof(object), "dbo.%s", table->name);
    return security_may_object(session->instance, login, "SELECT", catalog_home(table), object);
}

static int check_right(struct run *run, const struct catalog_table *table, int line)
{
    if (catalog_may_select(run->session, table))
        return 0;
    if (table->right == RIGHT_SELECT)
        return PROBLEM(&run->problems, line, 229, "SELECT", table->name, catalog_home(table), "dbo");
    PROBLEM(&run->problems, line, 300, "VIEW SERVER STATE", "server", "master");
    return PROBLEM0(&run->problems, line, 297);
}

const struct catalog_table *catalog_open(struct run *run, const struct name *name, const char **ret_database)
{
    const struct catalog_table *table = catalog_lookup(run->session, name, ret_database);

    if (!database_find(run->session->instance, *ret_database) ||
        (!table && strcasecmp(*ret_database, session_database(run->session)) == 0)) {
        PROBLEM(&run->problems, name->line, 208, name_text(run->arena, name));
        return NULL;
    }
    if (session_may_enter(run->session, *ret_database, name->line, &run->problems) != 0)
        return NULL;
    if (!table) {
        PROBLEM(&run->problems, name->line, 208, name_text(run->arena, name));
        return NULL;
    }
    if (check_right(run, table, name->line) != 0)
        return NULL;
    if (table->place == PLACE_MSDB && run->session->instance->msdb_locked) {
        PROBLEM0(&run->problems, name->line, 1222);
        return NULL;
    }
    return table;
}

const char *catalog_engine_name(const struct run *run, const struct catalog_table *table,
                                const char *database, char out[32])
{
    const struct database *found = database_find(run->session->instance, database);

    snprintf(out, 32, "t%d_%d", catalog_object_id(table), found ? found->database_id : 0);
    return out;
}

int catalog_fill(struct run *run, const struct catalog_table *table, const char *database)
{
    struct rows rows = {.run = run, .table = table, .database = database};
    char engine_name[32];

    catalog_engine_name(run, table, database, engine_name);
    rows.insert = engine_table(run->session->engine, engine_name, table->column_count);
    if (!rows.insert)
        return -1;
    rows.values = arena_alloc(run->arena, table->column_count * sizeof(*rows.values));
    table->fill(&rows);
    return 0;
}

struct tsql_session *rows_session(const struct rows *rows)
{
    return rows->run->session;
}

struct instance *rows_instance(const struct rows *rows)
{
    return rows->run->session->instance;
}

const char *rows_database(const struct rows *rows)
{
    return rows->database;
}

const struct catalog_table *rows_table(const struct rows *rows)
{
    return rows->table;
}

void row_value(struct rows *rows, size_t column, const struct tsql_value *value)
{
    rows->values[column] = *value;
}

void row_begin(struct rows *rows)
{
    for (size_t i = 0; i < rows->table->column_count; i++)
        rows->values[i] = value_null();
}

static size_t column_index(const struct rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->table->column_count; i++)
        if (strcmp(rows->table->columns[i].name, name) == 0)
            return i;
    fprintf(stderr, "%s has no column %s\n", rows->table->name, name);
    abort(); /* a defect of the catalogue's own tables */
}

void row_integer(struct rows *rows, const char *column, int64_t value)
{
    size_t index = column_index(rows, column);

    rows->values[index] = value == SQL_NULL_INT ? value_null() : value_integer(value);
}

void row_real(struct rows *rows, const char *column, double value)
{
    rows->values[column_index(rows, column)] = (struct tsql_value){.real = value};
}

void row_text(struct rows *rows, const char *column, const char *value)
{
    rows->values[column_index(rows, column)] = value_text(value);
}

void row_text_or_null(struct rows *rows, const char *column, const char *value)
{
    row_text(rows, column, value && *value ? value : NULL);
}

void row_date(struct rows *rows, const char *column, int64_t value)
{
    rows->values[column_index(rows, column)] = value == SQL_NULL_DATE ? value_null() : value_integer(value);
}

void row_guid(struct rows *rows, const char *column, const struct guid *value)
{
    row_text_or_null(rows, column, value->text);
}

void row_lsn(struct rows *rows, const char *column, lsn_t value)
{
    char text[LSN_TEXT_BYTES];

    row_text_or_null(rows, column, value ? arena_text(rows->run->arena, world_lsn_text(value, text)) : NULL);
}

void row_bytes(struct rows *rows, const char *column, const unsigned char *bytes, size_t length_bytes)
{
    rows->values[column_index(rows, column)] =
        (struct tsql_value){.bytes = bytes, .length_bytes = length_bytes};
}

/* Texts as their columns hold them: cut to the length, nchar filled up with blanks. */
static void bind_text(struct rows *rows, int index, struct type type, const char *text)
{
    struct operation operation = {.from = type_text(TSQL_NVARCHAR, 0), .to = type};
    struct tsql_value in = value_text(text), out;

    value_convert(rows->run, &operation, &in, 0, &out);
    sqlite3_bind_text(rows->insert, index, out.text, -1, SQLITE_TRANSIENT);
}

static void bind_value(struct rows *rows, int index, struct type type, const struct tsql_value *value)
{
    if (value->is_null)
        sqlite3_bind_null(rows->insert, index);
    else if (type_family(type) == FAMILY_TEXT)
        bind_text(rows, index, type, value->text);
    else if (type_family(type) == FAMILY_BINARY)
        sqlite3_bind_blob(rows->insert, index, value->bytes, (int)value->length_bytes, SQLITE_TRANSIENT);
    else if (type_family(type) == FAMILY_FLOAT)
        sqlite3_bind_double(rows->insert, index, value->real);
    else if (value->text)
        sqlite3_bind_text(rows->insert, index, value->text, -1, SQLITE_TRANSIENT);
    else
        sqlite3_bind_int64(rows->insert, index, value->integer);
}

void row_end(struct rows *rows)
{
    for (size_t i = 0; i < rows->table->column_count; i++)
        bind_value(rows, (int)i + 1, rows->table->columns[i].type, &rows->values[i]);
    sqlite3_step(rows->insert);
    sqlite3_reset(rows->insert);
}

bool sees_all(struct tsql_session *session, const char *server_permission)
{
    return security_may_server(session->instance, session_login(session), server_permission);
}

bool sees_database(struct tsql_session *session, const struct database *database)
{
    bool creates = sees_all(session, "ALTER ANY DATABASE") || sees_all(session, "CREATE ANY DATABASE");

    if (database->state == DATABASE_OFFLINE)
        return creates;
    return creates || sees_all(session, "VIEW ANY DATABASE") ||
           strcasecmp(database->owner, session->login) == 0 || strcasecmp(database->name, "master") == 0 ||
           strcasecmp(database->name, "tempdb") == 0;
}
