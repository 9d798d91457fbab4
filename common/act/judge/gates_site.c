/*
 * Gates of the site that will serve: the store that carries the pool state, the way in, chat servers, logins,
 * compliance.  Where several objects are asked, the verdict names all that do not hold.
 */
#include "act/judge/gates.h"

#include "act/judge/fenced.h"
#include "assess/host_view.h"
#include "assess/sight.h"
#include "assess/windows_service.h"
#include "assess/words.h"
#include "base/sql_quote.h"

#include <string.h>

/* What is wrong, as a list; nothing wrong is a good verdict. */
struct faults {
    const struct judging *judging;
    struct strbuf list;
    size_t count;
    const char *remedy; /* of the first */
};

static void add_fault(struct faults *faults, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add_fault(struct faults *faults, const char *remedy, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    list_add(&faults->list, &faults->count, arena_vformat(faults->judging->arena, format, args));
    va_end(args);
    if (!faults->remedy)
        faults->remedy = remedy;
}

static struct gate_verdict faults_verdict(struct faults *faults, const char *source, const char *good)
{
    struct gate_verdict result = faults->count
                                     ? gate_open(faults->judging, source, faults->remedy, "%s",
                                                 list_words(faults->judging, &faults->list, faults->count))
                                     : gate_ok(faults->judging, source, "%s", good);

    strbuf_done(&faults->list);
    return result;
}

/* ---- each server that will be active ---- */

typedef void server_fn(struct faults *faults, const struct host_snapshot *server);

static struct gate_verdict judge_each(const struct judging *judging, server_fn *judge, const char *what)
{
    struct faults faults = {judging, STRBUF_INIT, 0, NULL};
    const struct cast *cast = judging->cast;

    if (!cast->activate_count)
        return gate_refuses(judging, "topology", "name its chat servers in the topology",
                            "%s has no chat server that could serve",
                            cast->standby ? cast->standby->name : "the pool's only site");
    for (size_t i = 0; i < cast->activate_count; i++) {
        const struct host_snapshot *server = judged_server(judging, cast->activate[i]);

        if (server)
            judge(&faults, server);
        else
            add_fault(&faults, "let this monitor ask it", "%s was not asked", cast->activate[i]->name);
    }
    return faults_verdict(&faults, "chat servers",
                          arena_format(judging->arena, "%s of all %zu servers that will be active", what,
                                       cast->activate_count));
}

static const char *unseen_words(const struct faults *faults, const struct sighting *sighting)
{
    const char *detail = words_clip(faults->judging->arena, sighting->detail);

    return *detail ? detail : sight_words(sighting->sight);
}

/* ---- services ---- */

/* What our fence has disabled a failback enables. */
static bool enables_services(const struct judging *judging)
{
    return judging->question->verb == VERB_FAILBACK;
}

static void judge_service(struct faults *faults, const struct host_snapshot *server)
{
    const struct service_fact *service = chat_service_of(faults->judging->snapshot, server);

    if (server->service.sighting.sight != SIGHT_SEEN)
        add_fault(faults, "let the acting account read the services there", "%s: services not seen (%s)",
                  server->name, unseen_words(faults, &server->service.sighting));
    else if (!service)
        add_fault(faults, "install the chat service there, or activate another server", "%s: no chat service",
                  server->name);
    else if (!service->start_mode ||
             (words_equal(service->start_mode, "Disabled") && !enables_services(faults->judging)))
        add_fault(faults,
                  arena_format(faults->judging->arena, "on %s: Set-Service -Name %s -StartupType Automatic",
                               server->name, service->name ? service->name : "NAME"),
                  "%s: chat service %s", server->name,
                  service->start_mode ? "is disabled" : "has an unknown start mode");
}

struct gate_verdict gate_services(const struct judging *judging)
{
    return judge_each(judging, judge_service, "chat services");
}

/* ---- replicas ---- */

static const struct store_fact *store_of(const struct judging *judging)
{
    for (size_t i = 0; i < judging->snapshot->host_count; i++) {
        const struct host_snapshot *host = &judging->snapshot->hosts[i];

        if (host->kind == HOST_MANAGEMENT && HOST_FACT(host, store))
            return HOST_FACT(host, store);
    }
    return NULL;
}

/* As every management host says: one that says no counts. */
static struct fact_num up_to_date(const struct snapshot *snapshot, const struct host_snapshot *server)
{
    struct fact_num said = {0};

    for (size_t i = 0; i < snapshot->host_count; i++) {
        const struct host_snapshot *host = &snapshot->hosts[i];

        for (size_t k = 0; host->replication.sighting.sight == SIGHT_SEEN && k < host->replication.count;
             k++) {
            const struct replication_fact *row = &host->replication.rows[k];

            if (row->replica_fqdn && host_is_called(server, row->replica_fqdn, strlen(row->replica_fqdn)) &&
                (!said.known || fact_is(row->up_to_date, 0)))
                said = row->up_to_date;
        }
    }
    return said;
}

/* Its own replica says what the store says. */
static bool agrees(const struct judging *judging, const struct host_snapshot *server)
{
    const struct replica_fact *replica = HOST_FACT(server, replica);
    const struct store_fact *store = store_of(judging);

    return replica && store && words_equal(replica->pool_state, store->pool_state) &&
           (!replica->active_servers || words_equal(replica->active_servers, store->active_servers));
}

static void judge_replica(struct faults *faults, const struct host_snapshot *server)
{
    struct fact_num fresh = up_to_date(faults->judging->snapshot, server);

    if (fact_is(fresh, 1) || (!fresh.known && agrees(faults->judging, server)))
        return;
    add_fault(faults,
              arena_format(faults->judging->arena, "Invoke-CsManagementStoreReplication -ReplicaFqdn %s",
                           server->fqdn ? server->fqdn : server->name),
              "%s: %s", server->name, fresh.known ? "not up to date" : "not known");
}

/* A planned move has done so itself: servers learn it while it goes on. */
static bool was_just_emptied(const struct judging *judging)
{
    const struct store_fact *store = store_of(judging);

    return verb_is_planned(judging->question->verb) && judging->question->has_acted && store &&
           store->active_servers && !*store->active_servers;
}

struct gate_verdict gate_replicas(const struct judging *judging)
{
    if (was_just_emptied(judging))
        return gate_ok(judging, "management store",
                       "the list of active servers was emptied, replicas learn it");
    return judge_each(judging, judge_replica, "replicas fresh");
}

/* ---- certificates ---- */

/* An idle server need not listen, and then shows none. */
static bool need_not_show(const struct judging *judging, const struct host_snapshot *server)
{
    return !judging->snapshot->settings.idle_listens && host_port_is_open(server, PORT_SIP) == ANSWER_NO;
}

static const char *certificate_fault(const struct judging *judging, const struct certificate_fact *row)
{
    int64_t now_ms = judging->snapshot->taken_utc_ms;

    if (!fact_is(row->trusted, 1))
        return row->trusted.known ? "not trusted" : "trust not known";
    if (!fact_is(row->name_matches, 1))
        return row->name_matches.known ? "bears another name" : "name not known";
    if (!row->not_after_utc_ms.known || !now_ms)
        return "validity not known";
    return row->not_after_utc_ms.value <= now_ms ? "has ended" : NULL;
}

static void judge_certificate(struct faults *faults, const struct host_snapshot *server)
{
    const char *fault = NULL;
    size_t count = server->certificate.sighting.sight == SIGHT_SEEN ? server->certificate.count : 0;

    if (!count && need_not_show(faults->judging, server))
        return;
    if (!count)
        fault = "not seen";
    for (size_t i = 0; i < count && !fault; i++)
        fault = certificate_fault(faults->judging, &server->certificate.rows[i]);
    if (fault)
        add_fault(faults, "renew it (Set-CsCertificate) and restart the service", "%s: certificate %s",
                  server->name, fault);
}

struct gate_verdict gate_certificates(const struct judging *judging)
{
    return judge_each(judging, judge_certificate, "certificates");
}

/* ---- the store ---- */

/* Or about to be: nothing of what stands there may be needed afterwards. */
static bool is_fenced_site(const struct judging *judging, const struct topology_site *site)
{
    const char *why;

    if (site && judging->question->phase == PHASE_FENCE && site == judging->cast->serving &&
        !verb_is_planned(judging->question->verb))
        return true;
    for (size_t i = 0; site && i < site->sql_count; i++)
        if (fence_cover_of(judging->look, site->sql[i].name, judging->question->now, judging->arena, &why))
            return true;
    for (size_t i = 0; site && i < site->chat_server_count; i++)
        if (fence_cover_of(judging->look, site->chat_servers[i].name, judging->question->now, judging->arena,
                           &why))
            return true;
    return false;
}

/* The site of the host that bears that name; NULL: no host of the pool, so of neither. */
static const struct topology_site *site_of_host(const struct judging *judging, const char *fqdn)
{
    for (size_t i = 0; i < judging->snapshot->host_count; i++) {
        const struct host_snapshot *host = &judging->snapshot->hosts[i];

        if (host->site == SITE_NONE || !host_is_called(host, fqdn, strlen(fqdn)))
            continue;
        return judging->cast->serving && host->site == judging->cast->serving->role ? judging->cast->serving
                                                                                    : judging->cast->standby;
    }
    return NULL;
}

static const char move_master[] =
    "Invoke-CsManagementServerFailover, to a pool of the site that will serve; then look again";

static struct gate_verdict judge_master(const struct judging *judging, const struct host_snapshot *host,
                                        const struct store_fact *store)
{
    const struct topology_site *site;

    if (!fact_is(store->masters, 1))
        return gate_open(judging, host->name, move_master,
                         store->masters.known ? "%lld active masters, one is wanted"
                                              : "how many active masters there are is not known",
                         (long long)store->masters.value);
    if (!store->active_master || !*store->active_master)
        return gate_open(judging, host->name, move_master, "which server is the active master is not known");
    site = site_of_host(judging, store->active_master);
    if (site && is_fenced_site(judging, site))
        return gate_open(judging, host->name, move_master, "active master %s stands in %s, which is fenced",
                         store->active_master, site->name);
    return gate_ok(judging, host->name, "one active master, %s%s%s", store->active_master, site ? " in " : "",
                   site ? site->name : "");
}

/* Two management hosts may be asked; two that differ are a store that is split, and one that is not content
 * counts. */
struct gate_verdict gate_management(const struct judging *judging)
{
    const struct host_snapshot *asked = NULL;
    const struct store_fact *store = NULL;

    for (size_t i = 0; i < judging->snapshot->host_count; i++) {
        const struct host_snapshot *host = &judging->snapshot->hosts[i];
        const struct store_fact *row = host->kind == HOST_MANAGEMENT ? HOST_FACT(host, store) : NULL;

        if (row && store && !words_equal(row->active_master, store->active_master))
            return gate_open(judging, host->name, move_master, "%s names active master %s, %s names %s",
                             asked->name, store->active_master ? store->active_master : "none", host->name,
                             row->active_master ? row->active_master : "none");
        if (row && !fact_is(row->masters, 1))
            return judge_master(judging, host, row);
        if (row && !store) {
            asked = host;
            store = row;
        }
    }
    if (!store)
        return gate_open(judging, "management hosts",
                         "let the acting account read the store on a management host, or move it "
                         "(Invoke-CsManagementServerFailover)",
                         "the management store answers no management host");
    return judge_master(judging, asked, store);
}

/* ---- next hop ---- */

struct gate_verdict gate_next_hop(const struct judging *judging)
{
    AUTO(strbuf) struct strbuf silent = STRBUF_INIT;
    const struct topology_site *site = judging->cast->standby;
    size_t count = 0;

    for (size_t i = 0; site && i < judging->snapshot->host_count; i++) {
        const struct host_snapshot *host = &judging->snapshot->hosts[i];

        if (host->kind != HOST_FRONT_END || host->site != site->role)
            continue;
        if (host_routes(host) == ANSWER_YES)
            return gate_ok(judging, host->name, "%s routes", host->name);
        list_add(&silent, &count, host->name);
    }
    return gate_open(judging, "front ends",
                     "bring a front end up there (Invoke-CsPoolFailOver moves users of the other pool)",
                     count ? "none of these is seen to route: %s"
                           : "the site that will serve has no front end%s",
                     list_words(judging, &silent, count));
}

/* ---- logins ---- */

static const char *create_login(const struct judging *judging, const char *name)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_format(&text, "on %s: CREATE LOGIN ", judged_name(judging, PART_B));
    sql_quote_name(&text, name ? name : "");
    strbuf_add(&text, " FROM WINDOWS;");
    return arena_text(judging->arena, strbuf_text(&text));
}

struct gate_verdict gate_logins(const struct judging *judging)
{
    const struct act_facts *facts = look_facts(judging->look, judging->cast->parts[PART_B]);
    struct faults faults = {judging, STRBUF_INIT, 0, NULL};
    const char *source = judged_name(judging, PART_B);

    if (!facts || facts->orphan.sighting.sight != SIGHT_SEEN)
        return gate_open(
            judging, source,
            "pchatctl doctor --act notes them while the principal answers; now: --override logins",
            "which logins chat lacks on %s was not seen", source);
    for (size_t i = 0; i < facts->orphan.count; i++)
        add_fault(&faults, create_login(judging, facts->orphan.rows[i].name), "no login for %s",
                  facts->orphan.rows[i].name ? facts->orphan.rows[i].name : "a user without a name");
    return faults_verdict(&faults, source, "every user of the database has its login");
}

/* ---- compliance ---- */

static bool has_compliance_service(const struct snapshot *snapshot, const struct host_snapshot *host)
{
    for (size_t i = 0; host->service.sighting.sight == SIGHT_SEEN && i < host->service.count; i++)
        if (service_is(&host->service.rows[i], snapshot->settings.compliance_executable,
                       snapshot->settings.compliance_display_name))
            return true;
    return false;
}

/* Somebody has its database, or a chat server its service. */
static bool compliance_is_on(const struct judging *judging)
{
    const struct snapshot *snapshot = judging->snapshot;

    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (FACT(&snapshot->instances[i], compliance_database))
            return true;
    for (size_t i = 0; i < snapshot->host_count; i++)
        if (snapshot->hosts[i].kind == HOST_CHAT_SERVER &&
            has_compliance_service(snapshot, &snapshot->hosts[i]))
            return true;
    return false;
}

/* Its database is not shipped: each site has its own, on one of its instances. */
struct gate_verdict gate_compliance(const struct judging *judging)
{
    static const enum part parts[] = {PART_B, PART_B_MIRROR};
    const char *name = judging->snapshot->settings.compliance_database, *state = NULL;
    bool seen = false;

    for (size_t i = 0; i < COUNT(parts); i++) {
        const struct instance_snapshot *copy = judged_copy(judging, parts[i]);
        const struct compliance_database_fact *row = FACT(copy, compliance_database);

        seen |= parts[i] == PART_B && instance_seen(copy) &&
                copy->compliance_database.sighting.sight == SIGHT_SEEN;
        if (row && words_equal(row->state, "ONLINE"))
            return gate_ok(judging, copy->name, "%s is online on %s", name, copy->name);
        if (row)
            state = words_lower(judging->arena, row->state);
    }
    if (!seen)
        return gate_open(judging, judged_name(judging, PART_B), "let the acting login see its databases",
                         "whether %s has %s was not seen", judged_name(judging, PART_B), name);
    if (!state && !compliance_is_on(judging))
        return gate_ok(judging, judged_name(judging, PART_B), "compliance is not set up");
    return gate_open(
        judging, judged_name(judging, PART_B),
        arena_format(judging->arena, "bring %s online there (Install-CsDatabase creates it)", name),
        "%s is %s on %s, and compliance is on", name, state ? state : "absent", judged_name(judging, PART_B));
}
