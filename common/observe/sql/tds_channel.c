#include "observe/sql/tds_channel.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* Header: type, status, length of the whole packet (2 bytes, big-endian), session id (2), packet number,
 * window. */
enum { HEADER_BYTES = 8, STATUS_END_OF_MESSAGE = 1, PACKET_MAX_BYTES = 32768, PAYLOAD_MAX_BYTES = 4096 - 8 };

static enum tds_outcome wait_for(int socket, short events, struct deadline deadline)
{
    struct pollfd ready = {.fd = socket, .events = events};
    int64_t left_ms = deadline_left_ms(deadline);
    int status;

    /* Also where there is always something to read: a server may send without end. */
    if (left_ms == 0)
        return TDS_TIMED_OUT;
    do
        status = poll(&ready, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
    while (status < 0 && errno == EINTR);
    if (status < 0)
        return TDS_FAILED;
    return status ? TDS_DONE : TDS_TIMED_OUT;
}

static enum tds_outcome connect_one(int socket, const struct addrinfo *address, struct deadline deadline)
{
    enum tds_outcome outcome;
    int status = 0;
    socklen_t size = sizeof(status);

    if (connect(socket, address->ai_addr, address->ai_addrlen) == 0)
        return TDS_DONE;
    if (errno != EINPROGRESS)
        return TDS_FAILED;
    outcome = wait_for(socket, POLLOUT, deadline);
    if (outcome != TDS_DONE)
        return outcome;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &status, &size) != 0)
        return TDS_FAILED;
    errno = status;
    return status ? TDS_FAILED : TDS_DONE;
}

enum tds_outcome tds_connect(const struct addrinfo *addresses, struct deadline deadline, int *ret_socket)
{
    enum tds_outcome outcome = TDS_FAILED;
    int error = EADDRNOTAVAIL;

    for (const struct addrinfo *a = addresses; a && outcome != TDS_DONE; a = a->ai_next) {
        int fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);

        outcome = fd < 0 ? TDS_FAILED : connect_one(fd, a, deadline);
        error = errno;
        if (outcome == TDS_DONE)
            *ret_socket = fd;
        else if (fd >= 0)
            close(fd);
    }
    errno = error;
    return outcome;
}

static enum tds_outcome send_all(int socket, const unsigned char *bytes, size_t length,
                                 struct deadline deadline)
{
    while (length) {
        enum tds_outcome outcome = wait_for(socket, POLLOUT, deadline);
        ssize_t sent;

        if (outcome != TDS_DONE)
            return outcome;
        sent = send(socket, bytes, length, MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes += sent;
            length -= (size_t)sent;
        } else if (errno != EAGAIN && errno != EINTR) {
            return errno == EPIPE || errno == ECONNRESET ? TDS_CLOSED : TDS_FAILED;
        }
    }
    return TDS_DONE;
}

static enum tds_outcome receive_all(int socket, unsigned char *bytes, size_t length, struct deadline deadline)
{
    while (length) {
        enum tds_outcome outcome = wait_for(socket, POLLIN, deadline);
        ssize_t got;

        if (outcome != TDS_DONE)
            return outcome;
        got = recv(socket, bytes, length, 0);
        if (got == 0)
            return TDS_CLOSED;
        if (got > 0) {
            bytes += got;
            length -= (size_t)got;
        } else if (errno != EAGAIN && errno != EINTR) {
            return errno == ECONNRESET ? TDS_CLOSED : TDS_FAILED;
        }
    }
    return TDS_DONE;
}

static enum tds_outcome send_packet(int socket, enum tds_packet_type type, bool last,
                                    const unsigned char *payload, size_t length, struct deadline deadline)
{
    unsigned char packet[HEADER_BYTES + PAYLOAD_MAX_BYTES] = {(unsigned char)type,
                                                              last ? STATUS_END_OF_MESSAGE : 0};

    packet[2] = (unsigned char)((length + HEADER_BYTES) >> 8);
    packet[3] = (unsigned char)((length + HEADER_BYTES) & 0xFF);
    memcpy(packet + HEADER_BYTES, payload, length);
    return send_all(socket, packet, HEADER_BYTES + length, deadline);
}

enum tds_outcome tds_send(int socket, enum tds_packet_type type, const void *payload, size_t length,
                          struct deadline deadline)
{
    const unsigned char *at = payload;
    enum tds_outcome outcome = TDS_DONE;

    while (length && outcome == TDS_DONE) {
        size_t part = length < PAYLOAD_MAX_BYTES ? length : PAYLOAD_MAX_BYTES;

        outcome = send_packet(socket, type, part == length, at, part, deadline);
        at += part;
        length -= part;
    }
    return outcome;
}

enum tds_outcome tds_receive(int socket, struct strbuf *payload, struct deadline deadline)
{
    unsigned char header[HEADER_BYTES], chunk[1024];
    enum tds_outcome outcome = receive_all(socket, header, sizeof(header), deadline);
    size_t left;

    if (outcome != TDS_DONE)
        return outcome;
    left = (size_t)header[2] << 8 | header[3];
    if ((header[0] != TDS_PACKET_REPLY && header[0] != TDS_PACKET_PRELOGIN) || left < HEADER_BYTES ||
        left > PACKET_MAX_BYTES)
        return TDS_GARBAGE;
    for (left -= HEADER_BYTES; left && outcome == TDS_DONE;) {
        size_t part = left < sizeof(chunk) ? left : sizeof(chunk);

        outcome = receive_all(socket, chunk, part, deadline);
        if (outcome == TDS_DONE)
            strbuf_add_n(payload, (const char *)chunk, part);
        left -= part;
    }
    return outcome;
}
