/*
 * Small files, read and written whole.  Thread-safe.
 */
#ifndef PCHAT_BASE_WHOLE_FILE_H
#define PCHAT_BASE_WHOLE_FILE_H

#include "base/err.h"
#include "base/strbuf.h"

#include <sys/types.h>

/* Appends the file; 0, or -1 with ERR_IO: no such file, or larger than max_bytes. */
int whole_file_read(const char *path, size_t max_bytes, struct strbuf *out, struct err *err);
/* Written whole or not at all: a temporary file beside it, then fsync and rename.  0, or -1 with ERR_IO. */
int whole_file_write(const char *path, mode_t mode, const char *text, struct err *err);
/* What was made, renamed or removed in the folder of that file stays so after a power failure. */
int whole_file_sync_folder(const char *path, struct err *err);

#endif
