#include "lab/world/files.h"

#include "base/mem.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *os_error_text(enum os_error error)
{
    static const struct {
        enum os_error error;
        const char *text;
    } texts[] = {
        {OS_OK, "The operation completed successfully."},
        {OS_FILE_NOT_FOUND, "The system cannot find the file specified."},
        {OS_PATH_NOT_FOUND, "The system cannot find the path specified."},
        {OS_ACCESS_DENIED, "Access is denied."},
        {OS_END_OF_FILE, "Reached the end of the file."},
        {OS_BAD_NETWORK_PATH, "The network path was not found."},
        {OS_DISK_FULL, "There is not enough space on the disk."},
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        if (texts[i].error == error)
            return texts[i].text;
    return "error not found";
}

const char *files_base_name(const char *path)
{
    const char *name = path;

    for (const char *p = path; *p != '\0'; p++)
        if (*p == '\\' || *p == '/')
            name = p + 1;
    return name;
}

static struct share *find_share(struct host *host, const char *name, size_t length)
{
    for (size_t i = 0; i < host->share_count; i++) {
        const char *own = files_base_name(host->shares[i].unc);
        if (strlen(own) == length && strncasecmp(own, name, length) == 0)
            return &host->shares[i];
    }
    return NULL;
}

/* "\\host\share\rest" */
static enum os_error resolve_unc(struct world *world, struct host *from, const char *path,
                                 struct file_place *ret)
{
    char name[WORLD_NAME_BYTES];
    size_t host_length = strcspn(path + 2, "\\");
    const char *share_name = path + 2 + host_length + (path[2 + host_length] == '\\');
    size_t share_length = strcspn(share_name, "\\");
    struct share *share;

    if (snprintf(name, sizeof name, "%.*s", (int)host_length, path + 2) >= (int)sizeof name)
        return OS_BAD_NETWORK_PATH;
    ret->host = world_host(world, name);
    if (!ret->host || !world_connects(world, from, ret->host))
        return OS_BAD_NETWORK_PATH;
    share = find_share(ret->host, share_name, share_length);
    if (!share || !share->offered)
        return OS_BAD_NETWORK_PATH;
    if (share->denied_hosts >> from->index & 1)
        return OS_ACCESS_DENIED;
    if (snprintf(ret->path, sizeof ret->path, "%s%s", share->folder, share_name + share_length) >=
        (int)sizeof ret->path)
        return OS_PATH_NOT_FOUND;
    ret->read_only = share->read_only;
    return OS_OK;
}

static struct volume *find_volume(struct host *host, const char *path)
{
    for (size_t i = 0; i < host->volume_count; i++)
        if (strncasecmp(host->volumes[i].root, path, strlen(host->volumes[i].root)) == 0)
            return &host->volumes[i];
    return NULL;
}

enum os_error files_resolve(struct world *world, struct host *from, const char *path, struct file_place *ret)
{
    if (strncmp(path, "\\\\", 2) == 0) {
        enum os_error error = resolve_unc(world, from, path, ret);
        if (error != OS_OK)
            return error;
    } else {
        ret->host = from;
        ret->read_only = false;
        snprintf(ret->path, sizeof ret->path, "%s", path);
    }
    return find_volume(ret->host, ret->path) ? OS_OK : OS_PATH_NOT_FOUND;
}

static enum os_error resolve_to_write(struct world *world, struct host *from, const char *path,
                                      struct file_place *ret)
{
    enum os_error error = files_resolve(world, from, path, ret);

    return error == OS_OK && ret->read_only ? OS_ACCESS_DENIED : error;
}

/* Index of the file, or where it would stand. */
static size_t locate(const struct host *host, const char *path, bool *ret_found)
{
    size_t low = 0, high = host->files.count;

    *ret_found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcasecmp(host->files.rows[middle].path, path);
        if (order == 0) {
            *ret_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct stored_file *files_find(struct world *world, struct host *from, const char *path,
                               enum os_error *ret_error)
{
    struct file_place place;
    bool found = false;
    size_t index;

    *ret_error = files_resolve(world, from, path, &place);
    if (*ret_error != OS_OK)
        return NULL;
    index = locate(place.host, place.path, &found);
    *ret_error = found ? OS_OK : OS_FILE_NOT_FOUND;
    return found ? &place.host->files.rows[index] : NULL;
}

static void release(struct host *host, struct stored_file *file)
{
    struct volume *volume = find_volume(host, file->path);

    if (volume)
        volume->used_bytes -= file->size_bytes;
    free(file->sets.rows);
}

static struct stored_file *insert(struct host *host, const char *path)
{
    bool found = false;
    size_t index = locate(host, path, &found);
    struct stored_file *rows;

    if (found) {
        release(host, &host->files.rows[index]);
        memset(&host->files.rows[index], 0, sizeof host->files.rows[index]);
    } else {
        (void)LIST_ADD(&host->files);
        rows = host->files.rows;
        memmove(&rows[index + 1], &rows[index], (host->files.count - 1 - index) * sizeof *rows);
        memset(&rows[index], 0, sizeof rows[index]);
    }
    snprintf(host->files.rows[index].path, WORLD_PATH_BYTES, "%s", path);
    return &host->files.rows[index];
}

struct stored_file *files_create(struct world *world, struct host *from, const char *path, int64_t size_bytes,
                                 enum os_error *ret_error)
{
    struct file_place place;
    struct volume *volume;
    struct stored_file *file;

    *ret_error = resolve_to_write(world, from, path, &place);
    if (*ret_error != OS_OK)
        return NULL;
    volume = find_volume(place.host, place.path);
    if (size_bytes > 0 && (volume->full || volume->used_bytes + size_bytes > volume->size_bytes)) {
        *ret_error = OS_DISK_FULL;
        return NULL;
    }
    file = insert(place.host, place.path);
    file->size_bytes = size_bytes;
    file->modified_utc_ms = world->now_utc_ms;
    volume->used_bytes += size_bytes;
    return file;
}

enum os_error files_delete(struct world *world, struct host *from, const char *path)
{
    struct file_place place;
    enum os_error error = resolve_to_write(world, from, path, &place);
    bool found = false;
    size_t index;

    if (error != OS_OK)
        return error;
    index = locate(place.host, place.path, &found);
    if (!found)
        return OS_FILE_NOT_FOUND;
    release(place.host, &place.host->files.rows[index]);
    LIST_REMOVE(&place.host->files, index);
    return OS_OK;
}

/* What is inside a file, without its name. */
struct content {
    bool damaged, truncated;
    int64_t size_bytes, modified_utc_ms;
    size_t count;
    struct backup_set *sets; /* owned */
};

static struct content content_of(const struct stored_file *file)
{
    struct content content = {file->damaged,         file->truncated,  file->size_bytes,
                              file->modified_utc_ms, file->sets.count, NULL};

    if (file->sets.count > 0) {
        content.sets = mem_alloc(file->sets.count * sizeof *content.sets);
        memcpy(content.sets, file->sets.rows, file->sets.count * sizeof *content.sets);
    }
    return content;
}

enum os_error files_copy(struct world *world, struct host *from, const char *source, const char *target)
{
    enum os_error error;
    const struct stored_file *old = files_find(world, from, source, &error);
    struct content content;
    struct stored_file *file;

    if (!old)
        return error;
    content = content_of(old);
    file = files_create(world, from, target, content.size_bytes, &error);
    if (!file) {
        free(content.sets);
        return error;
    }
    file->damaged = content.damaged;
    file->truncated = content.truncated;
    file->modified_utc_ms = content.modified_utc_ms;
    file->sets.rows = content.sets;
    file->sets.count = file->sets.capacity = content.count;
    return OS_OK;
}

enum os_error files_rename(struct world *world, struct host *from, const char *source, const char *target)
{
    enum os_error error = files_copy(world, from, source, target);

    return error == OS_OK ? files_delete(world, from, source) : error;
}

enum os_error files_list(struct world *world, struct host *from, const char *folder,
                         void (*visit)(void *user, const struct stored_file *file), void *user)
{
    struct file_place place;
    enum os_error error = files_resolve(world, from, folder, &place);
    size_t length;
    bool found;

    if (error != OS_OK)
        return error;
    length = strlen(place.path);
    for (size_t i = locate(place.host, place.path, &found); i < place.host->files.count; i++) {
        const struct stored_file *file = &place.host->files.rows[i];
        if (strncasecmp(file->path, place.path, length) != 0)
            break;
        if (file->path[length] == '\\' && files_base_name(file->path) == file->path + length + 1)
            visit(user, file);
    }
    return OS_OK;
}
