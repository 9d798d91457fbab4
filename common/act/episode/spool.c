/* The folder of episodes: what handlers drop and the runner takes. */
#include "act/episode/episode.h"

#include "base/clock.h"
#include "base/whole_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

/* A longer pool's name is cut and told apart by its hash: a file's name has 255 bytes. */
enum { NAME_POOL_BYTES = 160, EPISODE_MAX_BYTES = 4096, HALF_WRITTEN_S = 60, LEFT_S = 60 };

static const char dropped[] = ".episode", taken[] = ".taken", bad[] = ".bad", half[] = ".tmp";

/* ---- names ---- */

/* FNV-1a. */
static uint64_t hash(const char *text)
{
    uint64_t sum = UINT64_C(14695981039346656037);

    for (; *text; text++)
        sum = (sum ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return sum;
}

/* Without its ending. */
static void add_name(struct strbuf *out, const struct episode *episode)
{
    if (strlen(episode->pool) <= NAME_POOL_BYTES)
        strbuf_add(out, episode->pool);
    else
        strbuf_format(out, "%.*s~%016" PRIx64, NAME_POOL_BYTES, episode->pool, hash(episode->pool));
    strbuf_format(out, ".%s.%s", check_state_name(episode->state), episode->hard ? "HARD" : "SOFT");
    if (episode->kind != EPISODE_FAILOVER)
        strbuf_format(out, ".%s", episode_kind_name(episode->kind));
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), ending_length = strlen(ending);

    return length > ending_length && strcmp(name + length - ending_length, ending) == 0;
}

/* The name with another ending. */
static void replace_ending(struct strbuf *out, const char *name, const char *ending)
{
    strbuf_add_n(out, name, (size_t)(strrchr(name, '.') - name));
    strbuf_add(out, ending);
}

static int fail(const char *spool, const char *name, struct err *err)
{
    return err_set_errno(err, ERR_IO, errno, "%s/%s", spool, name);
}

static int open_spool(const char *spool, struct err *err)
{
    int fd = open(spool, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd >= 0 ? fd : err_set_errno(err, ERR_IO, errno, "%s", spool);
}

/* ---- drop ---- */

/* The group comes from the folder; the mode from here, whatever the daemon's umask. */
static int write_half(int folder, const char *name, const struct episode *episode)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_CLOSE int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);

    episode_write(episode, &text);
    if (fd < 0 || fchmod(fd, 0640) != 0 || strbuf_write_fd(&text, fd) != 0 || fsync(fd) != 0)
        return -1;
    return 0;
}

/* Many handlers write at once, and not all count their process ids alike. */
static int add_half_name(struct strbuf *out, const struct episode *episode)
{
    uint64_t lot;

    if (getentropy(&lot, sizeof(lot)) != 0)
        return -1;
    add_name(out, episode);
    strbuf_format(out, ".%016" PRIx64 "%s", lot, half);
    return 0;
}

int episode_drop(const char *spool, const struct episode *episode, struct err *err)
{
    AUTO(strbuf) struct strbuf half_name = STRBUF_INIT, name = STRBUF_INIT;
    AUTO_CLOSE int folder = open_spool(spool, err);
    int number;

    if (folder < 0)
        return -1;
    add_name(&name, episode);
    strbuf_add(&name, dropped);
    if (add_half_name(&half_name, episode) == 0 &&
        write_half(folder, strbuf_text(&half_name), episode) == 0 &&
        renameat(folder, strbuf_text(&half_name), folder, strbuf_text(&name)) == 0) {
        if (fsync(folder) != 0)
            return fail(spool, "", err);
        return 0;
    }
    number = errno;
    unlinkat(folder, strbuf_text(&half_name), 0);
    errno = number;
    return fail(spool, strbuf_text(&name), err);
}

/* ---- take ---- */

static int read_file(int folder, const char *name, struct episode *ret_episode)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_CLOSE int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    struct stat file;

    if (fd < 0 || fstat(fd, &file) != 0 || !S_ISREG(file.st_mode) ||
        strbuf_read_fd(&text, fd, EPISODE_MAX_BYTES) != 0 || memchr(strbuf_text(&text), '\0', text.length))
        return -1;
    return episode_read(strbuf_text(&text), ret_episode, NULL);
}

/* The oldest that was seen so far; a taken one goes before any that came while it was. */
struct oldest {
    struct episode episode;
    char name[EPISODE_NAME_BYTES];
    bool found, taken;
};

static void consider(struct oldest *oldest, const char *name, const struct episode *episode)
{
    bool is_taken = ends_with(name, taken);

    if (oldest->found &&
        (is_taken != oldest->taken ? oldest->taken : oldest->episode.at_utc_ms <= episode->at_utc_ms))
        return;
    *oldest = (struct oldest){.episode = *episode, .found = true, .taken = is_taken};
    snprintf(oldest->name, sizeof(oldest->name), "%s", name);
}

static void put_aside(int folder, const char *name)
{
    AUTO(strbuf) struct strbuf aside = STRBUF_INIT;

    replace_ending(&aside, name, bad);
    if (renameat(folder, name, folder, strbuf_text(&aside)) != 0 && errno != ENOENT)
        unlinkat(folder, name, 0); /* a folder stands in its place: nobody's loss */
}

/* Of a handler that died; a living one needs milliseconds. */
static void remove_half(int folder, const char *name)
{
    struct stat file;

    if (fstatat(folder, name, &file, AT_SYMLINK_NOFOLLOW) == 0 &&
        clock_utc_ms(clock_system()) / 1000 - file.st_mtime > HALF_WRITTEN_S)
        unlinkat(folder, name, 0);
}

static void look_at(int folder, const char *name, struct oldest *oldest)
{
    struct episode episode;

    if (ends_with(name, half))
        remove_half(folder, name);
    if (!ends_with(name, dropped) && !ends_with(name, taken))
        return;
    if (read_file(folder, name, &episode) == 0)
        consider(oldest, name, &episode);
    else
        put_aside(folder, name);
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static int find_oldest(const char *spool, struct oldest *oldest, struct err *err)
{
    CLEANUP(close_folder) DIR *folder = opendir(spool);
    const struct dirent *entry;

    if (!folder)
        return err_set_errno(err, ERR_IO, errno, "%s", spool);
    while (errno = 0, (entry = readdir(folder)))
        look_at(dirfd(folder), entry->d_name, oldest);
    return errno == 0 ? 0 : err_set_errno(err, ERR_IO, errno, "%s", spool);
}

int episode_take(const char *spool, struct episode *ret_episode, char ret_name[EPISODE_NAME_BYTES],
                 struct err *err)
{
    AUTO(strbuf) struct strbuf name = STRBUF_INIT;
    AUTO_CLOSE int folder = open_spool(spool, err);
    struct oldest oldest = {.found = false};

    if (folder < 0 || find_oldest(spool, &oldest, err) != 0)
        return -1;
    if (!oldest.found)
        return 0;
    replace_ending(&name, oldest.name, taken);
    if (renameat(folder, oldest.name, folder, strbuf_text(&name)) != 0)
        return fail(spool, oldest.name, err);
    if (read_file(folder, strbuf_text(&name), ret_episode) != 0) /* a handler may have replaced it */
        *ret_episode = oldest.episode;
    snprintf(ret_name, EPISODE_NAME_BYTES, "%s", strbuf_text(&name));
    return 1;
}

int episode_done(const char *spool, const char *name, struct err *err)
{
    AUTO_CLOSE int folder = open_spool(spool, err);

    if (folder < 0)
        return -1;
    if ((unlinkat(folder, name, 0) != 0 && errno != ENOENT) || fsync(folder) != 0)
        return fail(spool, name, err);
    return 0;
}

static bool is_left(int folder, const char *name, int64_t now_utc_ms)
{
    struct stat file;

    return ends_with(name, dropped) && fstatat(folder, name, &file, 0) == 0 &&
           now_utc_ms / 1000 - file.st_mtime > LEFT_S;
}

int episode_count_left(const char *spool, int64_t now_utc_ms, size_t *ret_count)
{
    CLEANUP(close_folder) DIR *folder = opendir(spool);
    const struct dirent *entry;
    size_t count = 0;

    if (!folder)
        return -1;
    while ((entry = readdir(folder)))
        count += is_left(dirfd(folder), entry->d_name, now_utc_ms);
    *ret_count = count;
    return 0;
}
