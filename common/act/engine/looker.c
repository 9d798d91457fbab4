#include "act/engine/looker.h"

#include "act/engine/acting_pool.h"
#include "act/engine/look_take.h"
#include "act/judge/lock_name.h"
#include "base/child.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
    PASS_SHARE_PERCENT = 60, /* of a look's time; the rest is for what is asked afterwards */
    LAST_WORDS_MS = 200,     /* for writing it down */
    JUMP_MS = 2000,          /* two clocks of one host do not part so far by themselves */
    MEMORY_MOST_BYTES = 512 * 1024 * 1024
};

struct pool_looker {
    struct looker_setup setup;
    struct arena *arena;
    const struct topology_pool *pool;
    const char *lock;
    struct mono_ms planned; /* 0: not said */
    int64_t offset_ms;      /* UTC minus monotonic, when the last look ended */
    bool has_looked;
};

struct pool_looker *pool_looker_new(const struct looker_setup *setup)
{
    struct pool_looker *looker = mem_alloc(sizeof(*looker));

    looker->setup = *setup;
    looker->arena = arena_new();
    looker->pool = setup->for_readiness ? setup->pool : acting_pool(looker->arena, setup->pool);
    looker->lock = pool_lock_resource(looker->arena, setup->pool->fqdn);
    return looker;
}

void pool_looker_free(struct pool_looker *looker)
{
    if (!looker)
        return;
    arena_free(looker->arena);
    free(looker);
}

void pool_looker_plan(struct pool_looker *looker, struct mono_ms at)
{
    looker->planned = at;
}

/* ---- our own clock ---- */

static int64_t clock_offset_ms(struct clock *clock)
{
    return clock_utc_ms(clock) - clock_mono(clock).ms;
}

static bool parted(int64_t a_ms, int64_t b_ms)
{
    return llabs(a_ms - b_ms) > JUMP_MS;
}

static void judge_clock(struct pool_looker *looker, int64_t before_ms, struct look *look)
{
    int64_t after_ms = clock_offset_ms(looker->setup.clock);

    look->clock_jumped =
        parted(before_ms, after_ms) || (looker->has_looked && parted(looker->offset_ms, before_ms));
    looker->offset_ms = after_ms;
    looker->has_looked = true;
}

/* Later than planned, or than it was called for: a child that gets no processor tells of a starved host. */
static void judge_delay(struct pool_looker *looker, struct mono_ms called, struct look *look)
{
    struct mono_ms planned = looker->planned.ms ? looker->planned : called;

    look->probe_delay_ms = look->began.ms > planned.ms ? look->began.ms - planned.ms : 0;
    looker->planned = (struct mono_ms){0};
}

/* ---- in a child ---- */

/* work of child_run() */
static void work(void *argument, struct child_answer *answer)
{
    const struct taking *taking = argument;
    AUTO_FREE char *json = NULL;
    struct look *look;

    suspects_watch(taking->suspects);
    look = look_take(taking, &answer->in_haste);
    json = look_to_json(look);
    strbuf_add(&answer->text, json);
    if (!answer->in_haste)
        look_free(look);
}

static const char *reason_of(const struct child_result *result, const struct taking *taking,
                             struct arena *arena)
{
    const char *suspect = suspects_last_name(taking->suspects);

    switch (result->end) {
    case CHILD_TIMED_OUT:
        return "the look itself was held up";
    case CHILD_CRASHED:
        return suspect ? arena_format(arena, "FreeTDS crashed on what %s says (%s)", suspect,
                                      strsignal(result->signal))
                       : arena_format(arena, "the look crashed (%s)", strsignal(result->signal));
    default:
        return "the look ended without an answer";
    }
}

/* What crashes on one endpoint is taken once more without it, as far as there is time. */
static struct look *take_in_child(struct taking *taking, struct deadline deadline)
{
    AUTO(suspects) struct suspects *suspects = suspects_new();
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO(arena) struct arena *arena = arena_new();
    struct child_result result;
    struct err err = ERR_INIT;
    struct look *look = NULL;

    taking->suspects = suspects;
    do
        result = child_run(work, taking, MEMORY_MOST_BYTES, deadline, &text);
    while (result.end == CHILD_CRASHED && suspects_convict(suspects));
    if (result.end == CHILD_ANSWERED)
        look = look_from_json(strbuf_text(&text), text.length, taking->setup->pool, &err);
    if (!look)
        look = look_blank(taking, *err.text ? err.text : reason_of(&result, taking, arena));
    taking->suspects = NULL;
    return look;
}

/* ---- the port ---- */

static struct taking taking_of(const struct pool_looker *looker, bool wants_files)
{
    const struct looker_setup *setup = &looker->setup;
    int64_t look_ms = setup->look_ms - LAST_WORDS_MS;

    return (struct taking){
        .setup = setup,
        .pool = looker->pool,
        .lock = looker->lock,
        .wants_files = wants_files,
        .pass = deadline_in_ms(setup->clock, look_ms * PASS_SHARE_PERCENT / 100),
        .inquiries = deadline_in_ms(setup->clock, look_ms),
        .files = deadline_in_ms(setup->clock, look_ms + setup->files_ms),
    };
}

static struct look *take(void *user, bool wants_files)
{
    struct pool_looker *looker = user;
    struct clock *clock = looker->setup.clock;
    struct taking taking = taking_of(looker, wants_files);
    struct deadline deadline = wants_files ? taking.files : taking.inquiries;
    int64_t before_ms = clock_offset_ms(clock);
    struct mono_ms called = clock_mono(clock);
    struct look *look;
    bool hung = false;

    deadline.at.ms += LAST_WORDS_MS;
    look = looker->setup.opener ? look_take(&taking, &hung) : take_in_child(&taking, deadline);
    judge_delay(looker, called, look);
    judge_clock(looker, before_ms, look);
    return look;
}

struct looker pool_looker_port(struct pool_looker *looker)
{
    return (struct looker){take, looker};
}
