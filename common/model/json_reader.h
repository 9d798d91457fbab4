/*
 * Reading JSON that may come from anybody: every value is checked, and an error names its place as a path
 * ("instances[2].backup.rows[5].first_lsn").  null and a missing key both mean unknown, and unknown keys are
 * ignored, so that programs of different age read each other's records as long as the schema is the same.
 * One thread per reader.
 */
#ifndef PCHAT_MODEL_JSON_READER_H
#define PCHAT_MODEL_JSON_READER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "model/facts.h"

#include <jansson.h>

struct json_reader {
    struct arena *arena; /* of what is read */
    struct err *err;
    struct strbuf path; /* of the value being read */
};

void json_reader_done(struct json_reader *reader);
AUTO_DEFINE_DONE(json_reader, struct json_reader)

static inline void json_auto(json_t **value)
{
    json_decref(*value);
}

/* NULL with ERR_INPUT for what is longer than that, or no JSON; keys that stand twice are refused. */
json_t *json_parse(const char *text, size_t length, size_t most_bytes, struct err *err);

/* A step down the path, and back: leave passes the result through, so that a value is read in one expression.
 */
size_t json_enter(struct json_reader *reader, const char *key);
size_t json_enter_index(struct json_reader *reader, size_t index);
int json_leave(struct json_reader *reader, size_t mark, int result);
/* Sets the error and returns -1. */
int json_expected(struct json_reader *reader, const char *what);

bool json_absent(const json_t *value);
int json_object_or_absent(struct json_reader *reader, const json_t *value);

/* Reads one value into the member; one that is absent leaves it alone.  0, or -1 with the error. */
typedef int json_read_fn(struct json_reader *reader, const json_t *value, void *member);
/* object[key] */
int json_read_key(struct json_reader *reader, const json_t *object, const char *key, json_read_fn *read,
                  void *member);
json_read_fn json_read_text;     /* const char * */
json_read_fn json_read_required; /* const char *, which may not be absent */
json_read_fn json_read_num;      /* struct fact_num */
json_read_fn json_read_utc;      /* struct fact_num */
json_read_fn json_read_sighting; /* struct sighting */
/* object[group->key], into the subject's group. */
int json_read_group(struct json_reader *reader, const json_t *object, const struct fact_group *group,
                    void *subject);

#endif
