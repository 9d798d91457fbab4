/* A program of the site looks, or knows who has looked. */
#include "observe/vantage/kinds.h"

#include "base/utc.h"
#include "observe/vantage/command_answer.h"
#include "observe/vantage/command_file.h"
#include "observe/vantage/command_run.h"
#include "observe/winrm/one_line.h"

#include <inttypes.h>
#include <string.h>

enum { ANSWER_MAX_BYTES = 64 * 1024 };

/* "NAME KIND HOST PORT", for a named instance its name in place of the port. */
static void add_objects(struct strbuf *out, const struct look *look)
{
    for (size_t i = 0; i < look->objects->count; i++) {
        const struct vantage_object *object = &look->objects->items[i];

        strbuf_format(out, "%s %s %s ", object->name, object_kind_name(object->kind), object->host);
        if (object->port)
            strbuf_format(out, "%d\n", object->port);
        else
            strbuf_format(out, "%s\n", object->instance ? object->instance : "-");
    }
    if (look->vantage->reference) {
        AUTO(strbuf) struct strbuf host = STRBUF_INIT;
        int port = reference_split(look->vantage->reference, &host);

        strbuf_format(out, "* reference %s %d\n", strbuf_text(&host), port);
    }
}

static void fail(const struct look *look, enum sight sight, const char *detail)
{
    verdicts_fail(sight, detail, look->seen);
}

/*
 * A program may relay what was stored long ago.  Ages are by its clock, but a clock that is off by more than
 * a vote may be old is not one that was read just now.
 */
static bool is_stored(const struct look *look, const struct verdicts *verdicts, int64_t sent_utc_ms,
                      int64_t received_utc_ms)
{
    const int64_t slack_ms = look->pool->settings.vote_age_s * 1000;
    int64_t now_utc_ms = verdicts->now_utc_ms.value;

    return verdicts->now_utc_ms.known &&
           (now_utc_ms < sent_utc_ms - slack_ms || now_utc_ms > received_utc_ms + slack_ms);
}

static void fail_stored(const struct look *look, int64_t now_utc_ms, int64_t our_utc_ms)
{
    char now[UTC_TEXT_BYTES], ours[UTC_TEXT_BYTES];

    fail(look, SIGHT_PROTOCOL_ERROR,
         arena_format(look->arena,
                      "its \"now\" is %s while it is %s here: an answer that was stored, or a wrong clock",
                      utc_format(now_utc_ms, now), utc_format(our_utc_ms, ours)));
}

static void set_clock(const struct look *look, const struct verdicts *verdicts, int64_t sent_utc_ms,
                      int64_t received_utc_ms)
{
    if (!verdicts->now_utc_ms.known)
        return;
    look->seen->round_trip_ms = (struct fact_num){true, received_utc_ms - sent_utc_ms};
    look->seen->clock_offset_ms =
        (struct fact_num){true, verdicts->now_utc_ms.value - (sent_utc_ms + received_utc_ms) / 2};
}

static void note_passed_over(const struct look *look, size_t count)
{
    struct sighting *sighting = &look->seen->vote.sighting;

    if (count)
        sighting->detail =
            arena_format(look->arena, "%zu of its lines tell of nothing that it was asked%s%s", count,
                         sighting->detail ? "; " : "", sighting->detail ? sighting->detail : "");
}

static void take_answer(const struct look *look, const struct strbuf *output, int64_t sent_utc_ms)
{
    struct verdicts verdicts = {.objects = look->objects};
    size_t passed_over = command_answer_read(strbuf_text(output), output->length, &verdicts);
    int64_t received_utc_ms = clock_utc_ms(look->clock);

    set_clock(look, &verdicts, sent_utc_ms, received_utc_ms);
    if (is_stored(look, &verdicts, sent_utc_ms, received_utc_ms)) {
        fail_stored(look, verdicts.now_utc_ms.value, received_utc_ms);
        return;
    }
    verdicts_put(&verdicts, look->vantage, look->arena, look->seen);
    note_passed_over(look, passed_over);
}

/* In words, with the first of the program's own. */
static void fail_by_end(const struct look *look, struct command_result result, const struct strbuf *errors)
{
    const char *said = one_line(look->arena, strbuf_text(errors)), *what = NULL;
    enum sight sight = SIGHT_PROTOCOL_ERROR;

    switch (result.end) {
    case COMMAND_EXITED:
        what = arena_format(look->arena, "it ended with exit code %d", result.code);
        break;
    case COMMAND_KILLED:
        what = arena_format(look->arena, "it was ended by signal %d", result.code);
        break;
    case COMMAND_TIMED_OUT:
        sight = SIGHT_TIMED_OUT;
        what = "it was still running at the deadline, and was ended";
        break;
    case COMMAND_TOO_MUCH:
        what = "it wrote more than anybody reads, and was ended";
        break;
    case COMMAND_NOT_RUN:
        sight = SIGHT_NOT_ASKED;
        what = arena_format(look->arena, "it cannot be started: %s", strerrordesc_np(result.code));
        break;
    }
    fail(look, sight, arena_format(look->arena, "%s%s%s", what, *said ? ": " : "", said));
}

void look_by_command(const struct look *look)
{
    AUTO(strbuf) struct strbuf input = STRBUF_INIT, output = STRBUF_INIT, errors = STRBUF_INIT;
    struct command command = {look->vantage->command, look->vantage->args, look->vantage->arg_count, NULL,
                              ANSWER_MAX_BYTES};
    int64_t sent_utc_ms = clock_utc_ms(look->clock);
    struct command_result result;
    struct err err = ERR_INIT;

    if (command_file_check(command.path, &err) != 0) {
        fail(look, SIGHT_NOT_ASKED, arena_text(look->arena, err.text));
        return;
    }
    add_objects(&input, look);
    command.input = strbuf_text(&input);
    result = command_run(&command, look->deadline, &output, &errors);
    if (result.end == COMMAND_EXITED && result.code == 0)
        take_answer(look, &output, sent_utc_ms);
    else
        fail_by_end(look, result, &errors);
}
