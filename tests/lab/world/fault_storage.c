/* Shares, volumes, logs and files. */
#include "lab/world/agents.h"
#include "lab/world/build.h"
#include "lab/world/fault.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static struct volume *volume_of(struct host *host, const char *root)
{
    for (size_t i = 0; i < host->volume_count; i++)
        if (strcasecmp(host->volumes[i].root, root) == 0)
            return &host->volumes[i];
    return &host->volumes[0];
}

/* --- share and volumes --- */

static int set_share_unreachable(struct fault_call *call)
{
    build_share_host(call->world)->shares[0].offered = false;
    return 0;
}

static void clear_share_unreachable(struct fault_call *call)
{
    build_share_host(call->world)->shares[0].offered = true;
}

static int set_share_read_only(struct fault_call *call)
{
    build_share_host(call->world)->shares[0].read_only = true;
    return 0;
}

static void clear_share_read_only(struct fault_call *call)
{
    build_share_host(call->world)->shares[0].read_only = false;
}

static int set_share_denied(struct fault_call *call)
{
    build_share_host(call->world)->shares[0].denied_hosts |= UINT32_C(1) << call->host->index;
    return 0;
}

static void clear_share_denied(struct fault_call *call)
{
    build_share_host(call->world)->shares[0].denied_hosts &= ~(UINT32_C(1) << call->host->index);
}

static int set_share_full(struct fault_call *call)
{
    volume_of(build_share_host(call->world), "E:\\")->full = true;
    return 0;
}

static void clear_share_full(struct fault_call *call)
{
    volume_of(build_share_host(call->world), "E:\\")->full = false;
}

static int set_copy_disk_full(struct fault_call *call)
{
    volume_of(call->host, "E:\\")->full = true;
    return 0;
}

static void clear_copy_disk_full(struct fault_call *call)
{
    volume_of(call->host, "E:\\")->full = false;
}

static void set_db_volume(struct fault_call *call, bool full)
{
    volume_of(call->host, "D:\\")->full = full;
    for (size_t i = 0; i < call->instance->database_count; i++)
        call->instance->databases[i].writes_refused = full;
}

static int set_db_volume_full(struct fault_call *call)
{
    set_db_volume(call, true);
    return 0;
}

static void clear_db_volume_full(struct fault_call *call)
{
    set_db_volume(call, false);
}

static void set_log(struct fault_call *call, bool full)
{
    struct database *database = database_find(call->instance, "mgc");

    if (!database)
        return;
    database->log_full = full;
    volume_of(call->host, "L:\\")->full = full;
    database_account_log(database);
    if (full)
        instance_log(call->world, call->instance, 9002, "mgc", log_reuse_wait_desc(database->log_reuse_wait),
                     NULL);
}

static int set_log_full(struct fault_call *call)
{
    set_log(call, true);
    return 0;
}

static void clear_log_full(struct fault_call *call)
{
    set_log(call, false);
}

/* --- one file --- */

enum where { WHERE_COPY, WHERE_SHARE };
static const char *const where_words[] = {"copy", "share", NULL};

/* The place, its trap, and the name after which files still matter there. */
struct place {
    struct host *host;
    const char *folder, *after;
    struct file_trap *trap;
};

static struct place place_of(struct world *world, int where)
{
    struct instance *b = build_designed(world, DESIGN_SECONDARY);
    const struct shipping *shipping = &b->shipping;
    struct place place;

    if (where == WHERE_SHARE) {
        place = (struct place){build_share_host(world), build_share_host(world)->shares[0].folder, "",
                               &world->share_trap};
        if (shipping->secondaries.count > 0)
            place.after = files_base_name(shipping->secondaries.rows[0].last_copied_file);
        return place;
    }
    place = (struct place){world_host_of(world, b), "E:\\LogCopy", "", &world->copy_trap};
    if (shipping->secondary_databases.count > 0)
        place.after = files_base_name(shipping->secondary_databases.rows[0].last_restored_file);
    return place;
}

static bool is_in(const struct stored_file *file, const struct place *place)
{
    return strncasecmp(file->path, place->folder, strlen(place->folder)) == 0 &&
           ls_is_backup_name(files_base_name(file->path), "mgc");
}

/* The oldest file that is still needed there; NULL = none, so the trap waits for the next. */
static struct stored_file *next_needed(const struct place *place)
{
    for (size_t i = 0; i < place->host->files.count; i++) {
        struct stored_file *file = &place->host->files.rows[i];
        if (is_in(file, place) && strcasecmp(files_base_name(file->path), place->after) > 0)
            return file;
    }
    return NULL;
}

static int spoil(struct fault_call *call, struct file_trap how)
{
    struct place place;
    struct stored_file *file;
    int where;

    if (fault_word(call, "where", where_words, &where) != 0)
        return -1;
    call->record->saved[0] = where;
    place = place_of(call->world, where);
    file = next_needed(&place);
    if (!file) {
        *place.trap = how;
        return 0;
    }
    file->damaged = file->damaged || how.damage;
    file->truncated = file->truncated || how.truncate;
    if (how.remove)
        files_delete(call->world, place.host, file->path);
    return 0;
}

/* Someone copies the good file again. */
static void repair(struct fault_call *call)
{
    struct place place = place_of(call->world, (int)call->record->saved[0]);

    *place.trap = (struct file_trap){0};
    for (size_t i = 0; i < place.host->files.count; i++)
        if (is_in(&place.host->files.rows[i], &place))
            place.host->files.rows[i].damaged = place.host->files.rows[i].truncated = false;
}

static int set_file_corrupted(struct fault_call *call)
{
    return spoil(call, (struct file_trap){.damage = true});
}

static int set_file_truncated(struct fault_call *call)
{
    return spoil(call, (struct file_trap){.truncate = true});
}

/* Retention on the share was shorter than the outage: the file that B needs next is gone for good. */
static int set_file_deleted_early(struct fault_call *call)
{
    struct place place = place_of(call->world, WHERE_SHARE);
    struct stored_file *file = next_needed(&place);

    call->record->saved[0] = WHERE_SHARE;
    if (file)
        files_delete(call->world, place.host, file->path);
    else
        place.trap->remove = true;
    return 0;
}

/* --- where the share is --- */

static void move_files(struct world *world, struct host *from, struct host *to, const char *folder)
{
    char path[WORLD_PATH_BYTES];

    for (size_t i = from->files.count; i-- > 0;) {
        enum os_error error;
        struct stored_file *file = &from->files.rows[i], *moved;
        if (strncasecmp(file->path, folder, strlen(folder)) != 0)
            continue;
        snprintf(path, sizeof path, "%s", file->path);
        moved = files_create(world, to, path, file->size_bytes, &error);
        if (!moved)
            continue;
        moved->modified_utc_ms = file->modified_utc_ms;
        moved->damaged = file->damaged;
        moved->truncated = file->truncated;
        moved->sets = file->sets;
        memset(&file->sets, 0, sizeof file->sets);
        files_delete(world, from, path);
    }
}

static void rename_share(struct instance *instance, const char *unc)
{
    struct shipping *shipping = &instance->shipping;

    for (size_t i = 0; i < shipping->primary_databases.count; i++) {
        snprintf(shipping->primary_databases.rows[i].backup_share, WORLD_PATH_BYTES, "%s", unc);
        snprintf(shipping->primary_databases.rows[i].backup_directory, WORLD_PATH_BYTES, "%s", unc);
    }
    for (size_t i = 0; i < shipping->secondaries.count; i++)
        snprintf(shipping->secondaries.rows[i].backup_source_directory, WORLD_PATH_BYTES, "%s", unc);
}

static void move_share(struct world *world, struct host *to)
{
    struct host *from = build_share_host(world);

    if (from == to)
        return;
    to->shares[0] = from->shares[0];
    to->share_count = 1;
    from->share_count = 0;
    snprintf(to->shares[0].unc, sizeof to->shares[0].unc, "\\\\%s\\pchatls", to->fqdn);
    move_files(world, from, to, to->shares[0].folder);
    for (size_t i = 0; i < world->instance_count; i++)
        rename_share(&world->instances[i], to->shares[0].unc);
}

static int set_share_on_primary(struct fault_call *call)
{
    move_share(call->world, call->host);
    return 0;
}

static void clear_share_on_primary(struct fault_call *call)
{
    move_share(call->world, world_host(call->world, "fs1"));
}

/* --- the database's own files --- */

static int set_database_closed(struct fault_call *call)
{
    static const char *const words[] = {"suspect", "recovery_pending", "offline", NULL};
    static const enum database_state states[] = {DATABASE_SUSPECT, DATABASE_RECOVERY_PENDING,
                                                 DATABASE_OFFLINE};
    struct database *mgc = database_find(call->instance, "mgc");
    int state;

    if (!mgc)
        return err_set(call->err, ERR_INPUT, "%s has no mgc", call->target);
    if (fault_word(call, "state", words, &state) != 0)
        return -1;
    call->record->saved[0] = (int64_t)mgc->state;
    sessions_end_in(call->instance, "mgc", 0);
    mgc->state = states[state];
    return 0;
}

static void clear_database_closed(struct fault_call *call)
{
    struct database *mgc = database_find(call->instance, "mgc");

    if (mgc)
        mgc->state = (enum database_state)call->record->saved[0];
}

/* --- pages --- */

static void set_pages(struct fault_call *call, bool damaged)
{
    struct database *database = database_find(call->instance, "mgc");

    if (database)
        database->pages_damaged = damaged;
}

static int set_pages_damaged(struct fault_call *call)
{
    set_pages(call, true);
    return 0;
}

static void clear_pages_damaged(struct fault_call *call)
{
    set_pages(call, false);
}

static const struct fault rows[] = {
    {{"share_unreachable", TARGET_NONE, NULL, "", "the log-shipping share is not offered: OS error 53"},
     set_share_unreachable,
     clear_share_unreachable},
    {{"share_read_only", TARGET_NONE, NULL, "", "nobody may write in the log-shipping share: OS error 5"},
     set_share_read_only,
     clear_share_read_only},
    {{"share_denied", TARGET_HOST, "sqldr1", "",
      "no account of that host may open the log-shipping share: OS error 5"},
     set_share_denied,
     clear_share_denied},
    {{"share_full", TARGET_NONE, NULL, "", "the share's disk is full: BACKUP fails with 3202, OS error 112"},
     set_share_full,
     clear_share_full},
    {{"copy_disk_full", TARGET_INSTANCE, "sqldr1", "", "the copy folder's disk is full; a .wrk stays behind"},
     set_copy_disk_full,
     clear_copy_disk_full},
    {{"db_volume_full", TARGET_INSTANCE, "sqldr1", "", "the data volume is full: RESTORE fails with 3257"},
     set_db_volume_full,
     clear_db_volume_full},
    {{"log_full", TARGET_INSTANCE, "sqlpri1", "", "mgc's log is full: every write fails with 9002"},
     set_log_full,
     clear_log_full},
    {{"file_corrupted", TARGET_NONE, NULL, "where=copy|share",
      "the next needed log backup is damaged (3189)"},
     set_file_corrupted,
     repair},
    {{"file_truncated", TARGET_NONE, NULL, "where=copy|share",
      "the next needed log backup is cut short (3241)"},
     set_file_truncated,
     repair},
    {{"file_deleted_early", TARGET_NONE, NULL, "",
      "a log backup leaves the share before it was copied; for good"},
     set_file_deleted_early,
     repair},
    {{"pages_damaged", TARGET_INSTANCE, "sqlpri1", "",
      "pages of mgc are damaged: full backups take them along, with CHECKSUM they fail with 3043"},
     set_pages_damaged,
     clear_pages_damaged},
    {{"database_closed", TARGET_INSTANCE, "sqldr1", "state=suspect|recovery_pending|offline",
      "mgc cannot be opened: its files are damaged or missing, or somebody took it offline"},
     set_database_closed,
     clear_database_closed},
    {{"share_on_primary", TARGET_INSTANCE, "sqlpri1", "", "the share is a folder of the primary itself"},
     set_share_on_primary,
     clear_share_on_primary},
};

const struct fault_table fault_table_storage = {rows, COUNT(rows)};
