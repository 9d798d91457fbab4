/*
 * stop_at [--of-program] [--do COMMAND] POINT... -- PROGRAM [ARGUMENT...]: runs a program, and does something
 * at a point of it that only its system calls tell: by default SIGKILL, of the process that has reached it
 * and of PROGRAM.
 *
 *   POINT         CALL[*COUNT][.entry][~TEXT]; each is waited for once the one before was reached, and at the
 * last one it is done.  .entry: before the kernel does what is asked, else once it has succeeded.  TEXT must
 * be in what is written, or in the path.  Or run~COMMAND: sh runs it where the point before was reached, and
 * it goes on.
 *   CALL          write: write(); commit: unlink(), what SQLite ends a transaction with; send: to a socket;
 * sync: fdatasync(), fsync(); disk: pwrite64(); start: of another process
 *   --do COMMAND  is run by sh, with $REACHED, the process that stands still there, and $PROGRAM; then both
 * go on
 *   --of-program  points of PROGRAM itself; otherwise of each process that it forks
 *
 * Exit: as PROGRAM, or 128 + the signal that ended it; 3 for usage.  SIGTERM is passed on to PROGRAM.
 *
 * Linux, ptrace; of a program that is not dumpable, CAP_SYS_PTRACE.
 */
#include "base/cleanup.h"
#include "base/number.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum { POINTS_MOST = 8, TRACEES_MOST = 256, TEXT_MOST_BYTES = 4096, EXIT_USAGE = 3, EXIT_SIGNAL = 128 };
enum { SYSCALL_STOP = SIGTRAP | 0x80 };

/* ---- points ---- */

enum call { CALL_WRITE, CALL_COMMIT, CALL_SEND, CALL_SYNC, CALL_DISK, CALL_START, CALL_RUN, CALL_COUNT };

static const char *const call_names[CALL_COUNT] = {"write", "commit", "send", "sync", "disk", "start", "run"};

struct point {
    enum call call;
    int64_t count;
    bool at_entry;
    const char *text; /* NULL: whatever it is */
};

static struct {
    struct point points[POINTS_MOST];
    size_t count;
    const char *command; /* NULL: SIGKILL */
    bool of_program;
    bool is_done;
} task;

static bool take_call(const char *word, size_t length, enum call *ret_call)
{
    for (enum call call = 0; call < CALL_COUNT; call++)
        if (strlen(call_names[call]) == length && strncmp(call_names[call], word, length) == 0) {
            *ret_call = call;
            return true;
        }
    return false;
}

/* The word is cut into its parts. */
static bool take_point(char *word)
{
    struct point *point = &task.points[task.count];
    char *text = strchr(word, '~'), *entry, *count;

    if (task.count == POINTS_MOST)
        return false;
    task.count++;
    *point = (struct point){.count = 1};
    if (text) {
        *text = '\0';
        point->text = text + 1;
    }
    entry = strstr(word, ".entry");
    if (entry && !entry[strlen(".entry")]) {
        *entry = '\0';
        point->at_entry = true;
    }
    count = strchr(word, '*');
    if (count && (!number_parse(count + 1, &point->count) || point->count < 1))
        return false;
    return take_call(word, count ? (size_t)(count - word) : strlen(word), &point->call) &&
           (point->call != CALL_RUN || (point->text && task.count > 1));
}

/* ---- who is traced ---- */

struct process {
    int depth;    /* 0: PROGRAM, 1: a child of it */
    size_t point; /* that is waited for */
    int64_t seen; /* of its count */
};

struct tracee {
    pid_t id;                /* a thread; 0: free */
    struct process *process; /* NULL: stopped already, and its parent has not told of it yet */
    bool matches;            /* the call that it is in */
};

static struct tracee tracees[TRACEES_MOST];
static struct process processes[TRACEES_MOST];
static size_t process_count;
static volatile pid_t program;

static struct tracee *find_tracee(pid_t id)
{
    for (size_t i = 0; i < COUNT(tracees); i++)
        if (tracees[i].id == id)
            return &tracees[i];
    return NULL;
}

static struct tracee *add_tracee(pid_t id)
{
    struct tracee *tracee = find_tracee(0);

    if (!tracee) {
        fprintf(stderr, "stop_at: more processes than it can follow\n");
        exit(EXIT_USAGE);
    }
    *tracee = (struct tracee){.id = id};
    return tracee;
}

static struct process *add_process(int depth)
{
    struct process *process = &processes[process_count++ % COUNT(processes)];

    *process = (struct process){.depth = depth};
    return process;
}

static bool is_watched(const struct tracee *tracee)
{
    return !task.is_done && tracee->process->depth == !task.of_program;
}

/* What the watched start are no more ours: looks, programs of the site. */
static void go_on(struct tracee *tracee, int signal_number)
{
    if (!tracee->process)
        return;
    if (tracee->process->depth > 1) {
        ptrace(PTRACE_DETACH, tracee->id, NULL, (long)signal_number);
        tracee->id = 0;
        return;
    }
    ptrace(is_watched(tracee) ? PTRACE_SYSCALL : PTRACE_CONT, tracee->id, NULL, (long)signal_number);
}

/* ---- what a call is ---- */

static bool is_socket(pid_t id, uint64_t fd)
{
    char path[64], target[64] = "";

    snprintf(path, sizeof(path), "/proc/%d/fd/%llu", (int)id, (unsigned long long)fd);
    return readlink(path, target, sizeof(target) - 1) > 0 &&
           strncmp(target, "socket:", strlen("socket:")) == 0;
}

static bool starts_process(const struct __ptrace_syscall_info *info)
{
#ifdef SYS_vfork
    if (info->entry.nr == SYS_vfork || info->entry.nr == SYS_fork)
        return true;
#endif
    return info->entry.nr == SYS_clone || info->entry.nr == SYS_clone3;
}

static bool is_call(enum call call, pid_t id, const struct __ptrace_syscall_info *info)
{
    bool writes = info->entry.nr == SYS_write || info->entry.nr == SYS_writev;

    switch (call) {
    case CALL_WRITE:
        return info->entry.nr == SYS_write;
    case CALL_COMMIT:
#ifdef SYS_unlink
        if (info->entry.nr == SYS_unlink)
            return true;
#endif
        return info->entry.nr == SYS_unlinkat;
    case CALL_SEND:
        return info->entry.nr == SYS_sendto || info->entry.nr == SYS_sendmsg ||
               (writes && is_socket(id, info->entry.args[0]));
    case CALL_SYNC:
        return info->entry.nr == SYS_fdatasync || info->entry.nr == SYS_fsync;
    case CALL_DISK:
        return info->entry.nr == SYS_pwrite64;
    case CALL_START:
        return starts_process(info);
    default:
        return false;
    }
}

/* Of write(): what is written; of unlink(): the path. */
static bool has_text(const char *text, pid_t id, const struct __ptrace_syscall_info *info)
{
    bool is_path = info->entry.nr != SYS_write, is_at = info->entry.nr == SYS_unlinkat;
    uint64_t address = info->entry.args[is_path && !is_at ? 0 : 1],
             length = is_path ? TEXT_MOST_BYTES : info->entry.args[2];
    char bytes[TEXT_MOST_BYTES];
    struct iovec here = {bytes, sizeof(bytes)},
                 there = {NULL, length < sizeof(bytes) ? length : sizeof(bytes)};
    ssize_t got;

    memcpy(&there.iov_base, &address, sizeof(address));
    got = process_vm_readv(id, &here, 1, &there, 1, 0);
    return got > 0 && memmem(bytes, is_path ? strnlen(bytes, (size_t)got) : (size_t)got, text, strlen(text));
}

/* ---- what is done there ---- */

static void run_command(const char *command, pid_t reached)
{
    char ids[2][24];
    pid_t shell = fork();

    if (shell == 0) {
        snprintf(ids[0], sizeof(ids[0]), "%d", (int)reached);
        snprintf(ids[1], sizeof(ids[1]), "%d", (int)program);
        setenv("REACHED", ids[0], 1);
        setenv("PROGRAM", ids[1], 1);
        execl("/bin/sh", "sh", "-c", command, NULL);
        _exit(EXIT_USAGE);
    }
    while (waitpid(shell, NULL, 0) < 0 && errno == EINTR)
        ;
}

static void act(pid_t reached)
{
    task.is_done = true;
    if (task.command) {
        run_command(task.command, reached);
        return;
    }
    kill(reached, SIGKILL);
    kill(program, SIGKILL);
}

static void pass_point(struct tracee *tracee)
{
    struct process *process = tracee->process;

    if (++process->seen < task.points[process->point].count)
        return;
    process->seen = 0;
    while (++process->point < task.count && task.points[process->point].call == CALL_RUN)
        run_command(task.points[process->point].text, tracee->id);
    if (process->point == task.count)
        act(tracee->id);
}

static void judge_call(struct tracee *tracee)
{
    struct __ptrace_syscall_info info;
    const struct point *point = &task.points[tracee->process->point];

    if (ptrace(PTRACE_GET_SYSCALL_INFO, tracee->id, sizeof(info), &info) <= 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        tracee->matches = is_call(point->call, tracee->id, &info) &&
                          (!point->text || has_text(point->text, tracee->id, &info));
        if (tracee->matches && point->at_entry) {
            tracee->matches = false;
            pass_point(tracee);
        }
    } else if (tracee->matches) {
        tracee->matches = false;
        if (!info.exit.is_error)
            pass_point(tracee);
    }
}

/* ---- stops ---- */

static void take_child(const struct tracee *parent, int event)
{
    unsigned long id = 0;
    struct tracee *child;
    bool known;

    if (ptrace(PTRACE_GETEVENTMSG, parent->id, NULL, &id) != 0)
        return;
    child = find_tracee((pid_t)id);
    known = child != NULL; /* it has stopped before its parent did */
    if (!known)
        child = add_tracee((pid_t)id);
    child->process = event == PTRACE_EVENT_CLONE ? parent->process : add_process(parent->process->depth + 1);
    if (known)
        go_on(child, 0);
}

static bool is_stopping(int signal_number)
{
    return signal_number == SIGSTOP || signal_number == SIGTSTP || signal_number == SIGTTIN ||
           signal_number == SIGTTOU;
}

static void take_stop(struct tracee *tracee, int status)
{
    int event = (int)((unsigned)status >> 16), signal_number = WSTOPSIG(status);

    if (signal_number == SYSCALL_STOP) {
        if (is_watched(tracee))
            judge_call(tracee);
        go_on(tracee, 0);
    } else if (event == PTRACE_EVENT_STOP && is_stopping(signal_number)) {
        ptrace(PTRACE_LISTEN, tracee->id, NULL, NULL);
    } else if (event) {
        if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
            take_child(tracee, event);
        go_on(tracee, 0);
    } else {
        go_on(tracee, signal_number);
    }
}

/* Until PROGRAM has ended; its exit code. */
static int follow(void)
{
    for (;;) {
        int status = 0;
        pid_t id = waitpid(-1, &status, __WALL);
        struct tracee *tracee;

        if (id < 0 && errno != EINTR)
            return EXIT_USAGE;
        if (id < 0)
            continue;
        if (WIFSTOPPED(status)) {
            tracee = find_tracee(id);
            take_stop(tracee ? tracee : add_tracee(id), status);
            continue;
        }
        tracee = find_tracee(id);
        if (tracee)
            tracee->id = 0;
        if (id == program)
            return WIFSIGNALED(status) ? EXIT_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
    }
}

/* ---- life ---- */

static void pass_on(int signal_number)
{
    kill(program, signal_number);
}

static _Noreturn void be_program(char **argv, int gate)
{
    char byte;

    if (read(gate, &byte, 1) != 1)
        _exit(EXIT_USAGE);
    close(gate);
    execvp(argv[0], argv);
    fprintf(stderr, "stop_at: %s: %s\n", argv[0], strerror(errno));
    _exit(EXIT_USAGE);
}

static int run(char **argv)
{
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                         PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    struct sigaction action = {.sa_handler = pass_on};
    int gate[2];

    if (pipe(gate) != 0)
        return EXIT_USAGE;
    program = fork();
    if (program == 0) {
        close(gate[1]);
        be_program(argv, gate[0]);
    }
    close(gate[0]);
    sigaction(SIGTERM, &action, NULL);
    if (program < 0 || ptrace(PTRACE_SEIZE, program, NULL, options) != 0) {
        perror("stop_at: it cannot be traced");
        return EXIT_USAGE;
    }
    add_tracee(program)->process = add_process(0);
    if (task.of_program)
        ptrace(PTRACE_INTERRUPT, program, NULL, NULL);
    if (write(gate[1], "", 1) != 1)
        return EXIT_USAGE;
    close(gate[1]);
    return follow();
}

int main(int argc, char **argv)
{
    int at = 1;

    for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
        if (strcmp(argv[at], "--of-program") == 0)
            task.of_program = true;
        else if (strcmp(argv[at], "--do") == 0 && at + 1 < argc)
            task.command = argv[++at];
        else if (!take_point(argv[at]))
            break;
    }
    if (at + 1 >= argc || strcmp(argv[at], "--") != 0 || !task.count) {
        fprintf(stderr, "usage: stop_at [--of-program] [--do COMMAND] POINT... -- PROGRAM [ARGUMENT...]\n");
        return EXIT_USAGE;
    }
    return run(argv + at + 1);
}
