#include "snmp/look.h"

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    NUM(4, pchatConditionKind, ENUM, kind)                                                                   \
    TEXT(5, pchatConditionObject, object)                                                                    \
    NUM(6, pchatConditionSeverity, ENUM, severity)                                                           \
    NUM(7, pchatConditionSince, TIME, since)                                                                 \
    NUM(8, pchatConditionFirstSeen, TIME, first_seen)                                                        \
    TEXT(9, pchatConditionMessage, message)                                                                  \
    TEXT(10, pchatConditionAction, action)                                                                   \
    NUM(11, pchatConditionTold, TRUTH, told)                                                                 \
    NUM(12, pchatConditionAge, AGE, seen)

ROW_STRUCT(condition_row, ROW_COLUMNS);
#define ROW struct condition_row

static void fill(const struct look *look, struct rows *rows)
{
    for (size_t i = 0; i < look->condition_count; i++) {
        const struct present_condition *present = &look->conditions[i];
        const struct finding *finding = present->finding;
        struct condition_row *row =
            rows_push(rows, look->pool, (uint32_t)finding->condition, present->object);

        row->kind = known(finding->condition);
        row->object = finding->object;
        row->severity = known(present->severity);
        row->since = finding->since_utc_ms;
        row->first_seen = present->first_seen_utc_ms;
        row->message = finding->message;
        row->action = finding->action ? finding->action : condition_info(finding->condition)->action;
        row->told = known(present->told);
        row->seen = look_seen(look);
    }
}

TABLE(pchatConditionTable, 10, PART_PASS, 3, ROW_COLUMNS, fill)
