/*
 * The shape of topology.yaml as one table: for every mapping its keys, what each takes, whether it must be
 * there, where its value goes and what it means.  It drives the reading, the error texts and the reference in
 * docs/topology.md. Constant data, thread-safe.
 */
#ifndef PCHAT_TOPOLOGY_SCHEMA_H
#define PCHAT_TOPOLOGY_SCHEMA_H

#include "topology/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_kind {
    FIELD_TEXT,        /* const char *; spelled as `syntax` says */
    FIELD_TEXTS,       /* const char ** and its size_t count; a list of texts */
    FIELD_PATH,        /* const char *; FIELD_TEXT, made absolute */
    FIELD_NUMBER,      /* int or int64_t (`bytes` tells), minimum..maximum */
    FIELD_FLAG,        /* bool; true or false */
    FIELD_CHOICE,      /* enum; one of `choices` */
    FIELD_RANGE,       /* struct range; "" is no limit */
    FIELD_CREDENTIAL,  /* const struct topology_credential *; its name */
    FIELD_MAPPING,     /* the mapping's struct stands in place */
    FIELD_OPTIONAL,    /* pointer to the mapping's struct; NULL where the key is missing */
    FIELD_LIST,        /* array of the mapping's struct, and its size_t count */
    FIELD_CREDENTIALS, /* FIELD_LIST, but a mapping whose keys are the names */
    FIELD_LIMITS,      /* struct limits; a mapping whose keys are metrics */
    FIELD_INCLUDE      /* nothing: its file's keys have been taken before */
};

struct choices {
    const char *(*name)(int index);
    int count;
    const char *(*mistake)(const char *text); /* as of struct syntax */
};

struct field {
    const char *key;
    enum field_kind kind;
    bool required;
    size_t offset;       /* of the member */
    size_t count_offset; /* lists: of the member that counts */
    size_t bytes;        /* numbers: of the member */
    const struct syntax *syntax;
    int64_t minimum, maximum;
    const struct choices *choices;
    const struct schema *items; /* the mapping, or each of the mappings, below */
    const char *noun;           /* choices: "a role"; mappings: what they are, "sites" */
    const char *meaning;        /* for people, with the default */
    /* Mappings: what an included file has under this key is taken key by key, not only where the whole is
     * missing. */
    bool merges;
    /* Mappings: secrets and certificates that are referred to below are those of whoever acts; who merely
     * watches neither needs nor may read them. */
    bool acting;
};

/* Where the field's value goes in the object that its mapping fills. */
static inline void *field_member(const struct field *field, void *object)
{
    return (unsigned char *)object + field->offset;
}

struct node;
struct reader;

struct schema {
    const struct field *fields;
    size_t field_count;
    size_t bytes;       /* of the struct that the mapping fills */
    size_t line_offset; /* of its int line; NO_LINE without one */
    /* Sets the defaults; what the file says comes over them.  NULL: all zero. */
    void (*start)(void *object);
    /* What holds between keys; also sets defaults that depend on others.  May be NULL.  0, or -1 with an
     * error set. */
    int (*check)(struct reader *reader, const struct node *mapping, void *object);
};

#define NO_LINE ((size_t)-1)

/* NULL: the mapping has no such key. */
const struct field *schema_field(const struct schema *schema, const char *key);

extern const struct schema schema_topology;

#endif
