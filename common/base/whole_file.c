#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

int whole_file_read(const char *path, size_t max_bytes, struct strbuf *out, struct err *err)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0 || strbuf_read_fd(out, fd, max_bytes) != 0)
        return err_set_errno(err, ERR_IO, errno, "%s", path);
    return 0;
}

int whole_file_sync_folder(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    AUTO(strbuf) struct strbuf folder = STRBUF_INIT;
    AUTO_CLOSE int fd = -1;

    strbuf_add_n(&folder, path, slash ? (size_t)(slash - path) + 1 : 0);
    strbuf_add(&folder, slash ? "" : ".");
    fd = open(strbuf_text(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return err_set_errno(err, ERR_IO, errno, "%s", strbuf_text(&folder));
    return 0;
}

int whole_file_write(const char *path, mode_t mode, const char *text, struct err *err)
{
    AUTO(strbuf) struct strbuf temporary = STRBUF_INIT;
    AUTO(strbuf) struct strbuf bytes = STRBUF_INIT;
    AUTO_CLOSE int fd = -1;

    strbuf_format(&temporary, "%s.%ld.tmp", path, (long)getpid());
    strbuf_add(&bytes, text);
    fd = open(strbuf_text(&temporary), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return err_set_errno(err, ERR_IO, errno, "%s", path);
    if (strbuf_write_fd(&bytes, fd) == 0 && fsync(fd) == 0 && rename(strbuf_text(&temporary), path) == 0)
        return 0;
    err_set_errno(err, ERR_IO, errno, "%s", path);
    unlink(strbuf_text(&temporary));
    return -1;
}
