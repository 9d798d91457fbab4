/* What is seen of ground truth on the way. */
#include "campaign/stage.h"

enum { COUNT_MS = 30000 };

static bool is_open(const struct stage *stage, enum place place)
{
    static const char *const copies[][2] = {
        [PLACE_PRIMARY] = {"sqlpri1", "sqlmir1"}, [PLACE_BACKUP] = {"sqldr1", "sqldr2"}};
    struct world *world = stage->campaign->world;

    return campaign_world_is_writable(world, copies[place][0]) ||
           campaign_world_is_writable(world, copies[place][1]);
}

/* The site that trouble strikes, and the other one. */
static enum place left(const struct stage *stage)
{
    return stage->schedule->trouble == TROUBLE_BACKUP_SITE ? PLACE_BACKUP : PLACE_PRIMARY;
}

static enum place heir(const struct stage *stage)
{
    return left(stage) == PLACE_PRIMARY ? PLACE_BACKUP : PLACE_PRIMARY;
}

static void keep_span(struct stage *stage, bool open)
{
    struct span *last = stage->span_count ? &stage->spans[stage->span_count - 1] : NULL;
    bool was_open = last && last->to_ms < 0;
    int64_t now_ms = campaign_now_ms(stage->campaign);

    if (open && !was_open && stage->span_count < SPANS_MOST)
        stage->spans[stage->span_count++] = (struct span){now_ms, -1};
    if (!open && was_open)
        last->to_ms = now_ms;
}

static int64_t lost_by(const json_t *truth, const char *instance)
{
    const json_t *row = json_object_get(json_object_get(truth, "instances"), instance);

    return json_integer_value(json_object_get(json_object_get(row, "mgc"), "lost_if_survivor"));
}

/* What log shipping has not brought yet; of the way back, what is not restored yet. */
static int64_t unshipped(const struct stage *stage, const json_t *truth)
{
    const json_t *shipping = json_object_get(truth, "shipping");

    if (heir(stage) == PLACE_PRIMARY)
        return lost_by(truth, "sqlpri1");
    return json_integer_value(
        json_object_get(json_object_get(shipping, "exposure_share_lost"), "unshipped_messages"));
}

static void count_messages(struct stage *stage, bool recovered)
{
    json_t *truth = campaign_world_truth(stage->campaign->world);
    int64_t written = json_integer_value(json_object_get(truth, "messages_written"));

    if (recovered) {
        stage->lost = lost_by(truth, heir(stage) == PLACE_BACKUP ? "sqldr1" : "sqlpri1");
        stage->written_recovered = written;
    } else {
        stage->unshipped = unshipped(stage, truth);
        stage->written_unshipped = written;
    }
    json_decref(truth);
}

/* A planned move loses nothing more, and opens no second copy. */
static void forgive(struct stage *stage)
{
    json_t *truth = campaign_world_truth(stage->campaign->world);

    stage->forgiven = lost_by(truth, heir(stage) == PLACE_BACKUP ? "sqldr1" : "sqlpri1");
    stage->overlap_s = json_number_value(json_object_get(truth, "writable_overlap_s"));
    json_decref(truth);
}

/* Has what was set out come to a verb that opens the left copy? */
static bool leads_back(const struct stage *stage)
{
    const struct agenda *agenda = &stage->agenda;

    for (size_t i = 0; i <= agenda->at && i < stage->schedule->task_count; i++)
        if (stage->schedule->tasks[i].after_return)
            return true;
    return false;
}

static bool is_dark(const struct stage *stage)
{
    static const char *const copies[][2] = {
        [PLACE_PRIMARY] = {"sqlpri1", "sqlmir1"}, [PLACE_BACKUP] = {"sqldr1", "sqldr2"}};
    struct world *world = stage->campaign->world;

    return campaign_world_is_off(world, copies[left(stage)][0]) ||
           campaign_world_is_off(world, copies[left(stage)][1]);
}

/* What was dark may come back as open as it was: that is no fault of a move. */
static void note_dark(struct stage *stage)
{
    const bool was_dark = stage->is_dark;

    stage->is_dark = is_dark(stage);
    if (was_dark && !stage->is_dark && stage->returned_ms >= 0)
        stage->forgiven = -1;
}

static void sample_left(struct stage *stage)
{
    bool has_returned = stage->returned_ms >= 0, is_back = is_open(stage, left(stage));

    keep_span(stage, has_returned && is_back && (!leads_back(stage) || is_open(stage, heir(stage))));
    if (has_returned && stage->forgiven < 0 && leads_back(stage) && !is_back && is_open(stage, heir(stage)))
        forgive(stage);
}

static void sample_heir(struct stage *stage)
{
    bool recovered = is_open(stage, heir(stage));
    int64_t now_ms = campaign_now_ms(stage->campaign);

    if (stage->recovered_ms >= 0 || (stage->schedule->work != WORK_SUDDEN && !stage->agenda.has_struck &&
                                     stage->schedule->trouble == TROUBLE_BACKUP_SITE && recovered))
        return;
    if (recovered || now_ms % COUNT_MS < STAGE_LOOK_MS)
        count_messages(stage, recovered);
    if (recovered)
        stage->recovered_ms = now_ms;
}

void stage_look(struct stage *stage)
{
    note_dark(stage);
    sample_left(stage);
    if (stage->schedule->trouble != TROUBLE_NONE)
        sample_heir(stage);
}
