/*
 * The renderer: a bound query as SQLite's SQL.  Tables are the engine's t..., columns c0, c1, ...; what
 * differs between the two languages (conversions, arithmetic, comparison of texts) goes through functions and
 * collations of ours.
 */
#ifndef PCHAT_LAB_TSQL_RENDER_H
#define PCHAT_LAB_TSQL_RENDER_H

#include "base/strbuf.h"
#include "lab/tsql/run.h"

struct rendered_table {
    const struct catalog_table *table;
    const char *database;
};

struct rendering {
    struct run *run;
    struct strbuf sql;
    struct rendered_table *tables; /* to be filled before it runs; each once */
    size_t table_count;
    const char **variables; /* to be bound to ?1, ?2, ... */
    size_t variable_count;
};

void rendering_done(struct rendering *rendering);
AUTO_DEFINE_DONE(rendering, struct rendering)

void render_query(struct rendering *rendering, const struct query *query);

#endif
