#include "observe/core/suspects.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>

enum { SUSPECTS_MOST = 64, NAME_BYTES = 72, NOBODY = -1 };

struct suspects {
    atomic_int caught, last;
    struct {
        char name[NAME_BYTES];
        bool convicted;
    } endpoints[SUSPECTS_MOST];
};

/* A signal handler has nothing else to reach them by. */
static struct suspects *watched;
static _Thread_local int current = NOBODY;

struct suspects *suspects_new(void)
{
    struct suspects *suspects =
        mmap(NULL, sizeof(*suspects), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (suspects == MAP_FAILED)
        return NULL;
    suspects->caught = suspects->last = NOBODY;
    return suspects;
}

void suspects_free(struct suspects *suspects)
{
    if (suspects)
        munmap(suspects, sizeof(*suspects));
}

/* SA_RESETHAND: what comes after the return is the signal again, and the end. */
static void note(int signal_number)
{
    (void)signal_number;
    atomic_store(&watched->caught, current);
}

void suspects_watch(struct suspects *suspects)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};

    watched = suspects;
    for (size_t i = 0; suspects && i < COUNT(fatal); i++)
        sigaction(fatal[i], &action, NULL);
}

void suspects_enter(struct suspects *suspects, size_t endpoint, const char *name)
{
    if (!suspects || endpoint >= SUSPECTS_MOST)
        return;
    snprintf(suspects->endpoints[endpoint].name, NAME_BYTES, "%s", name);
    current = (int)endpoint;
}

bool suspects_convicted(const struct suspects *suspects, size_t endpoint)
{
    return suspects && endpoint < SUSPECTS_MOST && suspects->endpoints[endpoint].convicted;
}

bool suspects_convict(struct suspects *suspects)
{
    int caught = suspects ? atomic_exchange(&suspects->caught, NOBODY) : NOBODY;

    if (caught < 0 || caught >= SUSPECTS_MOST || suspects->endpoints[caught].convicted)
        return false;
    suspects->endpoints[caught].convicted = true;
    suspects->last = caught;
    return true;
}

const char *suspects_last_name(const struct suspects *suspects)
{
    return suspects && suspects->last >= 0 ? suspects->endpoints[suspects->last].name : NULL;
}
