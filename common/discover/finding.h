/*
 * Findings: what a survey says about the questions that the documentation leaves open, each with how
 * sure it is and what it rests on; some settle a setting of topology.yaml.  Plain data in an arena.
 */
#ifndef PCHAT_DISCOVER_FINDING_H
#define PCHAT_DISCOVER_FINDING_H

#include "base/arena.h"

#include <stdbool.h>

#include <stddef.h>
#include <stdint.h>

enum sureness {
    NOT_KNOWN, /* and the evidence says why */
    LIKELY,    /* seen once, or follows from what is usual */
    PROVEN,    /* seen often enough that nothing else explains it */
    SURENESS_COUNT
};
/* "not known", "likely", "proven" */
const char *sureness_words(enum sureness sureness);

/* Where in a pool of topology.yaml the key stands. */
enum section { SECTION_NONE, SECTION_PERIODS, SECTION_SETTINGS, SECTION_COUNT };
const char *section_key(enum section section); /* "periods", "settings" */

struct finding {
    int question; /* its number in the table of questions.h */
    enum sureness sureness;
    const char *text;     /* one line: what is so, or what is not known */
    const char *evidence; /* one line: what was seen, where and when, or why nothing was */
    enum section section; /* SECTION_NONE: it settles no key */
    const char *key, *value;
    bool value_is_text; /* to stand in quotes */
};

struct findings {
    struct arena *arena;
    int question; /* that is being judged: of the findings added now */
    struct finding *items;
    size_t count;
};

/* All texts are made fit for one line.  evidence may be NULL where the caller sets none. */
struct finding *findings_add(struct findings *findings, enum sureness sureness, const char *evidence,
                             const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * What it settles.  A value that topology.yaml would not take makes the finding NOT_KNOWN, and says so.  A
 * name has letters, digits, ".", "_" and "-"; a text is one line.
 */
void finding_settles_number(struct findings *findings, struct finding *finding, enum section section,
                            const char *key, int64_t value);
void finding_settles_name(struct findings *findings, struct finding *finding, enum section section,
                          const char *key, const char *value);
void finding_settles_text(struct findings *findings, struct finding *finding, enum section section,
                          const char *key, const char *value);

/* A text from a server on one line: well-formed, nothing but printable characters, at most 400 bytes. */
const char *one_line(struct arena *arena, const char *text);

#endif
