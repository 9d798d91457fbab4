/*
 * Files: backup files on hosts, shares that lead to them, volumes that fill up, and the operating system's
 * errors.
 */
#ifndef PCHAT_LAB_WORLD_FILES_H
#define PCHAT_LAB_WORLD_FILES_H

#include "lab/world/kinds.h"

struct world;
struct host;

/* Windows error codes that reach SQL Server's messages as "Operating system error n(text)". */
enum os_error {
    OS_OK = 0,
    OS_FILE_NOT_FOUND = 2,
    OS_PATH_NOT_FOUND = 3,
    OS_ACCESS_DENIED = 5,
    OS_END_OF_FILE = 38,
    OS_BAD_NETWORK_PATH = 53,
    OS_DISK_FULL = 112
};
const char *os_error_text(enum os_error error);

/* What RESTORE HEADERONLY and msdb.dbo.backupset say about one backup set; fields named as the columns. */
struct backup_set {
    int backup_set_id, media_set_id; /* per msdb; 0 inside a file */
    struct guid backup_set_uuid;
    int position;
    char type; /* D full, L log */
    char name[WORLD_NAME_BYTES];
    char database_name[WORLD_NAME_BYTES], server_name[WORLD_NAME_BYTES], user_name[WORLD_NAME_BYTES];
    lsn_t first_lsn, last_lsn, checkpoint_lsn, database_backup_lsn, fork_point_lsn;
    int64_t backup_start_date, backup_finish_date; /* [L] of the producer */
    int time_zone;                                 /* quarters of an hour from UTC; 127 unknown */
    struct guid family_guid, database_guid, first_recovery_fork_guid, last_recovery_fork_guid;
    bool is_copy_only, begins_log_chain, is_force_offline, is_damaged, has_bulk_logged_data,
        has_backup_checksums;
    int recovery_model; /* 1 FULL, 2 BULK_LOGGED, 3 SIMPLE */
    int64_t backup_size, compressed_backup_size;
    int software_major_version, software_minor_version, software_build_version;
    char physical_device_name[WORLD_PATH_BYTES]; /* backupmediafamily, joined by media_set_id; "" inside a
                                                    file */

    /* Not in any catalogue; the truth behind it. */
    int first_fork, last_fork; /* indices into lineage.forks; FORK_NONE for databases without lineage */
    int64_t produced_utc_ms;   /* true time at which its last record was current */
    bool pages_damaged;        /* a full backup took them along */
};

struct stored_file {
    char path[WORLD_PATH_BYTES]; /* local path on its host */
    int64_t size_bytes, modified_utc_ms;
    bool damaged;   /* a bit flipped inside: 3189/3182 class */
    bool truncated; /* 3241 */
    LIST(struct backup_set) sets;
};

struct share {
    char unc[WORLD_PATH_BYTES];    /* \\host\name */
    char folder[WORLD_PATH_BYTES]; /* local path on the host that offers it */
    bool offered;                  /* false: OS error 53 for everyone */
    bool read_only;
    uint32_t denied_hosts; /* fault: by index, from where nobody may open it */
};

struct volume {
    char root[8]; /* "E:\" */
    int64_t size_bytes, used_bytes;
    bool full; /* fault: no byte left, whatever the figures */
};

/* A path as seen from a host: where it leads, or why not. */
struct file_place {
    struct host *host;
    char path[WORLD_PATH_BYTES]; /* local on that host */
    bool read_only;              /* through a share that lets nobody write */
};

/* Follows a local or UNC path from a host, obeying links, shares and hosts that are down. */
enum os_error files_resolve(struct world *world, struct host *from, const char *path, struct file_place *ret);
/* The stored file, or NULL with *ret_error. */
struct stored_file *files_find(struct world *world, struct host *from, const char *path,
                               enum os_error *ret_error);
/* Creates or overwrites; NULL with *ret_error (disk full, path, network, access). */
struct stored_file *files_create(struct world *world, struct host *from, const char *path, int64_t size_bytes,
                                 enum os_error *ret_error);
enum os_error files_delete(struct world *world, struct host *from, const char *path);
/* Copies content to a new path; both ends as seen from one host. */
enum os_error files_copy(struct world *world, struct host *from, const char *source, const char *target);
enum os_error files_rename(struct world *world, struct host *from, const char *source, const char *target);
/* Calls visit(file) for every file directly in a folder, in order of name. */
enum os_error files_list(struct world *world, struct host *from, const char *folder,
                         void (*visit)(void *user, const struct stored_file *file), void *user);
/* The part after the last '\' or '/'. */
const char *files_base_name(const char *path);

#endif
