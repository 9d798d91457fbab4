/* Who may act, and by what means: which are there counts, none of them is taken. */
#include "shape_parts.h"

#define HARMLESS "/bin/true" /* whatever program of theirs it stands for */

static const struct topology_credential admin = {.name = "rehearsal-admin", .sql_user = "pchat_admin"};

static const char *if_given(const char *theirs, const char *ours)
{
    return theirs ? ours : NULL;
}

static void note_lost(struct shape *shape, const char *given, const char *text)
{
    if (given)
        shape_note(shape, text);
}

static void note_all(struct shape *shape, const struct topology_acting *theirs)
{
    note_lost(shape, theirs->runbooks, "runbooks: your own scripts are not played; ours are");
    note_lost(shape, theirs->before_commit,
              "before_commit: your program is not called; it is taken to say yes");
    note_lost(shape, theirs->notify, "notify: your program is not called");
    note_lost(shape, theirs->fence_status,
              "fence_status: your program is not called; the rehearsal's says what is true, also while the "
              "link is cut");
    note_lost(shape, theirs->fence_off,
              "fence_off: your program is not called; the rehearsal's switches off within seconds");
    if (!theirs->store_task)
        shape_note(shape, "store_task is not given: remote shells are taken to reach the management store");
}

static void take_people(struct shape *shape, const struct topology_acting *theirs,
                        struct topology_acting *ours)
{
    ours->people = arena_alloc(shape->arena, (theirs->person_count + 1) * sizeof(*ours->people));
    ours->person_count = theirs->person_count;
    for (size_t i = 0; i < theirs->person_count; i++) {
        ours->people[i] = (struct topology_person){
            .name = theirs->people[i].name, .uid = (int64_t)i, .approves = theirs->people[i].approves};
        if (theirs->people[i].approves && !shape->approver.name)
            shape->approver = ours->people[i];
    }
}

/* Nobody acts yet: as a person would, with the least. */
static const struct topology_acting *least(struct shape *shape)
{
    static struct topology_person somebody = {.name = "you", .approves = true};
    static const struct topology_acting acting = {
        .credential = &admin,
        .log_folder = "D:\\pchatlogs",
        .copy_folder = "E:\\LogCopy",
        .people = &somebody,
        .person_count = 1,
        .ship_every_min = 15,
        .loss_limit_s = -1,
        .approval_valid_s = 900,
        .fence_word_valid_s = 1800,
        .anti_flap_s = 3600,
        .partner_timeout_s = 10,
        .write_proof_valid_s = 604800,
    };

    shape->approver = somebody;
    shape_note(
        shape,
        "the pool has no `acting`: rehearsed with a person who may approve, and no program of the site");
    return &acting;
}

void shape_acting(struct shape *shape, const struct topology_pool *theirs)
{
    const struct topology_acting *given = theirs->acting;
    struct topology_acting *ours;

    if (!given) {
        shape->pool.acting = least(shape);
        return;
    }
    ours = arena_alloc(shape->arena, sizeof(*ours));
    *ours = (struct topology_acting){
        .credential = &admin,
        .log_folder = if_given(given->log_folder, "D:\\pchatlogs"),
        .copy_folder = if_given(given->copy_folder, "E:\\LogCopy"),
        .mirror_share = shape_mirror_share(shape, theirs),
        .store_task = if_given(given->store_task, "pchat-act"),
        .fence_off = if_given(given->fence_off, HARMLESS),
        .fence_status = if_given(given->fence_status, HARMLESS),
        .before_commit = if_given(given->before_commit, HARMLESS),
        .automatic_mirror_switch = given->automatic_mirror_switch,
        .automatic_failover = given->automatic_failover,
        .automatic_fence = given->automatic_fence,
        .ship_every_min = given->ship_every_min,
        .loss_limit_s = given->loss_limit_s,
        .approval_valid_s = given->approval_valid_s,
        .fence_word_valid_s = given->fence_word_valid_s,
        .anti_flap_s = given->anti_flap_s,
        .partner_timeout_s = given->partner_timeout_s,
        .write_proof_valid_s = given->write_proof_valid_s,
    };
    take_people(shape, given, ours);
    shape->has_fence_program = given->fence_status;
    shape->has_switch = given->fence_off;
    shape->pool.acting = ours;
    note_all(shape, given);
}
