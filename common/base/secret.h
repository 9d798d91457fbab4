/*
 * Secrets: passwords that live in locked, undumpable memory and are wiped when released.
 *
 * They come from files only - never argv, environment or the topology itself - and the file must belong to
 * root or to the caller with nothing for others; group-read is allowed where the rule of the installed layout
 * says so (root:pchat-monitor for monitor secrets).  Files in $CREDENTIALS_DIRECTORY (systemd) are exempt
 * from the ownership rule. Not thread-safe while being read; a finished secret may be read by many threads.
 */
#ifndef PCHAT_BASE_SECRET_H
#define PCHAT_BASE_SECRET_H

#include "base/cleanup.h"
#include "base/err.h"

#include <stddef.h>
#include <sys/types.h>

enum { SECRET_MAX_BYTES = 1024 };

struct secret;

/*
 * Reads the first line of the file (a trailing newline is not part of the secret).  Checks the opened file,
 * not the name: regular file, owner, mode.  reader_group is the group that may read it, or (gid_t)-1 for
 * none. ERR_SECRET with the path and what is wrong; the text never holds a byte of the secret.
 */
struct secret *secret_read_file(const char *path, gid_t reader_group, struct err *err);
void secret_free(struct secret *secret); /* wipes */
AUTO_DEFINE_FREE(secret, struct secret)

/* NUL-terminated; valid until secret_free.  Copy it only into an API that must have it, and never into a log.
 */
const char *secret_text(const struct secret *secret);

/* No core dump, no ptrace by others of the same user: call first thing in every program that may hold a
 * secret. */
void secret_protect_process(void);

#endif
