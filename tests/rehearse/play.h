/*
 * A play: one scenario in the world of a shape, with a runner of ours, somebody at its console, and what is
 * true all the while.
 *
 * What happens is told as a story, line by line: what befalls the pool, what the runner says, what a person
 * types or does with his hands.  Everything is one process and virtual time; nothing is asked of anybody.
 * One thread.
 */
#ifndef PCHAT_REHEARSE_PLAY_H
#define PCHAT_REHEARSE_PLAY_H

#include "campaign/runner_seat.h"
#include "rehearse/shape.h"

enum { PLAY_WRITE_MS = 2000, PLAY_RUNNERS_MOST = 2, PLAY_SECOND_MS = 1000, PLAY_MINUTE_MS = 60000 };

enum teller { TELLER_WORLD, TELLER_RUNNER, TELLER_PERSON, TELLER_HANDS, TELLER_COUNT };

struct story_line {
    int64_t at_utc_ms;
    enum teller teller;
    const char *words;
    const char *block; /* what was printed, in lines of its own; NULL: nothing */
};

/* A plan that was shown, whole. */
struct shown_plan {
    const char *id, *title, *text; /* text: with scripts */
};

enum ending {
    ENDING_NONE,
    ENDING_DONE,    /* what was begun was carried out */
    ENDING_ITSELF,  /* chat came back, or never went, without us */
    ENDING_REFUSED, /* a gate said no, or there was no plan to make */
    ENDING_WAITS,   /* for what nobody there could give */
    ENDING_STOPPED, /* half-way, resumable */
    ENDING_COUNT
};
const char *ending_name(enum ending ending);

struct play {
    struct arena *arena;
    const struct shape *shape;
    struct campaign *campaign;
    struct switchboard switchboard;
    struct runner_seat *runners[PLAY_RUNNERS_MOST]; /* the last is the one that lives */
    size_t runner_count;
    struct story_line *story;
    size_t line_count;
    struct shown_plan *plans;
    size_t plan_count;
    enum ending ending;
    const char *why, *remedy;         /* of the ending; remedy NULL: none is needed */
    const char *more;                 /* what stands in the way besides; NULL: nothing */
    const char *done;                 /* "failover dub -> red"; NULL: nothing was carried out */
    unsigned approvals, words, hands; /* what persons had to do */
    int64_t estimate_s;               /* of the plans that were carried out */
    /* What is true. */
    int64_t begun_utc_ms;
    int64_t written, written_at_ms;
    int64_t outage_ms, longest_ms; /* while nobody could write; of outages that have ended */
    bool is_out;                   /* nobody can, at the end */
    int64_t lost;                  /* messages; -1: no copy, or more than one, could be written at the end */
    double overlap_s;              /* while two copies could */
    const char *once_open;         /* words to the world as soon as the standby's copy is open; NULL */
    int64_t switched;              /* the newest entry of the journal that was looked at for the switch */
};

/* The world is there and quiet; NULL with *err. */
struct play *play_new(const struct shape *shape, uint64_t seed, struct err *err);
void play_free(struct play *play);
AUTO_DEFINE_FREE(play, struct play)

void play_advance(struct play *play, int64_t ms);
int64_t play_utc_ms(const struct play *play);
/* Words to the world (campaign_world_do()), told as `what`; where they are refused there is no play. */
void play_world(struct play *play, const char *what, const char *words);
void play_world_silently(struct play *play, const char *words);
__attribute__((format(printf, 4, 5))) void play_tell(struct play *play, enum teller teller, const char *block,
                                                     const char *format, ...);
__attribute__((format(printf, 2, 3))) const char *play_text(struct play *play, const char *format, ...);
struct runner_seat *play_runner(const struct play *play);
/* The one that lives dies; another begins elsewhere, with nothing on disk. */
void play_next_runner(struct play *play);
/* Name of the copy; "" where there is none. */
const char *play_copy(const struct play *play, enum sql_role role);
bool play_is_writable(const struct play *play, enum sql_role role);
bool play_chat_flows(const struct play *play);
void play_end(struct play *play, enum ending ending, const char *why, const char *remedy);
/* Counts what is lost, and how long nobody could write. */
void play_count(struct play *play);

/* ---- play_person.c: who is at the console ---- */

/* `doctor --act`, as every week: what each way to write says, and which logins chat has. */
void person_proves(struct play *play);
/* The runner looks until it has a plan that waits, has carried one out, or chat is back; at most so long. */
void person_waits_for_runner(struct play *play, bool episode, int64_t most_ms);
/* The same, and does what the plan asks of him; false: it did not come to the end. */
bool person_follows_episode(struct play *play, int64_t most_ms);
bool person_asks_for(struct play *play, enum verb verb);
/* After a failover something is to be fenced: by itself or by him. */
bool person_fences(struct play *play);
/* Begins what the plan of the episode asks for; the runner dies when the standby's copy is open. */
bool person_loses_runner(struct play *play, int64_t most_ms);

#endif
