#include "campaign/world_clock.h"

#include "base/mem.h"
#include "lab/world/world.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>

enum { TURNS_MAX = 1024 };
/* Scripts and statements of the lab nest deep, and sanitizers make frames large. */
enum { STACK_BYTES = 8 << 20 };

enum turn_state { TURN_IDLE, TURN_TAKEN, TURN_CRASHED };

/* Somebody who works in turn, and its thread; idle threads wait for the next work. */
struct turn {
    struct world_time *time;
    pthread_t thread; /* of all but the first, who made the time */
    sem_t gate;
    enum turn_state state;
    unsigned number;     /* of what it works at; each is used once */
    struct turn *parent; /* who started it: still that one while the number is the same */
    unsigned parent_number;
    int64_t wakes_ms;
    uint64_t order; /* among those who wake at the same time */
    void (*work)(void *argument);
    void *argument;
    bool ends; /* the thread does */
};

struct event {
    int64_t at_ms;
    void (*happen)(void *user);
    void *user;
};

struct world_time {
    struct world *world;
    int64_t began_utc_ms;
    struct turn *turns[TURNS_MAX];
    size_t turn_count;
    struct turn *current;
    uint64_t orders;
    unsigned numbers;
    LIST(struct event) events; /* in order of time */
};

struct world *world_time_world(const struct world_time *time)
{
    return time->world;
}

int64_t world_time_now_ms(const struct world_time *time)
{
    return time->world->now_utc_ms - time->began_utc_ms;
}

/* ---- what is planned ---- */

void world_time_plan(struct world_time *time, int64_t at_ms, void (*happen)(void *user), void *user)
{
    size_t place;

    (void)LIST_ADD(&time->events);
    for (place = time->events.count - 1; place > 0 && time->events.rows[place - 1].at_ms > at_ms; place--)
        time->events.rows[place] = time->events.rows[place - 1];
    time->events.rows[place] = (struct event){at_ms, happen, user};
}

static void advance_to(struct world_time *time, int64_t ms)
{
    int64_t now_ms = world_time_now_ms(time);

    if (ms > now_ms)
        world_advance(time->world, ms - now_ms);
}

static void let_first_happen(struct world_time *time)
{
    struct event event = time->events.rows[0];

    LIST_REMOVE(&time->events, 0);
    advance_to(time, event.at_ms);
    event.happen(event.user);
}

/* ---- whose turn it is ---- */

static bool is_before(const struct turn *a, const struct turn *b)
{
    return a->wakes_ms != b->wakes_ms ? a->wakes_ms < b->wakes_ms : a->order < b->order;
}

/* Who made the time is always among them. */
static struct turn *first_to_wake(const struct world_time *time)
{
    struct turn *first = time->turns[0];

    for (size_t i = 1; i < time->turn_count; i++)
        if (time->turns[i]->state == TURN_TAKEN && is_before(time->turns[i], first))
            first = time->turns[i];
    return first;
}

/* What happens on the way may take the turn from whoever was next. */
static struct turn *next_turn(struct world_time *time)
{
    struct turn *next = first_to_wake(time);

    for (; time->events.count && time->events.rows[0].at_ms <= next->wakes_ms; next = first_to_wake(time))
        let_first_happen(time);
    advance_to(time, next->wakes_ms);
    return next;
}

static void set_alarm(struct turn *turn, int64_t wakes_ms)
{
    turn->wakes_ms = wakes_ms;
    turn->order = ++turn->time->orders;
}

/* Lets whoever is next go on; returns once it is this one's turn again, or, idle, once there is new work. */
static void pass_on(struct turn *turn)
{
    struct world_time *time = turn->time;
    struct turn *next = next_turn(time);

    time->current = next;
    if (next == turn)
        return;
    sem_post(&next->gate);
    while (sem_wait(&turn->gate) != 0)
        continue;
}

/* ---- threads ---- */

static struct turn *parent_of(const struct turn *turn)
{
    struct turn *parent = turn->parent;

    return parent && parent->number == turn->parent_number ? parent : NULL;
}

static void wake_parent(const struct turn *turn)
{
    struct turn *parent = parent_of(turn);

    if (parent)
        set_alarm(parent, world_time_now_ms(turn->time));
}

static void *thread_main(void *argument)
{
    struct turn *turn = argument;

    while (sem_wait(&turn->gate) != 0)
        continue;
    while (!turn->ends) {
        turn->work(turn->argument);
        turn->state = TURN_IDLE;
        wake_parent(turn);
        pass_on(turn);
    }
    return NULL;
}

static struct turn *new_turn(struct world_time *time)
{
    struct turn *turn = mem_alloc(sizeof *turn);

    turn->time = time;
    sem_init(&turn->gate, 0, 0);
    time->turns[time->turn_count++] = turn;
    return turn;
}

static int add_thread(struct world_time *time, struct turn **ret_turn)
{
    pthread_attr_t attributes;
    int status;

    if (time->turn_count == TURNS_MAX)
        return EAGAIN;
    *ret_turn = new_turn(time);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    status = pthread_create(&(*ret_turn)->thread, &attributes, thread_main, *ret_turn);
    pthread_attr_destroy(&attributes);
    if (status != 0)
        free(time->turns[--time->turn_count]);
    return status;
}

static struct turn *idle_turn(const struct world_time *time)
{
    for (size_t i = 1; i < time->turn_count; i++)
        if (time->turns[i]->state == TURN_IDLE)
            return time->turns[i];
    return NULL;
}

static int start(struct world_time *time, void (*work)(void *argument), void *argument)
{
    struct turn *turn = idle_turn(time);
    int status = turn ? 0 : add_thread(time, &turn);

    if (status != 0)
        return status;
    turn->state = TURN_TAKEN;
    turn->number = ++time->numbers;
    turn->parent = time->current;
    turn->parent_number = time->current->number;
    turn->work = work;
    turn->argument = argument;
    set_alarm(turn, world_time_now_ms(time));
    return 0;
}

unsigned world_time_start(struct world_time *time, void (*work)(void *argument), void *argument)
{
    return start(time, work, argument) == 0 ? time->numbers : 0;
}

/* ---- crashes ---- */

unsigned world_time_who(const struct world_time *time)
{
    return time->current->number;
}

static bool is_of(const struct turn *turn, unsigned who)
{
    for (; turn; turn = parent_of(turn))
        if (turn->number == who)
            return true;
    return false;
}

void world_time_crash(struct world_time *time, unsigned who)
{
    for (size_t i = 1; who && i < time->turn_count; i++)
        if (time->turns[i]->state == TURN_TAKEN && is_of(time->turns[i], who))
            time->turns[i]->state = TURN_CRASHED;
}

/* ---- clocks ---- */

static struct world_time *time_of(struct clock *clock)
{
    return ((struct world_clock *)clock)->time;
}

static int clock_start(struct clock *clock, void (*work)(void *argument), void *argument)
{
    return start(time_of(clock), work, argument);
}

static struct mono_ms clock_mono_ms(struct clock *clock)
{
    return (struct mono_ms){world_time_now_ms(time_of(clock))};
}

static int64_t clock_host_utc_ms(struct clock *clock)
{
    return host_utc_ms(((struct world_clock *)clock)->host, time_of(clock)->world->now_utc_ms);
}

static void clock_sleep(struct clock *clock, int64_t ms)
{
    struct world_time *time = time_of(clock);

    set_alarm(time->current, world_time_now_ms(time) + (ms > 0 ? ms : 0));
    pass_on(time->current);
}

struct world_clock world_clock_of(struct world_time *time, const struct host *host)
{
    return (struct world_clock){{clock_mono_ms, clock_host_utc_ms, clock_sleep, clock_start}, time, host};
}

/* ---- life ---- */

/* One thread at a time needs one heap, and what one pass gives back the next one wants. */
static void share_memory(void)
{
    enum { KEPT_BYTES = 64 << 20 };

    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MXFAST, 0); /* large blocks come often, and each would collect the small ones */
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
}

struct world_time *world_time_new(struct world *world)
{
    struct world_time *time = mem_alloc(sizeof *time);

    share_memory();
    time->world = world;
    time->began_utc_ms = world->now_utc_ms;
    time->current = new_turn(time);
    time->current->state = TURN_TAKEN;
    return time;
}

static void end_thread(struct turn *turn)
{
    turn->ends = true;
    sem_post(&turn->gate);
    pthread_join(turn->thread, NULL);
}

/* A crashed one keeps what its thread still stands on. */
void world_time_free(struct world_time *time)
{
    if (!time)
        return;
    for (size_t i = 0; i < time->turn_count; i++) {
        if (time->turns[i]->state == TURN_CRASHED) {
            pthread_detach(time->turns[i]->thread);
            continue;
        }
        if (i > 0)
            end_thread(time->turns[i]);
        sem_destroy(&time->turns[i]->gate);
        free(time->turns[i]);
    }
    free(time->events.rows);
    free(time);
}
