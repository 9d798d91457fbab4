/*
 * From a result set to the records of a group of facts, by the group's table of fields.  A column that is
 * missing or a value that is not of its kind is a protocol error that names both; further columns are
 * ignored; further rows than the group keeps are dropped. Text from a server is hostile: it is made
 * well-formed UTF-8 and cut at ROW_TEXT_MAX_BYTES.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_ROW_READER_H
#define PCHAT_OBSERVE_SQL_ROW_READER_H

#include "model/facts.h"
#include "observe/sql/sql_port.h"

enum { ROW_TEXT_MAX_BYTES = 65536 /* as much as the prologue lets a text be */ };

/* Server's text made safe to keep: well-formed UTF-8 of at most ROW_TEXT_MAX_BYTES, in the arena. */
const char *row_safe_text(struct arena *arena, const char *text);
/* A whole number in decimal, for queries that are no group; false: SQL NULL, or something else. */
bool row_number(const char *cell, int64_t *ret);

/* The same for every kind of subject; row_read_facts() is that of instances.
 * *ret_facts always has a sighting: SIGHT_SEEN, or SIGHT_PROTOCOL_ERROR with its detail and no rows. */
void row_read_group(const struct sql_rows *rows, const struct fact_group *group, struct arena *arena,
                    struct fact_rows *ret_facts);
void row_read_facts(const struct sql_rows *rows, enum fact_group_id id, struct arena *arena,
                    struct fact_rows *ret_facts);

#endif
