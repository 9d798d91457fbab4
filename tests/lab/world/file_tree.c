#include "lab/world/file_tree.h"

#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct walk {
    int levels;
    void (*visit)(void *user, const struct tree_entry *entry);
    void *user;
};

/* The part of a path below a folder, or NULL when it is not there. */
static const char *below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncasecmp(path, folder, length) == 0 && path[length] == '\\' ? path + length + 1 : NULL;
}

/* Do both lie in the same folder, up to that many bytes? */
static bool shares(const char *previous, const char *path, size_t bytes)
{
    return previous && strncasecmp(previous, path, bytes) == 0;
}

/* The folders of a path that the one before did not show, then the file itself. */
static void visit_path(const struct walk *walk, const char *previous, const char *path,
                       const struct stored_file *file)
{
    const char *part = path;

    for (int depth = 1; walk->levels == 0 || depth <= walk->levels; depth++) {
        struct tree_entry entry = {.depth = depth};
        size_t length = strcspn(part, "\\");

        snprintf(entry.name, sizeof(entry.name), "%.*s", (int)length, part);
        entry.file = part[length] ? NULL : file;
        if (entry.file || !shares(previous, path, (size_t)(part - path) + length + 1))
            walk->visit(walk->user, &entry);
        if (entry.file)
            return;
        part += length + 1;
    }
}

enum os_error file_tree(struct world *world, struct host *from, const char *folder, int levels,
                        void (*visit)(void *user, const struct tree_entry *entry), void *user)
{
    struct walk walk = {levels, visit, user};
    struct file_place place;
    enum os_error error = files_resolve(world, from, folder, &place);
    const char *previous = NULL;

    if (error != OS_OK)
        return error;
    for (size_t end = strlen(place.path); end > 0 && place.path[end - 1] == '\\'; end--)
        place.path[end - 1] = '\0';
    for (size_t i = 0; i < place.host->files.count; i++) {
        const struct stored_file *file = &place.host->files.rows[i];
        const char *path = below(file->path, place.path);

        if (path)
            visit_path(&walk, previous, path, file);
        previous = path;
    }
    return OS_OK;
}
