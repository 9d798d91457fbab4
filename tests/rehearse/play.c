#include "rehearse/play.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    OUTAGE_MS = 30000, /* without a message; users write every PLAY_WRITE_MS */
    HISTORY_ROUNDS = 3,
    HISTORY_LEAST_S = 3600,
};

static const char *const ending_names[ENDING_COUNT] = {
    [ENDING_NONE] = "unplayed",   [ENDING_DONE] = "done",   [ENDING_ITSELF] = "itself",
    [ENDING_REFUSED] = "refused", [ENDING_WAITS] = "waits", [ENDING_STOPPED] = "stopped"};

const char *ending_name(enum ending ending)
{
    return ending_names[ending];
}

/* ---- the story ---- */

int64_t play_utc_ms(const struct play *play)
{
    return play->begun_utc_ms + campaign_now_ms(play->campaign);
}

void play_tell(struct play *play, enum teller teller, const char *block, const char *format, ...)
{
    struct story_line *line = arena_push(play->arena, &play->story, &play->line_count, sizeof(*line));
    va_list args;

    va_start(args, format);
    *line = (struct story_line){.at_utc_ms = play_utc_ms(play),
                                .teller = teller,
                                .words = arena_vformat(play->arena, format, args),
                                .block = block ? arena_text(play->arena, block) : NULL};
    va_end(args);
}

const char *play_text(struct play *play, const char *format, ...)
{
    va_list args;
    const char *text;

    va_start(args, format);
    text = arena_vformat(play->arena, format, args);
    va_end(args);
    return text;
}

void play_end(struct play *play, enum ending ending, const char *why, const char *remedy)
{
    play->ending = ending;
    play->why = arena_text(play->arena, why);
    play->remedy = arena_text(play->arena, remedy);
    play->more = NULL;
}

/* ---- the world ---- */

void play_world_silently(struct play *play, const char *words)
{
    struct err err = ERR_INIT;

    if (campaign_world_do(play->campaign->world, words, &err) != 0 &&
        play->campaign->failure.kind == ERR_NONE)
        play->campaign->failure = err;
}

void play_world(struct play *play, const char *what, const char *words)
{
    play_tell(play, TELLER_WORLD, NULL, "%s", what);
    play_world_silently(play, words);
}

const char *play_copy(const struct play *play, enum sql_role role)
{
    return play->shape->copies[role] ? play->shape->copies[role]->name : "";
}

bool play_is_writable(const struct play *play, enum sql_role role)
{
    return play->shape->copies[role] &&
           campaign_world_is_writable(play->campaign->world, play->shape->copies[role]->name);
}

bool play_chat_flows(const struct play *play)
{
    return campaign_now_ms(play->campaign) - play->written_at_ms < OUTAGE_MS;
}

void play_advance(struct play *play, int64_t ms)
{
    campaign_advance(play->campaign, ms);
}

/* ---- the site's switch: what fence_off would do, when the runner calls it ---- */

static void throw_switch(void *user, const struct journal_entry *entry)
{
    struct play *play = user;

    play->switched = entry->entry;
    if (entry->kind != ENTRY_INTENT ||
        (strcmp(entry->step, "fence-off") != 0 && strcmp(entry->step, "fence-source") != 0) ||
        campaign_world_is_off(play->campaign->world, entry->target))
        return;
    play_world(play, play_text(play, "%s is switched off by fence_off", entry->target),
               play_text(play, "host_down %s", entry->target));
}

/* ---- what is true ---- */

static void note_written(struct play *play)
{
    const int64_t now_ms = campaign_now_ms(play->campaign),
                  written = campaign_world_messages(play->campaign->world),
                  gap_ms = now_ms - play->written_at_ms;

    if (written == play->written)
        return;
    if (gap_ms >= OUTAGE_MS) {
        play_tell(play, TELLER_WORLD, NULL, "users can write again");
        play->outage_ms += gap_ms;
        play->longest_ms = gap_ms > play->longest_ms ? gap_ms : play->longest_ms;
    }
    play->written = written;
    play->written_at_ms = now_ms;
}

static void sample(void *user)
{
    struct play *play = user;
    struct err err = ERR_INIT;
    const char *words = play->once_open;

    note_written(play);
    if (words && play_is_writable(play, SQL_SECONDARY)) {
        play->once_open = NULL;
        play_world(play, "in the midst of it the site that was lost comes back", words);
    }
    if (play->shape->has_switch && play->runner_count)
        journal_entries(play_runner(play)->journal, 0, play->switched, throw_switch, play, &err);
    world_time_plan(play->campaign->time, campaign_now_ms(play->campaign) + PLAY_SECOND_MS, sample, play);
}

static int64_t lost_by(const json_t *truth, const char *instance)
{
    const json_t *row = json_object_get(json_object_get(truth, "instances"), instance);

    return json_integer_value(json_object_get(json_object_get(row, "mgc"), "lost_if_survivor"));
}

void play_count(struct play *play)
{
    json_t *truth = campaign_world_truth(play->campaign->world), *open = json_object_get(truth, "writable");

    play->is_out = !play_chat_flows(play);
    play->lost = json_array_size(open) == 1 ? lost_by(truth, json_string_value(json_array_get(open, 0))) : -1;
    play->overlap_s = json_number_value(json_object_get(truth, "writer_overlap_s"));
    json_decref(truth);
}

/* ---- life ---- */

struct runner_seat *play_runner(const struct play *play)
{
    return play->runners[play->runner_count - 1];
}

static int add_runner(struct play *play, struct err *err)
{
    const char *name = play_text(play, "runner%zu", play->runner_count + 1);
    struct runner_seat *runner = runner_seat_new(
        play->campaign, name, ":memory:", play->shape->has_fence_program ? &play->switchboard : NULL, err);

    if (!runner)
        return -1;
    play->runners[play->runner_count++] = runner;
    play->switched = 0;
    return 0;
}

void play_next_runner(struct play *play)
{
    struct err err = ERR_INIT;

    seat_crash(play_runner(play)->seat);
    if (add_runner(play, &err) != 0 && play->campaign->failure.kind == ERR_NONE)
        play->campaign->failure = err;
}

static struct campaign_config config_of(const struct shape *shape, uint64_t seed)
{
    const struct limits *limits = &shape->pool.limits;
    const int64_t rounds_s =
        HISTORY_ROUNDS * (limits->backup_period_s + limits->copy_period_s + limits->restore_period_s);

    return (struct campaign_config){
        .seed = seed,
        .history_s = rounds_s < HISTORY_LEAST_S ? HISTORY_LEAST_S : rounds_s,
        .backup_interval_s = limits->backup_period_s,
        .copy_interval_s = limits->copy_period_s,
        .restore_interval_s = limits->restore_period_s,
        .write_interval_ms = PLAY_WRITE_MS,
        .without_witness = !shape->copies[SQL_WITNESS],
        .shape = &shape->world,
        .pool = &shape->pool,
    };
}

struct play *play_new(const struct shape *shape, uint64_t seed, struct err *err)
{
    const struct campaign_config config = config_of(shape, seed);
    AUTO(play) struct play *play = mem_alloc(sizeof(*play));
    struct play *made = play;

    play->arena = arena_new();
    play->shape = shape;
    play->lost = -1;
    play->campaign = campaign_new(&config, err);
    if (!play->campaign)
        return NULL;
    play->begun_utc_ms = clock_utc_ms(&play->campaign->clock.clock);
    play->written = campaign_world_messages(play->campaign->world);
    play->switchboard = (struct switchboard){.campaign = play->campaign, .is_honest = true};
    if (add_runner(play, err) != 0)
        return NULL;
    world_time_plan(play->campaign->time, PLAY_SECOND_MS, sample, play);
    play = NULL;
    return made;
}

/* What a runner that died holds stays until the process ends. */
void play_free(struct play *play)
{
    if (!play)
        return;
    if (play->runner_count)
        runner_seat_free(play_runner(play));
    campaign_free(play->campaign);
    arena_free(play->arena);
    free(play);
}
