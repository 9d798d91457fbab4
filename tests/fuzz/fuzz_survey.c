/*
 * A recorded survey comes from other machines, and what is in it from servers.  Any bytes are taken or
 * refused; what is taken is judged, and its profile is one that topology.yaml takes.
 */
#include "base/mem.h"
#include "discover/tell.h"
#include "topology/topology.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The profile's lines as the keys of a pool. */
static void load(const char *profile)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_FREE char *lines = mem_copy_text(profile);
    struct err err = ERR_INIT;
    char *rest = NULL;

    strbuf_add(&text, "credentials: {m: {kerberos: true}}\n"
                      "pools:\n"
                      "  - fqdn: pool.example\n"
                      "    sites: [{name: dub, role: primary, sql: [{name: a, role: principal, host: a, tls: "
                      "'off', credential: m}]}]\n");
    for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        strbuf_format(&text, "    %s\n", line);
    AUTO(topology)
    struct topology *topology = topology_parse(strbuf_text(&text), text.length, "topology.yaml", NULL, &err);
    if (!topology)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(survey) struct survey *survey = survey_from_json((const char *)data, size, NULL);

    if (!survey)
        return 0;
    const struct findings findings = questions_judge(survey, survey->arena);
    for (int format = 0; format < TELL_FORMAT_COUNT; format++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;

        tell((enum tell_format)format, survey, &findings, &out);
        if (format == TELL_YAML)
            load(strbuf_text(&out));
    }
    return 0;
}
