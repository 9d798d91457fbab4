/*
 * pchat-lab: a simulated two-site Persistent Chat deployment on ports of 127.0.0.1, until SIGTERM or SIGINT.
 */
#include "base/number.h"
#include "lab/control/chat_options.h"
#include "lab/control/lab.h"
#include "lab/control/world_options.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_REFUSED = 1, EXIT_USAGE = 3 };

static const char usage[] =
    "usage: pchat-lab --dir DIR [--seed N] [--speed N] [--scenario FILE] [--sql-version V] [--now] "
    "[--ledger]\n"
    "                 [--received] [--keytab FILE] [--realm REALM] [--ntlm-users FILE]\n"
    "                 [--world KEY=VALUE]... [--chat KEY=VALUE]...\n"
    "Simulates two sites of Persistent Chat. Writes topology.yaml, ca.pem, credentials, ports.json and\n"
    "hosts.json to DIR, then DIR/ready, and runs in the foreground until SIGTERM, SIGINT or\n"
    "`pchat-labctl --dir DIR stop`.\n"
    "  --dir DIR        made with mode 0700 unless it exists\n"
    "  --seed N         the same seed gives the same deployment (default 1)\n"
    "  --speed N        virtual seconds per second, 0 to 100000 (default 1)\n"
    "  --scenario FILE  YAML list of {at: SECONDS, fault|act|clear: NAME, target: T, PARAM: VALUE ...}\n"
    "  --sql-version V  of every SQL Server, MAJOR.MINOR.BUILD: 10.50.4000 to 15.0.4188 (default "
    "12.0.6024)\n"
    "  --now            virtual time begins with this machine's, not at 2026-11-23T05:04:00Z\n"
    "  --ledger         the database pchat_ops is on every SQL Server, by contrib/sql/ledger.sql\n"
    "  --received       DIR/received.jsonl has every batch and script that came in, byte for byte\n"
    "  --keytab FILE    keys of HTTP/FQDN of the hosts and MSSQLSvc/FQDN:1433 of the instances: accounts of "
    "the "
    "domain\n"
    "                   log on with Kerberos, LITWARE\\svc-pchatmon may do so to WinRM and SQL Server\n"
    "  --realm REALM    the domain's name in Kerberos (default LITWAREINC.COM)\n"
    "  --ntlm-users FILE  lines LITWARE:USER:PASSWORD: those users log on with NTLM too\n"
    "  --world KEY=VALUE  how the deployment is set up; repeatable:\n";
static const char chat_usage[] =
    "  --chat KEY=VALUE what Microsoft's documentation leaves open; repeatable:\n";

static int print_usage(FILE *out)
{
    AUTO(strbuf) struct strbuf world = STRBUF_INIT, chat = STRBUF_INIT;

    world_options_list(&world);
    chat_options_list(&chat);
    return fprintf(out, "%s%s%s%sExit: 0 stopped, 1 could not go on, 3 usage.\n", usage, strbuf_text(&world),
                   chat_usage, strbuf_text(&chat));
}

static bool read_key(char letter, const char *text, struct lab_options *options)
{
    struct err err = ERR_INIT;
    int rc = letter == 'o' ? world_options_take(&options->world, text, &err)
                           : chat_options_take(&options->chat, text, &err);

    if (rc == 0)
        return true;
    fprintf(stderr, "pchat-lab: %s\n", err.text);
    return false;
}

static bool read_number(const char *text, int64_t maximum, int64_t *ret)
{
    int64_t number = 0;

    if (!number_parse(text, &number) || number < 0 || number > maximum)
        return false;
    *ret = number;
    return true;
}

/* "12.0.6024": as wide as the fields of the PRELOGIN packet that tells it. */
static bool read_version(const char *text, struct lab_options *options)
{
    static const int64_t most[] = {UINT8_MAX, UINT8_MAX, UINT16_MAX};
    int *const parts[] = {&options->sql_version.major, &options->sql_version.minor,
                          &options->sql_version.build};
    char part[8];
    int64_t number;

    for (size_t i = 0; i < COUNT(parts); i++) {
        size_t length = strcspn(text, ".");

        snprintf(part, sizeof part, "%.*s", (int)length, text);
        if (length >= sizeof part || !read_number(part, most[i], &number) ||
            text[length] != (i + 1 < COUNT(parts) ? '.' : '\0'))
            return false;
        *parts[i] = (int)number;
        text += length + 1;
    }
    return options->sql_version.major > 0;
}

static bool take_other(int letter, struct lab_options *options, int64_t *seed)
{
    switch (letter) {
    case 's':
        return read_number(optarg, INT64_MAX, seed);
    case 'x':
        return read_number(optarg, VIRTUAL_SPEED_MAX, &options->speed);
    case 'v':
        return read_version(optarg, options);
    case 'w':
        return options->now = true;
    case 'l':
        return options->ledger = true;
    case 'e':
        return options->received = true;
    case 'o':
    case 'c':
        return read_key((char)letter, optarg, options);
    default:
        return false;
    }
}

/* 0 to go on, otherwise the exit code + 1. */
static int parse(int argc, char **argv, struct lab_options *options)
{
    static const struct option long_options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"seed", required_argument, NULL, 's'},
        {"speed", required_argument, NULL, 'x'},
        {"scenario", required_argument, NULL, 'f'},
        {"sql-version", required_argument, NULL, 'v'},
        {"now", no_argument, NULL, 'w'},
        {"ledger", no_argument, NULL, 'l'},
        {"received", no_argument, NULL, 'e'},
        {"keytab", required_argument, NULL, 'k'},
        {"realm", required_argument, NULL, 'r'},
        {"ntlm-users", required_argument, NULL, 'n'},
        {"world", required_argument, NULL, 'o'},
        {"chat", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const struct {
        int letter;
        const char **value;
    } texts[] = {{'d', &options->dir},
                 {'f', &options->scenario},
                 {'k', &options->domain.keytab},
                 {'r', &options->domain.realm},
                 {'n', &options->domain.ntlm_users}};
    int64_t seed = 1;
    bool sound = true;

    for (int letter; (letter = getopt_long(argc, argv, "h", long_options, NULL)) != -1;) {
        bool is_text = false;
        for (size_t i = 0; i < COUNT(texts); i++)
            if (texts[i].letter == letter)
                is_text = (*texts[i].value = optarg) != NULL;
        if (letter == 'h')
            return print_usage(stdout) < 0 ? 1 + EXIT_REFUSED : 1;
        sound = sound && (is_text || take_other(letter, options, &seed));
    }
    options->seed = (uint64_t)seed;
    if (sound && options->dir && optind == argc)
        return 0;
    print_usage(stderr);
    return 1 + EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct lab_options options = {
        .speed = 1, .world = world_config_default(), .domain.realm = "LITWAREINC.COM"};
    struct err err = ERR_INIT;
    int outcome = parse(argc, argv, &options);

    if (outcome != 0)
        return outcome - 1;
    signal(SIGPIPE, SIG_IGN);
    if (lab_run(&options, &err) == 0)
        return 0;
    fprintf(stderr, "pchat-lab: %s\n", err.text);
    return err.kind == ERR_CONFIG || err.kind == ERR_USAGE ? EXIT_USAGE : EXIT_REFUSED;
}
