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

/* A sanitizer's shadow is data too, and larger than any limit. */
static void limit_memory(size_t most_bytes)
{
#ifdef PCHAT_SANITIZED
    (void)most_bytes;
#else
    struct rlimit limit;

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

static struct child_result failed(int error)
{
    return (struct child_result){.end = CHILD_FAILED, .code = error};
}

/* True at the end of the text, which is the end of the child: nobody else holds the other end. */
static bool read_text(int fd, struct deadline deadline, struct strbuf *text)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char chunk[4096];

    while (!deadline_passed(deadline) && text->length <= TEXT_MAX_BYTES) {
        int64_t left_ms = deadline_left_ms(deadline);
        ssize_t got;

        if (poll(&ready, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms) <= 0)
            continue;
        got = read(fd, chunk, sizeof(chunk));
        if (got == 0)
            return true;
        if (got > 0)
            strbuf_add_n(text, chunk, (size_t)got);
    }
    return false;
}

static int reap(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static struct child_result judge(bool ended, int status, const struct strbuf *said)
{
    if (!ended)
        return (struct child_result){.end = CHILD_TIMED_OUT};
    if (WIFSIGNALED(status))
        return (struct child_result){.end = CHILD_CRASHED, .signal = WTERMSIG(status)};
    if (!said->length)
        return failed(0);
    return (struct child_result){.end = CHILD_ANSWERED, .code = WEXITSTATUS(status)};
}

static struct child_result attend(pid_t child, int pipe_end, struct deadline deadline, struct strbuf *text)
{
    AUTO(strbuf) struct strbuf said = STRBUF_INIT;
    bool ended = read_text(pipe_end, deadline, &said);
    struct child_result result;

    if (!ended)
        kill(child, SIGKILL);
    result = judge(ended, reap(child), &said);
    if (result.end == CHILD_ANSWERED)
        strbuf_add_n(text, strbuf_text(&said), said.length);
    return result;
}

struct child_result child_run(void (*work)(void *argument, struct child_answer *answer), void *argument,
                              size_t memory_most_bytes, struct deadline deadline, struct strbuf *text)
{
    struct child_result result;
    pid_t parent = getpid(), child;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return failed(errno);
    /* An ignored SIGCHLD, which is inherited, would take the status away. */
    (void)signal(SIGCHLD, SIG_DFL);
    child = fork();
    if (child == 0) {
        close(ends[0]);
        bind_to(parent);
        be_child(work, argument, memory_most_bytes, ends[1]);
    }
    close(ends[1]);
    result = child > 0 ? attend(child, ends[0], deadline, text) : failed(errno);
    close(ends[0]);
    return result;
}
