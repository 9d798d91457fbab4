/*
 * Between a check's two programs.  The one that is called takes the options and judges what was seen before:
 * by the observer, in a record.  It links next to nothing, as loading the drivers costs more than all else
 * that it does.  The one that asks the pool itself, NAME-pass beside it, is the same with the drivers.
 */
#ifndef PCHAT_PLUGINS_CHECK_DIRECT_H
#define PCHAT_PLUGINS_CHECK_DIRECT_H

#include "check.h"

#include "base/strbuf.h"
#include "observe/core/track.h"

enum {
    /* What is kept back of --timeout: for assessing and printing, so that the answer is out before it, and
     * for saying that there is none. */
    CHECK_LAST_WORDS_MS = 30
};

struct check_options {
    const char *topology, *pool, *instance, *record, *replay, *from_observer;
    struct opt_list warning, critical;
    int64_t timeout_s, max_age_s;
    int unreachable, format, expect;
    unsigned verbosity;
};

/* ---- both have it ---- */

/* Limits as the options say them; 0, or -1 with *err. */
int check_options_limits(const struct check *check, const struct check_options *options,
                         struct limits *limits, struct err *err);
/* From the snapshot to text; returns the exit code, or -1 with *err. */
int check_judge(const struct check *check, const struct check_options *options, struct snapshot *snapshot,
                struct fact_num age_s, struct strbuf *out, struct err *err);
/* Instead of all that is in *out; returns the exit code. */
int check_tell_error(const struct check *check, const struct check_options *options, const struct err *err,
                     struct strbuf *out);
int check_no_instance(const char *name, const char *pool, struct err *err); /* -1 */

/* ---- each has its own ---- */

/* Asks the pool: itself, or as NAME-pass.  Returns the exit code. */
int check_directly(const struct check *check, const struct check_options *options, char **argv,
                   struct strbuf *out);
/* How NAME-pass looks at hosts; NULL: it asks SQL Servers alone. */
extern const struct track_table *const check_tracks;

#endif
