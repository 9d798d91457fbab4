/* Result sets of RESTORE HEADERONLY, FILELISTONLY, LABELONLY, columns as on their pages. */
#include "lab/tsql/media.h"

#include "base/arena.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/value.h"

#include <stdio.h>
#include <string.h>

enum { NO_SINCE = 0, SINCE_2012 = 1100, SINCE_2014 = 1200, SINCE_2016 = 1300 };

/* What a row is about. */
struct cell {
    struct run *run;
    const struct backup_set *set;
    bool is_log; /* FILELISTONLY: which of the two files */
};

struct media_column {
    struct catalog_column column;
    struct tsql_value (*value)(const struct cell *cell); /* NULL: the constant, or NULL for a nullable one */
    int64_t constant;
};

static struct tsql_value text_or_null(const char *text)
{
    return text && *text ? value_text(text) : value_null();
}

static struct tsql_value lsn_value(const struct cell *cell, lsn_t lsn)
{
    char text[LSN_TEXT_BYTES];

    return lsn ? value_text(arena_text(cell->run->arena, world_lsn_text(lsn, text))) : value_null();
}

#define CELL_TEXT(name, expression)                                                                          \
    static struct tsql_value name(const struct cell *cell)                                                   \
    {                                                                                                        \
        return text_or_null(expression);                                                                     \
    }
#define CELL_INTEGER(name, expression)                                                                       \
    static struct tsql_value name(const struct cell *cell)                                                   \
    {                                                                                                        \
        return value_integer(expression);                                                                    \
    }
#define CELL_LSN(name, expression)                                                                           \
    static struct tsql_value name(const struct cell *cell)                                                   \
    {                                                                                                        \
        return lsn_value(cell, expression);                                                                  \
    }
#define CELL_NUMERIC(name, expression)                                                                       \
    static struct tsql_value name(const struct cell *cell)                                                   \
    {                                                                                                        \
        return value_text(arena_format(cell->run->arena, "%lld", (long long)(expression)));                  \
    }

CELL_INTEGER(backup_type, cell->set->type == 'L' ? 2 : 1)
CELL_INTEGER(position, cell->set->position)
CELL_TEXT(set_name, cell->set->name)
CELL_TEXT(user_name, cell->set->user_name)
CELL_TEXT(server_name, cell->set->server_name)
CELL_TEXT(database_name, cell->set->database_name)
CELL_NUMERIC(backup_size, cell->set->backup_size)
CELL_INTEGER(compressed_size, cell->set->compressed_backup_size)
CELL_INTEGER(is_compressed, cell->set->compressed_backup_size < cell->set->backup_size)
CELL_LSN(first_lsn, cell->set->first_lsn)
CELL_LSN(last_lsn, cell->set->last_lsn)
CELL_LSN(checkpoint_lsn, cell->set->checkpoint_lsn)
CELL_LSN(database_backup_lsn, cell->set->database_backup_lsn)
CELL_LSN(fork_point_lsn, cell->set->fork_point_lsn)
CELL_INTEGER(start_date, cell->set->backup_start_date)
CELL_INTEGER(finish_date, cell->set->backup_finish_date)
CELL_INTEGER(version_major, cell->set->software_major_version)
CELL_INTEGER(version_minor, cell->set->software_minor_version)
CELL_INTEGER(version_build, cell->set->software_build_version)
CELL_INTEGER(compatibility, (int64_t)cell->set->software_major_version * 10)
CELL_TEXT(binding_id, cell->set->database_guid.text)
CELL_TEXT(family_guid, cell->set->family_guid.text)
CELL_TEXT(recovery_fork, cell->set->last_recovery_fork_guid.text)
CELL_TEXT(first_recovery_fork, cell->set->first_recovery_fork_guid.text)
CELL_TEXT(backup_set_guid, cell->set->backup_set_uuid.text)
CELL_INTEGER(has_bulk_logged, cell->set->has_bulk_logged_data)
CELL_INTEGER(has_checksums, cell->set->has_backup_checksums)
CELL_INTEGER(is_damaged, cell->set->is_damaged)
CELL_INTEGER(begins_chain, cell->set->begins_log_chain)
CELL_INTEGER(is_force_offline, cell->set->is_force_offline)
CELL_INTEGER(is_copy_only, cell->set->is_copy_only)
CELL_TEXT(recovery_model, recovery_model_desc((enum recovery_model)cell->set->recovery_model))
CELL_TEXT(type_description, cell->set->type == 'L' ? "Transaction Log" : "Database")
CELL_TEXT(collation, cell->run->session->instance->collation)

/* HEADERONLY */
static const struct media_column header_columns[] = {
    {{"BackupName", {NVARCHAR(128), NULLABLE}, 0}, set_name, 0},
    {{"BackupDescription", {NVARCHAR(255), NULLABLE}, 0}, NULL, 0},
    {{"BackupType", {SMALLINT, NULLABLE}, 0}, backup_type, 0},
    {{"ExpirationDate", {DATETIME, NULLABLE}, 0}, NULL, 0},
    {{"Compressed", {TINYINT, NULLABLE}, 0}, is_compressed, 0},
    {{"Position", {SMALLINT, NULLABLE}, 0}, position, 0},
    {{"DeviceType", {TINYINT}, 0}, NULL, 2},
    {{"UserName", {NVARCHAR(128), NULLABLE}, 0}, user_name, 0},
    {{"ServerName", {NVARCHAR(128), NULLABLE}, 0}, server_name, 0},
    {{"DatabaseName", {NVARCHAR(128), NULLABLE}, 0}, database_name, 0},
    {{"DatabaseVersion", {INT}, 0}, NULL, 782},
    {{"DatabaseCreationDate", {DATETIME, NULLABLE}, 0}, NULL, 0},
    {{"BackupSize", {NUMERIC(20), NULLABLE}, 0}, backup_size, 0},
    {{"FirstLSN", {LSN, NULLABLE}, 0}, first_lsn, 0},
    {{"LastLSN", {LSN, NULLABLE}, 0}, last_lsn, 0},
    {{"CheckpointLSN", {LSN, NULLABLE}, 0}, checkpoint_lsn, 0},
    {{"DatabaseBackupLSN", {LSN, NULLABLE}, 0}, database_backup_lsn, 0},
    {{"BackupStartDate", {DATETIME, NULLABLE}, 0}, start_date, 0},
    {{"BackupFinishDate", {DATETIME, NULLABLE}, 0}, finish_date, 0},
    {{"SortOrder", {SMALLINT}, 0}, NULL, 0},
    {{"CodePage", {SMALLINT}, 0}, NULL, 0},
    {{"UnicodeLocaleId", {INT}, 0}, NULL, 1033},
    {{"UnicodeComparisonStyle", {INT}, 0}, NULL, 196609},
    {{"CompatibilityLevel", {TINYINT, NULLABLE}, 0}, compatibility, 0},
    {{"SoftwareVendorId", {INT}, 0}, NULL, 4608},
    {{"SoftwareVersionMajor", {INT, NULLABLE}, 0}, version_major, 0},
    {{"SoftwareVersionMinor", {INT, NULLABLE}, 0}, version_minor, 0},
    {{"SoftwareVersionBuild", {INT, NULLABLE}, 0}, version_build, 0},
    {{"MachineName", {NVARCHAR(128), NULLABLE}, 0}, server_name, 0},
    {{"Flags", {INT}, 0}, NULL, 512},
    {{"BindingID", {GUID, NULLABLE}, 0}, binding_id, 0},
    {{"RecoveryForkID", {GUID, NULLABLE}, 0}, recovery_fork, 0},
    {{"Collation", {NVARCHAR(128), NULLABLE}, 0}, collation, 0},
    {{"FamilyGUID", {GUID, NULLABLE}, 0}, family_guid, 0},
    {{"HasBulkLoggedData", {BIT, NULLABLE}, 0}, has_bulk_logged, 0},
    {{"IsSnapshot", {BIT}, 0}, NULL, 0},
    {{"IsReadOnly", {BIT}, 0}, NULL, 0},
    {{"IsSingleUser", {BIT}, 0}, NULL, 0},
    {{"HasBackupChecksums", {BIT, NULLABLE}, 0}, has_checksums, 0},
    {{"IsDamaged", {BIT, NULLABLE}, 0}, is_damaged, 0},
    {{"BeginsLogChain", {BIT, NULLABLE}, 0}, begins_chain, 0},
    {{"HasIncompleteMetaData", {BIT}, 0}, NULL, 0},
    {{"IsForceOffline", {BIT, NULLABLE}, 0}, is_force_offline, 0},
    {{"IsCopyOnly", {BIT, NULLABLE}, 0}, is_copy_only, 0},
    {{"FirstRecoveryForkID", {GUID, NULLABLE}, 0}, first_recovery_fork, 0},
    {{"ForkPointLSN", {LSN, NULLABLE}, 0}, fork_point_lsn, 0},
    {{"RecoveryModel", {NVARCHAR(60), NULLABLE}, 0}, recovery_model, 0},
    {{"DifferentialBaseLSN", {LSN, NULLABLE}, 0}, NULL, 0},
    {{"DifferentialBaseGUID", {GUID, NULLABLE}, 0}, NULL, 0},
    {{"BackupTypeDescription", {NVARCHAR(60), NULLABLE}, 0}, type_description, 0},
    {{"BackupSetGUID", {GUID, NULLABLE}, 0}, backup_set_guid, 0},
    {{"CompressedBackupSize", {BIGINT, NULLABLE}, 0}, compressed_size, 0},
    {{"Containment", {TINYINT}, SINCE_2012}, NULL, 0},
    {{"KeyAlgorithm", {NVARCHAR(32), NULLABLE}, SINCE_2014}, NULL, 0},
    {{"EncryptorThumbprint", {VARBINARY(20), NULLABLE}, SINCE_2014}, NULL, 0},
    {{"EncryptorType", {NVARCHAR(32), NULLABLE}, SINCE_2014}, NULL, 0},
};

/* FILELISTONLY */
static struct tsql_value logical_name(const struct cell *cell)
{
    return value_text(
        arena_format(cell->run->arena, "%s%s", cell->set->database_name, cell->is_log ? "_log" : ""));
}

static struct tsql_value physical_name(const struct cell *cell)
{
    char path[WORLD_PATH_BYTES];

    if (cell->is_log)
        snprintf(path, sizeof(path), DATABASE_LOG_FILE, cell->set->database_name);
    else
        snprintf(path, sizeof(path), DATABASE_DATA_FILE, cell->set->database_name);
    return value_text(arena_text(cell->run->arena, path));
}

CELL_TEXT(file_type, cell->is_log ? "L" : "D")
CELL_TEXT(file_group, cell->is_log ? "" : "PRIMARY")
CELL_NUMERIC(file_size, cell->is_log ? 128LL << 20 : cell->set->backup_size * 2)
CELL_NUMERIC(file_size_max, cell->is_log ? 2199023255552LL : 35184372080640LL)
CELL_INTEGER(file_id, cell->is_log ? 2 : 1)
CELL_INTEGER(file_group_id, cell->is_log ? 0 : 1)
CELL_INTEGER(size_in_backup, cell->is_log ? 0 : cell->set->backup_size)

/* Nothing was created, dropped or made read-only after the database began. */
static struct tsql_value zero_lsn(const struct cell *cell)
{
    (void)cell;
    return value_text("0");
}

static const struct media_column file_columns[] = {
    {{"LogicalName", {NVARCHAR(128), NULLABLE}, 0}, logical_name, 0},
    {{"PhysicalName", {NVARCHAR(260), NULLABLE}, 0}, physical_name, 0},
    {{"Type", {CHAR(1), NULLABLE}, 0}, file_type, 0},
    {{"FileGroupName", {NVARCHAR(128), NULLABLE}, 0}, file_group, 0},
    {{"Size", {NUMERIC(20), NULLABLE}, 0}, file_size, 0},
    {{"MaxSize", {NUMERIC(20), NULLABLE}, 0}, file_size_max, 0},
    {{"FileId", {BIGINT, NULLABLE}, 0}, file_id, 0},
    {{"CreateLSN", {LSN, NULLABLE}, 0}, zero_lsn, 0},
    {{"DropLSN", {LSN, NULLABLE}, 0}, zero_lsn, 0},
    {{"UniqueId", {GUID, NULLABLE}, 0}, binding_id, 0},
    {{"ReadOnlyLSN", {LSN, NULLABLE}, 0}, zero_lsn, 0},
    {{"ReadWriteLSN", {LSN, NULLABLE}, 0}, zero_lsn, 0},
    {{"BackupSizeInBytes", {BIGINT, NULLABLE}, 0}, size_in_backup, 0},
    {{"SourceBlockSize", {INT}, 0}, NULL, 512},
    {{"FileGroupId", {INT, NULLABLE}, 0}, file_group_id, 0},
    {{"LogGroupGUID", {GUID, NULLABLE}, 0}, NULL, 0},
    {{"DifferentialBaseLSN", {LSN, NULLABLE}, 0}, zero_lsn, 0},
    {{"DifferentialBaseGUID", {GUID, NULLABLE}, 0}, NULL, 0},
    {{"IsReadOnly", {BIT}, 0}, NULL, 0},
    {{"IsPresent", {BIT}, 0}, NULL, 1},
    {{"TDEThumbprint", {VARBINARY(32), NULLABLE}, 0}, NULL, 0},
    {{"SnapshotUrl", {NVARCHAR(360), NULLABLE}, SINCE_2016}, NULL, 0},
};

/* LABELONLY */
static const struct media_column label_columns[] = {
    {{"MediaName", {NVARCHAR(128), NULLABLE}, 0}, NULL, 0},
    {{"MediaSetId", {GUID, NULLABLE}, 0}, backup_set_guid, 0},
    {{"FamilyCount", {INT}, 0}, NULL, 1},
    {{"FamilySequenceNumber", {INT}, 0}, NULL, 1},
    {{"MediaFamilyId", {GUID, NULLABLE}, 0}, backup_set_guid, 0},
    {{"MediaSequenceNumber", {INT}, 0}, NULL, 1},
    {{"MediaLabelPresent", {TINYINT}, 0}, NULL, 0},
    {{"MediaDescription", {NVARCHAR(255), NULLABLE}, 0}, NULL, 0},
    {{"SoftwareName", {NVARCHAR(128), NULLABLE}, 0}, NULL, 0},
    {{"SoftwareVendorId", {INT}, 0}, NULL, 4608},
    {{"MediaDate", {DATETIME, NULLABLE}, 0}, start_date, 0},
    {{"Mirror_Count", {INT}, 0}, NULL, 1},
    {{"IsCompressed", {BIT, NULLABLE}, 0}, is_compressed, 0},
};

/* --- sending --- */

static void send_columns(struct run *run, const struct media_column *columns, size_t count)
{
    struct tsql_column *sent = arena_alloc(run->arena, count * sizeof(*sent));
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        struct type type = columns[i].column.type;

        if (catalog_column_exists(run->session, &columns[i].column))
            sent[used++] = (struct tsql_column){.name = columns[i].column.name,
                                                .type = type.base,
                                                .nullable = type.nullable,
                                                .length = type.length,
                                                .precision = type.precision,
                                                .scale = type.scale};
    }
    run->sink->columns(run->sink->user, sent, used);
}

static struct tsql_value cell_value(const struct media_column *column, const struct cell *cell)
{
    if (column->value)
        return column->value(cell);
    return column->column.type.nullable ? value_null() : value_integer(column->constant);
}

static void send_row(const struct cell *cell, const struct media_column *columns, size_t count)
{
    struct run *run = cell->run;
    struct tsql_value *values = arena_alloc(run->arena, count * sizeof(*values));
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        if (catalog_column_exists(run->session, &columns[i].column))
            values[used++] = cell_value(&columns[i], cell);
    run->sink->row(run->sink->user, values, used);
    run->row_count++;
    run->has_count = true;
}

void send_headers(struct run *run, const struct stored_file *file)
{
    send_columns(run, header_columns, COUNT(header_columns));
    for (size_t i = 0; i < file->sets.count; i++)
        send_row(&(struct cell){run, &file->sets.rows[i], false}, header_columns, COUNT(header_columns));
}

void send_label(struct run *run, const struct stored_file *file)
{
    send_columns(run, label_columns, COUNT(label_columns));
    send_row(&(struct cell){run, &file->sets.rows[0], false}, label_columns, COUNT(label_columns));
}

void send_file_list(struct run *run, const struct backup_set *set)
{
    send_columns(run, file_columns, COUNT(file_columns));
    send_row(&(struct cell){run, set, false}, file_columns, COUNT(file_columns));
    send_row(&(struct cell){run, set, true}, file_columns, COUNT(file_columns));
}
