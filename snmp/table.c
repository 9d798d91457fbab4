#include "snmp/table.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <string.h>
#include <time.h>

const struct table *const tables[TABLE_COUNT] = {
    &pchatAgent,         &pchatPoolTable,   &pchatSiteTable,    &pchatInstanceTable,    &pchatCopyTable,
    &pchatShippingTable, &pchatServerTable, &pchatServiceTable, &pchatCertificateTable, &pchatConditionTable,
    &pchatRunTable,      &pchatStepTable,   &pchatRunnerTable,
};

static int64_t within(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

static bool number_value(enum wire_type type, int64_t number, struct value *ret)
{
    *ret = (struct value){.type = type, .number = number};
    return true;
}

/* DateAndTime of SNMPv2-TC, as UTC; years that it cannot say, and those before 1, are absent. */
static bool time_value(int64_t utc_ms, struct value *ret)
{
    int64_t ms = (utc_ms % 1000 + 1000) % 1000;
    time_t seconds = (time_t)(utc_ms / 1000 - (utc_ms % 1000 < 0));
    struct tm tm;

    if (!gmtime_r(&seconds, &tm) || tm.tm_year < -1899 || tm.tm_year + 1900 > UINT16_MAX)
        return false;
    *ret = (struct value){.type = WIRE_OCTETS, .length = DATE_AND_TIME_BYTES};
    const int parts[DATE_AND_TIME_BYTES] = {(tm.tm_year + 1900) >> 8,
                                            (tm.tm_year + 1900) & 0xFF,
                                            tm.tm_mon + 1,
                                            tm.tm_mday,
                                            tm.tm_hour,
                                            tm.tm_min,
                                            tm.tm_sec,
                                            (int)(ms / 100),
                                            '+',
                                            0,
                                            0};
    for (size_t i = 0; i < DATE_AND_TIME_BYTES; i++)
        ret->made[i] = (char)parts[i];
    return true;
}

static bool age_value(struct mono_ms now, int64_t then_ms, struct value *ret)
{
    int64_t age_ms;

    return !__builtin_sub_overflow(now.ms, then_ms, &age_ms) &&
           number_value(WIRE_GAUGE, within(age_ms / 1000, 0, UINT32_MAX), ret);
}

static bool num_value(enum value_kind kind, int64_t number, struct mono_ms now, struct value *ret)
{
    switch (kind) {
    case VALUE_GAUGE:
        return number >= 0 && number_value(WIRE_GAUGE, within(number, 0, UINT32_MAX), ret);
    case VALUE_COUNTER:
        return number >= 0 && number_value(WIRE_COUNTER, number & UINT32_MAX, ret);
    case VALUE_TRUTH:
        return number_value(WIRE_INTEGER, number ? 1 : 2, ret);
    case VALUE_TIME:
        return time_value(number, ret);
    case VALUE_AGE:
        return age_value(now, number, ret);
    default:
        return number_value(WIRE_INTEGER, within(number, INT32_MIN, INT32_MAX), ret);
    }
}

bool value_of(enum value_kind kind, const void *member, struct mono_ms now, struct value *ret)
{
    if (kind == VALUE_TEXT) {
        const char *text = *(const char *const *)member;

        *ret = (struct value){.type = WIRE_OCTETS, .octets = text, .length = text ? strlen(text) : 0};
        return text != NULL;
    }
    const struct fact_num *num = member;

    return num->known && num_value(kind, num->value, now, ret);
}

const char *keep_text(struct arena *arena, const char *text)
{
    AUTO(strbuf) struct strbuf whole = STRBUF_INIT;

    if (!text)
        return NULL;
    utf8_add_text(&whole, text);
    return arena_text_n(arena, strbuf_text(&whole),
                        utf8_cut(strbuf_text(&whole), whole.length, TEXT_MOST_BYTES));
}

void *rows_push(struct rows *rows, uint32_t pool, uint32_t second, uint32_t third)
{
    struct row_head *head;

    if (rows->count == rows->room) {
        rows->room = rows->room ? rows->room * 2 : 4;
        rows->first = mem_resize(rows->first, rows->room, rows->table->row_bytes);
    }
    head = (struct row_head *)(void *)(rows->first + rows->count++ * rows->table->row_bytes);
    memset(head, 0, rows->table->row_bytes);
    *head = (struct row_head){{pool, second, third}};
    for (size_t i = rows->table->index_count; i < INDEX_MOST; i++)
        head->index[i] = 0;
    return head;
}

const struct column *column_named(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}
