/*
 * A survey: what was asked of a pool's servers and hosts to settle what Microsoft's documentation
 * leaves open, and what each of them answered.  Plain data in an arena; its JSON form ("schema": 1) can be
 * taken on one machine and judged on another.  Immutable once filled; may be read by many threads.
 */
#ifndef PCHAT_DISCOVER_SURVEY_H
#define PCHAT_DISCOVER_SURVEY_H

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "discover/asks.h"
#include "model/roles.h"
#include "model/sight.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SURVEY_MAX_BYTES = 16 * 1024 * 1024 };

/* A row of an answer: a text for each column of its ask, in their order; NULL where nothing was said. */
struct answer_row {
    const char *cells[ASK_COLUMNS_MAX];
};

/* What one subject said to one ask. */
struct answer {
    enum ask_id ask;
    size_t subject;           /* index */
    struct sighting sighting; /* SIGHT_SEEN: the rows are all there is, even if there are none */
    int64_t at_utc_ms;        /* by this machine's clock */
    struct answer_row *rows;
    size_t row_count;
};

/* Somebody who can be asked: a SQL instance or a host.  A host of two duties is two subjects. */
struct subject {
    const char *name, *fqdn; /* fqdn: of SQL instances their host */
    const char *site;
    enum subject_kind kind;
};

struct survey {
    struct arena *arena;
    const char *pool, *database;
    const char *chat_executable, *compliance_executable; /* as the settings had them */
    int64_t taken_utc_ms;                                /* by this machine's clock */
    struct subject *subjects;
    size_t subject_count;
    struct answer *answers;
    size_t answer_count;
};

struct survey *survey_new(void);
void survey_free(struct survey *survey);
AUTO_DEFINE_FREE(survey, struct survey)

/* The caller owns the text, which ends with a newline. */
char *survey_to_json(const struct survey *survey);
/* NULL with *err set (ERR_INPUT). */
struct survey *survey_from_json(const char *text, size_t length, struct err *err);

/* The next answer to that ask at or after *at, which is moved behind it; NULL: no more. */
const struct answer *survey_next(const struct survey *survey, enum ask_id ask, size_t *at);
/* A cell by the column's name, NULL where nothing was said; the name must be one of the ask's. */
const char *answer_cell(const struct answer *answer, size_t row, const char *column);
const struct subject *answer_subject(const struct survey *survey, const struct answer *answer);
/* The subject of that kind whose DNS name, or its first label, is the text's first `length` bytes; NULL:
 * none. */
const struct subject *survey_find(const struct survey *survey, enum subject_kind kind, const char *name,
                                  size_t length);

#endif
