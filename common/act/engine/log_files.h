/*
 * Log backup files, as a SQL Server sees them: what lies in the folders (xp_dirtree), and what RESTORE
 * HEADERONLY says of each.  Files of log shipping are DATABASE_yyyymmddhhmmss.trn, ours DATABASE_tail_….trn
 * and DATABASE_rescue_….trn; nothing else is opened.  Of log shipping's only those are that may be newer than
 * what is restored here, and the newest of each folder.
 *
 * xp_dirtree shows a folder that may not be read as an empty one.
 */
#ifndef PCHAT_ACT_ENGINE_LOG_FILES_H
#define PCHAT_ACT_ENGINE_LOG_FILES_H

#include "act/engine/inquire.h"
#include "topology/topology.h"

/* Where to look, as the instance sees it. */
struct log_folders {
    const char **paths;
    size_t count;
};

/*
 * The copy folder, the share, what else the topology names; another instance's own folder only by its UNC
 * path.  secondary: as it was seen, for what log shipping's rows say; may be NULL.  shared_alone: as another
 * instance than the secondary sees them.
 */
struct log_folders log_folders_of(const struct topology_pool *pool, const struct instance_snapshot *secondary,
                                  bool shared_alone, struct arena *arena);

/* All of them, or none with the reason why. */
void log_files_read(struct sql_port *port, const struct inquiry *inquiry, const struct log_folders *folders,
                    const struct instance_snapshot *seen, struct arena *arena,
                    struct log_file_facts *ret_files);

/* Is it a file of that database that a log restore may need?  The name alone. */
bool log_file_is_wanted(const char *name, const char *database);
/*
 * A header's time is local time of the producer, without its zone; the file's name has the same moment in
 * UTC, give or take the start of the backup.  So name and start tell the zone, in quarters of an hour, and
 * the zone tells the end.  False where they do not agree to a zone that exists.
 */
bool log_file_finished_utc(const char *name, const char *started, const char *finished, int64_t *ret_utc_ms);

#endif
