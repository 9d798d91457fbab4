/*
 * Enumerations of PCHAT-MIB: each is a table of names, from which the text of the MIB is made and by which
 * facts become numbers.  Numbers are never changed; new ones are added.  Constant data, thread-safe.
 */
#ifndef PCHAT_SNMP_TERMS_H
#define PCHAT_SNMP_TERMS_H

#include "model/facts.h"

struct term {
    int number;
    const char *name; /* lowerCamelCase */
    const char *fact; /* as the server says it, case-insensitive; NULL: no text stands for it */
};

struct terms {
    const char *name; /* of the textual convention */
    const char *description;
    const struct term *rows; /* ends with a NULL name */
};

enum { WRITABLE_BY_PRIMARY = 1, WRITABLE_BY_MIRROR, WRITABLE_BY_BACKUP, WRITABLE_SEVERAL, WRITABLE_NOBODY };
enum { DATABASE_MISSING = 8, MIRRORING_NOT_MIRRORED = 7 };

extern const struct terms serving_terms, pool_state_terms, database_state_terms, recovery_model_terms,
    mirroring_role_terms, mirroring_state_terms, witness_state_terms, job_outcome_terms, service_state_terms,
    start_mode_terms, port_terms, run_state_terms;

/* All of them, also those whose numbers are enums of ours; the array ends with a NULL. */
extern const struct terms *const all_terms[];

/* What stands for the fact; the term "other" for a text that no term knows; not known for NULL. */
struct fact_num term_of(const struct terms *terms, const char *fact);

#endif
