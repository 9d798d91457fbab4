/*
 * A run explained to whoever was not there: what was seen first, who or what started each step, on which
 * evidence and gates, the exact script, what the server answered, how long it took, and what is unprotected
 * now.  Every text of elsewhere is made harmless (words_safe.h).  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_TELL_EXPLAIN_H
#define PCHAT_ACT_TELL_EXPLAIN_H

#include "act/tell/timeline.h"
#include "base/strbuf.h"

/* For a terminal of 80 columns; scripts are not broken.  malloc'ed. */
char *explain_text(const struct timeline *timeline);
/* One page that opens without a network: no script, no link, no picture of elsewhere.  malloc'ed. */
char *explain_html(const struct timeline *timeline);

/* ---- what both say; texts in the timeline's arena, not yet made harmless ---- */

/* "failover of lyncpc.litwareinc.com, dub -> red" */
const char *explain_title(const struct timeline *timeline);
/* Rows of the head: "loses", "begun"... */
struct explain_row {
    const char *name, *text;
};
struct explain_row *explain_head(const struct timeline *timeline, size_t *ret_count);
/* The line of an entry ("gates", "sent", "answered", "who"...). */
const char *explain_word(enum entry_kind kind);
/* "step 7  bring the chat database online -> sqldr1" */
const char *explain_bar(const struct timeline *timeline, const struct bar *bar);
/* "done after 2 s" */
const char *explain_outcome(const struct timeline *timeline, const struct bar *bar);
/* What stands after the look in a line: "sqlpri1 not seen (timed out), sqldr1 restoring". */
const char *explain_sightings(const struct timeline *timeline, int64_t at_utc_ms);
/* "oncall-dba: what was asked" */
const char *explain_person(const struct timeline *timeline, const struct journal_entry *entry);

/* The drawing (explain_svg.c), for the page. */
void explain_svg(const struct timeline *timeline, struct strbuf *out);

#endif
