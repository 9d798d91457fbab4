#include "observe/vantage/command_run.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* How long a killed program may take to be gone: one in an uninterruptible wait takes longer. */
enum { GONE_WITHIN_MS = 200, FIRST_FREE_FD = 3, ERRORS_MOST_BYTES = 4096 };

/* ---- the program's side: between fork and exec of a process with threads, only system calls ---- */

struct stage {
    int input, output, errors;
    pid_t parent;
    const char *path;
    char **argv;
};

_Noreturn static void become(const struct stage *stage)
{
    static char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
    static const struct rlimit no_core = {0, 0};
    sigset_t none;

    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0L, 0L, 0L);
    if (getppid() != stage->parent || dup2(stage->input, STDIN_FILENO) < 0 ||
        dup2(stage->output, STDOUT_FILENO) < 0 || dup2(stage->errors, STDERR_FILENO) < 0 || chdir("/") != 0)
        _exit(EXIT_FAILURE);
    (void)syscall(SYS_close_range, (unsigned)FIRST_FREE_FD, UINT_MAX, 0U);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    execve(stage->path, stage->argv, environment);
    _exit(127);
}

/* ---- our side ---- */

struct run {
    pid_t child;
    int pidfd, output, errors;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Never one of the three that the child's own take the place of. */
static int moved(int fd)
{
    int high = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD) : -1;

    close_fd(&fd);
    return high;
}

/* A file in memory: it cannot fill up, nor be closed before all was read. */
static int input_of(const char *text)
{
    int fd = moved(memfd_create("objects", MFD_CLOEXEC));
    struct strbuf bytes = {(char *)text, strlen(text), 0};

    if (fd >= 0 && (strbuf_write_fd(&bytes, fd) != 0 || lseek(fd, 0, SEEK_SET) != 0))
        close_fd(&fd);
    return fd;
}

static bool open_pipe(int *ret_read, int *ret_write)
{
    int ends[2] = {-1, -1};

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    *ret_read = moved(ends[0]);
    *ret_write = moved(ends[1]);
    return *ret_read >= 0 && *ret_write >= 0 && fcntl(*ret_read, F_SETFL, O_NONBLOCK) == 0;
}

static char **argv_of(const struct command *command)
{
    char **argv = mem_alloc((command->arg_count + 2) * sizeof(*argv));

    argv[0] = (char *)command->path;
    for (size_t i = 0; i < command->arg_count; i++)
        argv[i + 1] = (char *)command->args[i];
    return argv;
}

/* 0, or an errno. */
static int launch(const struct command *command, struct stage *stage, struct run *run)
{
    stage->input = input_of(command->input);
    if (stage->input < 0 || !open_pipe(&run->output, &stage->output) ||
        !open_pipe(&run->errors, &stage->errors))
        return errno;
    run->child = fork();
    if (run->child == 0)
        become(stage);
    if (run->child < 0)
        return errno;
    (void)setpgid(run->child, run->child); /* whoever of the two comes first */
    run->pidfd = (int)syscall(SYS_pidfd_open, run->child, 0U);
    return run->pidfd < 0 ? errno : 0;
}

static int start(const struct command *command, struct run *run)
{
    AUTO_FREE char **argv = argv_of(command);
    struct stage stage = {-1, -1, -1, getpid(), command->path, argv};
    int status = launch(command, &stage, run);

    close_fd(&stage.input);
    close_fd(&stage.output);
    close_fd(&stage.errors);
    return status;
}

/* All that is there now.  False once there is more than most_bytes. */
static bool drain(int *fd, size_t most_bytes, struct strbuf *text)
{
    char chunk[4096];
    ssize_t got = 0;

    while (*fd >= 0 && text->length <= most_bytes && (got = read(*fd, chunk, sizeof(chunk))) > 0)
        strbuf_add_n(text, chunk, (size_t)got);
    if (got == 0 && text->length <= most_bytes)
        close_fd(fd);
    return text->length <= most_bytes;
}

static int wait_ms(struct deadline deadline)
{
    int64_t left_ms = deadline_left_ms(deadline);

    return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

/* COMMAND_EXITED stands for "it ended", however. */
static enum command_end attend(struct run *run, size_t most_bytes, struct deadline deadline,
                               struct strbuf *output, struct strbuf *errors)
{
    while (!deadline_passed(deadline)) {
        struct pollfd watched[] = {{.fd = run->output, .events = POLLIN},
                                   {.fd = run->errors, .events = POLLIN},
                                   {.fd = run->pidfd, .events = POLLIN}};

        if (poll(watched, COUNT(watched), wait_ms(deadline)) <= 0)
            continue;
        if (!drain(&run->output, most_bytes, output))
            return COMMAND_TOO_MUCH;
        if (!drain(&run->errors, ERRORS_MOST_BYTES, errors))
            strbuf_truncate(errors, ERRORS_MOST_BYTES); /* read on, keep the beginning */
        if (watched[2].revents)
            return COMMAND_EXITED;
    }
    return COMMAND_TIMED_OUT;
}

/* The rest of the group goes with it: while the leader is not waited for, nobody else can have its number. */
static int finish(const struct run *run)
{
    struct pollfd gone = {.fd = run->pidfd, .events = POLLIN};
    int status = 0;

    (void)kill(-run->child, SIGKILL);
    (void)kill(run->child, SIGKILL);
    (void)poll(&gone, 1, GONE_WITHIN_MS);
    while (waitpid(run->child, &status, WNOHANG) < 0 && errno == EINTR)
        ;
    return status;
}

static struct command_result judge(enum command_end end, int status)
{
    if (end != COMMAND_EXITED)
        return (struct command_result){end, 0};
    if (WIFSIGNALED(status))
        return (struct command_result){COMMAND_KILLED, WTERMSIG(status)};
    return (struct command_result){COMMAND_EXITED, WEXITSTATUS(status)};
}

struct command_result command_run(const struct command *command, struct deadline deadline,
                                  struct strbuf *output, struct strbuf *errors)
{
    struct run run = {-1, -1, -1, -1};
    struct command_result result = {COMMAND_NOT_RUN, start(command, &run)};

    if (!result.code) {
        enum command_end end = attend(&run, command->output_most_bytes, deadline, output, errors);

        result = judge(end, finish(&run));
    } else if (run.child > 0) {
        (void)kill(run.child, SIGKILL);
        (void)waitpid(run.child, NULL, 0);
    }
    close_fd(&run.output);
    close_fd(&run.errors);
    close_fd(&run.pidfd);
    return result;
}
