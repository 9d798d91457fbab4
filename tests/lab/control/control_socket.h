/*
 * DIR/control.sock: one JSON request per line, one JSON answer per line.
 */
#ifndef PCHAT_LAB_CONTROL_CONTROL_SOCKET_H
#define PCHAT_LAB_CONTROL_CONTROL_SOCKET_H

#include "base/err.h"

struct lab;
struct control_socket;

struct control_socket *control_socket_new(struct lab *lab, struct err *err);
void control_socket_free(struct control_socket *control); /* and removes it from the folder */

#endif
