/*
 * runs.json as a JSON value, for documents that hold one.
 */
#ifndef PCHAT_ACT_RUNNER_RUNS_FILE_JSON_H
#define PCHAT_ACT_RUNNER_RUNS_FILE_JSON_H

#include "act/runner/runs_file.h"

#include <jansson.h>

/* The file as it is, the caller's; NULL with *err: ERR_IO, ERR_INPUT. */
json_t *runs_file_load(const char *path, struct err *err);
/* path is for errors alone.  0, or -1 with ERR_INPUT: of another version. */
int runs_file_of_json(const json_t *root, const char *path, struct arena *arena, struct runs_file *ret_file,
                      struct err *err);

#endif
