#include "campaign/draw.h"

/* splitmix64: neighbouring seeds have nothing in common. */
uint64_t draw_next(struct draw *draw)
{
    uint64_t z = draw->state += 0x9e3779b97f4a7c15ULL;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

int64_t draw_between(struct draw *draw, int64_t least, int64_t most)
{
    return least + (int64_t)(draw_next(draw) % (uint64_t)(most - least + 1));
}

bool draw_chance(struct draw *draw, int percent)
{
    return draw_between(draw, 1, 100) <= percent;
}

void draw_event(struct draw *draw, const struct event *event)
{
    struct schedule *schedule = draw->schedule;
    struct event *kept;

    if (schedule->event_count == SCHEDULE_EVENTS_MOST)
        return;
    kept = &schedule->events[schedule->event_count++];
    *kept = *event;
    kept->act = draw->act;
    schedule_settle(schedule, kept);
}

void draw_words(struct draw *draw, int64_t at_ms, enum event_kind kind, const char *words)
{
    draw_event(draw, &(struct event){.at_ms = at_ms, .kind = kind, .words = words});
}

void draw_words_each(struct draw *draw, int64_t at_ms, const char *sign, const char *fault,
                     const char *const *targets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        draw_words(draw, at_ms, EVENT_WORDS,
                   arena_format(draw->schedule->arena, "%s%s %s", sign, fault, targets[i]));
}

void draw_break(struct draw *draw, int64_t at_ms, int64_t for_ms, const char *fault, const char *parameters)
{
    struct arena *arena = draw->schedule->arena;

    draw_event(draw, &(struct event){.at_ms = at_ms,
                                     .kind = EVENT_WORDS,
                                     .words = arena_format(arena, "%s %s", fault, parameters),
                                     .is_mishap = true,
                                     .until_ms = at_ms + for_ms});
    draw_words(draw, at_ms + for_ms, EVENT_WORDS, arena_format(arena, "!%s", fault));
}

void draw_silence(struct draw *draw, int64_t at_ms, int64_t for_ms)
{
    draw_event(draw, &(struct event){.at_ms = at_ms,
                                     .kind = EVENT_SILENCE,
                                     .later_ms = for_ms,
                                     .is_mishap = true,
                                     .until_ms = at_ms + for_ms});
}
