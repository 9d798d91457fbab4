/*
 * pchat-labctl: asks a running pchat-lab for the truth, and gives it faults, acts and time.
 */
#include "base/cleanup.h"
#include "base/err.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "lab/control/control_address.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { EXIT_REFUSED = 1, EXIT_USAGE = 3, ANSWER_MAX_BYTES = 64 << 20, DURATION_MAX = 1000000000 };

static const char usage[] =
    "usage: pchat-labctl --dir DIR COMMAND\n"
    "  state                            ground truth as JSON\n"
    "  fault set NAME [TARGET] [K=V...]\n"
    "  fault clear [NAME [TARGET]]      without NAME: all\n"
    "  fault list                       what is set, and which faults and acts there are\n"
    "  act NAME [TARGET] [K=V...]\n"
    "  clock advance DURATION           90s, 50m, 2h\n"
    "  clock speed N                    virtual seconds per second\n"
    "  stop\n"
    "Exit: 0 done, 1 refused by the lab, 3 usage or no lab there.\n";

static void json_auto(json_t **value)
{
    json_decref(*value);
}

/* NAME [TARGET] [K=V...] into the request; false when an operand is out of place. */
static bool add_order(json_t *request, char **operands, int count)
{
    json_t *params = json_object();

    json_object_set_new(request, "params", params);
    for (int i = 0; i < count; i++) {
        char *equals = strchr(operands[i], '=');
        if (i > 0 && equals)
            json_object_set_new(params, strndupa(operands[i], (size_t)(equals - operands[i])),
                                json_string(equals + 1));
        else if (i > 1)
            return false;
        else
            json_object_set_new(request, i ? "target" : "name", json_string(operands[i]));
    }
    return true;
}

static bool read_order(json_t *request, char **operands, int count)
{
    return count > 0 && add_order(request, operands, count);
}

static bool read_clear(json_t *request, char **operands, int count)
{
    return count <= 2 && add_order(request, operands, count);
}

static bool read_nothing(json_t *request, char **operands, int count)
{
    (void)request;
    (void)operands;
    return count == 0;
}

/* "90s", "50m", "2h" or plain seconds, in milliseconds. */
static bool read_duration(json_t *request, char **operands, int count)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"", 1000}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    int64_t number = 0;

    if (count != 1)
        return false;
    size_t digits = strspn(operands[0], "0123456789");
    if (!number_parse(strndupa(operands[0], digits), &number) || number > DURATION_MAX)
        return false;
    for (size_t i = 0; i < COUNT(units); i++)
        if (strcmp(operands[0] + digits, units[i].unit) == 0)
            return json_object_set_new(request, "ms", json_integer(number * units[i].ms)) == 0;
    return false;
}

static bool read_speed(json_t *request, char **operands, int count)
{
    int64_t number = 0;

    return count == 1 && number_parse(operands[0], &number) && number >= 0 &&
           json_object_set_new(request, "speed", json_integer(number)) == 0;
}

static const struct subcommand {
    const char *words[2]; /* as typed */
    const char *command;  /* as the lab knows it */
    bool (*read)(json_t *request, char **operands, int count);
} subcommands[] = {
    {{"state", NULL}, "state", read_nothing},
    {{"fault", "set"}, "fault.set", read_order},
    {{"fault", "clear"}, "fault.clear", read_clear},
    {{"fault", "list"}, "fault.list", read_nothing},
    {{"act", NULL}, "act", read_order},
    {{"clock", "advance"}, "clock.advance", read_duration},
    {{"clock", "speed"}, "clock.speed", read_speed},
    {{"stop", NULL}, "stop", read_nothing},
};

/* The request, or NULL when the words are no command. */
static json_t *read_request(char **words, int count)
{
    for (size_t i = 0; i < COUNT(subcommands); i++) {
        const struct subcommand *candidate = &subcommands[i];
        int used = candidate->words[1] ? 2 : 1;
        if (count < used || strcmp(words[0], candidate->words[0]) != 0 ||
            (used == 2 && strcmp(words[1], candidate->words[1]) != 0))
            continue;
        json_t *request = json_pack("{s:s}", "command", candidate->command);
        if (candidate->read(request, words + used, count - used))
            return request;
        json_decref(request);
        return NULL;
    }
    return NULL;
}

static int talk(int fd, const json_t *request, struct strbuf *ret_answer, const char *dir, struct err *err)
{
    AUTO_FREE char *text = json_dumps(request, JSON_COMPACT);

    if (!text || dprintf(fd, "%s\n", text) < 0 || shutdown(fd, SHUT_WR) != 0)
        return err_set_errno(err, ERR_IO, errno, "%s: cannot ask the lab", dir);
    if (strbuf_read_fd(ret_answer, fd, ANSWER_MAX_BYTES) != 0)
        return err_set_errno(err, ERR_IO, errno, "%s: no answer from the lab", dir);
    return 0;
}

static int ask(const char *dir, const json_t *request, struct strbuf *ret_answer, struct err *err)
{
    AUTO_CLOSE int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (dir_fd < 0 || fd < 0)
        return err_set_errno(err, ERR_IO, errno, "%s: cannot open", dir);
    struct sockaddr_un address = control_address(dir_fd);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return err_set_errno(err, ERR_IO, errno, "%s: no lab runs there", dir);
    return talk(fd, request, ret_answer, dir, err);
}

static int print_answer(const struct strbuf *text)
{
    AUTO(json) json_t *answer = json_loadb(strbuf_text(text), text->length, 0, NULL);
    const json_t *result = json_object_get(answer, "result");

    if (!json_is_true(json_object_get(answer, "ok"))) {
        const char *error = json_string_value(json_object_get(answer, "error"));
        fprintf(stderr, "pchat-labctl: %s\n", error ? error : "the lab ended without an answer");
        return answer ? EXIT_REFUSED : EXIT_USAGE;
    }
    if (!json_is_null(result)) {
        json_dumpf(result, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
        putchar('\n');
    }
    return 0;
}

/* The folder, or NULL. */
static const char *read_options(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"dir", required_argument, NULL, 'd'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    const char *dir = NULL;

    for (int letter; (letter = getopt_long(argc, argv, "+h", long_options, NULL)) != -1;) {
        if (letter == 'h') {
            fputs(usage, stdout);
            exit(0);
        }
        if (letter != 'd')
            return NULL;
        dir = optarg;
    }
    return dir;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    AUTO(strbuf) struct strbuf answer = STRBUF_INIT;
    const char *dir = read_options(argc, argv);
    AUTO(json) json_t *request = dir ? read_request(argv + optind, argc - optind) : NULL;

    if (!request) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (ask(dir, request, &answer, &err) != 0) {
        fprintf(stderr, "pchat-labctl: %s\n", err.text);
        return EXIT_USAGE;
    }
    return print_answer(&answer);
}
