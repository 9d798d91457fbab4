/*
 * A scene: the runner's jobs on a campaign's world, everything that servers receive of it, and what somebody
 * does by hand meanwhile.  In one process, under one virtual time.
 */
#ifndef PCHAT_TESTS_UNIT_CAMPAIGN_SCENE_H
#define PCHAT_TESTS_UNIT_CAMPAIGN_SCENE_H

#include "campaign/runner_seat.h"

enum { SCENE_SECOND_MS = 1000, SCENE_MINUTE_MS = 60 * 1000, SCENE_WORDS_MOST = 12 };

struct kept {
    char *where, *text;
};

struct scene {
    struct campaign *campaign;
    struct switchboard switchboard;
    struct runner_seat *runner;
    struct arena *arena;
    struct kept *kept;
    size_t kept_count;
    /* Somebody's act, when the run comes to that step, or so long afterwards. */
    const char *at_step, *words;
    int64_t later_ms;
    void (*act)(struct scene *scene); /* instead of words; NULL: words */
    bool has_acted;
    double overlap_s; /* that two copies were open, before it began */
    bool stops;       /* whoever runs the runner has told it to */
    enum verb verb;   /* that the DBA asks for; a failover where none is said */
};

/* For cmocka: *state is the scene. */
int scene_set_up(void **state);
/* The same, and whoever moves the pool sets up its mirror, too. */
int scene_set_up_mirrored(void **state);
int scene_tear_down(void **state);
/* Words to the world, one after the other, up to a NULL. */
void scene_say(struct scene *scene, const char *const *words);
/* What a DBA types on the standby, in a session of his own; the rows live as long as the scene. */
struct sql_rows scene_type(struct scene *scene, const char *sql);
/* The scripts and batches received with such words in them. */
size_t scene_times_received(const struct scene *scene, const char *words);

/* By the DBA, who approves it and accepts every loss. */
struct plan *scene_plan(struct scene *scene);
struct engine_result scene_apply(struct scene *scene, const struct plan *plan);
struct engine_result scene_resume(struct scene *scene);
struct engine_result scene_put_back(struct scene *scene);
struct engine_result scene_leave(struct scene *scene);
/* Plans the verb and applies it. */
struct engine_result scene_carry_out(struct scene *scene, enum verb verb);
/* The site is lost, failed over, comes back and is fenced: how many messages it wrote by then that nobody
 * else has.  What two copies were open until then is the scene's overlap_s. */
int64_t scene_return_fenced(struct scene *scene);

/* ---- the truth ---- */

int64_t scene_written(struct scene *scene);
/* That copy alone is open, that site's servers are active, and users write; so many messages may be lost. */
void scene_assert_serves_but(struct scene *scene, const char *name, const char *copy, const char *state,
                             const char *server, int64_t lost_most);
void scene_assert_serves(struct scene *scene, const char *name, const char *copy, const char *state,
                         const char *server);
void scene_assert_ends(const char *name, const struct engine_result *result, enum engine_end end);

#endif
