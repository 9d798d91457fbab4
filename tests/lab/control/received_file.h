/*
 * DIR/received.jsonl: one line of JSON for each batch and script that came in, written before it is carried
 * out: way, where, who, program, text, utc_ms of the world, host_utc_ms of this machine.
 */
#ifndef PCHAT_LAB_CONTROL_RECEIVED_FILE_H
#define PCHAT_LAB_CONTROL_RECEIVED_FILE_H

#include "lab/control/lab_dir.h"
#include "lab/world/world.h"

#include <stdio.h>

/* NULL with *err; the caller closes it after the world is gone. */
FILE *received_file_open(const struct lab_dir *dir, struct err *err);
/* The world writes to it from now on. */
void received_file_attach(FILE *file, struct world *world);

#endif
