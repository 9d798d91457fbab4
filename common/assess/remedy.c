#include "assess/remedy.h"

#include "assess/sight.h"
#include "assess/words.h"
#include "base/strbuf.h"

enum { MOST_SESSIONS_NAMED = 3 };

/* Who blocks the restore: 3101. */
static const char *end_sessions(struct arena *arena, const struct snapshot *snapshot,
                                const struct instance_snapshot *instance)
{
    AUTO(strbuf) struct strbuf who = STRBUF_INIT;
    long long sessions = 0;

    for (size_t i = 0; FACT(instance, session) && i < instance->session.count; i++) {
        const struct session_fact *session = &instance->session.rows[i];

        sessions +=
            fact_within(session->session_count, 1, INT32_MAX).known ? session->session_count.value : 1;
        if (i < MOST_SESSIONS_NAMED)
            strbuf_format(&who, "%s%s, %s", i ? "; " : "", session->login ? session->login : "login unknown",
                          session->program && *session->program ? session->program : "program unknown");
    }
    if (!sessions)
        return arena_format(arena, "end the sessions in %s on %s", snapshot->database, instance->name);
    return arena_format(arena, "end the sessions in %s on %s: %lld (%s)", snapshot->database, instance->name,
                        sessions, strbuf_text(&who));
}

static const struct {
    const char *word; /* error number or words, as the server says them */
    const char *action;
    const char *(*compose)(struct arena *arena, const struct snapshot *snapshot,
                           const struct instance_snapshot *instance);
} remedies[] = {
    {"3101", NULL, end_sessions},
    {"exclusive access", NULL, end_sessions},
    {"no files are ready to rollforward",
     "the database is no longer restoring: re-seed it from a full backup", NULL},
    {"3117", "the database is no longer restoring: re-seed it from a full backup", NULL},
    {"inconsistent with the database", "another recovery fork: re-seed the secondary from a full backup",
     NULL},
    {"4330", "another recovery fork: re-seed the secondary from a full backup", NULL},
    {"too recent", "a log backup in between is missing: find it, restore it WITH NORECOVERY, or re-seed",
     NULL},
    {"4305", "a log backup in between is missing: find it, restore it WITH NORECOVERY, or re-seed", NULL},
    {"incorrectly formed",
     "the copied file is damaged: delete it in the copy folder, LSCopy fetches it again", NULL},
    {"damage", "the copied file is damaged: delete it in the copy folder, LSCopy fetches it again", NULL},
    {"3241", "the copied file is damaged: delete it in the copy folder, LSCopy fetches it again", NULL},
    {"3203", "the copied file cannot be read: delete it in the copy folder, LSCopy fetches it again", NULL},
    {"recovery model is SIMPLE", "SET RECOVERY FULL, take a full backup, re-seed the secondary", NULL},
    {"4208", "SET RECOVERY FULL, take a full backup, re-seed the secondary", NULL},
    {"no current database backup", "take a full backup, then re-seed the secondary", NULL},
    {"4214", "take a full backup, then re-seed the secondary", NULL},
    {"9002", "the log is full: remove what log_reuse_wait names, or give it room", NULL},
    {"insufficient free space", "free space on the database volume", NULL},
    {"3257", "free space on the database volume", NULL},
    {"not enough space", "free space on the volume that the error names", NULL},
    {"112", "free space on the volume that the error names", NULL},
    {"1105", "free space on the database volume", NULL},
    {"network path", "make the share reachable from that host", NULL},
    {"network name", "make the share reachable from that host", NULL},
    {"53", "make the share reachable from that host", NULL},
    {"access is denied", "give the Agent account its rights on share and folder", NULL},
    {"access to the path", "give the Agent account its rights on share and folder", NULL},
    {"3201", "look whether path and file exist and the SQL Server account may open them", NULL},
};

const char *remedy_for(struct arena *arena, const struct snapshot *snapshot,
                       const struct instance_snapshot *instance, const char *error)
{
    for (size_t i = 0; i < COUNT(remedies); i++) {
        if (!words_contain(error, remedies[i].word))
            continue;
        return remedies[i].compose ? remedies[i].compose(arena, snapshot, instance) : remedies[i].action;
    }
    return NULL;
}
