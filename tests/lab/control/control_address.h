/*
 * Where the control socket is, for the lab and for those who talk to it.
 */
#ifndef PCHAT_LAB_CONTROL_CONTROL_ADDRESS_H
#define PCHAT_LAB_CONTROL_CONTROL_ADDRESS_H

#include <sys/un.h>

#define CONTROL_SOCKET_NAME "control.sock"

/* The address of control.sock in an open folder; short whatever the folder is called.  Good in this process
 * only. */
struct sockaddr_un control_address(int dir_fd);

#endif
