#include "observe/vantage/command_file.h"

#include "base/cleanup.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static int check_owner(const char *path, const struct stat *status, struct err *err)
{
    if (status->st_uid != 0 && status->st_uid != geteuid())
        return err_set(err, ERR_CONFIG,
                       "%s belongs to user %u; expected root, or the user that runs the check", path,
                       (unsigned)status->st_uid);
    /* In a sticky folder nobody replaces what is not his. */
    if ((status->st_mode & (S_IWGRP | S_IWOTH)) && !(S_ISDIR(status->st_mode) && status->st_mode & S_ISVTX))
        return err_set(err, ERR_CONFIG, "%s can be written by others than its owner; expected chmod go-w",
                       path);
    return 0;
}

static int check_folder(const char *path, struct err *err)
{
    AUTO_FREE char *folder = mem_copy_text(path);
    struct stat status;

    *(strrchr(folder, '/') + 1) = '\0';
    if (stat(folder, &status) != 0)
        return err_set_errno(err, ERR_CONFIG, errno, "%s", folder);
    return check_owner(folder, &status, err);
}

int command_file_check(const char *path, struct err *err)
{
    struct stat status;

    if (*path != '/')
        return err_set(err, ERR_CONFIG, "%s is no full path", path);
    if (stat(path, &status) != 0)
        return err_set_errno(err, ERR_CONFIG, errno, "%s", path);
    if (!S_ISREG(status.st_mode))
        return err_set(err, ERR_CONFIG, "%s is no regular file", path);
    if (check_owner(path, &status, err) != 0 || check_folder(path, err) != 0)
        return -1;
    if (access(path, X_OK) != 0)
        return err_set(err, ERR_CONFIG, "%s may not be executed; expected chmod +x", path);
    return 0;
}
