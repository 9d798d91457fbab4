/*
 * What every check_pchat_* program shares: options, one pass from observe (or --replay) through assess to
 * present, and an answer before --timeout whatever hangs.
 */
#ifndef PCHAT_PLUGINS_CHECK_H
#define PCHAT_PLUGINS_CHECK_H

#include "assess/assess.h"
#include "base/opts.h"

struct check {
    const char *name;           /* of the program */
    const char *title;          /* first words of its output: "PCHAT REPLICATION" */
    const char *summary;        /* one sentence for --help */
    enum metric_id main_metric; /* what a bare -w/-c RANGE is about; METRIC_COUNT: nothing */
    unsigned fact_sets;         /* what it needs beyond what every check asks: bits of enum fact_set */
    bool of_pool;               /* about the pool as a whole: no --instance */
    bool expects;               /* takes --expect */
    struct report *(*assess)(const struct snapshot *snapshot, const struct assess_options *options);
};

/* Runs the check; returns the exit code 0-3.  Not at all where it becomes another program (check_direct.h).
 */
int check_run(const struct check *check, int argc, char **argv);

/* What a check that judges more than a snapshot shares with them. */

/* -w and -c, "METRIC=RANGE" or, for the main metric, "RANGE", over the limits.  0, or -1 with *err. */
int check_apply_limits(enum metric_id main_metric, const struct opt_list *warning,
                       const struct opt_list *critical, struct limits *limits, struct err *err);
/* Written whole or not at all: a temporary file beside it, then rename.  0, or -1 with *err. */
int check_record(const char *path, const char *json, struct err *err);
/* The end of --help: every metric with its limits, and the exit codes; malloc'ed. */
char *check_epilogue(void);

#endif
