#include "observe/snmp/snmp_address.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

/* Shared by the asker and the thread that resolves; whoever leaves last frees it. */
struct lookup {
    pthread_mutex_t mutex;
    pthread_cond_t done_cond;
    bool is_done;
    atomic_int users;
    int status; /* of getaddrinfo() */
    char address[INET6_ADDRSTRLEN];
    bool is_ipv6;
    char host[];
};

static struct lookup *lookup_new(const char *host)
{
    struct lookup *lookup = mem_alloc(sizeof(*lookup) + strlen(host) + 1);

    memcpy(lookup->host, host, strlen(host) + 1);
    pthread_mutex_init(&lookup->mutex, NULL);
    pthread_cond_init(&lookup->done_cond, NULL);
    atomic_init(&lookup->users, 1);
    return lookup;
}

static void lookup_free(struct lookup *lookup)
{
    if (!lookup || atomic_fetch_sub(&lookup->users, 1) > 1)
        return;
    pthread_mutex_destroy(&lookup->mutex);
    pthread_cond_destroy(&lookup->done_cond);
    free(lookup);
}

AUTO_DEFINE_FREE(lookup, struct lookup)

static int resolve(const char *host, char address[INET6_ADDRSTRLEN], bool *ret_is_ipv6)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM};
    struct addrinfo *found = NULL;
    int status = getaddrinfo(host, NULL, &hints, &found);

    if (status != 0)
        return status;
    *ret_is_ipv6 = found->ai_family == AF_INET6;
    status =
        getnameinfo(found->ai_addr, found->ai_addrlen, address, INET6_ADDRSTRLEN, NULL, 0, NI_NUMERICHOST);
    freeaddrinfo(found);
    return status;
}

static void *run(void *argument)
{
    struct lookup *lookup = argument;
    char address[INET6_ADDRSTRLEN] = "";
    bool is_ipv6 = false;
    int status = resolve(lookup->host, address, &is_ipv6);

    pthread_mutex_lock(&lookup->mutex);
    memcpy(lookup->address, address, sizeof(address));
    lookup->is_ipv6 = is_ipv6;
    lookup->status = status;
    lookup->is_done = true;
    pthread_cond_signal(&lookup->done_cond);
    pthread_mutex_unlock(&lookup->mutex);
    lookup_free(lookup);
    return NULL;
}

/* Starts the thread; -1 where there can be none. */
static int begin(struct lookup *lookup)
{
    pthread_attr_t attributes;
    pthread_t thread;
    int error;

    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    atomic_fetch_add(&lookup->users, 1);
    error = pthread_create(&thread, &attributes, run, lookup);
    pthread_attr_destroy(&attributes);
    if (error)
        atomic_fetch_sub(&lookup->users, 1);
    return error ? -1 : 0;
}

/* False when the deadline came first. */
static bool await(struct lookup *lookup, struct deadline deadline)
{
    struct timespec until = deadline_timespec(deadline);
    bool is_done;
    int error = 0;

    pthread_mutex_lock(&lookup->mutex);
    while (!lookup->is_done && error == 0)
        error = pthread_cond_clockwait(&lookup->done_cond, &lookup->mutex, CLOCK_MONOTONIC, &until);
    is_done = lookup->is_done;
    pthread_mutex_unlock(&lookup->mutex);
    return is_done;
}

static void write_target(char target[SNMP_TARGET_BYTES], const char *address, bool is_ipv6, int port)
{
    snprintf(target, SNMP_TARGET_BYTES, is_ipv6 ? "udp6:[%s]:%d" : "udp:%s:%d", address, port);
}

static bool is_numeric(const char *host, int family)
{
    unsigned char address[sizeof(struct in6_addr)];

    return inet_pton(family, host, address) == 1;
}

int snmp_address(const char *host, int port, struct deadline deadline, struct arena *arena,
                 char target[SNMP_TARGET_BYTES], struct snmp_failure *ret_failure)
{
    AUTO(lookup) struct lookup *lookup = NULL;

    if (is_numeric(host, AF_INET) || is_numeric(host, AF_INET6)) {
        write_target(target, host, strchr(host, ':'), port);
        return 0;
    }
    lookup = lookup_new(host);
    if (begin(lookup) != 0)
        return snmp_fail(ret_failure, SIGHT_UNRESOLVED, "no thread to resolve the name in", NULL);
    if (!await(lookup, deadline))
        return snmp_fail(ret_failure, SIGHT_UNRESOLVED, "the resolver did not answer in time",
                         "look at /etc/resolv.conf, or give the host's address");
    if (lookup->status != 0)
        return snmp_fail(ret_failure, SIGHT_UNRESOLVED,
                         arena_format(arena, "%s: %s", host, gai_strerror(lookup->status)), NULL);
    write_target(target, lookup->address, lookup->is_ipv6, port);
    return 0;
}
