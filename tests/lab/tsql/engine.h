/*
 * The engine: SQLite, which executes rendered queries over the catalogue's tables.
 *
 * A world has one.  Its sessions take turns, and tables are filled anew for each query; what SQLite made of a
 * text - the table, the statement - stays and serves whoever sends that text again.
 */
#ifndef PCHAT_LAB_TSQL_ENGINE_H
#define PCHAT_LAB_TSQL_ENGINE_H

#include "lab/tsql/run.h"

#include <sqlite3.h>

struct engine;

/* The world's, which ends with it; NULL: SQLite could not begin. */
struct engine *engine_of(struct world *world);
sqlite3 *engine_sqlite(const struct engine *engine);

/* Whose query is executed from now on; returns whose it was before: put that back. */
struct run *engine_enter(struct engine *engine, struct run *run);
struct run *engine_run(const struct engine *engine);

/* Empties the table of that name, with columns c0, c1, ...; the statement that inserts a row, the engine's.
 * NULL: SQLite says why. */
sqlite3_stmt *engine_table(struct engine *engine, const char *name, size_t column_count);

/* A statement, until it is given back; NULL: SQLite says why. */
sqlite3_stmt *engine_take(struct engine *engine, const char *sql);
void engine_give_back(struct engine *engine, sqlite3_stmt *statement); /* NULL: nothing */

#endif
