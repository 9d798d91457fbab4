/*
 * Scheduled tasks that administrators registered on a Windows host, and the text files that scripts write
 * there.
 *
 * A task runs a script under an account of its own, whose credentials reach other hosts.  Files keep when
 * they were written, because a script may run into the world's future: who reads earlier finds the older
 * text. Sources: "schtasks run"; "Task Scheduler", principals with a stored password.
 */
#ifndef PCHAT_LAB_WORLD_WINDOWS_TASKS_H
#define PCHAT_LAB_WORLD_WINDOWS_TASKS_H

#include "lab/world/kinds.h"

struct host;

enum task_manner {
    TASK_RUNS,
    TASK_MISSING, /* fault: as if nobody had registered it */
    TASK_DENIED,  /* fault: who asks may not start it */
    TASK_STUCK    /* fault: it starts, and does nothing */
};

struct windows_task {
    char name[64], run_as[64];
    char *script;
    enum task_manner manner;
};

struct windows_file {
    char path[WORLD_PATH_BYTES];
    char *text;
    int64_t written_utc_ms;
};

struct windows_tasks {
    LIST(struct windows_task) tasks;
    LIST(struct windows_file) files;
};

/* Names and paths compare without case.  Replaces one of that name. */
void windows_register_task(struct host *host, const char *name, const char *run_as, const char *script);
struct windows_task *windows_task(struct host *host, const char *name); /* NULL: none */

void windows_write_file(struct host *host, const char *path, const char *text, int64_t utc_ms);
/* As it was at that time; NULL: there was none. */
const char *windows_read_file(const struct host *host, const char *path, int64_t utc_ms);

void windows_tasks_done(struct windows_tasks *tasks);

#endif
