#include "snmp/look.h"

#include "assess/copies.h"
#include "assess/mirror_view.h"
#include "assess/sight.h"
#include "snmp/terms.h"

#include <string.h>

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    TEXT(4, pchatCopyDatabase, database)                                                                     \
    NUM(5, pchatCopyWritability, ENUM, writability)                                                          \
    NUM(6, pchatCopyState, ENUM, state)                                                                      \
    NUM(7, pchatCopyReadOnly, TRUTH, read_only)                                                              \
    NUM(8, pchatCopyInStandby, TRUTH, standby)                                                               \
    NUM(9, pchatCopyRecoveryModel, ENUM, recovery_model)                                                     \
    TEXT(10, pchatCopyLogReuseWait, log_reuse_wait)                                                          \
    NUM(11, pchatCopyLogUsed, GAUGE, log_used_percent)                                                       \
    NUM(12, pchatCopyMirroringRole, ENUM, mirroring_role)                                                    \
    NUM(13, pchatCopyMirroringState, ENUM, mirroring_state)                                                  \
    NUM(14, pchatCopyWitnessState, ENUM, witness_state)                                                      \
    TEXT(15, pchatCopyPartner, partner)                                                                      \
    NUM(16, pchatCopySendQueue, GAUGE, send_queue_kb)                                                        \
    NUM(17, pchatCopyRedoQueue, GAUGE, redo_queue_kb)                                                        \
    NUM(18, pchatCopySessions, GAUGE, sessions)                                                              \
    NUM(19, pchatCopyLastLogBackup, TIME, last_log_backup)                                                   \
    NUM(20, pchatCopyLastFullBackup, TIME, last_full_backup)                                                 \
    NUM(21, pchatCopyAge, AGE, seen)

ROW_STRUCT(copy_row, ROW_COLUMNS);
#define ROW struct copy_row

static void fill_database(const struct instance_snapshot *instance, struct copy_row *row)
{
    const struct database_fact *database = FACT(instance, database);
    const struct counter_fact *counter = FACT(instance, counter);

    if (FACT_NONE(instance, database))
        row->state = known(DATABASE_MISSING);
    if (database) {
        row->state = term_of(&database_state_terms, database->state);
        row->read_only = database->is_read_only;
        row->standby = database->is_in_standby;
        row->recovery_model = term_of(&recovery_model_terms, database->recovery_model);
        row->log_reuse_wait = database->log_reuse_wait;
    }
    if (counter) {
        row->log_used_percent = counter->log_used_percent;
        row->send_queue_kb = counter->send_queue_kb;
        row->redo_queue_kb = counter->redo_queue_kb;
    }
}

static void fill_mirroring(const struct instance_snapshot *instance, struct copy_row *row)
{
    const struct mirroring_fact *mirroring = mirror_row(instance);

    if (mirror_sight(instance) == MIRROR_ABSENT)
        row->mirroring_state = known(MIRRORING_NOT_MIRRORED);
    if (!mirroring)
        return;
    row->mirroring_role = term_of(&mirroring_role_terms, mirroring->role);
    row->mirroring_state = term_of(&mirroring_state_terms, mirroring->state);
    row->partner = mirroring->partner_instance;
    if (mirror_has_witness(mirroring))
        row->witness_state = term_of(&witness_state_terms, mirroring->witness_state);
}

static struct fact_num count_sessions(const struct instance_snapshot *instance)
{
    const struct session_facts *sessions = &instance->session;
    struct fact_num count = {instance_seen(instance) && sessions->sighting.sight == SIGHT_SEEN, 0};

    for (size_t i = 0; count.known && i < sessions->count; i++) {
        const struct fact_num here = fact_within(sessions->rows[i].session_count, 0, UINT16_MAX);

        count.value += here.known ? here.value : 1;
    }
    return count;
}

static struct fact_num newest_backup(const struct instance_snapshot *instance, const char *type)
{
    struct fact_num newest = {0};

    for (size_t i = 0; instance_seen(instance) && i < instance->backup.count; i++) {
        const struct backup_fact *backup = &instance->backup.rows[i];

        if (backup->type && strcmp(backup->type, type) == 0 && backup->finished_utc_ms.known &&
            (!newest.known || newest.value < backup->finished_utc_ms.value))
            newest = backup->finished_utc_ms;
    }
    return newest;
}

static void fill(const struct look *look, struct rows *rows)
{
    for (size_t i = 0; look->snapshot && i < look->snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &look->snapshot->instances[i];
        struct copy_row *row;

        if (instance->role == SQL_WITNESS)
            continue;
        row = rows_push(rows, look->pool, index_of(look->indexes, look->pool, INDEX_INSTANCE, instance->name),
                        0);
        row->database = look->snapshot->database;
        row->writability = counted((int64_t)copy_writability(instance));
        fill_database(instance, row);
        fill_mirroring(instance, row);
        row->sessions = count_sessions(instance);
        row->last_log_backup = newest_backup(instance, "L");
        row->last_full_backup = newest_backup(instance, "D");
        row->seen = look_seen(look);
    }
}

TABLE(pchatCopyTable, 5, PART_PASS, 2, ROW_COLUMNS, fill)
