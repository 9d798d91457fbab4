#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { TEXT_MAX_BYTES = 16 * 1024 * 1024 };

/* ---- the child's side ---- */

/* Threads that libraries start (a resolver's) have stacks of 8 MB by default, and each counts as memory used.
 */
static void limit_stacks(void)
{
    enum { STACK_BYTES = 512 * 1024 };
    pthread_attr_t attributes;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    (void)pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
}

#ifndef PCHAT_SANITIZED
/* What it has of its parent, which may hold much: RLIMIT_DATA counts that too.  0 where /proc does not say.
 */
static size_t own_bytes(void)
{
    AUTO_FCLOSE FILE *file = fopen("/proc/self/statm", "re");
    size_t pages = 0;

    if (!file || fscanf(file, "%*s %*s %*s %*s %*s %zu", &pages) != 1)
        return 0;
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}
#endif

/* A sanitizer's shadow is data too, and larger than any limit. */
static void limit_memory(size_t most_bytes)
{
#ifdef PCHAT_SANITIZED
    (void)most_bytes;
#else
    struct rlimit limit;

    if (most_bytes < SIZE_MAX)
        most_bytes += own_bytes();
    if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur <= most_bytes)
        return;
    limit.rlim_cur = most_bytes;
    (void)setrlimit(RLIMIT_DATA, &limit);
#endif
}

/* Between fork and prctl the parent may have died already: then nobody waits. */
static void bind_to(pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0L, 0L, 0L);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
}

_Noreturn static void be_child(void (*work)(void *argument, struct child_answer *answer), void *argument,
                               size_t memory_most_bytes, int pipe_end)
{
    struct child_answer answer = {STRBUF_INIT, EXIT_FAILURE, false};

    /* They are the same where stdout was closed. */
    if (pipe_end != STDOUT_FILENO) {
        if (dup2(pipe_end, STDOUT_FILENO) < 0)
            _exit(EXIT_FAILURE);
        close(pipe_end);
    }
    limit_stacks();
    limit_memory(memory_most_bytes);
    work(argument, &answer);
    (void)strbuf_write_fd(&answer.text, STDOUT_FILENO); /* what is missing, the parent misses */
#ifdef PCHAT_SANITIZED
    /* Only so a leak is noticed. */
    strbuf_done(&answer.text);
    if (!answer.in_haste)
        exit(answer.code);
#endif
    _exit(answer.code);
}

/* ---- the parent's side ---- */

/* Reads once; false at the end of the text, which is the end of the child: nobody else holds the other end.
 */
static bool read_some(struct child *child)
{
    char chunk[16384];
    ssize_t got = read(child->fd, chunk, sizeof(chunk));

    if (got > 0)
        strbuf_add_n(&child->said, chunk, (size_t)got);
    child->said_all = got == 0;
    return got > 0;
}

bool child_hear(struct child *child)
{
    if (child->said_all)
        return false;
    while (child->said.length <= TEXT_MAX_BYTES && read_some(child))
        ;
    return !child->said_all && child->said.length <= TEXT_MAX_BYTES && !deadline_passed(child->deadline);
}

static struct child_result failed(int error)
{
    return (struct child_result){.end = CHILD_FAILED, .code = error};
}

static struct child_result judge(const struct child *child, int status)
{
    if (!child->said_all || (child->killed && WIFSIGNALED(status)))
        return (struct child_result){.end = CHILD_TIMED_OUT};
    if (WIFSIGNALED(status))
        return (struct child_result){.end = CHILD_CRASHED, .signal = WTERMSIG(status)};
    if (!child->said.length)
        return failed(0);
    return (struct child_result){.end = CHILD_ANSWERED, .code = WEXITSTATUS(status)};
}

bool child_end(struct child *child, bool wait, struct child_result *ret_result, struct strbuf *text)
{
    int status = 0;
    pid_t ended;

    /* One that has said all ends by itself, unless it hangs on its way out. */
    child->killed = !child->said_all || (!wait && deadline_passed(child->deadline));
    if (child->killed)
        kill(child->pid, SIGKILL);
    while ((ended = waitpid(child->pid, &status, wait ? 0 : WNOHANG)) < 0 && errno == EINTR)
        ;
    if (ended == 0)
        return false;
    *ret_result = judge(child, status);
    if (ret_result->end == CHILD_ANSWERED)
        strbuf_add_n(text, strbuf_text(&child->said), child->said.length);
    close(child->fd);
    strbuf_done(&child->said);
    *child = (struct child)CHILD_INIT;
    return true;
}

int child_start(struct child *child, void (*work)(void *argument, struct child_answer *answer),
                void *argument, size_t memory_most_bytes, struct deadline deadline)
{
    pid_t parent = getpid(), pid;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        bind_to(parent);
        be_child(work, argument, memory_most_bytes, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        int error = errno;

        close(ends[0]);
        errno = error;
        return -1;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *child = (struct child){.pid = pid, .fd = ends[0], .deadline = deadline};
    return 0;
}

struct child_result child_run(void (*work)(void *argument, struct child_answer *answer), void *argument,
                              size_t memory_most_bytes, struct deadline deadline, struct strbuf *text)
{
    struct child child = CHILD_INIT;
    struct child_result result;

    /* An ignored SIGCHLD, which is inherited, would take the status away. */
    (void)signal(SIGCHLD, SIG_DFL);
    if (child_start(&child, work, argument, memory_most_bytes, deadline) != 0)
        return failed(errno);
    while (child_hear(&child)) {
        struct pollfd ready = {.fd = child.fd, .events = POLLIN};
        int64_t left_ms = deadline_left_ms(deadline);

        (void)poll(&ready, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
    }
    child_end(&child, true, &result, text);
    return result;
}
