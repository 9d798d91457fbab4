/*
 * Unix stream sockets, by which programs of one host talk.  Thread-safe.
 */
#ifndef PCHAT_BASE_UNIX_SOCKET_H
#define PCHAT_BASE_UNIX_SOCKET_H

/*
 * Listens without blocking at a path that owner and group may connect to (0660); a socket that one who was
 * killed has left there is replaced.  The descriptor, or -1 with errno (ENAMETOOLONG: no path for a socket).
 */
int unix_socket_listen(const char *path, int backlog);
/* flags: SOCK_NONBLOCK, where errno is EAGAIN while too many others wait; or 0.  The descriptor, or -1 with
 * errno. */
int unix_socket_connect(const char *path, int flags);

#endif
