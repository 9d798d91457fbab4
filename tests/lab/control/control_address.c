#include "lab/control/control_address.h"

#include <stdio.h>
#include <sys/socket.h>

struct sockaddr_un control_address(int dir_fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", dir_fd, CONTROL_SOCKET_NAME);
    return address;
}
