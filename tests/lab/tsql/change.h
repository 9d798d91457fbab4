/*
 * INSERT, UPDATE and DELETE as the parser reads them.  Everything lives in the batch's arena.
 */
#ifndef PCHAT_LAB_TSQL_CHANGE_H
#define PCHAT_LAB_TSQL_CHANGE_H

#include "lab/tsql/parser.h"

struct assignment {
    const char *column;
    struct expr *value;
};

struct value_row {
    struct expr **values;
    size_t count;
};

struct change {
    const char *verb; /* INSERT, UPDATE, DELETE: the permission too */
    struct name table;
    const char **columns; /* INSERT: as written; none = all */
    size_t column_count;
    struct value_row *rows; /* INSERT ... VALUES */
    size_t row_count;
    struct query *source; /* INSERT ... SELECT; of an UPDATE or DELETE: the rows it is about */
    struct assignment *assignments;
    size_t assignment_count;
};

/* Behind the leading word; statement->detail becomes a struct change.  0, or -1 with the problem added. */
int parse_insert(struct parser *parser, struct statement *statement);
int parse_update(struct parser *parser, struct statement *statement);
int parse_delete(struct parser *parser, struct statement *statement);

#endif
