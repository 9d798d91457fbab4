#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Lives in pages of its own: mlock, MADV_DONTDUMP and munmap know only whole pages. */
struct secret {
    size_t length;
    char text[SECRET_MAX_BYTES + 3]; /* room to see one byte too many behind a line and its CR LF */
};

static struct secret *secret_new(void)
{
    struct secret *secret =
        mmap(NULL, sizeof(*secret), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (secret == MAP_FAILED)
        return NULL;
    /* Best effort: where RLIMIT_MEMLOCK is used up, a monitor that still looks is worth more than one that
     * refuses. */
    (void)mlock(secret, sizeof(*secret));
    (void)madvise(secret, sizeof(*secret), MADV_DONTDUMP);
    return secret;
}

void secret_free(struct secret *secret)
{
    if (!secret)
        return;
    explicit_bzero(secret, sizeof(*secret));
    munmap(secret, sizeof(*secret));
}

const char *secret_text(const struct secret *secret)
{
    return secret->text;
}

/* systemd hands credentials over in a directory that only the service sees, with modes of its own. */
static bool is_from_credentials_directory(int fd)
{
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    AUTO_FREE char *real = directory && *directory ? realpath(directory, NULL) : NULL;
    char link[64], target[PATH_MAX];
    ssize_t length;

    if (!real)
        return false;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    length = readlink(link, target, sizeof(target) - 1);
    if (length < 0)
        return false;
    target[length] = '\0';
    return strncmp(target, real, strlen(real)) == 0 && target[strlen(real)] == '/';
}

static int check_ownership(const char *path, const struct stat *file, gid_t reader_group, struct err *err)
{
    bool group_may_read = reader_group != (gid_t)-1 && file->st_gid == reader_group;
    unsigned mode = file->st_mode & 07777U;

    if (file->st_uid != 0 && file->st_uid != geteuid())
        return err_set(err, ERR_SECRET, "%s: belongs to uid %lu; expected root or the caller (uid %lu)", path,
                       (unsigned long)file->st_uid, (unsigned long)geteuid());
    if (mode & S_IRWXO)
        return err_set(err, ERR_SECRET, "%s: mode %04o lets others in; expected 0600", path, mode);
    if (mode & (S_IWGRP | S_IXGRP) || (mode & S_IRGRP && !group_may_read))
        return err_set(err, ERR_SECRET, "%s: mode %04o lets group %lu in; expected %s", path, mode,
                       (unsigned long)file->st_gid, group_may_read ? "0640" : "0600");
    return 0;
}

static int check_file(const char *path, int fd, gid_t reader_group, struct err *err)
{
    struct stat file;

    if (fstat(fd, &file) != 0)
        return err_set_errno(err, ERR_SECRET, errno, "%s", path);
    if (!S_ISREG(file.st_mode))
        return err_set(err, ERR_SECRET, "%s: not a regular file", path);
    return is_from_credentials_directory(fd) ? 0 : check_ownership(path, &file, reader_group, err);
}

/* Straight into the locked page, so that no other buffer ever holds it. */
static int fill(struct secret *secret, const char *path, int fd, struct err *err)
{
    while (secret->length < sizeof(secret->text) - 1) {
        ssize_t got = read(fd, secret->text + secret->length, sizeof(secret->text) - 1 - secret->length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set_errno(err, ERR_SECRET, errno, "%s", path);
        if (got == 0)
            break;
        secret->length += (size_t)got;
    }
    return 0;
}

static int keep_first_line(struct secret *secret, const char *path, struct err *err)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    char *newline = memchr(secret->text, '\n', secret->length);

    if (newline)
        secret->length = (size_t)(newline - secret->text);
    if (newline && secret->length > 0 && secret->text[secret->length - 1] == '\r')
        secret->length--;
    explicit_bzero(secret->text + secret->length, sizeof(secret->text) - secret->length);
    if (secret->length == 0)
        return err_set(err, ERR_SECRET, "%s: empty; expected the secret on the first line", path);
    if (secret->length > SECRET_MAX_BYTES)
        return err_set(err, ERR_SECRET, "%s: longer than %d bytes", path, SECRET_MAX_BYTES);
    if (memchr(secret->text, '\0', secret->length))
        return err_set(err, ERR_SECRET, "%s: holds a NUL byte; expected one line of text", path);
    if (strncmp(secret->text, byte_order_mark, strlen(byte_order_mark)) == 0)
        return err_set(err, ERR_SECRET, "%s: starts with a byte order mark; save it as UTF-8 without one",
                       path);
    return 0;
}

struct secret *secret_read_file(const char *path, gid_t reader_group, struct err *err)
{
    /* O_NONBLOCK: a FIFO in its place must not hold the program up before check_file refuses it. */
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    AUTO(secret) struct secret *secret = NULL;
    struct secret *finished;

    if (fd < 0) {
        err_set_errno(err, ERR_SECRET, errno, "%s", path);
        return NULL;
    }
    if (check_file(path, fd, reader_group, err) != 0)
        return NULL;
    secret = secret_new();
    if (!secret) {
        err_set_errno(err, ERR_SECRET, errno, "%s: no memory for it", path);
        return NULL;
    }
    if (fill(secret, path, fd, err) != 0 || keep_first_line(secret, path, err) != 0)
        return NULL;
    finished = secret;
    secret = NULL;
    return finished;
}

void secret_protect_process(void)
{
    const struct rlimit none = {0, 0};

    (void)prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
    (void)setrlimit(RLIMIT_CORE, &none);
}
