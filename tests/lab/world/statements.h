/*
 * What statements of BACKUP, RESTORE and ALTER DATABASE do to a database, with their documented preconditions
 * and errors. Permissions are the caller's business (security.h).  Each function overwrites *result;
 * result->number 0 = done.
 */
#ifndef PCHAT_LAB_WORLD_STATEMENTS_H
#define PCHAT_LAB_WORLD_STATEMENTS_H

#include "lab/world/instance.h"

struct world;

struct backup_request {
    const char *database, *path, *user; /* user: the login, for backupset.user_name; NULL = service account */
    const char *name;                   /* WITH NAME; NULL = none */
    bool log;                           /* BACKUP LOG, else BACKUP DATABASE */
    bool copy_only, norecovery, no_truncate, init, checksum;
};

enum restore_leave { LEAVE_RECOVERY, LEAVE_NORECOVERY, LEAVE_STANDBY };

struct restore_request {
    const char *database, *path,
        *user; /* path NULL: RESTORE DATABASE x WITH RECOVERY | NORECOVERY | STANDBY */
    bool log;
    enum restore_leave leave;
    bool replace;
    int file;                         /* WITH FILE = n; 0 = 1 */
    const char *data_file, *log_file; /* WITH MOVE: where the files go; NULL = where they were */
    int own_session_id;               /* not counted as a user of the database; 0 = none */
};

void world_backup(struct world *world, struct instance *instance, const struct backup_request *request,
                  struct world_result *result);
void world_restore(struct world *world, struct instance *instance, const struct restore_request *request,
                   struct world_result *result);
/*
 * A RESTORE that will take time begins: refused as the whole would be; a database that a full backup will
 * overwrite (or make) is RESTORING from now on, whatever becomes of the statement.
 */
void world_restore_begins(struct world *world, struct instance *instance,
                          const struct restore_request *request, struct world_result *result);
/* RESTORE HEADERONLY: sets of the file, or errors 3201, 3241 ...; *ret_file is NULL then. */
void world_restore_headeronly(struct world *world, struct instance *instance, const char *path,
                              const struct stored_file **ret_file, struct world_result *result);
/* The same for any statement that looks at media; `media_verb` names it in 3013. */
void world_look_at_media(struct world *world, struct instance *instance, const char *media_verb,
                         const char *path, const struct stored_file **ret_file, struct world_result *result);
/* RESTORE VERIFYONLY of one set: 3262, or 3189 for one that was damaged. */
void world_verify_media(struct world *world, struct instance *instance, const char *path, int file,
                        struct world_result *result);

enum partner_verb {
    PARTNER_FAILOVER,
    PARTNER_FORCE_SERVICE,
    PARTNER_OFF,
    PARTNER_SUSPEND,
    PARTNER_RESUME,
    PARTNER_SAFETY_FULL,
    PARTNER_SAFETY_OFF,
    WITNESS_OFF
};
/* ALTER DATABASE x SET PARTNER ... | SET WITNESS OFF */
void world_set_partner(struct world *world, struct instance *instance, const char *database,
                       enum partner_verb verb, struct world_result *result);
/* ALTER DATABASE x SET PARTNER TIMEOUT n: values below 5 become 5. */
void world_set_partner_timeout(struct world *world, struct instance *instance, const char *database,
                               int64_t timeout_s, struct world_result *result);
/* ALTER DATABASE x SET PARTNER = 'TCP://fqdn:port': first on the future mirror, then on the principal. */
void world_set_partner_address(struct world *world, struct instance *instance, const char *database,
                               const char *address, struct world_result *result);
/* ALTER DATABASE x SET WITNESS = 'TCP://fqdn:port' */
void world_set_witness_address(struct world *world, struct instance *instance, const char *database,
                               const char *address, struct world_result *result);

enum database_option {
    OPTION_ONLINE,
    OPTION_OFFLINE,
    OPTION_READ_ONLY,
    OPTION_READ_WRITE,
    OPTION_MULTI_USER,
    OPTION_SINGLE_USER,
    OPTION_RESTRICTED_USER,
    OPTION_RECOVERY_FULL,
    OPTION_RECOVERY_BULK_LOGGED,
    OPTION_RECOVERY_SIMPLE
};
/* rollback_immediate: WITH ROLLBACK IMMEDIATE ends other sessions first. */
void world_set_option(struct world *world, struct instance *instance, const char *database,
                      enum database_option option, bool rollback_immediate, int own_session_id,
                      struct world_result *result);

/*
 * DROP DATABASE: 3701 there is none, 3743 it is mirrored, 3702 somebody is in it.  Its users and their rights
 * go with it; what msdb says about it stays.
 */
void world_drop_database(struct instance *instance, const char *name, struct world_result *result);

/* master.dbo.sp_delete_log_shipping_secondary_database: metadata and jobs go, files and database stay. */
void world_delete_ls_secondary_database(struct world *world, struct instance *instance, const char *database,
                                        struct world_result *result);

#endif
