/*
 * Layers, in the order in which an endpoint is examined, and what can be wrong with each: diagnoses.def as
 * tables.  Pure data, thread-safe.
 */
#ifndef PCHAT_DOCTOR_DIAGNOSIS_H
#define PCHAT_DOCTOR_DIAGNOSIS_H

#include <stdbool.h>

enum layer {
    LAYER_NAME,
    LAYER_TCP,
    LAYER_PRELOGIN, /* SQL Server's first word */
    LAYER_TLS,
    LAYER_HTTP, /* WinRM is there */
    LAYER_LOGIN,
    LAYER_DATABASE,
    LAYER_RIGHT,
    LAYER_QUERY,  /* what may be asked is answered */
    LAYER_SCRIPT, /* a remote script runs */
    LAYER_STORE,  /* the Central Management Store, from that host */
    LAYER_SIP,
    LAYER_WEB,
    LAYER_CLOCK,
    LAYER_COUNT
};

enum diagnosis {
    DIAGNOSIS_NONE,
#define DIAGNOSIS(name, layer, words, remedy) DIAGNOSIS_##name,
#include "doctor/diagnoses.def"
#undef DIAGNOSIS
    DIAGNOSIS_COUNT
};

struct diagnosis_info {
    const char *name; /* "port_refused": as in JSON */
    enum layer layer;
    const char *words, *remedy;
};

/* Not for DIAGNOSIS_NONE. */
const struct diagnosis_info *diagnosis_info(enum diagnosis diagnosis);
bool diagnosis_parse(const char *name, enum diagnosis *ret_diagnosis);

/* "name", "tcp", ... */
const char *layer_name(enum layer layer);
bool layer_parse(const char *name, enum layer *ret_layer);
/* Belongs to the connection, not to what it carries: the left column. */
bool layer_is_of_path(enum layer layer);

#endif
