/*
 * probe KIND HOST PORT [KEY=VALUE...]: runs one probe from outside and prints its result as one line of JSON.
 *   KIND   tcp, certificate, sip, web
 *   KEY    name, ca, certificate, key, timeout_ms (all); user, uri_host, domain, first_hop (sip); path (web)
 */
#include "observe/sip/certificate_probe.h"
#include "observe/sip/sip_probe.h"
#include "observe/sip/tcp_probe.h"
#include "observe/sip/web_probe.h"

#include <jansson.h>
#include <string.h>

struct options {
    struct probe_target target;
    struct sip_question question;
    const char *path, *first_hop, *timeout_ms;
};

static bool take_option(struct options *options, const char *argument)
{
    const struct {
        const char *key;
        const char **value;
    } keys[] = {
        {"name=", &options->target.name},
        {"ca=", &options->target.ca},
        {"certificate=", &options->target.client_certificate},
        {"key=", &options->target.client_key},
        {"timeout_ms=", &options->timeout_ms},
        {"user=", &options->question.user},
        {"uri_host=", &options->question.host},
        {"domain=", &options->question.domain},
        {"first_hop=", &options->first_hop},
        {"path=", &options->path},
    };

    for (size_t i = 0; i < COUNT(keys); i++)
        if (strncmp(argument, keys[i].key, strlen(keys[i].key)) == 0) {
            *keys[i].value = argument + strlen(keys[i].key);
            return true;
        }
    return false;
}

static void put_text(json_t *line, const char *key, const char *value)
{
    if (value)
        json_object_set_new(line, key, json_string(value));
}

static void put_number(json_t *line, const char *key, int64_t value)
{
    json_object_set_new(line, key, json_integer(value));
}

static void put_certificate(json_t *line, const struct certificate_view *certificate)
{
    if (!certificate)
        return;
    put_text(line, "names", certificate->names);
    put_text(line, "issuer", certificate->issuer);
    put_text(line, "problem", certificate->problem);
    put_number(line, "days_left", certificate_days_left(certificate, clock_utc_ms(clock_system())));
}

static void put_result(json_t *line, const struct probe_result *result)
{
    put_text(line, "sight", sight_name(result->sighting.sight));
    put_text(line, "detail", result->sighting.detail);
    put_text(line, "evidence", evidence_words(result->evidence));
    json_object_set_new(line, "client_certificate_wanted", json_boolean(result->client_certificate_wanted));
    put_certificate(line, result->certificate);
    put_number(line, "dns_ms", result->phases.dns_ms);
    put_number(line, "tcp_ms", result->phases.tcp_ms);
    put_number(line, "tls_ms", result->phases.tls_ms);
    put_number(line, "first_byte_ms", result->phases.first_byte_ms);
}

static void run_tcp(const struct options *options, struct deadline deadline, struct arena *arena,
                    json_t *line)
{
    struct probe_result result;

    tcp_probe(&options->target, deadline, arena, &result);
    put_result(line, &result);
}

static void run_certificate(const struct options *options, struct deadline deadline, struct arena *arena,
                            json_t *line)
{
    struct probe_result result;

    certificate_probe(&options->target, deadline, arena, &result);
    put_result(line, &result);
}

static void run_sip(const struct options *options, struct deadline deadline, struct arena *arena,
                    json_t *line)
{
    struct sip_result result;

    sip_probe(&options->target, &options->question, deadline, arena, &result);
    put_result(line, &result.probe);
    put_number(line, "status", result.status);
    put_text(line, "reason", result.reason);
    put_text(line, "class", sip_class_words(result.class));
    put_text(line, "server", result.server);
    put_text(line, "diagnostics", result.diagnostics);
    put_text(line, "challenges", result.challenges);
    json_object_set_new(line, "closed", json_boolean(result.closed));
}

static void run_web(const struct options *options, struct deadline deadline, struct arena *arena,
                    json_t *line)
{
    struct web_result result;

    web_probe(&options->target, options->path, deadline, arena, &result);
    put_result(line, &result.probe);
    put_number(line, "status", result.status);
    put_text(line, "class", web_class_words(result.class));
    put_text(line, "location", result.location);
}

static const struct {
    const char *name;
    void (*run)(const struct options *options, struct deadline deadline, struct arena *arena, json_t *line);
} kinds[] = {{"tcp", run_tcp}, {"certificate", run_certificate}, {"sip", run_sip}, {"web", run_web}};

static int run(const char *kind, const struct options *options)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct deadline deadline = deadline_in_ms(clock_system(), strtol(options->timeout_ms, NULL, 10));
    json_t *line = json_object();
    int status = 3;

    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i].name, kind) == 0) {
            kinds[i].run(options, deadline, arena, line);
            json_dumpf(line, stdout, JSON_COMPACT);
            putchar('\n');
            status = 0;
        }
    json_decref(line);
    return status;
}

int main(int argc, char **argv)
{
    struct options options = {.path = "/", .timeout_ms = "5000"};

    if (argc < 4)
        return 3;
    options.target.host = argv[2];
    options.target.port = (int)strtol(argv[3], NULL, 10);
    for (int i = 4; i < argc; i++)
        if (!take_option(&options, argv[i]))
            return 3;
    options.question.first_hop_only = options.first_hop != NULL;
    return run(argv[1], &options);
}
