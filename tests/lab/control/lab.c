#include "lab/control/lab.h"

#include "lab/control/bootstrap.h"
#include "lab/control/control_socket.h"
#include "lab/control/received_file.h"
#include "lab/control/topology_file.h"

#include <signal.h>
#include <stdio.h>

enum { TICK_MS = 100, DAY_S = 86400 };

/* ---- time ---- */

static void advance_to(struct lab *lab, int64_t virtual_ms)
{
    if (virtual_ms <= lab->reached_ms)
        return;
    world_advance(lab->world, virtual_ms - lab->reached_ms);
    lab->reached_ms = virtual_ms;
}

static void fail(struct lab *lab, const struct err *err)
{
    lab->failure = *err;
    lab_stop(lab);
}

/* A scenario that cannot be carried out as written ends the lab: nobody should mistake it for one that was.
 */
static void take_step(struct lab *lab, const struct scenario_step *step)
{
    struct err err = ERR_INIT, located = ERR_INIT;

    if (order_apply(lab->world, &step->order, &err) == 0)
        return;
    err_set(&located, ERR_CONFIG, "%s:%d: %s", lab->scenario.file, step->line, err.text);
    fail(lab, &located);
}

void lab_advance(struct lab *lab)
{
    int64_t now_ms = virtual_clock_now_ms(&lab->clock);
    struct scenario *scenario = &lab->scenario;

    while (scenario->next < scenario->count && scenario->steps[scenario->next].at_ms <= now_ms) {
        const struct scenario_step *step = &scenario->steps[scenario->next++];
        advance_to(lab, step->at_ms);
        take_step(lab, step);
    }
    advance_to(lab, now_ms);
    event_active(lab->refresh, EV_TIMEOUT, 0);
}

static void on_input(void *user)
{
    lab_advance(user);
}

static void on_tick(evutil_socket_t fd, short what, void *user)
{
    (void)fd;
    (void)what;
    lab_advance(user);
}

void lab_refresh(struct lab *lab)
{
    struct err err = ERR_INIT;

    for (size_t i = 0; i < lab->world->instance_count; i++)
        if (tds_listener_refresh(lab->listeners[i], &err) != 0)
            fail(lab, &err);
    if (host_doors_refresh(&lab->host_doors, &err) != 0)
        fail(lab, &err);
}

static void on_refresh(evutil_socket_t fd, short what, void *user)
{
    (void)fd;
    (void)what;
    lab_refresh(user);
}

static void on_signal(evutil_socket_t number, short what, void *user)
{
    (void)number;
    (void)what;
    lab_stop(user);
}

void lab_stop(struct lab *lab)
{
    const struct timeval soon = {0, TICK_MS * 1000L}; /* an answer on its way still goes out */

    event_base_loopexit(lab->base, &soon);
}

/* ---- building ---- */

static int make_world(struct lab *lab, const struct lab_options *options, struct err *err)
{
    struct world_config config = options->world;

    if (bootstrap_password(lab->sa_password, sizeof lab->sa_password, err) != 0 ||
        bootstrap_password(lab->admin_password, sizeof lab->admin_password, err) != 0 ||
        bootstrap_password(lab->monitor_password, sizeof lab->monitor_password, err) != 0 ||
        bootstrap_password(lab->winrm_password, sizeof lab->winrm_password, err) != 0)
        return -1;
    config.seed = options->seed;
    if (options->now)
        config.start_utc_ms = clock_utc_ms(clock_system());
    config.sa_password = lab->sa_password;
    config.admin_password = lab->admin_password;
    config.chat = options->chat;
    config.instances[0] = (struct instance_config){
        .name = "*",
        .version_major = options->sql_version.major,
        .version_minor = options->sql_version.minor,
        .version_build = options->sql_version.build,
    };
    lab->world = world_new(&config);
    if (bootstrap_monitor_logins(lab->world, lab->sa_password, lab->monitor_password, lab->domain != NULL,
                                 err) != 0)
        return -1;
    return options->ledger ? bootstrap_ledger(lab->world, lab->sa_password, err) : 0;
}

/* Servers are members of a domain where there are keys for them. */
static int join_domain(struct lab *lab, const struct lab_options *options, struct err *err)
{
    if (!options->domain.keytab && !options->domain.ntlm_users)
        return 0;
    lab->domain = domain_new(&options->domain, err);
    return lab->domain ? 0 : -1;
}

/* FreeTDS and Node compare with the address or a DNS name in the SAN, python3-tds with the common name alone.
 */
static int issue_certificates(struct lab *lab, size_t index, struct err *err)
{
    struct tds_certificates *issued = &lab->certificates[index];
    char names[320];

    snprintf(names, sizeof names, "DNS:localhost,IP:127.0.0.1,DNS:%s",
             world_host_of(lab->world, &lab->world->instances[index])->fqdn);
    const struct pki_leaf valid = {"localhost", names, -DAY_S, 365L * DAY_S};
    const struct pki_leaf expired = {"localhost", names, -60L * DAY_S, -DAY_S};
    const struct pki_leaf wrong_name = {"decommissioned.invalid", "DNS:decommissioned.invalid", -DAY_S,
                                        365L * DAY_S};

    issued->valid = pki_issue(&lab->pki, &valid, err);
    issued->expired = issued->valid ? pki_issue(&lab->pki, &expired, err) : NULL;
    issued->wrong_name = issued->expired ? pki_issue(&lab->pki, &wrong_name, err) : NULL;
    return issued->wrong_name ? 0 : -1;
}

static int open_listeners(struct lab *lab, struct err *err)
{
    const struct tds_clockwork clockwork = {lab, on_input};

    for (size_t i = 0; i < lab->world->instance_count; i++) {
        if (issue_certificates(lab, i, err) != 0)
            return -1;
        lab->listeners[i] = tds_listener_new(lab->base, lab->world, &lab->world->instances[i],
                                             &lab->certificates[i], lab->domain, &clockwork, err);
        if (!lab->listeners[i])
            return -1;
    }
    return 0;
}

static int open_host_doors(struct lab *lab, struct err *err)
{
    const struct tds_clockwork clockwork = {lab, on_input};
    const struct winrm_account account = {"pchat_monitor", lab->winrm_password};

    return host_doors_open(&lab->host_doors, lab->base, lab->world, &lab->pki, &account, lab->domain,
                           &clockwork, err);
}

static int add_events(struct lab *lab, struct err *err)
{
    static const int numbers[] = {SIGTERM, SIGINT};
    const struct timeval tick = {0, TICK_MS * 1000L};

    lab->base = event_base_new();
    if (!lab->base)
        return err_set(err, ERR_INTERNAL, "no event loop");
    for (size_t i = 0; i < COUNT(numbers); i++) {
        lab->signals[i] = evsignal_new(lab->base, numbers[i], on_signal, lab);
        event_add(lab->signals[i], NULL);
    }
    lab->refresh = evtimer_new(lab->base, on_refresh, lab);
    lab->tick = event_new(lab->base, -1, EV_PERSIST, on_tick, lab);
    event_add(lab->tick, &tick);
    return 0;
}

/* Inside the world, the addresses on the wire mean the same hosts. */
static void add_world_doors(struct lab *lab, const struct lab_ports *ports)
{
    for (size_t i = 0; i < lab->world->instance_count; i++) {
        const struct instance *instance = &lab->world->instances[i];

        world_add_door(lab->world, ports->instances[i], world_host_of(lab->world, instance), instance->port);
    }
    host_ports_add_doors(&ports->hosts, lab->world);
}

/* ---- the folder ---- */

static int write_secrets(struct lab *lab, struct err *err)
{
    const struct {
        const char *file, *password;
    } secrets[] = {
        {"credentials/monitor.password", lab->monitor_password},
        {"credentials/winrm.password", lab->winrm_password},
        {"credentials/sa.password", lab->sa_password},
        {"credentials/pchat_admin.password", lab->admin_password},
    };

    for (size_t i = 0; i < COUNT(secrets); i++) {
        char line[LAB_PASSWORD_BYTES + 1];
        snprintf(line, sizeof line, "%s\n", secrets[i].password);
        if (lab_dir_write(&lab->dir, secrets[i].file, line, err) != 0)
            return -1;
    }
    return 0;
}

/* With which the monitor shows itself to servers that want mutual TLS. */
static int write_client_certificate(struct lab *lab, struct err *err)
{
    const struct pki_leaf leaf = {"monitor", "DNS:monitor.litwareinc.com", -DAY_S, 365L * DAY_S};
    AUTO(strbuf) struct strbuf pem = STRBUF_INIT;

    if (pki_issue_pem(&lab->pki, &leaf, &pem, err) != 0)
        return -1;
    return lab_dir_write(&lab->dir, "credentials/monitor.pem", strbuf_text(&pem), err);
}

static int write_folder(struct lab *lab, struct err *err)
{
    AUTO(strbuf) struct strbuf pem = STRBUF_INIT;
    AUTO(strbuf) struct strbuf topology = STRBUF_INIT;
    AUTO(strbuf) struct strbuf ports_json = STRBUF_INIT;
    AUTO(strbuf) struct strbuf hosts_json = STRBUF_INIT;
    struct lab_ports ports = {0};
    char ready[32];

    for (size_t i = 0; i < lab->world->instance_count; i++)
        ports.instances[i] = tds_listener_port(lab->listeners[i]);
    host_doors_tell(&lab->host_doors, lab->world, &ports.hosts);
    add_world_doors(lab, &ports);
    topology_file_put(&topology, lab->world, &ports);
    ports_file_put(&ports_json, lab->world, &ports);
    hosts_file_put(&hosts_json, lab->world, &ports.hosts);
    snprintf(ready, sizeof ready, "%ld\n", (long)getpid());
    if (pki_write_pem(&lab->pki, &pem, err) != 0 || write_secrets(lab, err) != 0 ||
        write_client_certificate(lab, err) != 0 ||
        lab_dir_write(&lab->dir, "ca.pem", strbuf_text(&pem), err) != 0 ||
        lab_dir_write(&lab->dir, "topology.yaml", strbuf_text(&topology), err) != 0 ||
        lab_dir_write(&lab->dir, "ports.json", strbuf_text(&ports_json), err) != 0 ||
        lab_dir_write(&lab->dir, "hosts.json", strbuf_text(&hosts_json), err) != 0)
        return -1;
    return lab_dir_write(&lab->dir, "ready", ready, err);
}

static int write_received(struct lab *lab, struct err *err)
{
    lab->received = received_file_open(&lab->dir, err);
    if (!lab->received)
        return -1;
    received_file_attach(lab->received, lab->world);
    return 0;
}

/* ---- life ---- */

static int build(struct lab *lab, const struct lab_options *options, struct err *err)
{
    if (lab_dir_open(&lab->dir, options->dir, err) != 0)
        return -1;
    lab_dir_remove(&lab->dir, "ready");
    lab->arena = arena_new();
    if ((options->scenario && scenario_read(options->scenario, lab->arena, &lab->scenario, err) != 0) ||
        join_domain(lab, options, err) != 0 || make_world(lab, options, err) != 0 ||
        pki_new(&lab->pki, err) != 0 || add_events(lab, err) != 0 || open_listeners(lab, err) != 0 ||
        open_host_doors(lab, err) != 0)
        return -1;
    lab->clock = virtual_clock_start(clock_system(), options->speed);
    if (options->received && write_received(lab, err) != 0)
        return -1;
    lab->control = control_socket_new(lab, err);
    return lab->control ? write_folder(lab, err) : -1;
}

static void free_event(struct event *event)
{
    if (event)
        event_free(event);
}

static void lab_done(struct lab *lab)
{
    if (lab->dir.fd >= 0)
        lab_dir_remove(&lab->dir, "ready");
    control_socket_free(lab->control);
    for (size_t i = 0; i < WORLD_INSTANCES_MAX; i++) {
        tds_listener_free(lab->listeners[i]);
        SSL_CTX_free(lab->certificates[i].valid);
        SSL_CTX_free(lab->certificates[i].expired);
        SSL_CTX_free(lab->certificates[i].wrong_name);
    }
    host_doors_done(&lab->host_doors);
    domain_free(lab->domain);
    free_event(lab->tick);
    free_event(lab->refresh);
    for (size_t i = 0; i < COUNT(lab->signals); i++)
        free_event(lab->signals[i]);
    if (lab->base)
        event_base_free(lab->base);
    world_free(lab->world);
    if (lab->received)
        fclose(lab->received);
    pki_done(&lab->pki);
    arena_free(lab->arena);
    lab_dir_done(&lab->dir);
}
AUTO_DEFINE_DONE(lab, struct lab)

int lab_run(const struct lab_options *options, struct err *err)
{
    AUTO(lab) struct lab lab = {.dir = LAB_DIR_INIT};

    if (build(&lab, options, err) != 0)
        return -1;
    event_base_dispatch(lab.base);
    if (lab.failure.kind == ERR_NONE)
        return 0;
    *err = lab.failure;
    return -1;
}
