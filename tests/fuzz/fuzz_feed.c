/*
 * Any bytes on the observer's socket, from either side: what is read is a document or says why not; what is
 * asked is answered or refused, and the server goes on.
 */
#include "base/cleanup.h"
#include "feed/feed_client.h"

#include <string.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a socket takes without a reader. */
enum { ASKED_MAX_BYTES = 32 * 1024, TURNS = 4096 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void read_as_document(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    AUTO(feed_document)
    struct feed_document *document = feed_read((const char *)data, size, clock_system(), &err);

    require(document || (err.kind == ERR_INPUT && *err.text));
    require(!document || document->kind != FEED_POOL ||
            (document->pool.snapshot != NULL) == (document->pool.generation > 0));
}

static struct feed_board *board_of_one(void)
{
    static const struct feed_board_plan plan = {"a.example", 60000};
    struct feed_board *board = feed_board_new("t.yaml", clock_system());

    feed_board_plan(board, &plan, 1);
    return board;
}

static void take_all(int fd)
{
    char bytes[4096];

    while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
        ;
}

static void ask(const uint8_t *data, size_t size)
{
    AUTO(feed_board) struct feed_board *board = board_of_one();
    struct feed_client client;
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        return;
    feed_client_start(&client, ends[0], clock_system());
    require(send(ends[1], data, size, 0) == (ssize_t)size || size == 0);
    shutdown(ends[1], SHUT_WR);
    for (int turn = 0; turn < TURNS && feed_client_attend(&client, board, true); turn++) {
        take_all(ends[1]);
        if (client.follows && client.heard_all && client.out.length == 0)
            break;
    }
    feed_client_done(&client);
    close(ends[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > ASKED_MAX_BYTES)
        return 0;
    read_as_document(data, size);
    ask(data, size);
    return 0;
}
