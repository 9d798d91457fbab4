#include "assess/site_view.h"

#include "assess/words.h"

bool vote_is_fresh(const struct snapshot *snapshot, const struct vote_fact *vote)
{
    return vote->age_s.known && vote->age_s.value >= 0 && vote->age_s.value <= snapshot->settings.vote_age_s;
}

static const char *other_site_name(const struct snapshot *snapshot, enum site_role site)
{
    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (snapshot->instances[i].site != site)
            return snapshot->instances[i].site_name;
    return NULL;
}

bool vote_is_independent(const struct snapshot *snapshot, enum site_role site, const char *domain)
{
    return domain && !words_equal(domain, snapshot->settings.monitor_domain) &&
           !words_equal(domain, other_site_name(snapshot, site));
}

static void count_vote(const struct snapshot *snapshot, enum site_role site,
                       const struct host_snapshot *vantage, const struct vote_fact *vote,
                       struct object_view *view)
{
    if (!words_equal(vote->object, view->name) || !vote_is_fresh(snapshot, vote))
        return;
    if (words_equal(vote->vote, "seen")) {
        view->elsewhere = true;
        view->seen_by = vantage->name;
    }
    view->vouched |=
        words_equal(vote->vote, "not_seen") && vote_is_independent(snapshot, site, vote->failure_domain);
}

struct object_view object_view_of(const struct snapshot *snapshot, enum site_role site, const char *name,
                                  enum answer here)
{
    struct object_view view = {.name = name, .here = here};

    for (size_t i = 0; i < snapshot->host_count; i++) {
        const struct host_snapshot *host = &snapshot->hosts[i];

        for (size_t k = 0; host->vote.sighting.sight == SIGHT_SEEN && k < host->vote.count; k++)
            count_vote(snapshot, site, host, &host->vote.rows[k], &view);
    }
    return view;
}

static void count_object(const struct snapshot *snapshot, enum site_role site, struct site_tally *tally,
                         const char *name, enum answer here)
{
    struct object_view view = object_view_of(snapshot, site, name, here);

    tally->objects++;
    tally->seen += here == ANSWER_YES;
    tally->asked += here == ANSWER_NO;
    tally->vouched += view.vouched;
    tally->elsewhere += view.elsewhere;
}

struct site_tally site_tally_of(const struct snapshot *snapshot, enum site_role site)
{
    struct site_tally tally = {0};

    for (size_t i = 0; i < snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &snapshot->instances[i];

        if (instance->site == site && instance->role != SQL_WITNESS)
            count_object(snapshot, site, &tally, instance->name, sight_answers(instance->reach.sight));
    }
    for (size_t i = 0; i < snapshot->host_count; i++) {
        const struct host_snapshot *host = &snapshot->hosts[i];

        if (host->kind == HOST_CHAT_SERVER && host->site == site)
            count_object(snapshot, site, &tally, host->name, host_answers(host));
    }
    return tally;
}

bool site_is_lost(const struct site_tally *tally)
{
    return tally->asked == tally->objects && tally->vouched == tally->objects;
}

bool site_anything_answers(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (sight_answers(snapshot->instances[i].reach.sight) == ANSWER_YES)
            return true;
    for (size_t i = 0; i < snapshot->host_count; i++)
        if (snapshot->hosts[i].kind != HOST_VANTAGE && host_answers(&snapshot->hosts[i]) == ANSWER_YES)
            return true;
    return false;
}
