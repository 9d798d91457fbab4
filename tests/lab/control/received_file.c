#include "lab/control/received_file.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>

static const char name[] = "received.jsonl";

FILE *received_file_open(const struct lab_dir *dir, struct err *err)
{
    int fd = openat(dir->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    if (!file)
        err_set_errno(err, ERR_IO, errno, "%s/%s: cannot write", dir->path, name);
    return file;
}

/* Whole lines: who reads meanwhile sees what has come in. */
static void write_line(void *user, const struct received *received)
{
    FILE *file = user;
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "way", received->way, "where", received->where,
                  "who", received->who, "program", received->program, "text", received->text, "utc_ms",
                  (json_int_t)received->at_utc_ms, "host_utc_ms", (json_int_t)clock_utc_ms(clock_system()));

    json_dumpf(line, file, JSON_COMPACT);
    fputc('\n', file);
    fflush(file);
    json_decref(line);
}

void received_file_attach(FILE *file, struct world *world)
{
    world->receiver = (struct receiver){write_line, file};
}
