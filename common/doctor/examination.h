/*
 * What doctor found, endpoint by endpoint: the layers that are good, each with a fact or two, and the first
 * that is not, with every diagnosis that belongs to it.  What comes after it was not examined and is not
 * there.  Plain data in an arena; its JSON form is the record, from which the text can be made again.
 */
#ifndef PCHAT_DOCTOR_EXAMINATION_H
#define PCHAT_DOCTOR_EXAMINATION_H

#include "base/arena.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "doctor/diagnosis.h"

#include <stddef.h>

enum { EXAMINATION_SCHEMA = 1, EXAMINATION_MAX_BYTES = 4 * 1024 * 1024 };

enum way { BY_SQL, BY_WINRM, BY_SIP, BY_WEB, BY_TCP, WAY_KIND_COUNT };

struct step {
    enum layer layer;
    enum diagnosis diagnosis; /* DIAGNOSIS_NONE: the layer is good */
    const char *text;         /* a fact of a good layer, what is wrong with a bad one; one line */
    const char *remedy;       /* NULL for a good one */
};

struct examination {
    struct arena *arena;               /* of its texts */
    const char *site, *name, *address; /* as in the topology; address "host:port" */
    enum way way;
    struct step *steps; /* in the order of examination */
    size_t step_count;
};

struct examinations {
    struct arena *arena; /* owns everything below */
    const char *pool;
    struct examination *list; /* in topology order */
    size_t count;
};

struct examinations *examinations_new(const char *pool);
void examinations_free(struct examinations *all);
AUTO_DEFINE_FREE(examinations, struct examinations)

/* Texts are copied, what is no UTF-8 in them and line ends replaced. */
void examination_good(struct examination *examination, enum layer layer, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* text and remedy NULL: those of the diagnosis. */
void examination_bad(struct examination *examination, enum layer layer, enum diagnosis diagnosis,
                     const char *text, const char *remedy);
/* The first diagnosis, or DIAGNOSIS_NONE. */
enum diagnosis examination_verdict(const struct examination *examination);
/* The step with it, or NULL. */
const struct step *examination_fault(const struct examination *examination);
size_t examinations_bad_count(const struct examinations *all);

/* "SQL Server", "WinRM", ... for people, and "sql", "winrm", ... in JSON. */
const char *way_words(enum way way);
const char *way_name(enum way way);
bool way_parse(const char *name, enum way *ret_way);

/* ---- forms ---- */

/* First one line that says it all, then a block for each endpoint, those with a fault first. */
void examinations_text(const struct examinations *all, struct strbuf *out);
/* schema, title, pool, state, endpoints[{site, name, way, address, state, steps[{layer, state, text,
 * diagnosis, remedy}]}]; every key is always there. */
void examinations_json(const struct examinations *all, struct strbuf *out);
/* Reads what examinations_json() wrote; NULL with ERR_INPUT. */
struct examinations *examinations_read(const char *text, size_t length, struct err *err);

#endif
