/*
 * A table of PCHAT-MIB: a list of columns, from which its row's struct and the table that serves it are made,
 * and a function that fills rows from a look at a pool.  Scalars are a table of one row.
 *
 * COLUMNS(TEXT, NUM) lists TEXT(number, name in the MIB, member) and NUM(number, name, KIND, member).  A TEXT
 * is a const char *, absent when NULL; a NUM is a struct fact_num, absent when not known.  What is absent is
 * answered with noSuchInstance.  Pure, thread-safe.
 */
#ifndef PCHAT_SNMP_TABLE_H
#define PCHAT_SNMP_TABLE_H

#include "base/arena.h"
#include "base/clock.h"
#include "model/facts.h"

enum value_kind {
    VALUE_TEXT,
    VALUE_ENUM,
    VALUE_INTEGER, /* Integer32, clamped */
    VALUE_GAUGE,   /* Gauge32: stays at its most; negative: absent */
    VALUE_COUNTER, /* Counter32: wraps */
    VALUE_TRUTH,   /* TruthValue: 1 where it is not zero, else 2 */
    VALUE_TIME,    /* UTC milliseconds as DateAndTime */
    VALUE_AGE,     /* monotonic milliseconds of a moment: whole seconds since then, as Gauge32 */
    VALUE_KIND_COUNT
};

enum wire_type { WIRE_INTEGER, WIRE_GAUGE, WIRE_COUNTER, WIRE_OCTETS };

enum { TEXT_MOST_BYTES = 255, DATE_AND_TIME_BYTES = 11 };

struct value {
    enum wire_type type;
    int64_t number;     /* unless WIRE_OCTETS */
    const char *octets; /* in the row; NULL: they are `made` */
    size_t length;
    char made[DATE_AND_TIME_BYTES];
};

/* Of a member of that kind; false: absent. */
bool value_of(enum value_kind kind, const void *member, struct mono_ms now, struct value *ret);

/* A copy that is well-formed and fits into a PchatText; NULL stays NULL. */
const char *keep_text(struct arena *arena, const char *text);

struct column {
    uint32_t number;
    const char *name;
    enum value_kind kind;
    size_t offset; /* of the member in the row */
};

enum { INDEX_MOST = 3 };

/* First member of every row.  Its first part is the pool's number; 0: the subagent itself. */
struct row_head {
    uint32_t index[INDEX_MOST];
};

struct rows {
    const struct table *table;
    char *first; /* `count` rows of table->row_bytes each, sorted */
    size_t count, room;
};

/* A zeroed row, valid until the next push.  Index parts beyond the table's are ignored. */
void *rows_push(struct rows *rows, uint32_t pool, uint32_t second, uint32_t third);

struct look;

/* By what a table is filled anew. */
enum table_part {
    PART_AGENT, /* the subagent's own scalars */
    PART_PASS,  /* a pass of its pool */
    PART_RUNS   /* what runners show */
};

struct table {
    const char *name;
    uint32_t number; /* below pchatObjects */
    bool scalars;    /* no table: columns stand right below that number */
    enum table_part part;
    size_t index_count;
    size_t row_bytes;
    const struct column *columns; /* in the order of their numbers */
    size_t column_count;
    void (*fill)(const struct look *look, struct rows *rows);
};

enum { TABLE_COUNT = 13 };
/* In the order of their numbers. */
extern const struct table *const tables[TABLE_COUNT];

extern const struct table pchatAgent, pchatPoolTable, pchatSiteTable, pchatInstanceTable, pchatCopyTable,
    pchatShippingTable, pchatServerTable, pchatServiceTable, pchatCertificateTable, pchatConditionTable,
    pchatRunTable, pchatStepTable, pchatRunnerTable;

/* NULL: no such column. */
const struct column *column_named(const struct table *table, const char *name);

static inline const struct row_head *rows_at(const struct rows *rows, size_t index)
{
    return (const struct row_head *)(const void *)(rows->first + index * rows->table->row_bytes);
}
static inline bool row_value(const struct column *column, const void *row, struct mono_ms now,
                             struct value *ret)
{
    return value_of(column->kind, (const char *)row + column->offset, now, ret);
}

/* ---- for the files of tables ---- */

/* NOLINTBEGIN(bugprone-macro-parentheses): names in declarations take none. */
#define ROW_TEXT(number, name, member)      const char *member;
#define ROW_NUM(number, name, kind, member) struct fact_num member;
#define ROW_STRUCT(type, COLUMNS)                                                                            \
    struct type {                                                                                            \
        struct row_head head;                                                                                \
        COLUMNS(ROW_TEXT, ROW_NUM)                                                                           \
    }
/* Both need the name ROW for the struct. */
#define COLUMN_TEXT(number, name, member)      {number, #name, VALUE_TEXT, offsetof(ROW, member)},
#define COLUMN_NUM(number, name, kind, member) {number, #name, VALUE_##kind, offsetof(ROW, member)},
#define TABLE(table_name, arc, table_part, indexes, COLUMNS, fill_rows)                                      \
    static const struct column columns[] = {COLUMNS(COLUMN_TEXT, COLUMN_NUM)};                               \
    const struct table table_name = {.name = #table_name,                                                    \
                                     .number = arc,                                                          \
                                     .scalars = (indexes) == 0,                                              \
                                     .part = table_part,                                                     \
                                     .index_count = (indexes) ? (indexes) : 1,                               \
                                     .row_bytes = sizeof(ROW),                                               \
                                     .columns = columns,                                                     \
                                     .column_count = COUNT(columns),                                         \
                                     .fill = fill_rows};
/* NOLINTEND(bugprone-macro-parentheses) */

static inline struct fact_num known(int64_t value)
{
    return (struct fact_num){true, value};
}
/* An enum of ours that begins at 0, as the MIB counts it. */
static inline struct fact_num counted(int64_t value)
{
    return known(value + 1);
}

#endif
