/*
 * The host that is looked at, and how bad its troubles are.
 */
#include "assess/service.h"
#include "assess/sight.h"
#include "assess/words.h"

bool subject_is_vital(const struct subject *subject)
{
    return !subject->server || subject->server->is_active;
}

bool subject_must_listen(const struct subject *subject)
{
    return subject_is_vital(subject) || subject->pool->snapshot->settings.idle_listens;
}

struct finding *subject_find(const struct subject *subject, enum condition condition, const char *message)
{
    struct finding *finding =
        report_add(subject->pool->report, condition, subject->host->name, "%s", message);

    if (finding->severity == SEVERITY_CRITICAL && !subject_is_vital(subject))
        finding->severity = SEVERITY_WARNING;
    return finding;
}

const struct port_fact *subject_port(const struct subject *subject, enum host_port purpose)
{
    const struct port_facts *ports = &subject->host->port;

    for (size_t i = 0; ports->sighting.sight == SIGHT_SEEN && i < ports->count; i++)
        if (words_equal(ports->rows[i].purpose, host_port_name(purpose)))
            return &ports->rows[i];
    return NULL;
}
