#include "act/runner/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void be_child(int (*work)(void *argument, int fd), void *argument, int fd, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it ended before we asked */
        _exit(EXIT_FAILURE);
    _exit(work(argument, fd));
}

int worker_start(struct worker *worker, int (*work)(void *argument, int fd), void *argument, struct err *err)
{
    pid_t parent = getpid();
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_set_errno(err, ERR_IO, errno, "no pipe to a worker");
    worker->pid = fork();
    if (worker->pid == 0)
        be_child(work, argument, ends[1], parent);
    close(ends[1]);
    if (worker->pid < 0) {
        close(ends[0]);
        worker->pid = 0;
        return err_set_errno(err, ERR_IO, errno, "no worker can be started");
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    worker->fd = ends[0];
    return 0;
}

static void tell_lines(struct worker *worker, void (*line)(void *user, const char *text, size_t length),
                       void *user)
{
    const char *text = strbuf_text(&worker->said), *end;
    AUTO(strbuf) struct strbuf rest = STRBUF_INIT;

    while ((end = strchr(text, '\n'))) {
        line(user, text, (size_t)(end - text));
        text = end + 1;
    }
    strbuf_add(&rest, text);
    strbuf_truncate(&worker->said, 0);
    strbuf_add(&worker->said, strbuf_text(&rest));
}

/* False: it says nothing more. */
static bool read_all(struct worker *worker)
{
    char bytes[4096];
    ssize_t got;

    do {
        got = read(worker->fd, bytes, sizeof(bytes));
        if (got > 0)
            strbuf_add_n(&worker->said, bytes, (size_t)got);
    } while (got > 0 || (got < 0 && errno == EINTR));
    return got < 0 && errno == EAGAIN;
}

bool worker_hear(struct worker *worker, void (*line)(void *user, const char *text, size_t length), void *user)
{
    bool more = read_all(worker);

    tell_lines(worker, line, user);
    if (!more)
        worker_done(worker);
    return more;
}

void worker_stop(const struct worker *worker)
{
    if (worker->pid)
        kill(worker->pid, SIGTERM);
}

void worker_done(struct worker *worker)
{
    if (worker->fd >= 0)
        close(worker->fd);
    if (worker->pid) {
        kill(worker->pid, SIGKILL);
        while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    strbuf_done(&worker->said);
    worker->pid = 0;
    worker->fd = -1;
}
