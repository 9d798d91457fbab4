/*
 * Stranded messages: what the copy that was left behind accepted and the copy that serves never got.  A
 * failback overwrites that copy, so before it somebody must have seen what is only there.
 *
 * Both copies are read, nothing is changed.  The rows go into a file beside the journal, with the messages'
 * text, for the runner's user alone; the report and the ledger's note have numbers and times only.
 *
 * One thread.
 */
#ifndef PCHAT_ACT_STRANDED_H
#define PCHAT_ACT_STRANDED_H

#include "act/judge/look.h"
#include "base/strbuf.h"
#include "observe/sql/sql_port.h"

struct stranding {
    const struct look *look;
    const struct sql_opener *sql; /* with the acting login */
    struct clock *clock;
    const char *folder; /* of the file */
};

struct stranding_outcome {
    const char *object; /* the old copy's instance; NULL: there is none that can be read */
    const char *note;   /* for the ledger: STRANDED_NONE, or how many, of when; NULL: it was not found out */
};

/* *out: the report, or why there is none.  Texts in the arena. */
struct stranding_outcome stranded_find(const struct stranding *stranding, struct arena *arena,
                                       struct strbuf *out);

#endif
