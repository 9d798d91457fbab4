/*
 * pchatctl: one program of subcommands, each a file pchatctl_NAME.c and a row in pchatctl.c's table.
 *
 * Options that stand before the subcommand are common to all and are parsed when it runs; what follows its
 * name is the subcommand's own.  Exit codes are enum ctl_exit; answers go to stdout, complaints to stderr.
 */
#ifndef PCHAT_PLUGINS_PCHATCTL_H
#define PCHAT_PLUGINS_PCHATCTL_H

#include "base/err.h"
#include "base/opts.h"

enum ctl_exit {
    CTL_DONE = 0,   /* done, or: nothing is wrong */
    CTL_FAILED = 1, /* something failed */
    CTL_USAGE = 3   /* wrong usage or configuration; nothing was done */
};

/* The options before the subcommand. */
struct ctl {
    const char *topology; /* path; never NULL */
    const char *pool;     /* FQDN; NULL: the topology's only one */
};

struct ctl_command {
    const char *name, *summary; /* summary: for the list in --help */
    /* argv[0] is the subcommand's name; returns the exit code. */
    int (*run)(const struct ctl *ctl, int argc, char **argv);
};

extern const struct ctl_command ctl_discover, ctl_doctor;
/* Of the runner. */
struct wire_request;
extern const struct ctl_command ctl_drill, ctl_stranded, ctl_status, ctl_plan, ctl_apply, ctl_approve,
    ctl_fence_word, ctl_resume, ctl_takeover, ctl_abandon, ctl_pause, ctl_resume_watching;
/* Of files: the journal, and what is compiled in. */
extern const struct ctl_command ctl_runs, ctl_explain, ctl_journal, ctl_runbook;
/* Of a simulated deployment. */
extern const struct ctl_command ctl_rehearse;

/* One line to stderr, with the hint of the error's kind; returns CTL_USAGE for mistakes in usage or files,
 * else CTL_FAILED. */
int ctl_complain(const char *program, const struct err *err);
/* Asks the runner, prints what it says; its exit code, or -1 with *err.  socket_path NULL: the default. */
int ctl_ask(const struct wire_request *request, const char *socket_path, struct err *err);
/* Asks the runner for what doctor --act does; its exit code, or -1 with *err. */
int ctl_ask_to_prove(const struct ctl *ctl, const char *socket_path, const char *by, struct err *err);

#endif
