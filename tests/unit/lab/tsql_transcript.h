/*
 * A batch's answer as text, for tables of cases:
 *
 *     name int, other nvarchar(128)?      columns; ? = nullable
 *     1|NULL                              rows
 *     (1)                                 done with a count; () without; (!) in error
 *     208: Invalid object name 'x'.       messages; with severity <= 10: "i 0: text"
 *     =0                                  return status
 */
#ifndef PCHAT_TESTS_TSQL_TRANSCRIPT_H
#define PCHAT_TESTS_TSQL_TRANSCRIPT_H

#include "base/strbuf.h"
#include "lab/tsql/tsql.h"

/* Lines are added to *out. */
struct transcript {
    struct strbuf *out;
    struct tsql_column *columns; /* of the present result set; owned */
    bool with_done, with_lines;  /* leave (1), () and " line n" out by default */
};

struct tsql_sink transcript_sink(struct transcript *transcript);
void transcript_done(struct transcript *transcript);
AUTO_DEFINE_DONE(transcript, struct transcript)

/* Runs the batch and gives the whole transcript; the caller frees it. */
char *transcript_of(struct tsql_session *session, const char *batch);

#endif
