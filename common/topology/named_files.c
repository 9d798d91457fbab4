#include "topology/named_files.h"

#include "topology/read.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>

static int check_ca_file(struct reader *reader, const struct file_use *use)
{
    AUTO_CLOSE int fd = open(use->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    char reason[128];
    struct stat file;

    if (fd < 0 || fstat(fd, &file) != 0)
        return node_fail(use->node, reader->err, "%s: %s; expected a file of certificates (PEM)", use->path,
                         strerror_r(errno, reason, sizeof(reason)));
    if (!S_ISREG(file.st_mode) || file.st_size == 0)
        return node_fail(use->node, reader->err, "%s: %s; expected a file of certificates (PEM)", use->path,
                         S_ISREG(file.st_mode) ? "empty" : "not a regular file");
    return 0;
}

/*
 * Only a file that its group may read raises the question which group that is: the answer may come over the
 * network (nsswitch.conf), and a check that need not ask must not.
 */
static gid_t reader_group(const char *path)
{
    struct group group, *found = NULL;
    char buffer[4096];
    struct stat file;

    if (stat(path, &file) != 0 || !(file.st_mode & S_IRGRP) ||
        getgrnam_r(MONITOR_SECRET_GROUP, &group, buffer, sizeof(buffer), &found) != 0 || !found)
        return (gid_t)-1;
    return found->gr_gid;
}

static int read_password(struct reader *reader, struct topology_credential *credential,
                         const struct node *mapping)
{
    struct err err = ERR_INIT;

    credential->password =
        secret_read_file(credential->password_file, reader_group(credential->password_file), &err);
    if (!credential->password)
        return node_fail_as(node_get(mapping, "password_file"), ERR_SECRET, reader->err, "%s", err.text);
    return 0;
}

int check_named_files(struct reader *reader)
{
    const char *last = "";

    for (size_t i = 0; i < reader->ca_file_count; i++) {
        if (strcmp(last, reader->ca_files[i].path) != 0 && check_ca_file(reader, &reader->ca_files[i]) != 0)
            return -1;
        last = reader->ca_files[i].path;
    }
    for (size_t i = 0; i < reader->topology->credential_count; i++) {
        struct topology_credential *credential = &reader->topology->credentials[i];

        if (reader->credential_uses[i].used && !credential->kerberos &&
            read_password(reader, credential, reader->credential_uses[i].node) != 0)
            return -1;
    }
    return 0;
}
