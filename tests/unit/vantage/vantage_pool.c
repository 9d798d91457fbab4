#include "unit/vantage/vantage_pool.h"

#include "unit/cmocka_unit.h"

#include <inttypes.h>
#include <string.h>

static const char text[] =
    "credentials: {monitor: {kerberos: true}, community: {community_file: nowhere}}\n"
    "pools:\n"
    "  - fqdn: lyncpc.litwareinc.com\n"
    "    winrm: {}\n"
    "    sites:\n"
    "      - name: dub\n"
    "        role: primary\n"
    "        sql:\n"
    "          - {name: sqlpri1, role: principal, host: sqlpri1, tls: off, credential: monitor}\n"
    "          - {name: sqlmir1, role: mirror, host: sqlmir1, tls: off, credential: monitor}\n"
    "          - {name: sqlwit1, role: witness, host: sqlwit1, tls: off, credential: monitor}\n"
    "        chat_servers:\n"
    "          - {name: pc1, fqdn: pc1.litwareinc.com}\n"
    "          - {name: pc2, fqdn: pc2.litwareinc.com}\n"
    "        front_ends: [{name: fe-dub1, fqdn: fe-dub1.litwareinc.com}]\n"
    "      - name: red\n"
    "        role: backup\n"
    "        sql:\n"
    "          - {name: sqldr1, role: secondary, host: sqldr1, tls: off, credential: monitor}\n"
    "          - {name: sqldr2, role: secondary_mirror, host: sqldr2, instance: RTC, tls: off, credential: "
    "monitor}\n"
    "        chat_servers: [{name: pc5, fqdn: pc5.litwareinc.com}]\n"
    "        front_ends: [{name: fe-red1, fqdn: fe-red1.litwareinc.com}]\n"
    "    vantage_points:\n"
    "      - {name: oob, failure_domain: third, ";

struct topology *vantage_pool(const char *vantage)
{
    AUTO(strbuf) struct strbuf whole = STRBUF_INIT;
    struct err err = ERR_INIT;
    struct topology *topology;

    strbuf_format(&whole, "%s%s}\n", text, vantage);
    topology = topology_parse(strbuf_text(&whole), whole.length, "topology.yaml", NULL, &err);
    if (!topology)
        fail_msg("%s", err.text);
    return topology;
}

void votes_add(struct strbuf *out, const struct host_snapshot *seen)
{
    const struct sighting *sighting = &seen->vote.sighting;

    if (sighting->sight != SIGHT_SEEN) {
        strbuf_format(out, "%s: %s", sight_name(sighting->sight), sighting->detail ? sighting->detail : "");
        return;
    }
    for (size_t i = 0; i < seen->vote.count; i++) {
        const struct vote_fact *vote = &seen->vote.rows[i];

        assert_string_equal(vote->source, "oob");
        assert_string_equal(vote->failure_domain, "third");
        strbuf_format(out, "%s%s %s ", i ? ", " : "", vote->object, vote->vote);
        if (vote->age_s.known)
            strbuf_format(out, "%" PRId64, vote->age_s.value);
        else
            strbuf_add(out, "?");
    }
    if (sighting->detail)
        strbuf_format(out, " (%s)", sighting->detail);
}

void assert_votes(const char *name, const struct host_snapshot *seen, const char *expected)
{
    AUTO(strbuf) struct strbuf got = STRBUF_INIT;

    votes_add(&got, seen);
    if (strcmp(strbuf_text(&got), expected) != 0)
        fail_msg("%s\ngot      %s\nexpected %s", name, strbuf_text(&got), expected);
}
