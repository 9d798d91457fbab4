/*
 * measure RUNS COMMAND... [-- COMMAND...]...: runs each command that often, in turns, so that what else
 * happens on the machine happens to all of them; output thrown away.  Prints one line of JSON for each, with
 * the medians of CPU, wall and peak memory of the command and its children (getrusage of each run).
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 10000, COMMANDS_MAX = 16 };

struct sample {
    double cpu_ms, wall_ms, rss_kib;
};

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double timeval_ms(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static void become(char **command)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execvp(command[0], command);
    _exit(127);
}

/* Returns the exit code of the command, or -1 when it did not end by itself. */
static int run_once(char **command, struct sample *ret_sample)
{
    double start_ms = now_ms();
    struct rusage usage;
    pid_t child = fork();
    int status;

    if (child == 0)
        become(command);
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return -1;
    *ret_sample = (struct sample){
        .cpu_ms = timeval_ms(usage.ru_utime) + timeval_ms(usage.ru_stime),
        .wall_ms = now_ms() - start_ms,
        .rss_kib = (double)usage.ru_maxrss,
    };
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const struct sample *samples, size_t count, size_t member_offset)
{
    double *values = calloc(count, sizeof(*values));
    double middle;

    if (!values)
        exit(3);
    for (size_t i = 0; i < count; i++)
        memcpy(&values[i], (const char *)&samples[i] + member_offset, sizeof(double));
    qsort(values, count, sizeof(*values), compare);
    middle = values[count / 2];
    free(values);
    return middle;
}

struct program {
    char **command;
    struct sample *samples;
    int code; /* of its last run */
};

/* Cuts the arguments at each "--"; returns how many commands that makes. */
static size_t find_programs(char **arguments, struct program programs[COMMANDS_MAX])
{
    size_t count = 0;
    bool begins = true;

    for (; *arguments && count < COMMANDS_MAX; arguments++) {
        if (strcmp(*arguments, "--") == 0) {
            *arguments = NULL;
            begins = true;
        } else if (begins) {
            programs[count++].command = arguments;
            begins = false;
        }
    }
    return count;
}

static void print(const struct program *program, size_t runs)
{
    printf("{\"runs\":%zu,\"exit\":%d,\"cpu_ms\":%.2f,\"wall_ms\":%.2f,\"rss_mib\":%.2f}\n", runs,
           program->code, median(program->samples, runs, offsetof(struct sample, cpu_ms)),
           median(program->samples, runs, offsetof(struct sample, wall_ms)),
           median(program->samples, runs, offsetof(struct sample, rss_kib)) / 1024);
}

int main(int argc, char **argv)
{
    long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    struct program programs[COMMANDS_MAX] = {0};
    struct sample *samples;
    size_t count = runs > 0 ? find_programs(argv + 2, programs) : 0;

    if (count == 0 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: measure RUNS COMMAND... [-- COMMAND...]...\n");
        return 3;
    }
    samples = calloc(count * (size_t)runs, sizeof(*samples));
    if (!samples)
        return 3;
    for (size_t i = 0; i < count; i++)
        programs[i].samples = samples + i * (size_t)runs;
    for (long run = 0; run < runs; run++)
        for (size_t i = 0; i < count; i++)
            programs[i].code = run_once(programs[i].command, &programs[i].samples[run]);
    for (size_t i = 0; i < count; i++)
        print(&programs[i], (size_t)runs);
    free(samples);
    return 0;
}
