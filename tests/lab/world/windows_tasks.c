#include "lab/world/windows_tasks.h"

#include "base/mem.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct windows_task *windows_task(struct host *host, const char *name)
{
    struct windows_tasks *tasks = &host->windows.tasks;

    for (size_t i = 0; i < tasks->tasks.count; i++)
        if (strcasecmp(tasks->tasks.rows[i].name, name) == 0)
            return &tasks->tasks.rows[i];
    return NULL;
}

void windows_register_task(struct host *host, const char *name, const char *run_as, const char *script)
{
    struct windows_task *task = windows_task(host, name);

    if (!task)
        task = LIST_ADD(&host->windows.tasks.tasks);
    free(task->script);
    task->script = mem_copy_text(script);
    snprintf(task->name, sizeof task->name, "%s", name);
    snprintf(task->run_as, sizeof task->run_as, "%s", run_as);
}

/* The newest text of that path that was there at that time. */
static struct windows_file *file_at(const struct host *host, const char *path, int64_t utc_ms)
{
    const struct windows_tasks *tasks = &host->windows.tasks;
    struct windows_file *newest = NULL;

    for (size_t i = 0; i < tasks->files.count; i++) {
        struct windows_file *file = &tasks->files.rows[i];

        if (strcasecmp(file->path, path) == 0 && file->written_utc_ms <= utc_ms &&
            (!newest || file->written_utc_ms >= newest->written_utc_ms))
            newest = file;
    }
    return newest;
}

const char *windows_read_file(const struct host *host, const char *path, int64_t utc_ms)
{
    const struct windows_file *file = file_at(host, path, utc_ms);

    return file ? file->text : NULL;
}

/* What is older than the last text before the new one, nobody can read any more. */
void windows_write_file(struct host *host, const char *path, const char *text, int64_t utc_ms)
{
    struct windows_tasks *tasks = &host->windows.tasks;
    const struct windows_file *last = file_at(host, path, utc_ms);
    int64_t keep_utc_ms = last ? last->written_utc_ms : 0;
    struct windows_file *file;

    for (size_t i = tasks->files.count; i-- > 0;)
        if (strcasecmp(tasks->files.rows[i].path, path) == 0 &&
            tasks->files.rows[i].written_utc_ms < keep_utc_ms) {
            free(tasks->files.rows[i].text);
            LIST_REMOVE(&tasks->files, i);
        }
    file = LIST_ADD(&tasks->files);
    snprintf(file->path, sizeof file->path, "%s", path);
    file->text = mem_copy_text(text);
    file->written_utc_ms = utc_ms;
}

void windows_tasks_done(struct windows_tasks *tasks)
{
    for (size_t i = 0; i < tasks->tasks.count; i++)
        free(tasks->tasks.rows[i].script);
    for (size_t i = 0; i < tasks->files.count; i++)
        free(tasks->files.rows[i].text);
    free(tasks->tasks.rows);
    free(tasks->files.rows);
}
