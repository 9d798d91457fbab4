#include "base/unix_socket.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SOCKET_MODE = 0660 };

static bool set_address(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address->sun_path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(address->sun_path, path, strlen(path) + 1);
    return true;
}

static int close_with_errno(int fd)
{
    int error = errno;

    close(fd);
    errno = error;
    return -1;
}

int unix_socket_listen(const char *path, int backlog)
{
    struct sockaddr_un address;
    int fd;

    if (!set_address(&address, path))
        return -1;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    unlink(path);
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 || chmod(path, SOCKET_MODE) != 0 ||
        listen(fd, backlog) != 0)
        return close_with_errno(fd);
    return fd;
}

int unix_socket_connect(const char *path, int flags)
{
    struct sockaddr_un address;
    int fd;

    if (!set_address(&address, path))
        return -1;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
        return close_with_errno(fd);
    return fd;
}
