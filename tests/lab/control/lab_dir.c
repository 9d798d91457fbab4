#include "lab/control/lab_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

static const char temporary_name[] = "being-written";

static int take_folder(const struct lab_dir *dir, struct err *err)
{
    if (flock(dir->fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_USAGE, "%s: another lab runs there", dir->path);
    if (fchmod(dir->fd, 0700) != 0 || (mkdirat(dir->fd, "credentials", 0700) != 0 && errno != EEXIST))
        return err_set_errno(err, ERR_IO, errno, "%s: cannot prepare the folder", dir->path);
    return 0;
}

int lab_dir_open(struct lab_dir *dir, const char *path, struct err *err)
{
    dir->path = path;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return err_set_errno(err, ERR_IO, errno, "%s: cannot make the folder", path);
    dir->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir->fd < 0)
        return err_set_errno(err, ERR_IO, errno, "%s: cannot open the folder", path);
    if (take_folder(dir, err) == 0)
        return 0;
    lab_dir_done(dir); /* its files are another's */
    return -1;
}

void lab_dir_done(struct lab_dir *dir)
{
    if (dir->fd >= 0)
        close(dir->fd);
    dir->fd = -1;
}

static int write_all(int fd, const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        ssize_t written = write(fd, text, left);
        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0) {
            text += written;
            left -= (size_t)written;
        }
    }
    return 0;
}

int lab_dir_write(const struct lab_dir *dir, const char *name, const char *text, struct err *err)
{
    AUTO_CLOSE int fd =
        openat(dir->fd, temporary_name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0 || write_all(fd, text) != 0 || renameat(dir->fd, temporary_name, dir->fd, name) != 0)
        return err_set_errno(err, ERR_IO, errno, "%s/%s: cannot write", dir->path, name);
    return 0;
}

void lab_dir_remove(const struct lab_dir *dir, const char *name)
{
    unlinkat(dir->fd, name, 0);
}
