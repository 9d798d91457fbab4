/*
 * snmp_ask WHAT HOST PORT [KEY=VALUE...]: asks an SNMP agent and prints its answer, or why there is none.
 *
 * WHAT: get, walk (of oid), object (oid as a vantage point sees it), services (of a host, as facts in JSON).
 *
 * KEY: community, auth, privacy (files of secrets), user, digest (sha256, sha), oid, seen, not_seen (values
 * of object), kind (of host), timeout_ms, max_rows, repeat (ask that many times), threads (each with a port).
 *
 * Exit: 0 answered, 1 not, 3 cannot ask.
 */
#include "model/snapshot.h"
#include "observe/snmp/snmp_netsnmp.h"
#include "observe/snmp/snmp_object.h"
#include "observe/snmp/snmp_services.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct question {
    struct snmp_endpoint endpoint;
    const char *community, *auth, *privacy, *digest, *oid, *seen, *not_seen, *kind, *timeout_ms, *repeat,
        *threads, *max_rows;
    struct snapshot *snapshot;
    struct arena *arena;
    struct snmp_failure failure;
};

static bool take_option(struct question *question, const char *argument)
{
    const struct {
        const char *key;
        const char **value;
    } keys[] = {
        {"community=", &question->community}, {"auth=", &question->auth},
        {"privacy=", &question->privacy},     {"user=", &question->endpoint.user},
        {"digest=", &question->digest},       {"oid=", &question->oid},
        {"seen=", &question->seen},           {"not_seen=", &question->not_seen},
        {"kind=", &question->kind},           {"timeout_ms=", &question->timeout_ms},
        {"threads=", &question->threads},     {"repeat=", &question->repeat},
        {"max_rows=", &question->max_rows},
    };

    for (size_t i = 0; i < COUNT(keys); i++)
        if (strncmp(argument, keys[i].key, strlen(keys[i].key)) == 0) {
            *keys[i].value = argument + strlen(keys[i].key);
            return true;
        }
    return false;
}

static struct deadline deadline_of(const struct question *question)
{
    return deadline_in_ms(clock_system(), question->timeout_ms ? atol(question->timeout_ms) : 4000);
}

static void print_value(const struct snmp_value *value)
{
    if (value->kind == SNMP_KIND_NUMBER || value->kind == SNMP_KIND_TICKS)
        printf("%" PRId64 "\n", value->number);
    else if (value->bytes)
        printf("\"%s\"\n", value->bytes);
    else
        printf("%s\n", value->kind == SNMP_KIND_NO_OBJECT     ? "no such object"
                       : value->kind == SNMP_KIND_NO_INSTANCE ? "no such instance"
                                                              : "null");
}

static bool read_oid(struct question *question, struct object_id *ret_id)
{
    if (question->oid && object_id_parse(question->oid, ret_id))
        return true;
    snmp_fail(&question->failure, SIGHT_NOT_ASKED, "oid= is no object identifier", NULL);
    return false;
}

static int get(struct snmp_port *port, struct question *question)
{
    struct object_id id;
    struct snmp_value value;

    if (!read_oid(question, &id) ||
        port->ops->get(port, &id, 1, deadline_of(question), question->arena, &value, &question->failure) != 0)
        return -1;
    print_value(&value);
    return 0;
}

static int walk(struct snmp_port *port, struct question *question)
{
    struct object_id root;
    struct snmp_rows rows;

    if (!read_oid(question, &root) ||
        port->ops->walk(port, &root, question->max_rows ? (size_t)atol(question->max_rows) : 100,
                        deadline_of(question), question->arena, &rows, &question->failure) != 0)
        return -1;
    for (size_t i = 0; i < rows.count; i++) {
        printf("%s = ", object_id_text(question->arena, rows.rows[i].index, rows.rows[i].index_length));
        print_value(&rows.rows[i].value);
    }
    printf("%zu rows\n", rows.count);
    return 0;
}

static int object(struct snmp_port *port, struct question *question)
{
    struct snmp_object object;

    if (snmp_get_object(port, question->oid ? question->oid : "", deadline_of(question), question->arena,
                        &object, &question->failure) != 0)
        return -1;
    printf("%s %s, age %s\n", snmp_vote_name(snmp_object_vote(&object, question->seen, question->not_seen)),
           snmp_object_text(&object, question->arena), object.age_s.known ? "0" : "unknown");
    return 0;
}

static int services(struct snmp_port *port, struct question *question)
{
    const struct snmp_scope scope = {
        question->kind && strcmp(question->kind, "front_end") == 0 ? HOST_FRONT_END : HOST_CHAT_SERVER,
        &question->snapshot->settings};
    struct host_snapshot *host = arena_push(question->arena, &question->snapshot->hosts,
                                            &question->snapshot->host_count, sizeof(*host));
    AUTO_FREE char *json = NULL;

    host->name = "pc1";
    host->kind = scope.kind;
    snmp_ask_services(port, &scope, deadline_of(question), question->arena, host);
    json = snapshot_to_json(question->snapshot);
    puts(json);
    question->snapshot->host_count = 0;
    return 0;
}

static int ask(const char *what, struct question *question)
{
    static const struct {
        const char *what;
        int (*ask)(struct snmp_port *port, struct question *question);
    } asks[] = {{"get", get}, {"walk", walk}, {"object", object}, {"services", services}};
    struct err err = ERR_INIT;
    struct snmp_port *port = snmp_netsnmp_open(&question->endpoint, &err);
    int status = -1;

    if (!port) {
        fprintf(stderr, "snmp_ask: %s\n", err.text);
        return 3;
    }
    for (long left = question->repeat ? atol(question->repeat) : 1; left > 0; left--)
        for (size_t i = 0; i < COUNT(asks); i++)
            if (strcmp(asks[i].what, what) == 0)
                status = asks[i].ask(port, question);
    snmp_port_close(port);
    if (status == 0)
        return 0;
    printf("%s: %s (%s)\n", sight_name(question->failure.sight), question->failure.text,
           question->failure.hint ? question->failure.hint : "no hint");
    return 1;
}

/* ---- threads ---- */

enum { MOST_THREADS = 64 };

struct job {
    const char *what;
    struct question question;
    int status;
};

static void *run(void *argument)
{
    struct job *job = argument;
    AUTO(snapshot) struct snapshot *snapshot = snapshot_new();

    snapshot->pool = "lyncpc.litwareinc.com";
    snapshot->database = "mgc";
    snapshot->limits = limits_default();
    snapshot->settings = settings_default();
    job->question.snapshot = snapshot;
    job->question.arena = snapshot->arena;
    job->status = ask(job->what, &job->question);
    return NULL;
}

/* The worst status of all. */
static int run_all(const char *what, const struct question *question)
{
    size_t count = question->threads ? (size_t)atol(question->threads) : 1;
    struct job jobs[MOST_THREADS];
    pthread_t threads[MOST_THREADS];
    int worst = 0;

    for (size_t i = 0; i < count && i < MOST_THREADS; i++) {
        jobs[i] = (struct job){what, *question, 3};
        if (pthread_create(&threads[i], NULL, run, &jobs[i]) != 0)
            return 3;
    }
    for (size_t i = 0; i < count && i < MOST_THREADS; i++) {
        pthread_join(threads[i], NULL);
        worst = jobs[i].status > worst ? jobs[i].status : worst;
    }
    return worst;
}

static bool read_secret(const char *path, struct secret **ret_secret)
{
    struct err err = ERR_INIT;

    if (!path || (*ret_secret = secret_read_file(path, (gid_t)-1, &err)))
        return true;
    fprintf(stderr, "snmp_ask: %s\n", err.text);
    return false;
}

int main(int argc, char **argv)
{
    AUTO(secret) struct secret *community = NULL;
    AUTO(secret) struct secret *auth = NULL;
    AUTO(secret) struct secret *privacy = NULL;
    struct question question = {.failure = {.text = "not asked"}};

    secret_protect_process();
    for (int i = 4; i < argc; i++)
        if (!take_option(&question, argv[i]))
            argc = 0;
    if (argc < 4) {
        fprintf(stderr, "usage: snmp_ask WHAT HOST PORT [KEY=VALUE...]\n");
        return 3;
    }
    if (!read_secret(question.community, &community) || !read_secret(question.auth, &auth) ||
        !read_secret(question.privacy, &privacy))
        return 3;
    question.endpoint.host = argv[2];
    question.endpoint.port = atoi(argv[3]);
    question.endpoint.version = community ? SNMP_BY_COMMUNITY : SNMP_BY_USER;
    question.endpoint.community = community;
    question.endpoint.digest =
        question.digest && strcmp(question.digest, "sha") == 0 ? SNMP_SHA1 : SNMP_SHA256;
    question.endpoint.auth_passphrase = auth;
    question.endpoint.cipher = privacy ? SNMP_AES128 : SNMP_CLEAR;
    question.endpoint.privacy_passphrase = privacy;
    return run_all(argv[1], &question);
}
