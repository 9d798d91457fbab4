#include "assess/jobs.h"
#include "assess/sight.h"
#include "snmp/look.h"
#include "snmp/terms.h"

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    NUM(4, pchatShippingSends, TRUTH, sends)                                                                 \
    NUM(5, pchatShippingReceives, TRUTH, receives)                                                           \
    TEXT(6, pchatShippingSource, source)                                                                     \
    TEXT(7, pchatShippingLastBackupFile, backup_file)                                                        \
    NUM(8, pchatShippingLastBackup, TIME, backup)                                                            \
    TEXT(9, pchatShippingLastCopiedFile, copied_file)                                                        \
    NUM(10, pchatShippingLastCopied, TIME, copied)                                                           \
    TEXT(11, pchatShippingLastRestoredFile, restored_file)                                                   \
    NUM(12, pchatShippingLastRestored, TIME, restored)                                                       \
    NUM(13, pchatShippingBackupThreshold, GAUGE, backup_threshold_min)                                       \
    NUM(14, pchatShippingRestoreThreshold, GAUGE, restore_threshold_min)                                     \
    NUM(15, pchatShippingBackupEnabled, TRUTH, backup_enabled)                                               \
    NUM(16, pchatShippingBackupOutcome, ENUM, backup_outcome)                                                \
    NUM(17, pchatShippingCopyEnabled, TRUTH, copy_enabled)                                                   \
    NUM(18, pchatShippingCopyOutcome, ENUM, copy_outcome)                                                    \
    NUM(19, pchatShippingRestoreEnabled, TRUTH, restore_enabled)                                             \
    NUM(20, pchatShippingRestoreOutcome, ENUM, restore_outcome)                                              \
    NUM(21, pchatShippingAge, AGE, seen)

ROW_STRUCT(shipping_row, ROW_COLUMNS);
#define ROW struct shipping_row

static void fill_sender(const struct ls_primary_fact *sender, struct shipping_row *row)
{
    if (!sender)
        return;
    row->source = sender->backup_share;
    row->backup_file = sender->last_backup_file;
    row->backup = sender->last_backup_utc_ms;
    row->backup_threshold_min = sender->backup_threshold_min;
}

static void fill_receiver(const struct ls_secondary_fact *receiver, struct shipping_row *row)
{
    if (!receiver)
        return;
    row->source = receiver->backup_source_directory;
    row->copied_file = receiver->last_copied_file;
    row->copied = receiver->last_copied_utc_ms;
    row->restored_file = receiver->last_restored_file;
    row->restored = receiver->last_restored_utc_ms;
    row->restore_threshold_min = receiver->restore_threshold_min;
}

static void fill_job(const struct instance_snapshot *instance, enum ls_agent agent, struct fact_num *enabled,
                     struct fact_num *outcome)
{
    const struct job_fact *job = job_of(instance, agent);

    if (!job)
        return;
    if (job->enabled.known && job->schedules_enabled.known)
        *enabled = known(job->enabled.value && job->schedules_enabled.value > 0);
    if (job->last_outcome.known)
        *outcome = known(
            job->last_outcome.value >= 0 && job->last_outcome.value <= 3 ? job->last_outcome.value + 1 : 5);
}

/* A part in log shipping is a definition that sends or one that receives; who has none has no row. */
static void fill(const struct look *look, struct rows *rows)
{
    for (size_t i = 0; look->snapshot && i < look->snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &look->snapshot->instances[i];
        const struct ls_primary_fact *sender = FACT(instance, ls_primary);
        const struct ls_secondary_fact *receiver = FACT(instance, ls_secondary);
        struct shipping_row *row;

        if (!sender && !receiver)
            continue;
        row = rows_push(rows, look->pool, index_of(look->indexes, look->pool, INDEX_INSTANCE, instance->name),
                        0);
        row->sends = (struct fact_num){sender || FACT_NONE(instance, ls_primary), sender != NULL};
        row->receives = (struct fact_num){receiver || FACT_NONE(instance, ls_secondary), receiver != NULL};
        fill_sender(sender, row);
        fill_receiver(receiver, row);
        fill_job(instance, LS_AGENT_BACKUP, &row->backup_enabled, &row->backup_outcome);
        fill_job(instance, LS_AGENT_COPY, &row->copy_enabled, &row->copy_outcome);
        fill_job(instance, LS_AGENT_RESTORE, &row->restore_enabled, &row->restore_outcome);
        row->seen = look_seen(look);
    }
}

TABLE(pchatShippingTable, 6, PART_PASS, 2, ROW_COLUMNS, fill)
