/*
 * Facts: what one SQL instance says of itself, one record type per query of observe/sql/queries.  What a
 * Windows host shows stands in host_facts.h, in the same form.
 *
 * Each record type is declared once, as a list of fields.  The list makes the struct, the table that writes
 * and reads the JSON form, and the table that reads a result set: the column of the query, the key in JSON
 * and the member have the same name.  Kinds:
 * - TEXT: const char *name, UTF-8; NULL where SQL said NULL
 * - NUM: struct fact_num name, an integer
 * - LSN: struct lsn name, numeric(25,0): VLF sequence, block offset, slot
 * - UTC: struct fact_num name_utc_ms, a time on the clock of the server that said it, converted to UTC by
 *   that server; column and key are `name_utc`, the form is ISO 8601
 *
 * Every field may be unknown, whatever SQL Server promises.  Records live in their snapshot's arena.
 *
 * Sources: the SQL Server documentation pages of the views and tables named at each record.
 */
#ifndef PCHAT_MODEL_FACTS_H
#define PCHAT_MODEL_FACTS_H

#include "base/arena.h"
#include "model/lsn.h"
#include "model/sight.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fact_num {
    bool known;
    int64_t value;
};

/* SERVERPROPERTY, GETUTCDATE, HAS_PERMS_BY_NAME, sys.dm_exec_connections: one row. */
#define SERVER_FACTS(TEXT, NUM, LSN, UTC)                                                                    \
    TEXT(server_name) /* as @@SERVERNAME knows it; what log shipping rows call it */                         \
    TEXT(version)     /* "12.0.6024.0" */                                                                    \
    TEXT(edition)                                                                                            \
    NUM(engine_edition) /* 2 standard, 3 enterprise or developer, 4 express */                               \
    UTC(now)                                                                                                 \
    TEXT(login)                                                                                              \
    NUM(is_sysadmin)                                                                                         \
    NUM(view_server_state)                                                                                   \
    NUM(view_any_definition)                                                                                 \
    NUM(view_any_database)                                                                                   \
    TEXT(encrypt_option) /* "TRUE": the whole session is encrypted */

/* sys.databases for the chat database: one row, or none (absent, or hidden while OFFLINE). */
#define DATABASE_FACTS(TEXT, NUM, LSN, UTC)                                                                  \
    TEXT(name)                                                                                               \
    TEXT(state)       /* state_desc */                                                                       \
    TEXT(user_access) /* user_access_desc */                                                                 \
    NUM(is_read_only)                                                                                        \
    NUM(is_in_standby)                                                                                       \
    TEXT(recovery_model) /* recovery_model_desc */                                                           \
    TEXT(log_reuse_wait) /* log_reuse_wait_desc */                                                           \
    NUM(has_dbaccess)    /* HAS_DBACCESS: 0 or NULL when it cannot be opened */

/* sys.database_recovery_status; asked only where the database is ONLINE: the query would try to start it. */
#define RECOVERY_FACTS(TEXT, NUM, LSN, UTC)                                                                  \
    TEXT(family_guid)                                                                                        \
    TEXT(recovery_fork_guid)                                                                                 \
    LSN(fork_point_lsn)                                                                                      \
    LSN(last_log_backup_lsn) /* NULL: no log backup possible */

/* sys.master_files, data files of the chat database, as one row: how far a restoring copy is. */
#define REDO_FACTS(TEXT, NUM, LSN, UTC)                                                                      \
    LSN(redo_start_lsn)     /* smallest over the data files */                                               \
    LSN(redo_start_lsn_max) /* largest; a difference is an incomplete restore */                             \
    TEXT(redo_start_fork_guid)

/* sys.database_mirroring.  All NULL also on the mirror for a login that is not sysadmin. */
#define MIRRORING_FACTS(TEXT, NUM, LSN, UTC)                                                                 \
    TEXT(mirroring_guid)                                                                                     \
    TEXT(state) /* mirroring_state_desc */                                                                   \
    TEXT(role)  /* mirroring_role_desc */                                                                    \
    NUM(role_sequence)                                                                                       \
    TEXT(safety_level)                                                                                       \
    TEXT(partner_instance)                                                                                   \
    TEXT(witness_name) /* NULL or empty: no witness */                                                       \
    TEXT(witness_state)                                                                                      \
    LSN(failover_lsn)                                                                                        \
    LSN(end_of_log_lsn)

/* sys.database_mirroring_witnesses, on the witness: its own opinion of the session. */
#define WITNESS_FACTS(TEXT, NUM, LSN, UTC)                                                                   \
    TEXT(principal_server)                                                                                   \
    TEXT(mirror_server)                                                                                      \
    NUM(role_sequence)                                                                                       \
    NUM(is_suspended)                                                                                        \
    TEXT(partner_sync_state)

/* sys.dm_os_performance_counters of the chat database. */
#define COUNTER_FACTS(TEXT, NUM, LSN, UTC)                                                                   \
    NUM(send_queue_kb)                                                                                       \
    NUM(redo_queue_kb)                                                                                       \
    NUM(log_used_percent)

/* sys.dm_server_services, and the Agent's own sessions where that view does not exist. */
#define AGENT_FACTS(TEXT, NUM, LSN, UTC)                                                                     \
    TEXT(service_status) /* "Running", "Stopped"; NULL before 2008 R2 SP1 */                                 \
    NUM(session_count)   /* sessions whose program is SQLAgent…; NULL without VIEW SERVER STATE */

/* log_shipping_primary_databases with its own log_shipping_monitor_primary row. */
#define LS_PRIMARY_FACTS(TEXT, NUM, LSN, UTC)                                                                \
    TEXT(primary_id)                                                                                         \
    TEXT(backup_directory)                                                                                   \
    TEXT(backup_share)                                                                                       \
    NUM(backup_retention_min)                                                                                \
    TEXT(backup_job_id)                                                                                      \
    TEXT(monitor_server)                                                                                     \
    TEXT(last_backup_file)                                                                                   \
    UTC(last_backup)                                                                                         \
    NUM(backup_threshold_min)                                                                                \
    TEXT(secondaries) /* names of its secondaries, comma separated */

/* log_shipping_secondary, _secondary_databases and its own log_shipping_monitor_secondary row. */
#define LS_SECONDARY_FACTS(TEXT, NUM, LSN, UTC)                                                              \
    TEXT(secondary_id)                                                                                       \
    TEXT(primary_server) /* stays A for ever, also while A' is principal */                                  \
    TEXT(backup_source_directory)                                                                            \
    TEXT(backup_destination_directory)                                                                       \
    NUM(file_retention_min)                                                                                  \
    TEXT(copy_job_id)                                                                                        \
    TEXT(restore_job_id)                                                                                     \
    NUM(restore_mode) /* 0 no recovery, 1 standby */                                                         \
    NUM(restore_delay_min)                                                                                   \
    NUM(restore_all)                                                                                         \
    NUM(disconnect_users)                                                                                    \
    NUM(restore_threshold_min)                                                                               \
    TEXT(last_copied_file)                                                                                   \
    UTC(last_copied)                                                                                         \
    TEXT(last_restored_file)                                                                                 \
    UTC(last_restored)                                                                                       \
    NUM(last_restored_latency_min) /* frozen at the last restore; never a lag by itself */                   \
    NUM(monitor_row)               /* 0: the monitor row is missing */

/* log_shipping_monitor_history_detail: the last row of each agent's last run, its most specific error. */
#define LS_RUN_FACTS(TEXT, NUM, LSN, UTC)                                                                    \
    NUM(agent_type) /* 0 backup, 1 copy, 2 restore */                                                        \
    TEXT(agent_id)                                                                                           \
    NUM(session_status) /* 0 starting, 1 running, 2 success, 3 error, 4 warning */                           \
    UTC(logged)                                                                                              \
    TEXT(message)                                                                                            \
    TEXT(error) /* from log_shipping_monitor_error_detail, same run; NULL: none */

/* sysjobs, sysjobschedules, sysschedules, sysjobactivity (newest Agent session), sysjobhistory (step 0): the
   log-shipping jobs of this instance. */
#define JOB_FACTS(TEXT, NUM, LSN, UTC)                                                                       \
    TEXT(job_id)                                                                                             \
    TEXT(name)                                                                                               \
    TEXT(kind) /* "backup", "copy", "restore", "alert" */                                                    \
    NUM(enabled)                                                                                             \
    NUM(schedules_enabled) /* how many enabled schedules are attached */                                     \
    NUM(running)           /* in the newest Agent session */                                                 \
    NUM(running_for_s)                                                                                       \
    NUM(last_outcome) /* run_status: 0 failed, 1 succeeded, 2 retry, 3 cancelled; NULL: no history */        \
    TEXT(last_message)                                                                                       \
    UTC(last_run)

/* backupset and backupmediafamily: the newest log and full backups of the chat database taken here. */
#define BACKUP_FACTS(TEXT, NUM, LSN, UTC)                                                                    \
    TEXT(backup_set_guid)                                                                                    \
    TEXT(type) /* D full, L log, I differential */                                                           \
    LSN(first_lsn)                                                                                           \
    LSN(last_lsn) /* exclusive: the record after the set */                                                  \
    UTC(finished)                                                                                            \
    NUM(is_copy_only)                                                                                        \
    NUM(begins_log_chain)                                                                                    \
    TEXT(server_name) /* which instance produced it */                                                       \
    TEXT(first_fork_guid)                                                                                    \
    TEXT(last_fork_guid)                                                                                     \
    NUM(size_bytes)                                                                                          \
    TEXT(device) /* physical_device_name */

/* restorehistory with the imported backupset: the newest restores into the chat database. */
#define RESTORE_FACTS(TEXT, NUM, LSN, UTC)                                                                   \
    TEXT(backup_set_guid)                                                                                    \
    TEXT(type) /* D database, L log */                                                                       \
    UTC(restored)                                                                                            \
    NUM(recovery)                                                                                            \
    LSN(first_lsn)                                                                                           \
    LSN(last_lsn)                                                                                            \
    UTC(finished) /* when the backup was finished, by its producer */                                        \
    TEXT(server_name)                                                                                        \
    TEXT(last_fork_guid)

/* sys.sysprocesses: who has the chat database open here (not ourselves, not system sessions). */
#define SESSION_FACTS(TEXT, NUM, LSN, UTC)                                                                   \
    TEXT(login)                                                                                              \
    TEXT(host)                                                                                               \
    TEXT(program)                                                                                            \
    NUM(session_count)

/* tblServerIdentity in the chat database: which chat servers write here.  One sample proves nothing: alive is
   whose ping moves between two samples.  Whether a ping is UTC or local time is unconfirmed: both ages. */
#define SERVER_IDENTITY_FACTS(TEXT, NUM, LSN, UTC)                                                           \
    NUM(server_id)       /* "instance ID from the CMS" */                                                    \
    TEXT(server_address) /* WCF address, expected net.tcp://<fqdn>:8011/... */                               \
    TEXT(ping)           /* serverLastPingTime as it stands there: compared, never interpreted */            \
    NUM(age_if_utc_s)    /* by this server's clock, if the ping is UTC */                                    \
    NUM(age_if_local_s)  /* if it is local time */

/* tblActivePeers: connections between chat servers; n alive ones make n * (n - 1) rows. */
#define ACTIVE_PEER_FACTS(TEXT, NUM, LSN, UTC)                                                               \
    NUM(server_id)                                                                                           \
    NUM(peer_id)

/* tblSystemRevision and tblConfig: one row.  Equal on two copies: the same lineage, restored. */
#define SYSTEM_REVISION_FACTS(TEXT, NUM, LSN, UTC)                                                           \
    NUM(sys_revision)                                                                                        \
    TEXT(config_pool_guid)

/* tblComplianceState and tblComplianceData of the compliance database: one row.  The base of its times is as
   unconfirmed as that of pings; rows of cmplType 9 carry a date far in the future and are left out. */
#define COMPLIANCE_FACTS(TEXT, NUM, LSN, UTC)                                                                \
    NUM(backlog_rows)                                                                                        \
    NUM(oldest_age_if_utc_s)                                                                                 \
    NUM(oldest_age_if_local_s)                                                                               \
    NUM(last_processed_entry_id)                                                                             \
    NUM(active_server_id) /* holds the exclusive lock; -1: nobody */                                         \
    NUM(lock_left_if_utc_s)                                                                                  \
    NUM(lock_left_if_local_s)

/*
 * Every group of facts of an instance: GROUP(member, FIELDS, most rows kept).  The member is also the JSON
 * key and the stem of the query's file.
 */
#define FACT_GROUPS(GROUP)                                                                                   \
    GROUP(server, SERVER_FACTS, 1)                                                                           \
    GROUP(database, DATABASE_FACTS, 1)                                                                       \
    GROUP(recovery, RECOVERY_FACTS, 1)                                                                       \
    GROUP(redo, REDO_FACTS, 1)                                                                               \
    GROUP(mirroring, MIRRORING_FACTS, 1)                                                                     \
    GROUP(witness, WITNESS_FACTS, 1)                                                                         \
    GROUP(counter, COUNTER_FACTS, 1)                                                                         \
    GROUP(agent, AGENT_FACTS, 1)                                                                             \
    GROUP(ls_primary, LS_PRIMARY_FACTS, 1)                                                                   \
    GROUP(ls_secondary, LS_SECONDARY_FACTS, 1)                                                               \
    GROUP(ls_run, LS_RUN_FACTS, 3)                                                                           \
    GROUP(job, JOB_FACTS, 8)                                                                                 \
    GROUP(backup, BACKUP_FACTS, 200)                                                                         \
    GROUP(restore, RESTORE_FACTS, 50)                                                                        \
    GROUP(session, SESSION_FACTS, 20)                                                                        \
    GROUP(server_identity, SERVER_IDENTITY_FACTS, 32)                                                        \
    GROUP(active_peer, ACTIVE_PEER_FACTS, 64)                                                                \
    GROUP(system_revision, SYSTEM_REVISION_FACTS, 1)                                                         \
    GROUP(compliance_database, DATABASE_FACTS, 1)                                                            \
    GROUP(compliance, COMPLIANCE_FACTS, 1)                                                                   \
    GROUP(server_identity_later, SERVER_IDENTITY_FACTS, 32) /* the second sample */

#define FACT_MEMBER_TEXT(name) const char *name;
#define FACT_MEMBER_NUM(name)  struct fact_num name;
#define FACT_MEMBER_LSN(name)  struct lsn name;
#define FACT_MEMBER_UTC(name)  struct fact_num name##_utc_ms;
#define FACT_STRUCTS(group, FIELDS, most)                                                                    \
    struct group##_fact {                                                                                    \
        FIELDS(FACT_MEMBER_TEXT, FACT_MEMBER_NUM, FACT_MEMBER_LSN, FACT_MEMBER_UTC)                          \
    };                                                                                                       \
    struct group##_facts {                                                                                   \
        struct sighting sighting; /* why there are no rows, when nothing was seen */                         \
        struct group##_fact *rows;                                                                           \
        size_t count; /* 0 with a sighting "seen" means: looked, and there is none */                        \
    };
FACT_GROUPS(FACT_STRUCTS)

enum fact_group_id {
#define FACT_GROUP_ID(group, FIELDS, most) FACT_##group,
    FACT_GROUPS(FACT_GROUP_ID)
#undef FACT_GROUP_ID
        FACT_GROUP_COUNT
};

/* The tables behind the records, for whoever walks them without knowing them (JSON, result sets, tests). */
enum fact_kind { FACT_KIND_TEXT, FACT_KIND_NUM, FACT_KIND_LSN, FACT_KIND_UTC };

struct fact_field {
    const char *key; /* column and JSON key */
    enum fact_kind kind;
    size_t offset; /* of the member in the record */
};

struct fact_group {
    const char *key;
    const struct fact_field *fields;
    size_t field_count;
    size_t record_bytes;
    size_t most_rows;
    size_t offset; /* of the group_facts in its subject: struct instance_snapshot or struct host_snapshot */
};

const struct fact_group *fact_group(enum fact_group_id id);

/*
 * One group of an instance, seen without knowing its record type: the layout that all struct X_facts share.
 * Take a copy, change it, put it back.
 */
struct fact_rows {
    struct sighting sighting;
    void *rows;
    size_t count;
};

/* The same for every kind of subject: `subject` is what group->offset counts from. */
struct fact_rows fact_group_rows(const struct fact_group *group, const void *subject);
void fact_group_put(const struct fact_group *group, void *subject, const struct fact_rows *rows);
void *fact_group_push(const struct fact_group *group, struct arena *arena, struct fact_rows *rows);

struct instance_snapshot;
struct fact_rows fact_rows_of(const struct instance_snapshot *instance, enum fact_group_id id);
void fact_rows_put(struct instance_snapshot *instance, enum fact_group_id id, const struct fact_rows *rows);
/* Adds one record whose fields are all unknown. */
void *fact_rows_push(struct arena *arena, struct fact_rows *rows, enum fact_group_id id);
/* The member that `field` names: const char *, struct fact_num or struct lsn, by field->kind. */
void *fact_member(void *record, const struct fact_field *field);

#endif
