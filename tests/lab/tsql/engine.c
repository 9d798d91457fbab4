#include "lab/tsql/engine.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "lab/tsql/function.h"

#include <string.h>

/* A text has one place among them; one that comes later takes it. */
enum { KEPT_STATEMENTS = 1024, TABLE_NAME_BYTES = 32 };

struct engine_table {
    char name[TABLE_NAME_BYTES];
    size_t column_count;
    sqlite3_stmt *empty, *insert;
};

struct engine {
    sqlite3 *sqlite;
    struct run *run;
    sqlite3_stmt *kept[KEPT_STATEMENTS]; /* that nobody uses now */
    LIST(struct engine_table) tables;
};

sqlite3 *engine_sqlite(const struct engine *engine)
{
    return engine->sqlite;
}

struct run *engine_run(const struct engine *engine)
{
    return engine->run;
}

struct run *engine_enter(struct engine *engine, struct run *run)
{
    struct run *before = engine->run;

    engine->run = run;
    return before;
}

/* ---- statements ---- */

/* FNV-1a. */
static sqlite3_stmt **place_of(struct engine *engine, const char *sql)
{
    uint64_t hash = 0xcbf29ce484222325ULL;

    for (; *sql; sql++)
        hash = (hash ^ (unsigned char)*sql) * 0x100000001b3ULL;
    return &engine->kept[hash % KEPT_STATEMENTS];
}

static sqlite3_stmt *prepare(const struct engine *engine, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    return sqlite3_prepare_v2(engine->sqlite, sql, -1, &statement, NULL) == SQLITE_OK ? statement : NULL;
}

sqlite3_stmt *engine_take(struct engine *engine, const char *sql)
{
    sqlite3_stmt **place = place_of(engine, sql), *kept = *place;

    if (!kept || strcmp(sqlite3_sql(kept), sql) != 0)
        return prepare(engine, sql);
    *place = NULL;
    return kept;
}

void engine_give_back(struct engine *engine, sqlite3_stmt *statement)
{
    sqlite3_stmt **place;

    if (!statement)
        return;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    place = place_of(engine, sqlite3_sql(statement));
    sqlite3_finalize(*place);
    *place = statement;
}

/* ---- tables ---- */

static void forget_table(struct engine_table *table)
{
    sqlite3_finalize(table->empty);
    sqlite3_finalize(table->insert);
    table->empty = table->insert = NULL;
}

static struct engine_table *find_table(struct engine *engine, const char *name)
{
    struct engine_table *table;

    for (size_t i = 0; i < engine->tables.count; i++)
        if (strcmp(engine->tables.rows[i].name, name) == 0)
            return &engine->tables.rows[i];
    table = LIST_ADD(&engine->tables);
    *table = (struct engine_table){.column_count = 0};
    snprintf(table->name, sizeof table->name, "%s", name);
    return table;
}

static int create_table(const struct engine *engine, const struct engine_table *table)
{
    AUTO(strbuf) struct strbuf sql = STRBUF_INIT;

    strbuf_format(&sql, "DROP TABLE IF EXISTS %s; CREATE TABLE %s(", table->name, table->name);
    for (size_t i = 0; i < table->column_count; i++)
        strbuf_format(&sql, "%sc%zu", i ? "," : "", i);
    strbuf_add(&sql, ")");
    return sqlite3_exec(engine->sqlite, strbuf_text(&sql), NULL, NULL, NULL);
}

static sqlite3_stmt *prepare_insert(const struct engine *engine, const struct engine_table *table)
{
    AUTO(strbuf) struct strbuf sql = STRBUF_INIT;

    strbuf_format(&sql, "INSERT INTO %s VALUES (", table->name);
    for (size_t i = 0; i < table->column_count; i++)
        strbuf_add(&sql, i ? ",?" : "?");
    strbuf_add(&sql, ")");
    return prepare(engine, strbuf_text(&sql));
}

static sqlite3_stmt *prepare_empty(const struct engine *engine, const struct engine_table *table)
{
    AUTO(strbuf) struct strbuf sql = STRBUF_INIT;

    strbuf_format(&sql, "DELETE FROM %s", table->name);
    return prepare(engine, strbuf_text(&sql));
}

/* Somebody's table may have other columns than the one before it of that name. */
static int make_table(const struct engine *engine, struct engine_table *table, size_t column_count)
{
    if (table->insert && table->column_count == column_count)
        return 0;
    forget_table(table);
    table->column_count = column_count;
    if (create_table(engine, table) != SQLITE_OK)
        return -1;
    table->empty = prepare_empty(engine, table);
    table->insert = prepare_insert(engine, table);
    return table->empty && table->insert ? 0 : -1;
}

sqlite3_stmt *engine_table(struct engine *engine, const char *name, size_t column_count)
{
    struct engine_table *table = find_table(engine, name);

    if (make_table(engine, table, column_count) != 0)
        return NULL;
    sqlite3_step(table->empty);
    sqlite3_reset(table->empty);
    return table->insert;
}

/* ---- life ---- */

static void engine_free(struct engine *engine)
{
    if (!engine)
        return;
    for (size_t i = 0; i < KEPT_STATEMENTS; i++)
        sqlite3_finalize(engine->kept[i]);
    for (size_t i = 0; i < engine->tables.count; i++)
        forget_table(&engine->tables.rows[i]);
    sqlite3_close(engine->sqlite);
    free(engine->tables.rows);
    free(engine);
}
AUTO_DEFINE_FREE(engine, struct engine)

/* Tables live as long as a query: one transaction for all of them, never ended and never undone, instead of
 * one for each row. */
static int begin(sqlite3 *sqlite)
{
    return sqlite3_exec(sqlite, "PRAGMA journal_mode = OFF; BEGIN", NULL, NULL, NULL);
}

static struct engine *engine_new(void)
{
    AUTO(engine) struct engine *engine = mem_alloc(sizeof *engine);
    struct engine *ready = engine;
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX; /* sessions take turns */

    if (sqlite3_open_v2(":memory:", &engine->sqlite, flags, NULL) != SQLITE_OK ||
        begin(engine->sqlite) != SQLITE_OK || functions_register(engine) != 0)
        return NULL;
    engine = NULL;
    return ready;
}

struct engine *engine_of(struct world *world)
{
    if (!world->engine)
        world->engine = engine_new();
    world->free_engine = engine_free;
    return world->engine;
}
