#include "lab/world/restore_media.h"

#include "lab/world/result.h"
#include "lab/world/world.h"

#include <stdio.h>

static const struct stored_file *open_media(struct world *world, struct instance *instance, const char *path,
                                            struct world_result *result)
{
    enum os_error error;
    const struct stored_file *file = files_find(world, world_host_of(world, instance), path, &error);
    char number[16];

    if (!file) {
        snprintf(number, sizeof number, "%d", (int)error);
        result_error(result, 3201, path, number, os_error_text(error));
        return NULL;
    }
    if (file->truncated || file->sets.count == 0) {
        result_error(result, 3241, path, NULL, NULL);
        return NULL;
    }
    return file;
}

void world_restore_headeronly(struct world *world, struct instance *instance, const char *path,
                              const struct stored_file **ret_file, struct world_result *result)
{
    world_look_at_media(world, instance, "RESTORE HEADERONLY", path, ret_file, result);
}

/* 0, or why that set of the file cannot be read. */
static int set_refusal(const struct stored_file *file, size_t position)
{
    if (position > file->sets.count)
        return 3287;
    return file->damaged ? 3189 : 0;
}

static size_t position_of(int file)
{
    return file > 0 ? (size_t)file : 1;
}

static void name_set(struct world_result *result, int number, size_t position, const char *path)
{
    char text[24];

    snprintf(text, sizeof text, "%zu", position);
    result_error(result, number, text, path, NULL);
}

void world_look_at_media(struct world *world, struct instance *instance, const char *media_verb,
                         const char *path, const struct stored_file **ret_file, struct world_result *result)
{
    result_clear(result);
    *ret_file = open_media(world, instance, path, result);
    if (!*ret_file)
        result_terminated(result, media_verb);
}

void world_verify_media(struct world *world, struct instance *instance, const char *path, int file,
                        struct world_result *result)
{
    const struct stored_file *found;
    int refusal;

    world_look_at_media(world, instance, "VERIFY DATABASE", path, &found, result);
    if (!found)
        return;
    refusal = set_refusal(found, position_of(file));
    name_set(result, refusal ? refusal : 3262, position_of(file), path);
    if (refusal)
        result_terminated(result, "VERIFY DATABASE");
}

bool restore_read_set(struct world *world, struct instance *instance, const struct restore_request *request,
                      struct backup_set *ret_set, struct world_result *result)
{
    const struct stored_file *file = open_media(world, instance, request->path, result);
    size_t position = position_of(request->file);
    int refusal = file ? set_refusal(file, position) : 0;
    char theirs[48], ours[48];

    if (!file)
        return false;
    if (refusal) {
        name_set(result, refusal, position, request->path);
        return false;
    }
    *ret_set = file->sets.rows[position - 1];
    if (ret_set->software_major_version <= instance->version_major)
        return true;
    snprintf(theirs, sizeof theirs, "%d.%02d.%d", ret_set->software_major_version,
             ret_set->software_minor_version, ret_set->software_build_version);
    snprintf(ours, sizeof ours, "%d.%02d.%d", instance->version_major, instance->version_minor,
             instance->version_build);
    result_error(result, 3169, theirs, ours, NULL);
    return false;
}
