/*
 * The lab as a process: the world, its instances on the wire, its clock, its scenario and its control socket,
 * in one thread around one event loop.
 */
#ifndef PCHAT_LAB_CONTROL_LAB_H
#define PCHAT_LAB_CONTROL_LAB_H

#include "base/arena.h"
#include "lab/control/host_doors.h"
#include "lab/control/lab_dir.h"
#include "lab/control/pki.h"
#include "lab/control/scenario.h"
#include "lab/control/virtual_clock.h"
#include "lab/domain/domain.h"
#include "lab/tds/listener.h"
#include "lab/world/world.h"

#include <event2/event.h>
#include <stdio.h>

struct control_socket;

struct lab_options {
    const char *dir;
    uint64_t seed;
    int64_t speed;
    const char *scenario;         /* file, or NULL */
    bool now;                     /* virtual time begins with the host's, not with the world's default */
    bool received;                /* DIR/received.jsonl is written */
    bool ledger;                  /* contrib/sql/ledger.sql has been run on every instance */
    struct domain_options domain; /* without keytab and ntlm_users: none */
    struct {
        int major, minor, build;
    } sql_version;             /* of every instance; major 0: the world's default */
    struct world_config world; /* as it is by default, but for what was asked for */
    struct chat_config chat;
};

enum { LAB_PASSWORD_BYTES = 33 };

struct lab {
    struct lab_dir dir;
    struct arena *arena;
    struct scenario scenario;
    struct world *world;
    struct domain *domain; /* NULL: none */
    struct virtual_clock clock;
    int64_t reached_ms; /* virtual time up to which the world has lived */
    char sa_password[LAB_PASSWORD_BYTES], admin_password[LAB_PASSWORD_BYTES],
        monitor_password[LAB_PASSWORD_BYTES], winrm_password[LAB_PASSWORD_BYTES];
    struct pki pki;
    struct tds_certificates certificates[WORLD_INSTANCES_MAX];
    struct event_base *base;
    struct event *tick, *refresh, *signals[2];
    struct tds_listener *listeners[WORLD_INSTANCES_MAX];
    struct host_doors host_doors;
    struct control_socket *control;
    FILE *received;     /* NULL: not written */
    struct err failure; /* why the loop ended, if not by request */
};

/* Builds the lab, writes DIR, runs until SIGTERM, SIGINT or `stop`; 0, or -1 with *err. */
int lab_run(const struct lab_options *options, struct err *err);

/* Lets virtual time pass up to now, with what the scenario has for it; the wire follows soon after. */
void lab_advance(struct lab *lab);
/* Makes the wire follow the world now.  Not from within a connection: it may be the one to be closed. */
void lab_refresh(struct lab *lab);
/* Ends lab_run in good order. */
void lab_stop(struct lab *lab);

#endif
