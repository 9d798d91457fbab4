/* From here, without a login: does anything listen, and what do the web pages answer? */
#include "discover/errand.h"

#include "observe/hosts/outside.h"
#include "observe/sip/tcp_probe.h"
#include "observe/sip/web_probe.h"

/* One port must not take the time of the others. */
enum { PROBE_MOST_MS = 5000, PORT_OF_PORT_TABLE = 881 };

static const char *number_text(struct arena *arena, int number)
{
    return arena_format(arena, "%d", number);
}

/* ---- ports of a chat server ---- */

/* A refusal is proof; silence is none. */
static const char *answer_of(const struct probe_result *probe)
{
    if (probe->sighting.sight == SIGHT_SEEN)
        return "open";
    return probe->sighting.sight == SIGHT_REFUSED ? "closed" : NULL;
}

static struct sighting look_at_port(struct errand *errand, const struct probe_target *target,
                                    const char *purpose, struct arena *arena, struct answer_row *row)
{
    struct probe_result result;

    tcp_probe(target, deadline_sooner(errand_deadline(errand), PROBE_MOST_MS), arena, &result);
    *row = (struct answer_row){{purpose, number_text(arena, target->port), answer_of(&result)}};
    return result.sighting;
}

static void look_at_ports(struct errand *errand, struct arena *arena)
{
    struct probe_target sip = outside_target(&errand->host, PORT_SIP),
                        wcf = outside_target(&errand->host, PORT_WCF), table = wcf;
    struct answer_row rows[3];
    struct sighting first;

    table.port = PORT_OF_PORT_TABLE;
    first = look_at_port(errand, &sip, "sip", arena, &rows[0]);
    if (first.sight == SIGHT_UNRESOLVED) {
        errand_fail_rest(errand, first.sight, first.detail);
        return;
    }
    look_at_port(errand, &wcf, "wcf", arena, &rows[1]);
    /* Microsoft's port tables say 881, its pages on the topology 8011. */
    look_at_port(errand, &table, "wcf_of_port_table", arena, &rows[2]);
    errand_put(errand, ASK_PORTS, (struct sighting){SIGHT_SEEN, NULL}, rows, COUNT(rows));
}

/* ---- pages of a front end ---- */

struct pages {
    struct answer_row rows[4];
    size_t count;
    struct sighting silence; /* of the last that brought nothing */
};

static void look_at_page(struct errand *errand, enum host_port site, const char *path, struct arena *arena,
                         struct pages *pages)
{
    struct probe_target target = outside_target(&errand->host, site);
    struct web_result result;

    web_probe(&target, path, deadline_sooner(errand_deadline(errand), PROBE_MOST_MS), arena, &result);
    if (!result.status) {
        pages->silence = result.probe.sighting;
        return;
    }
    pages->rows[pages->count++] = (struct answer_row){{site == PORT_WEB ? "internal" : "external", path,
                                                       number_text(arena, target.port),
                                                       number_text(arena, result.status), result.location}};
}

static void look_at_pages(struct errand *errand, struct arena *arena)
{
    const struct settings *settings = &errand->request->pool->settings;
    static const enum host_port sites[] = {PORT_WEB, PORT_WEB_EXTERNAL};
    struct pages pages = {.count = 0};

    for (size_t i = 0; i < COUNT(sites); i++) {
        look_at_page(errand, sites[i], settings->room_path, arena, &pages);
        look_at_page(errand, sites[i], settings->file_path, arena, &pages);
    }
    if (pages.count)
        errand_put(errand, ASK_PAGES, (struct sighting){SIGHT_SEEN, NULL}, pages.rows, pages.count);
    else
        errand_fail(errand, ASK_PAGES, pages.silence.sight, pages.silence.detail);
}

void errand_outside(struct errand *errand)
{
    AUTO(arena) struct arena *arena = arena_new();

    if (errand->asks & 1U << ASK_PORTS)
        look_at_ports(errand, arena);
    else
        look_at_pages(errand, arena);
}
