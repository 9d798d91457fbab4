#include "observe/sql/prologue.h"

enum {
    LOCK_WAIT_MOST_MS = 5000,
    LOCK_WAIT_LEAST_MS = 200,
    LOCK_WAIT_SHARE = 12 /* a pass meets some ten tables that may be locked: none of them may eat it all */
};

/* Isolation stays READ COMMITTED: a fact rests on committed rows, and a table that somebody holds locked is a
 * fact of its own (1222). */
void prologue_add(struct strbuf *batch, struct deadline deadline)
{
    int64_t lock_wait_ms = deadline_left_ms(deadline) / LOCK_WAIT_SHARE;

    if (lock_wait_ms > LOCK_WAIT_MOST_MS)
        lock_wait_ms = LOCK_WAIT_MOST_MS;
    if (lock_wait_ms < LOCK_WAIT_LEAST_MS)
        lock_wait_ms = LOCK_WAIT_LEAST_MS;
    strbuf_add(batch,
               "SET LANGUAGE us_english; SET DATEFORMAT ymd; SET NOCOUNT ON; SET DEADLOCK_PRIORITY LOW;\n"
               "SET TEXTSIZE 65536; SET ANSI_NULLS ON; SET ANSI_WARNINGS ON; SET ANSI_PADDING ON;\n"
               "SET QUOTED_IDENTIFIER ON; SET CONCAT_NULL_YIELDS_NULL ON; SET ARITHABORT ON;\n");
    strbuf_format(batch, "SET LOCK_TIMEOUT %lld;\n", (long long)lock_wait_ms);
}
