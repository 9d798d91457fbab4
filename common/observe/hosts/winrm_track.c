#include "observe/hosts/winrm_track.h"

#include "observe/hosts/host_means.h"
#include "observe/winrm/windows_question.h"
#include "observe/winrm/winrm_topology.h"

bool winrm_track_is_set_up(const struct track_subject *subject)
{
    return subject->host->winrm != NULL;
}

struct winrm_port *winrm_track_open(const struct winrm_opener *opener, const struct topology_host *host,
                                    struct err *err)
{
    const struct winrm_endpoint endpoint = winrm_topology_endpoint(host->fqdn, host->address, host->winrm);

    return opener->open(opener->user, &endpoint, err);
}

static bool is_for(const struct windows_question *question, const struct track *track)
{
    return question->kinds & 1U << track->subject.kind;
}

static void ask_all(struct track *track, struct winrm_port *port, struct host_snapshot *draft,
                    struct arena *arena)
{
    const struct topology_pool *pool = track->subject.pool;
    const struct windows_scope scope = {track->subject.kind, pool->fqdn, &pool->settings, track->clock};

    for (size_t i = 0; i < windows_question_count; i++) {
        if (!is_for(&windows_questions[i], track))
            continue;
        windows_questions[i].ask(port, &scope, track_deadline(track), arena, draft);
        track_publish(track, draft, windows_questions[i].groups);
    }
}

/* A timed-out track owes only what would have been asked. */
static void settle_what_is_not_asked(struct track *track, const struct host_snapshot *draft)
{
    unsigned asked = 0;

    for (size_t i = 0; i < windows_question_count; i++)
        if (is_for(&windows_questions[i], track))
            asked |= windows_questions[i].groups;
    track_publish(track, draft, track->kind->groups & ~asked);
}

void winrm_track_run(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    struct err err = ERR_INIT;
    struct winrm_port *port = winrm_track_open(host_means_of(track)->winrm, track->subject.host, &err);

    settle_what_is_not_asked(track, draft);
    if (!port) {
        draft->ways[WAY_WINRM] = (struct sighting){SIGHT_NOT_ASKED, err.text};
        track_publish(track, draft, 0);
        return;
    }
    ask_all(track, port, draft, arena);
    port->ops->close(port);
}
