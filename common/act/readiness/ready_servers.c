/*
 * What no gate asks and a failover would stumble over: versions, room, and what stands in the site that would
 * be lost.
 */
#include "act/readiness/readiness_work.h"

#include "assess/host_view.h"
#include "assess/jobs.h"
#include "assess/sight.h"
#include "assess/words.h"
#include "base/sql_quote.h"
#include "base/strbuf.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- versions and editions ---- */

/* "12.0.6024.0": what a backup's format follows is its first two numbers. */
static bool version_of(const struct instance_snapshot *instance, int64_t *ret_version)
{
    const struct server_fact *server = FACT(instance, server);
    int major, minor;

    if (!server || !server->version || sscanf(server->version, "%4d.%4d", &major, &minor) != 2)
        return false;
    *ret_version = (int64_t)major * 1000 + minor;
    return true;
}

static const char *version_words(const struct instance_snapshot *instance)
{
    return instance->server.rows[0].version;
}

static void judge_version(struct readiness *r, enum part partner)
{
    const struct instance_snapshot *a = ready_copy(r, partner), *b = ready_copy(r, PART_B);
    int64_t of_a, of_b;

    if (!version_of(a, &of_a) || !version_of(b, &of_b) || of_a == of_b)
        return;
    if (of_b > of_a && ready_says(r, CONDITION_version_no_way_back))
        return;
    report_add(r->report, of_b > of_a ? CONDITION_version_no_way_back : CONDITION_version_too_old, b->name,
               "%s is SQL Server %s, %s is %s", b->name, version_words(b), a->name, version_words(a));
}

/* Express keeps 10 GB and has no Agent; Standard lacks what a database may use of Enterprise. */
static int rank_of(const struct server_fact *server)
{
    enum { STANDARD = 2, ENTERPRISE = 3, EXPRESS = 4 };

    if (!server || !server->engine_edition.known)
        return -1;
    return server->engine_edition.value == EXPRESS      ? 0
           : server->engine_edition.value == STANDARD   ? 1
           : server->engine_edition.value == ENTERPRISE ? 2
                                                        : -1;
}

static void judge_edition(struct readiness *r)
{
    const struct instance_snapshot *a = ready_copy(r, look_principal(r->look)), *b = ready_copy(r, PART_B);
    const struct server_fact *of_a = FACT(a, server), *of_b = FACT(b, server);

    if (rank_of(of_b) >= 0 && rank_of(of_b) < rank_of(of_a))
        report_add(r->report, CONDITION_edition_lower, b->name, "%s is %s, %s is %s", b->name,
                   of_b->edition ? of_b->edition : "of a lower edition", a->name,
                   of_a->edition ? of_a->edition : "of a higher one");
}

/* ---- jobs ---- */

static const char *give_owner(struct arena *arena, const char *instance, const char *job)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_format(&text, "on %s: EXEC msdb.dbo.sp_update_job @job_name = ", instance);
    sql_quote_literal(&text, job);
    strbuf_add(&text, ", @owner_login_name = N'sa';");
    return arena_text(arena, strbuf_text(&text));
}

static void judge_jobs(struct readiness *r, enum part part)
{
    const struct act_facts *facts = look_facts(r->look, r->cast->parts[part]);

    for (size_t i = 0; facts && facts->job_owner.sighting.sight == SIGHT_SEEN && i < facts->job_owner.count;
         i++) {
        const struct job_owner_fact *job = &facts->job_owner.rows[i];

        if (!job->owner && job->name)
            report_add(r->report, CONDITION_job_owner_gone, ready_name(r, part),
                       "%s on %s belongs to an account that nobody knows any more", job->name,
                       ready_name(r, part))
                ->action = give_owner(r->report->arena, ready_name(r, part), job->name);
    }
}

/* ---- room ---- */

/* By the words of the run that failed for want of it: 3257 of RESTORE, 112 of Windows. */
static bool lacks_room(const struct ls_run_fact *run)
{
    static const char *const words[] = {"3257", "112", "not enough space", "insufficient"};

    for (size_t i = 0; run && fact_is(run->session_status, LS_ERROR) && i < COUNT(words); i++)
        if (words_contain(run->error, words[i]) || words_contain(run->message, words[i]))
            return true;
    return false;
}

static void judge_room(struct readiness *r)
{
    static const struct {
        enum ls_agent agent;
        const char *for_what;
    } agents[] = {{LS_AGENT_COPY, "in its copy folder"}, {LS_AGENT_RESTORE, "for what must be restored"}};
    const struct instance_snapshot *b = ready_copy(r, PART_B);

    for (size_t i = 0; i < COUNT(agents); i++) {
        const struct ls_run_fact *run = run_of(b, agents[i].agent);

        if (lacks_room(run))
            report_add(r->report, CONDITION_room_lacking, b->name, "%s has no room %s: %s", b->name,
                       agents[i].for_what,
                       words_clip(r->report->arena, run->error ? run->error : run->message));
    }
}

/* ---- what stands in the site that would be lost ---- */

static bool is_host_of(const struct topology_host *host, const char *name, size_t length)
{
    const char *dot = strchr(host->fqdn, '.');
    const size_t short_length = dot ? (size_t)(dot - host->fqdn) : strlen(host->fqdn);

    return (strlen(host->fqdn) == length && strncasecmp(host->fqdn, name, length) == 0) ||
           (short_length == length && strncasecmp(host->fqdn, name, length) == 0);
}

static void judge_share(struct readiness *r)
{
    const struct topology_site *site = r->cast->serving;
    const char *share = r->question->pool->share;
    size_t length;

    if (!share || strncmp(share, "\\\\", 2) != 0)
        return;
    length = strcspn(share + 2, "\\");
    for (size_t i = 0; i < site->file_server_count; i++)
        if (is_host_of(&site->file_servers[i], share + 2, length))
            report_add(r->report, CONDITION_share_in_lost_site, share, "%s stands on %s in %s", share,
                       site->file_servers[i].name, site->name);
}

static void judge_file_store(struct readiness *r)
{
    const struct topology_site *from = r->cast->serving, *to = r->cast->standby;

    if (from->file_server_count && !to->file_server_count)
        report_add(r->report, CONDITION_file_store_in_lost_site, r->report->pool,
                   "the file store is known in %s alone (%s)", from->name, from->file_servers[0].name);
}

/* What has no management host there cannot be told to move, nor what to serve. */
static void judge_management_place(struct readiness *r)
{
    const struct store_fact *store = NULL;
    const struct host_snapshot *there = NULL;
    struct finding *finding;

    for (size_t i = 0; i < r->look->snapshot->host_count; i++) {
        const struct host_snapshot *host = &r->look->snapshot->hosts[i];

        if (host->kind != HOST_MANAGEMENT)
            continue;
        if (HOST_FACT(host, store))
            store = HOST_FACT(host, store);
        if (host->site == r->cast->standby->role)
            there = host;
    }
    if (!there) {
        report_add(r->report, CONDITION_management_in_lost_site, r->report->pool, "%s has no management host",
                   r->cast->standby->name);
        return;
    }
    if (HOST_FACT(there, store) || !store)
        return;
    finding =
        report_add(r->report, CONDITION_management_in_lost_site, there->name,
                   "%s does not reach the management store (%s)", there->name,
                   there->store.sighting.detail ? words_clip(r->report->arena, there->store.sighting.detail)
                                                : sight_words(there->store.sighting.sight));
    /* Only the store itself can say no: one that this monitor may not read there is not known to be away. */
    if (there->store.sighting.sight == SIGHT_REFUSED && there->ways[WAY_WINRM].sight == SIGHT_SEEN)
        return;
    finding->severity = SEVERITY_UNKNOWN;
    finding->action = "let the monitor read it there: see store_task in docs/monitoring-windows.md";
}

/* ---- certificates that end soon ---- */

static void judge_validity(struct readiness *r, const struct host_snapshot *server)
{
    const int64_t now_ms = r->look->snapshot->taken_utc_ms;
    const int64_t days = r->look->snapshot->settings.certificate_warning_days;

    for (size_t i = 0; server->certificate.sighting.sight == SIGHT_SEEN && i < server->certificate.count;
         i++) {
        const struct fact_num end = server->certificate.rows[i].not_after_utc_ms;

        if (end.known && now_ms && end.value > now_ms && end.value < now_ms + days * 86400000) {
            report_add(r->report, CONDITION_certificate, server->name,
                       "the certificate of %s ends in %lld days (limit %lld)", server->name,
                       (long long)((end.value - now_ms) / 86400000), (long long)days);
            return;
        }
    }
}

static void judge_validities(struct readiness *r)
{
    for (size_t i = 0; i < r->cast->activate_count; i++) {
        const struct host_snapshot *server =
            snapshot_find_host(r->look->snapshot, HOST_CHAT_SERVER, r->cast->activate[i]->name);

        if (server)
            judge_validity(r, server);
    }
}

/* ---- the next mirror ---- */

static void judge_second_copy(struct readiness *r)
{
    const struct topology_sql *next = r->cast->parts[PART_B_MIRROR];
    const struct instance_snapshot *seen = ready_copy(r, PART_B_MIRROR);

    if (next && !instance_seen(seen))
        report_add(r->report, CONDITION_second_copy_unready, next->name,
                   "%s, which would be the mirror of %s, is not seen", next->name, ready_name(r, PART_B))
            ->severity = ready_is_down(seen) ? SEVERITY_WARNING : SEVERITY_UNKNOWN;
}

void ready_judge_servers(struct readiness *r)
{
    judge_version(r, PART_A);
    judge_version(r, PART_A_MIRROR);
    judge_edition(r);
    judge_jobs(r, PART_B);
    judge_jobs(r, look_principal(r->look));
    judge_room(r);
    judge_share(r);
    judge_file_store(r);
    judge_management_place(r);
    judge_validities(r);
    judge_second_copy(r);
}
