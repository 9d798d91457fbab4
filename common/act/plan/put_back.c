/*
 * The way back before the guard: log shipping as the ledger's export has it.
 */
#include "act/judge/ledger_words.h"
#include "act/plan/steps_parts.h"
#include "assess/words.h"

#include <jansson.h>
#include <string.h>

static void json_auto(json_t **json)
{
    json_decref(*json);
}

static const char *export_of(const struct step_scope *scope, enum part part, const char *table)
{
    const struct act_facts *acts = seen_acts(scope, seen_part(scope, part));

    for (size_t i = 0; acts && acts->ledger_note.sighting.sight == SIGHT_SEEN && i < acts->ledger_note.count;
         i++) {
        const struct ledger_note_fact *note = &acts->ledger_note.rows[i];

        if (words_equal(note->kind, NOTE_EXPORT) && words_equal(note->object, table) &&
            fact_is(note->run, scope->run))
            return note->text;
    }
    return NULL;
}

/* The rows of an exported table; NULL: there is no such export. */
static json_t *rows_at(const struct step_scope *scope, enum part part, const char *table)
{
    const char *text = export_of(scope, part, table);
    json_t *rows = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

    if (json_is_array(rows))
        return rows;
    json_decref(rows);
    return NULL;
}

static json_t *rows_of(const struct step_scope *scope, const char *table)
{
    return rows_at(scope, PART_B, table);
}

static const char *cell(const struct step_scope *scope, const json_t *row, const char *column)
{
    const json_t *value = json_object_get(row, column);

    if (json_is_integer(value))
        return arena_format(scope->arena, "%lld", (long long)json_integer_value(value));
    return arena_text(scope->arena, json_string_value(value));
}

const char *seen_exported(const struct step_scope *scope, enum part part, const char *table,
                          const char *column)
{
    CLEANUP(json_auto) json_t *rows = rows_at(scope, part, table);

    return cell(scope, json_array_get(rows, 0), column);
}

/* The row whose column is that; NULL: none. */
static const json_t *row_where(const json_t *rows, const char *column, const char *is)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);

        if (words_equal(json_string_value(json_object_get(row, column)), is))
            return row;
    }
    return NULL;
}

/* What a script's variable is filled from; what SQL Server makes of a NULL stands where there is none. */
struct source {
    const char *variable, *column, *otherwise;
};

static int take(const struct step_scope *scope, const json_t *row, const struct source *sources, size_t count,
                struct script_value *values)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = cell(scope, row, sources[i].column);

        values[i] =
            (struct script_value)SCRIPT_TEXT(sources[i].variable, value ? value : sources[i].otherwise);
        if (!values[i].value)
            return err_set(scope->err, ERR_INPUT, "the export holds no %s", sources[i].column);
    }
    return 0;
}

/* ---- the rows ---- */

static const struct source secondary_sources[] = {
    {"primary_server", "primary_server", NULL},
    {"primary_database", "primary_database", NULL},
    {"backup_source_directory", "backup_source_directory", NULL},
    {"backup_destination_directory", "backup_destination_directory", NULL},
    {"file_retention_period", "file_retention_period", "14420"},
    {"monitor_server", "monitor_server", NULL},
    {"monitor_server_security_mode", "monitor_server_security_mode", "1"},
    {"user_specified_monitor", "user_specified_monitor", "1"},
};
static const struct source database_sources[] = {
    {"restore_delay", "restore_delay", "0"}, {"restore_all", "restore_all", "1"},
    {"restore_mode", "restore_mode", "0"},   {"disconnect_users", "disconnect_users", "0"},
    {"block_size", "block_size", "-1"}, /* SQL Server's choice */
    {"buffer_count", "buffer_count", "-1"},  {"max_transfer_size", "max_transfer_size", "-1"},
};
static const struct source monitor_sources[] = {
    {"restore_threshold", "restore_threshold", "45"},
    {"threshold_alert", "threshold_alert", "14421"},
    {"threshold_alert_enabled", "threshold_alert_enabled", "1"},
    {"history_retention_period", "history_retention_period", "14420"},
};
static const struct source schedule_sources[] = {
    {"name", "name", NULL},
    {"enabled", "enabled", "1"},
    {"freq_type", "freq_type", NULL},
    {"freq_interval", "freq_interval", NULL},
    {"freq_subday_type", "freq_subday_type", "0"},
    {"freq_subday_interval", "freq_subday_interval", "0"},
    {"freq_relative_interval", "freq_relative_interval", "0"},
    {"freq_recurrence_factor", "freq_recurrence_factor", "0"},
    {"active_start_date", "active_start_date", NULL},
    {"active_end_date", "active_end_date", "99991231"},
    {"active_start_time", "active_start_time", "0"},
    {"active_end_time", "active_end_time", "235959"},
};

static int send_rows(const struct making *making, const json_t *jobs)
{
    enum {
        SECONDARY = COUNT(secondary_sources),
        DATABASE = COUNT(database_sources),
        MONITOR = COUNT(monitor_sources)
    };
    const struct step_scope *scope = making->scope;
    CLEANUP(json_auto) json_t *secondary = rows_of(scope, "log_shipping_secondary");
    CLEANUP(json_auto) json_t *database = rows_of(scope, "log_shipping_secondary_databases");
    CLEANUP(json_auto) json_t *monitor = rows_of(scope, "log_shipping_monitor_secondary");
    struct script_value values[SECONDARY + DATABASE + MONITOR + 2];

    if (take(scope, json_array_get(secondary, 0), secondary_sources, SECONDARY, values) != 0 ||
        take(scope, json_array_get(database, 0), database_sources, DATABASE, values + SECONDARY) != 0 ||
        take(scope, json_array_get(monitor, 0), monitor_sources, MONITOR, values + SECONDARY + DATABASE) != 0)
        return -1;
    values[COUNT(values) - 2] =
        (struct script_value)SCRIPT_TEXT("copy_job", cell(scope, row_where(jobs, "kind", "copy"), "name"));
    values[COUNT(values) - 1] = (struct script_value)SCRIPT_TEXT(
        "restore_job", cell(scope, row_where(jobs, "kind", "restore"), "name"));
    if (!values[COUNT(values) - 2].value || !values[COUNT(values) - 1].value)
        return err_set(scope->err, ERR_INPUT, "the export names no jobs");
    return sending_sql(making, &(struct sql_sending){.kind = SENDING_SQL,
                                                     .part = PART_B,
                                                     .script = "failover/put-back.sql",
                                                     .values = values,
                                                     .value_count = COUNT(values)});
}

static int send_schedule(const struct making *making, const json_t *jobs, const json_t *schedule)
{
    enum { SCHEDULE = COUNT(schedule_sources) };
    const struct step_scope *scope = making->scope;
    const json_t *job = row_where(jobs, "kind", cell(scope, schedule, "kind"));
    struct script_value values[SCHEDULE + 1];

    if (take(scope, schedule, schedule_sources, SCHEDULE, values) != 0)
        return -1;
    values[SCHEDULE] = (struct script_value)SCRIPT_TEXT("job", cell(scope, job, "name"));
    if (!values[SCHEDULE].value)
        return err_set(scope->err, ERR_INPUT, "the export holds a schedule of no job");
    return sending_sql(making, &(struct sql_sending){.kind = SENDING_SQL,
                                                     .part = PART_B,
                                                     .script = "failover/put-back-schedule.sql",
                                                     .subject = values[0].value,
                                                     .values = values,
                                                     .value_count = COUNT(values)});
}

/* Then this run has not removed it either: it exports before. */
static bool exported_nothing(const struct step_scope *scope)
{
    const struct act_facts *acts = seen_acts(scope, seen_part(scope, PART_B));

    if (!acts || acts->ledger_note.sighting.sight != SIGHT_SEEN)
        return false;
    for (size_t i = 0; i < acts->ledger_note.count; i++)
        if (words_equal(acts->ledger_note.rows[i].kind, NOTE_EXPORT) &&
            fact_is(acts->ledger_note.rows[i].run, scope->run))
            return false;
    return true;
}

int put_back_shipping(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct making making = {scope, sendings, count};
    CLEANUP(json_auto) json_t *jobs = rows_of(scope, "jobs");
    CLEANUP(json_auto) json_t *schedules = rows_of(scope, "schedules");

    if (FACT(seen_part(scope, PART_B), ls_secondary) || exported_nothing(scope))
        return 0; /* it was not removed, or not by this run */
    if (send_rows(&making, jobs) != 0)
        return -1;
    for (size_t i = 0; i < json_array_size(schedules); i++)
        if (send_schedule(&making, jobs, json_array_get(schedules, i)) != 0)
            return -1;
    return 0;
}

int put_back_jobs(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    CLEANUP(json_auto) json_t *jobs = rows_of(scope, "jobs");
    const char *copy = cell(scope, row_where(jobs, "kind", "copy"), "enabled");
    const char *restore = cell(scope, row_where(jobs, "kind", "restore"), "enabled");
    const struct script_value values[] = {SCRIPT_TEXT("copy_enabled", copy ? copy : "0"),
                                          SCRIPT_TEXT("restore_enabled", restore ? restore : "0")};

    if (!jobs || (strcmp(values[0].value, "0") == 0 && strcmp(values[1].value, "0") == 0))
        return 0; /* nothing was exported, or ran, so nothing was stopped either */
    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL,
                                             .part = PART_B,
                                             .script = "failover/03-quiesce-undo.sql",
                                             .values = values,
                                             .value_count = COUNT(values)});
}
