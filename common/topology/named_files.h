/*
 * The files that a topology names: CA certificates, which must be readable, and secrets, which must be
 * readable by few.  Looked at last, so that a mistake in the text is said before any secret is opened.  One
 * thread.
 */
#ifndef PCHAT_TOPOLOGY_NAMED_FILES_H
#define PCHAT_TOPOLOGY_NAMED_FILES_H

struct reader;

/* Who besides the owner may read a secret: one that something watches with, and one that `acting` alone
 * names. */
#define MONITOR_SECRET_GROUP "pchat-monitor"
#define ACTING_SECRET_GROUP  "pchat-runner"

/* Checks the CA files and reads the secrets in use; those of `acting` only when reading for_acting.  0, or -1
 * with an error set (ERR_CONFIG, ERR_SECRET). */
int check_named_files(struct reader *reader);

#endif
