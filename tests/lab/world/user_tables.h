/*
 * Tables that somebody created, in databases that are neither chat nor system: plain columns, a primary key,
 * rows. A transaction's changes are its session's own until it commits (as under READ_COMMITTED_SNAPSHOT);
 * meanwhile no other session may change the table.  They do not travel with backups.
 */
#ifndef PCHAT_LAB_WORLD_USER_TABLES_H
#define PCHAT_LAB_WORLD_USER_TABLES_H

#include "lab/world/kinds.h"

struct instance;

/* A value in whichever form its column's type has; text and bytes are owned. */
struct user_cell {
    bool is_null;
    int64_t integer;
    double real;
    char *text;
    unsigned char *bytes;
    size_t length_bytes;
};

struct user_row {
    struct user_cell *cells; /* one for each column; owned */
};

struct user_rows {
    struct user_row *rows;
    size_t count, capacity;
};

/* The type is the tsql room's affair. */
struct user_column {
    char name[WORLD_NAME_BYTES];
    int base;
    unsigned length, precision, scale;
    bool nullable, padded, in_key, is_identity;
    char default_text[WORLD_NAME_BYTES]; /* DEFAULT, as Transact-SQL; "" = none */
};

struct user_table {
    int object_id;
    char database[WORLD_NAME_BYTES], name[WORLD_NAME_BYTES], key_name[WORLD_NAME_BYTES];
    LIST(struct user_column) columns;
    struct user_rows rows, pending;
    int64_t next_identity, identity_step; /* numbers given out do not come back */
    int pending_session;                  /* whose transaction has changed it; 0 = none */
};

/* Tables are owned by their slot; their addresses stay. */
struct user_table_slot {
    struct user_table *table;
};

struct user_table *user_table_find(struct instance *instance, const char *database, const char *name);
/* An empty one; its columns are the caller's to add. */
struct user_table *user_table_add(struct instance *instance, const char *database, const char *name);
/* All of a database. */
void user_tables_drop_in(struct instance *instance, const char *database);
void user_table_drop(struct instance *instance, struct user_table *table);
/* What this session sees. */
const struct user_rows *user_table_rows(const struct user_table *table, int session_id);
/* Takes the rows: committed at once, or pending until the session's transaction ends. */
void user_table_put(struct user_table *table, int session_id, bool in_transaction, struct user_rows *rows);
/* Keeps the table for this session's transaction, which has not changed it yet. */
void user_table_hold(struct user_table *table, int session_id);
struct user_rows user_rows_copy(const struct user_table *table, const struct user_rows *rows);
void user_rows_add(struct user_rows *rows, struct user_cell *cells);
void user_rows_remove(const struct user_table *table, struct user_rows *rows, size_t index);
void user_rows_done(const struct user_table *table, struct user_rows *rows);
void user_cell_done(struct user_cell *cell);

void user_tables_commit(struct instance *instance, int session_id);
void user_tables_roll_back(struct instance *instance, int session_id);
void user_tables_done(struct instance *instance);

#endif
