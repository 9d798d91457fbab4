#include "act/runner/people.h"

#include <string.h>
#include <sys/socket.h>

uid_t people_peer(int socket_fd)
{
    struct ucred peer;
    socklen_t length = sizeof(peer);

    return getsockopt(socket_fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 ? peer.uid : (uid_t)-1;
}

const struct topology_person *people_find(const struct topology_acting *acting, uid_t uid, const char *by,
                                          struct err *err)
{
    for (size_t i = 0; i < acting->person_count; i++) {
        const struct topology_person *person = &acting->people[i];

        if (person->uid != (int64_t)uid)
            continue;
        if (!by || strcmp(by, person->name) == 0)
            return person;
        err_set(err, ERR_USAGE, "uid %lld is %s, not %s", (long long)uid, person->name, by);
        return NULL;
    }
    err_set(err, ERR_USAGE, "uid %lld is none of the persons of the topology (acting: people)",
            (long long)uid);
    return NULL;
}
