#include "lab/world/result.h"

#include <stdio.h>
#include <string.h>

struct message_info {
    int number, severity;
    const char *text;
};

/* sys.messages, language us_english. */
static const struct message_info messages[] = {
    {911, 16, "Database '%1' does not exist. Make sure that the name is entered correctly."},
    {916, 14,
     "The server principal \"%1\" is not able to access the database \"%2\" under the current security "
     "context."},
    {922, 14, "Database '%1' is being recovered. Waiting until recovery is finished."},
    {923, 14,
     "Database '%1' is in restricted mode. Only the database owner and members of the dbcreator and sysadmin "
     "roles can access it."},
    {924, 14, "Database '%1' is already open and can only have one user at a time."},
    {926, 14,
     "Database '%1' cannot be opened. It has been marked SUSPECT by recovery. See the SQL Server errorlog "
     "for more information."},
    {927, 14, "Database '%1' cannot be opened. It is in the middle of a restore."},
    {942, 14, "Database '%1' cannot be opened because it is offline."},
    {945, 16,
     "Database '%1' cannot be opened due to inaccessible files or insufficient memory or disk space.  See "
     "the SQL Server errorlog for details."},
    {954, 14, "The database \"%1\" cannot be opened. It is acting as a mirror database."},
    {955, 14,
     "Database %1 is enabled for Database Mirroring, but the database lacks quorum: the database cannot be "
     "opened.  Check the partner and witness connections if configured."},
    {1105, 17,
     "Could not allocate space for object 'dbo.tblChat' in database '%1' because the 'PRIMARY' filegroup is "
     "full."},
    {1405, 16, "The database \"%1\" is already enabled for database mirroring."},
    {1416, 16, "Database \"%1\" is not configured for database mirroring."},
    {1418, 16,
     "The server network address \"%1\" can not be reached or does not exist. Check the network address "
     "name and that the ports for the local and remote endpoints are operational."},
    {1422, 16,
     "The mirror server instance is not caught up to the recent changes to database \"%1\". Unable to fail "
     "over."},
    {1429, 16,
     "The witness server instance name must be distinct from both of the server instances that manage the "
     "database. The ALTER DATABASE SET WITNESS command failed."},
    {1431, 16,
     "Neither the partner nor the witness server instance for database \"%1\" is available. Reissue the "
     "command when at least one of the instances becomes available."},
    {1440, 10,
     "Database mirroring is active with database '%1' as the principal copy. This is an informational "
     "message only. No user action is required."},
    {1441, 10,
     "Database mirroring is active with database '%1' as the mirror copy. This is an informational message "
     "only. No user action is required."},
    {1442, 10,
     "Database mirroring is inactive for database '%1'. This is an informational message only. No user "
     "action is required."},
    {1443, 10,
     "Database mirroring has been terminated for database '%1'. This is an informational message only. No "
     "user action is required."},
    {1447, 16,
     "ALTER DATABASE \"%1\" command cannot be executed until both partner server instances are up, running, "
     "and connected.  Start the partner and reissue the command."},
    {1455, 16,
     "The database mirroring service cannot be forced for database \"%1\" because the database is not in the "
     "correct state to become the principal database."},
    {1456, 16,
     "The ALTER DATABASE command could not be sent to the remote server instance '%1'. The database "
     "mirroring configuration was not changed. Verify that the server is connected, and try again."},
    {1464, 16,
     "Database \"%1\" is not in a recovering state which is required for a mirror database or secondary "
     "database. The remote database must be restored using WITH NORECOVERY."},
    {1465, 16, "The database \"%1\" is not in full recovery mode."},
    {1468, 16,
     "The operation cannot be performed on database \"%1\" because it is involved in a database mirroring "
     "session or an availability group. Some operations are not allowed on a database that is "
     "participating in a database mirroring session or in an availability group."},
    {1470, 16,
     "The alter database for this partner config values may only be initiated on the current principal "
     "server for database \"%1\"."},
    {1473, 16,
     "This SQL Server edition does not allow changing the safety level. ALTER DATABASE command failed."},
    {1474, 16, "Database mirroring connection error: '%1' for '%2'."},
    {1476, 16, "Database mirroring timeout value %1 exceeds the maximum value 32767."},
    {1477, 16,
     "The database mirroring safety level must be FULL to manually failover database \"%1\".  Set safety "
     "level to FULL and retry."},
    {1478, 16,
     "The mirror database, \"%1\", has insufficient transaction log data to preserve the log backup chain of "
     "the principal database.  This may happen if a log backup from the principal database has not been "
     "taken or has not been restored on the mirror database."},
    {1479, 16,
     "The mirroring connection to \"%1\" has timed out for database \"%2\" after %3 seconds without a "
     "response.  Check the service and network connections."},
    {1480, 10,
     "The database mirroring session of database \"%1\" is changing roles from \"%2\" to \"%3\" because the "
     "mirroring session or availability group failed over due to role synchronization.  This is an "
     "informational message only. No user action is required."},
    {1486, 10, "Database Mirroring Transport is disabled in the endpoint configuration."},
    {1801, 16, "Database '%1' already exists. Choose a different database name."},
    {1834, 16, "The file '%1' cannot be overwritten. It is being used by database '%2'."},
    {3013, 16, "%1 is terminating abnormally."},
    {3014, 0, "%1 successfully processed %2 pages in 0.1 seconds."},
    {3036, 16,
     "The database \"%1\" is in warm-standby state (set by executing RESTORE WITH STANDBY) and cannot be "
     "backed up until the entire restore sequence is completed."},
    {3041, 16,
     "BACKUP failed to complete the command %1. Check the backup application log for detailed messages."},
    {3043, 16, "BACKUP '%1' detected an error on page (1:153) in file '%2'."},
    {3059, 16, "This BACKUP or RESTORE command is not supported on a database mirror or secondary replica."},
    {3101, 16, "Exclusive access could not be obtained because the database is in use."},
    {3102, 16,
     "RESTORE cannot process database '%1' because it is in use by this session. It is recommended that the "
     "master database be used when performing this operation."},
    {3104, 16,
     "RESTORE cannot operate on database '%1' because it is configured for database mirroring or has joined "
     "an availability group. If you intend to restore the database, use ALTER DATABASE to remove mirroring "
     "or to remove the database from its availability group."},
    {3117, 16,
     "The log or differential backup cannot be restored because no files are ready to rollforward."},
    {3118, 16,
     "The database \"%1\" does not exist. RESTORE can only create a database when restoring either a full "
     "backup or a file backup of the primary file."},
    {3119, 16,
     "Problems were identified while planning for the RESTORE statement. Previous messages provide details."},
    {3153, 16, "The database is already fully recovered."},
    {3154, 16, "The backup set holds a backup of a database other than the existing '%1' database."},
    {3156, 16,
     "File '%1' cannot be restored to '%2'. Use WITH MOVE to identify a valid location for the file."},
    {3159, 16,
     "The tail of the log for the database \"%1\" has not been backed up. Use BACKUP LOG WITH NORECOVERY to "
     "backup the log if it contains work you do not want to lose. Use the WITH REPLACE or WITH STOPAT "
     "clause of the RESTORE statement to just overwrite the contents of the log."},
    {3169, 16,
     "The database was backed up on a server running version %1. That version is incompatible with this "
     "server, which is running version %2. Either restore the database on a server that supports the "
     "backup, or use a backup that is compatible with this server."},
    {3189, 16, "Damage to the backup set was detected."},
    {3201, 16, "Cannot open backup device '%1'. Operating system error %2(%3)."},
    {3202, 16, "Write on \"%1\" failed: %2(%3)"},
    {3203, 16, "Read on \"%1\" failed: %2(%3)"},
    {3241, 16,
     "The media family on device '%1' is incorrectly formed. SQL Server cannot process this media family."},
    {3257, 16,
     "There is insufficient free space on disk volume '%1' to create the database. The database requires %2 "
     "additional free bytes, while only %3 bytes are available."},
    {3262, 10, "The backup set on file %1 is valid."},
    {3287, 16, "The file ID %1 on device '%2' is not valid."},
    {3701, 11, "Cannot drop the database '%1', because it does not exist or you do not have permission."},
    {3702, 16, "Cannot drop database \"%1\" because it is currently in use."},
    {3743, 16,
     "The database '%1' is enabled for database mirroring. Database mirroring must be removed before you "
     "drop the database."},
    {4035, 0, "Processed 8 pages for database '%1', file '%2' on file 1."},
    {4208, 16,
     "The statement BACKUP LOG is not allowed while the recovery model is SIMPLE. Use BACKUP DATABASE or "
     "change the recovery model using ALTER DATABASE."},
    {4214, 16, "BACKUP LOG cannot be performed because there is no current database backup."},
    {4305, 16,
     "The log in this backup set begins at LSN %1, which is too recent to apply to the database. An earlier "
     "log backup that includes LSN %2 can be restored."},
    {4312, 16,
     "This log cannot be restored because a gap in the log chain was created. Use more recent data backups "
     "to bridge the gap."},
    {4319, 16,
     "A previous restore operation was interrupted and did not complete processing on file '%1'. Either "
     "restore the backup set that was interrupted or restart the restore sequence."},
    {4326, 16,
     "The log in this backup set terminates at LSN %1, which is too early to apply to the database. A more "
     "recent log backup that includes LSN %2 can be restored."},
    {4330, 16,
     "This backup set cannot be applied because it is on a recovery path that is inconsistent with the "
     "database. The recovery path is the sequence of data and log backups that have brought the database "
     "to a particular recovery point. Find a compatible backup to restore, or restore the rest of the "
     "database to match a recovery point within this backup set, which will restore the database to a "
     "different point in time.  For more information about recovery paths, see SQL Server Books Online."},
    {5052, 16, "ALTER DATABASE is not permitted while a database is in the %1 state."},
    {5061, 16, "ALTER DATABASE failed because a lock could not be placed on database '%1'. Try again later."},
    {5063, 16, "Database '%1' is in warm standby. A warm-standby database is read-only."},
    {5064, 16,
     "Changes to the state or options of database '%1' cannot be made at this time. The database is in "
     "single-user mode, and a user is currently connected to it."},
    {5069, 16, "ALTER DATABASE statement failed."},
    {5133, 16, "Directory lookup for the file \"%1\" failed with the operating system error %2(%3)."},
    {6104, 16, "Cannot use KILL to kill your own process."},
    {6106, 16, "Process ID %1 is not an active process ID."},
    {6107, 14, "Only user processes can be killed."},
    {9002, 17, "The transaction log for database '%1' is full due to '%2'."},
    {14256, 16,
     "Cannot start the job \"%1\" (ID %2) because it does not have any job server or servers defined. "
     "Associate the job with a job server by calling sp_add_jobserver."},
    {14262, 16, "The specified %1 ('%2') does not exist."},
    {14420, 16,
     "The log shipping primary database %1 has backup threshold of %2 minutes and has not performed a "
     "backup log operation for %3 minutes. Check agent log and logshipping monitor information."},
    {14421, 16,
     "The log shipping secondary database %1 has restore threshold of %2 minutes and is out of sync. No "
     "restore was performed for %3 minutes. Check agent log and logshipping monitor information."},
    {15007, 16, "'%1' is not a valid login or you do not have permission."},
    {15010, 16, "The database '%1' does not exist. Supply a valid database name."},
    {15023, 16, "User, group, or role '%1' already exists in the current database."},
    {15025, 16, "The server principal '%1' already exists."},
    {15151, 16, "Cannot find the %1 '%2', because it does not exist or you do not have permission."},
    {15433, 16, "Supplied parameter sid is in use."},
    {22022, 16, "SQLServerAgent Error: Request to %1 job %2 (from User sa) refused because the job %3."},
    {32009, 16, "A log shipping primary entry already exists for database %1."},
    {32010, 16, "Database %1 does not exist as log shipping primary."},
    {32011, 16,
     "Primary Database %1 has active log shipping secondary database(s). Drop the secondary database(s) "
     "first."},
    {32012, 16, "Secondary %1.%2 already exists for primary %3."},
    {32013, 16, "A log shipping entry already exists for secondary database %1."},
    {32014, 16, "Database %1 does not exist as log shipping secondary."},
    {32015, 16, "The primary database %1 cannot have SIMPLE recovery for log shipping to work properly."},
    {32022, 16,
     "Cannot add a log shipping job with name %1. A job with same name already exists in the system and this "
     "job does not belong to log shipping category."},
    {32023, 16,
     "An entry for primary server %1, primary database %2 does not exist on this secondary. Register the "
     "primary first."},
    {32024, 16, "An entry for primary server %1, primary database %2 already exists."},
    {32025, 16,
     "Primary Server %1, Database %2 has active log shipping secondary database(s) on the secondary. Drop "
     "the "
     "secondary database(s) first."},
};

void result_clear(struct world_result *result)
{
    *result = (struct world_result){0};
}

static const struct message_info *find(int number)
{
    static const struct message_info unknown = {0, 16, "%1"};

    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (messages[i].number == number)
            return &messages[i];
    return &unknown;
}

static void expand(const char *format, const char *const args[3], char *text, size_t text_bytes)
{
    size_t used = 0;

    for (const char *p = format; *p != '\0' && used + 1 < text_bytes; p++) {
        const char *arg = p[0] == '%' && p[1] >= '1' && p[1] <= '3' ? args[p[1] - '1'] : NULL;
        if (p[0] == '%' && p[1] >= '1' && p[1] <= '3') {
            int n = snprintf(text + used, text_bytes - used, "%s", arg ? arg : "");
            used = used + (size_t)n < text_bytes ? used + (size_t)n : text_bytes - 1;
            p++;
        } else {
            text[used++] = *p;
        }
    }
    text[used] = '\0';
}

int message_text(int number, const char *const args[3], char *text, size_t text_bytes)
{
    const struct message_info *info = find(number);

    expand(info->text, args, text, text_bytes);
    return info->severity;
}

void result_error(struct world_result *result, int number, const char *arg1, const char *arg2,
                  const char *arg3)
{
    struct world_message *message;
    const char *args[3] = {arg1, arg2, arg3};

    if (result->message_count == sizeof result->messages / sizeof *result->messages)
        return;
    message = &result->messages[result->message_count++];
    message->number = number;
    message->state = 1;
    message->severity = message_text(number, args, message->text, sizeof message->text);
    if (result->number == 0 && message->severity > 10) {
        result->number = number;
        result->severity = message->severity;
    }
}

void result_terminated(struct world_result *result, const char *statement)
{
    result_error(result, 3013, statement, NULL, NULL);
}

const char *result_line(const struct world_result *result, char *text, size_t text_bytes)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < result->message_count && used < text_bytes; i++) {
        int n = snprintf(text + used, text_bytes - used, "%s%s", i > 0 ? " " : "", result->messages[i].text);
        used += (size_t)n;
    }
    return text;
}
