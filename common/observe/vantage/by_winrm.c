/* A Windows host elsewhere looks with scripts/vantage.ps1. */
#include "observe/vantage/kinds.h"

#include "base/utc.h"
#include "observe/winrm/scripts.h"
#include "observe/winrm/winrm_topology.h"

#include <jansson.h>
#include <string.h>

/*
 * How long the script may look.  The rest of the time is for the shell and for PowerShell itself, which takes
 * some seconds on a tired host; Windows sends a SYN again after 1 s and 3 s.
 */
enum { LOOK_SHARE = 3, LOOK_MOST_MS = 6000, LOOK_LEAST_MS = 300, ANSWER_MAX_BYTES = 64 * 1024 };

static void json_auto(json_t **json)
{
    json_decref(*json);
}

/* ---- what it is told ---- */

/* "HOST PORT tds|tcp", short, as all of it becomes part of a command line. */
static void add_object(json_t *list, const char *host, int port, const char *how)
{
    json_array_append_new(list, json_sprintf("%s %d %s", host, port, how));
}

static void add_reference(json_t *list, const char *reference)
{
    AUTO(strbuf) struct strbuf host = STRBUF_INIT;
    int port = reference_split(reference, &host);

    add_object(list, strbuf_text(&host), port, "tcp");
}

static char *parameters_of(const struct look *look)
{
    int64_t limit_ms = deadline_left_ms(look->deadline) / LOOK_SHARE;
    json_t *list = json_array();
    CLEANUP(json_auto) json_t *parameters = NULL;

    for (size_t i = 0; i < look->objects->count; i++) {
        const struct vantage_object *object = &look->objects->items[i];

        add_object(list, object->host, object->port, object->kind == OBJECT_SQL ? "tds" : "tcp");
    }
    if (look->vantage->reference)
        add_reference(list, look->vantage->reference);
    if (limit_ms > LOOK_MOST_MS)
        limit_ms = LOOK_MOST_MS;
    parameters =
        json_pack("{s:I, s:o}", "limit_ms", (json_int_t)(limit_ms < LOOK_LEAST_MS ? LOOK_LEAST_MS : limit_ms),
                  "objects", list);
    return json_dumps(parameters, JSON_COMPACT);
}

/* ---- what it says ---- */

static struct fact_num time_at(const json_t *answer, const char *key)
{
    const char *text = json_string_value(json_object_get(answer, key));
    struct fact_num at = {false, 0};

    at.known = text && utc_parse(text, &at.value);
    return at;
}

/* The next word of the list; false at its end or where it is none of ours. */
static bool take_word(const char **at, enum verdict *ret_verdict)
{
    size_t length = strcspn(*at, " ");

    if (!verdict_parse(*at, length, ret_verdict))
        return false;
    *at += length + ((*at)[length] == ' ');
    return true;
}

/* One word for each object, and for the reference, in the order in which they were given. */
static bool read_votes(const char *votes, struct fact_num at_utc_ms, bool has_reference,
                       struct verdicts *verdicts)
{
    enum verdict verdict;

    for (size_t i = 0; i < verdicts->objects->count; i++) {
        if (!take_word(&votes, &verdict))
            return false;
        /* A named instance: nobody knew where to look. */
        if (!verdicts->objects->items[i].port)
            verdict = VERDICT_UNKNOWN;
        verdict_tell(&verdicts->of[i], verdict, at_utc_ms);
    }
    if (has_reference) {
        if (!take_word(&votes, &verdict))
            return false;
        verdict_tell(&verdicts->reference, verdict, at_utc_ms);
    }
    return !*votes;
}

/* Everything is dated by when the script began to look: rather too old than too young. */
static bool read_answer(const char *text, bool has_reference, struct verdicts *verdicts)
{
    CLEANUP(json_auto)
    json_t *answer = strlen(text) <= ANSWER_MAX_BYTES ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    const char *votes = json_string_value(json_object_get(answer, "votes"));

    verdicts->now_utc_ms = time_at(answer, "now_utc");
    return votes && read_votes(votes, time_at(answer, "start_utc"), has_reference, verdicts);
}

/* Its clock was read within the round trip, so that half of that is the largest error. */
static void set_clock(const struct look *look, const struct verdicts *verdicts, int64_t sent_utc_ms,
                      int64_t round_trip_ms)
{
    if (!verdicts->now_utc_ms.known)
        return;
    look->seen->round_trip_ms = (struct fact_num){true, round_trip_ms};
    look->seen->clock_offset_ms =
        (struct fact_num){true, verdicts->now_utc_ms.value - (sent_utc_ms + round_trip_ms / 2)};
}

/* ---- asking ---- */

static void fail(const struct look *look, const struct winrm_failure *failure)
{
    const char *detail = failure->text;

    if (detail && failure->hint)
        detail = arena_format(look->arena, "%s -> %s", failure->text, failure->hint);
    look->seen->ways[WAY_WINRM] = (struct sighting){failure->sight, detail};
    verdicts_fail(failure->sight, detail, look->seen);
}

void look_over_port(const struct look *look, struct winrm_port *port)
{
    AUTO_FREE char *parameters = parameters_of(look);
    struct verdicts verdicts = {.objects = look->objects};
    struct winrm_failure failure = {0};
    struct winrm_output output;
    int64_t sent_utc_ms = clock_utc_ms(look->clock);
    struct mono_ms sent = clock_mono(look->clock);

    if (port->ops->run_ps(port, embedded_vantage_ps1, parameters, look->deadline, look->arena, &output,
                          &failure) != 0) {
        fail(look, &failure);
        return;
    }
    look->seen->ways[WAY_WINRM] = (struct sighting){SIGHT_SEEN, NULL};
    if (!read_answer(output.json, look->vantage->reference != NULL, &verdicts)) {
        verdicts_fail(SIGHT_PROTOCOL_ERROR, "its script's answer is not one word for each object",
                      look->seen);
        return;
    }
    set_clock(look, &verdicts, sent_utc_ms, clock_mono(look->clock).ms - sent.ms);
    verdicts_put(&verdicts, look->vantage, look->arena, look->seen);
}

void look_by_winrm(const struct look *look)
{
    const struct winrm_endpoint endpoint =
        winrm_topology_endpoint(look->vantage->host, look->vantage->address, look->vantage->winrm);
    struct err err = ERR_INIT;
    struct winrm_port *port = look->winrm->open(look->winrm->user, &endpoint, &err);

    if (!port) {
        const struct winrm_failure failure = {.sight = SIGHT_NOT_ASKED,
                                              .text = arena_text(look->arena, err.text)};

        fail(look, &failure);
        return;
    }
    look_over_port(look, port);
    port->ops->close(port);
}
