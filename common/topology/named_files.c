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
static gid_t reader_group(const char *path, const char *name)
{
    struct group group, *found = NULL;
    char buffer[4096];
    struct stat file;

    if (stat(path, &file) != 0 || !(file.st_mode & S_IRGRP) ||
        getgrnam_r(name, &group, buffer, sizeof(buffer), &found) != 0 || !found)
        return (gid_t)-1;
    return found->gr_gid;
}

struct secret_file {
    const char *key, *path, *group;
    const struct secret **secret;
    size_t least_bytes;
};

static int read_secret(struct reader *reader, const struct node *mapping, const struct secret_file *file)
{
    struct err err = ERR_INIT;

    if (!file->path)
        return 0;
    *file->secret = secret_read_file(file->path, reader_group(file->path, file->group), &err);
    if (!*file->secret)
        return node_fail_as(node_get(mapping, file->key), ERR_SECRET, reader->err, "%s", err.text);
    if (strlen(secret_text(*file->secret)) < file->least_bytes)
        return node_fail_as(
            node_get(mapping, file->key), ERR_SECRET, reader->err,
            "%s: its first line is shorter than %zu characters; SNMP takes no such passphrase", file->path,
            file->least_bytes);
    return 0;
}

static int read_secrets(struct reader *reader, struct topology_credential *credential,
                        const struct credential_use *use)
{
    const char *group = use->watches ? MONITOR_SECRET_GROUP : ACTING_SECRET_GROUP;
    const struct secret_file files[] = {
        {"password_file", credential->password_file, group, &credential->password, 0},
        {"community_file", credential->community_file, group, &credential->community, 0},
        {"auth_file", credential->auth_file, group, &credential->auth_passphrase, SNMP_MIN_PASSPHRASE_BYTES},
        {"privacy_file", credential->privacy_file, group, &credential->privacy_passphrase,
         SNMP_MIN_PASSPHRASE_BYTES},
    };

    for (size_t i = 0; i < COUNT(files); i++)
        if (read_secret(reader, use->node, &files[i]) != 0)
            return -1;
    return 0;
}

static bool is_in_use(const struct reader *reader, const struct credential_use *use)
{
    return use->watches || (use->acts && reader->for_acting);
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
        const struct credential_use *use = &reader->credential_uses[i];

        if (is_in_use(reader, use) && read_secrets(reader, &reader->topology->credentials[i], use) != 0)
            return -1;
    }
    return 0;
}
