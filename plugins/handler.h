/*
 * What the event handlers share: programs that Nagios, Icinga 2 and Zabbix call when a check's state changes.
 * A handler writes down what it is told and ends; whether anything follows is decided by pchat-runner, which
 * looks for itself.  It knows no secret, no topology and no plugin's output.
 */
#ifndef PCHAT_PLUGINS_HANDLER_H
#define PCHAT_PLUGINS_HANDLER_H

#include "act/episode/episode.h"

struct handler {
    const char *name;    /* of the program */
    const char *summary; /* one sentence for --help */
    const char *epilogue;
    enum episode_kind kind;
};

/* Records the call; returns the exit code: 0 recorded, 3 not recorded, with one line to standard error. */
int handler_run(const struct handler *handler, int argc, char **argv);

#endif
