/* assess_service: each fault of a host is told, of an idle server milder than of an active one. */
#include "assess/assess.h"
#include "unit/assess/pool_builder.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static struct host_snapshot *server(struct snapshot *s, const char *name)
{
    return pool_host(s, HOST_CHAT_SERVER, name);
}

static struct host_snapshot *front_end(struct snapshot *s)
{
    return pool_host(s, HOST_FRONT_END, "fe1");
}

static void healthy(struct snapshot *s)
{
    (void)s;
}

static void active_stopped(struct snapshot *s)
{
    pool_service(s, "pc1")->state = "Stopped";
}

static void idle_stopped(struct snapshot *s)
{
    pool_service(s, "pc3")->state = "Stopped";
}

static void active_hung(struct snapshot *s)
{
    pool_service(s, "pc2")->state = "Stop Pending";
}

static void service_absent(struct snapshot *s)
{
    server(s, "pc1")->service.count = 1;
}

/* As SNMP has it: no name, no start mode, no exit code. */
static struct service_fact *seen_by_snmp(struct snapshot *s, const char *display_name, const char *path)
{
    struct service_facts *services = &server(s, "pc1")->service;

    services->count = 1;
    services->rows[0] =
        (struct service_fact){.display_name = display_name, .path_name = path, .state = "Running"};
    return &services->rows[0];
}

static void by_display_name(struct snapshot *s)
{
    seen_by_snmp(s, "Lync Server Persistent Chat", NULL);
}

static void by_display_name_paused(struct snapshot *s)
{
    seen_by_snmp(s, "Skype for Business Server persistent chat", NULL)->state = "Paused";
}

static void by_other_display_name(struct snapshot *s)
{
    seen_by_snmp(s, "Lync Server Persistent Chat Compliance", NULL);
}

static void by_display_name_of_others(struct snapshot *s)
{
    seen_by_snmp(s, "Lync Server Persistent Chat", "C:\\other.exe");
}

static void by_process(struct snapshot *s)
{
    seen_by_snmp(s, NULL, "C:\\Server\\ChannelService.exe");
}

static void state_unknown(struct snapshot *s)
{
    seen_by_snmp(s, NULL, "C:\\Server\\ChannelService.exe")->state = NULL;
}

static void no_display_name(struct snapshot *s)
{
    seen_by_snmp(s, "", NULL);
    s->settings.chat_display_name = "";
}

static void front_end_paused_by_snmp(struct snapshot *s)
{
    struct service_fact *service = pool_host_add(s, front_end(s), HOST_FACT_service);

    service->display_name = "Lync Server Front-End";
    service->state = "Paused";
}

static void renamed_executable(struct snapshot *s)
{
    s->settings.chat_executable = "Other.exe";
}

static void port_closed(struct snapshot *s)
{
    pool_port(s, "pc1")->evidence = "closed";
}

static void idle_port_closed(struct snapshot *s)
{
    pool_port(s, "pc5")->evidence = "closed";
}

static void active_ping_frozen(struct snapshot *s)
{
    struct instance_snapshot *a = builder_at(s, "sqlpri1");

    a->server_identity_later.rows[0].ping = a->server_identity.rows[0].ping;
    a->server_identity.rows[0].age_if_utc_s = builder_num(50000);
    a->server_identity.rows[0].age_if_local_s = builder_num(53600);
}

static void idle_must_listen(struct snapshot *s)
{
    s->settings.idle_listens = 1;
    idle_port_closed(s);
}

static void close_port(struct snapshot *s, struct host_snapshot *host, const char *purpose)
{
    struct port_fact *port = pool_host_add(s, host, HOST_FACT_port);

    port->purpose = purpose;
    port->port = builder_num(1);
    port->evidence = "closed";
}

static void wcf_closed(struct snapshot *s)
{
    close_port(s, server(s, "pc1"), "wcf");
}

static void wcf_silent(struct snapshot *s)
{
    wcf_closed(s);
    server(s, "pc1")->port.rows[server(s, "pc1")->port.count - 1].evidence = NULL;
}

static void idle_wcf_silent(struct snapshot *s)
{
    close_port(s, server(s, "pc5"), "wcf");
    server(s, "pc5")->port.rows[server(s, "pc5")->port.count - 1].evidence = NULL;
}

static void web_closed(struct snapshot *s)
{
    close_port(s, front_end(s), "web_external");
}

static void web_service_stopped(struct snapshot *s)
{
    struct service_fact *service = pool_host_add(s, front_end(s), HOST_FACT_service);

    service->name = "W3SVC";
    service->state = "Stopped";
}

static void sip(struct snapshot *s, int status)
{
    front_end(s)->sip.rows[0].status_code = builder_num(status);
}

static void sip_200(struct snapshot *s)
{
    sip(s, 200);
}

static void sip_403(struct snapshot *s)
{
    sip(s, 403);
}

static void sip_488(struct snapshot *s)
{
    sip(s, 488);
}

static void sip_408(struct snapshot *s)
{
    sip(s, 408);
}

static void sip_500(struct snapshot *s)
{
    sip(s, 500);
}

static void sip_503(struct snapshot *s)
{
    sip(s, 503);
}

static void sip_504(struct snapshot *s)
{
    sip(s, 504);
}

static void web(struct snapshot *s, int status)
{
    struct web_fact *page = pool_host_add(s, front_end(s), HOST_FACT_web);

    page->path = "/PersistentChat/RM/";
    page->http_status = builder_num(status);
}

static void web_401(struct snapshot *s)
{
    web(s, 401);
}

static void web_404(struct snapshot *s)
{
    web(s, 404);
}

static void web_503(struct snapshot *s)
{
    web(s, 503);
}

/* One page of two. */
static void web_silent(struct snapshot *s)
{
    web(s, 200);
    web(s, 200);
    front_end(s)->web.rows[1].http_status = (struct fact_num){0};
}

static void web_all_silent(struct snapshot *s)
{
    front_end(s)->web.sighting.sight = SIGHT_TIMED_OUT;
}

static void events_unseen(struct snapshot *s)
{
    server(s, "pc1")->event.sighting.sight = SIGHT_TIMED_OUT;
}

static void database_lost(struct snapshot *s)
{
    struct event_fact *event = pool_host_add(s, server(s, "pc1"), HOST_FACT_event);

    event->event_code = builder_num(53530);
    event->count = builder_num(3);
}

static void host_gone(struct snapshot *s)
{
    pool_host_unsee(server(s, "pc1"));
}

static void services_denied(struct snapshot *s)
{
    server(s, "pc1")->service.sighting.sight = SIGHT_DENIED;
}

static void nothing_asked(struct snapshot *s)
{
    memset(server(s, "pc1")->ways, 0, sizeof(server(s, "pc1")->ways));
}

static void no_hosts(struct snapshot *s)
{
    s->host_count = 0;
}

static void certificate_ended(struct snapshot *s)
{
    server(s, "pc1")->certificate.rows[0].trusted = builder_num(0);
}

static const struct {
    const char *name;
    void (*change)(struct snapshot *snapshot);
    const char *wanted;
} cases[] = {
    {"healthy", healthy, "OK"},
    {"active stopped", active_stopped, "CRITICAL service_stopped pc1"},
    {"idle stopped", idle_stopped, "WARNING service_stopped pc3"},
    {"active hung", active_hung, "CRITICAL service_stopped pc2"},
    {"service absent", service_absent, "CRITICAL service_stopped pc1"},
    {"known by display name", by_display_name, "OK"},
    {"known by display name, paused", by_display_name_paused, "CRITICAL service_stopped pc1"},
    {"another display name", by_other_display_name, "CRITICAL service_stopped pc1"},
    {"its display name, but another executable", by_display_name_of_others, "CRITICAL service_stopped pc1"},
    {"known by process", by_process, "OK"},
    {"state unknown", state_unknown, "UNKNOWN service_unproven pc1"},
    {"no display name is no match", no_display_name, "CRITICAL service_stopped pc1"},
    {"front end paused, known by display name", front_end_paused_by_snmp, "CRITICAL service_stopped fe1"},
    {"another executable", renamed_executable, "CRITICAL service_stopped pc1"},
    {"port closed", port_closed, "CRITICAL port_closed pc1"},
    {"an active server's ping stands still", active_ping_frozen, "CRITICAL server_not_registered pc1"},
    {"idle port closed", idle_port_closed, "OK"},
    {"idle port closed, but idle servers listen", idle_must_listen, "WARNING port_closed pc5"},
    {"port between servers closed", wcf_closed, "CRITICAL port_closed pc1"},
    {"port between servers silent", wcf_silent, "UNKNOWN service_unproven pc1"},
    {"port between idle servers silent", idle_wcf_silent, "OK"},
    {"web site closed", web_closed, "WARNING web_degraded fe1"},
    {"web service stopped", web_service_stopped, "WARNING service_stopped fe1"},
    {"SIP 200", sip_200, "OK"},
    {"SIP 403", sip_403, "OK"},
    {"SIP 488", sip_488, "OK"},
    {"SIP 408", sip_408, "WARNING sip_degraded fe1"},
    {"SIP 500", sip_500, "WARNING sip_degraded fe1"},
    {"SIP 503", sip_503, "WARNING sip_degraded fe1"},
    {"SIP 504", sip_504, "CRITICAL sip_unreachable fe1"},
    {"web 401", web_401, "OK"},
    {"web 404", web_404, "WARNING web_degraded fe1"},
    {"web 503", web_503, "WARNING web_degraded fe1"},
    {"one web page silent", web_silent, "UNKNOWN service_unproven fe1"},
    {"web site silent", web_all_silent, "UNKNOWN service_unproven fe1"},
    {"events unseen", events_unseen, "UNKNOWN service_unproven pc1"},
    {"database lost", database_lost, "WARNING database_connection_lost pc1"},
    {"host gone", host_gone, "UNKNOWN host_unseen pc1"},
    {"services denied", services_denied, "UNKNOWN service_unproven pc1"},
    {"nothing asked", nothing_asked, "UNKNOWN service_unproven pc1"},
    {"no hosts", no_hosts, "UNKNOWN service_unproven lyncpc.litwareinc.com"},
    {"certificate ended", certificate_ended, "CRITICAL certificate lyncpc.litwareinc.com"},
};

static void every_fault_is_told(void **state)
{
    bool good = true;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(snapshot) struct snapshot *snapshot = pool_healthy();
        AUTO(report) struct report *report = NULL;
        const struct finding *lead;
        const char *got = "OK";

        cases[i].change(snapshot);
        report = assess_service(snapshot, NULL);
        lead = report->findings;
        if (report->finding_count)
            got = arena_format(snapshot->arena, "%s %s %s", severity_name(lead->severity),
                               condition_info(lead->condition)->name, lead->object);
        if (strcmp(got, cases[i].wanted) != 0)
            print_error("%s\n  got    %s\n  wanted %s\n", cases[i].name, got, cases[i].wanted);
        good &= strcmp(got, cases[i].wanted) == 0;
    }
    assert_true(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
