/* What a check that judges more than a snapshot shares with the others. */
#include "check.h"

#include "base/mem.h"
#include "base/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* "METRIC=RANGE" or, for the main metric, "RANGE". */
static int apply_limit(enum metric_id main_metric, const char *text, struct range *ranges, const char *option,
                       struct err *err)
{
    const char *equals = strchr(text, '=');
    enum metric_id id = main_metric;
    AUTO_FREE char *name = equals ? mem_format("%.*s", (int)(equals - text), text) : NULL;
    struct err reason = ERR_INIT;

    if (name && (id = metric_find(name)) == METRIC_COUNT)
        return err_set(err, ERR_USAGE, "%s: \"%s\" is not a metric, expected one of those --help lists",
                       option, name);
    if (id == METRIC_COUNT)
        return err_set(err, ERR_USAGE, "%s: \"%s\" names no metric, expected METRIC=RANGE", option, text);
    if (range_parse(equals ? equals + 1 : text, &ranges[id], &reason) != 0)
        return err_set(err, ERR_USAGE, "%s: %s", option, reason.text);
    return 0;
}

int check_apply_limits(enum metric_id main_metric, const struct opt_list *warning,
                       const struct opt_list *critical, struct limits *limits, struct err *err)
{
    for (size_t i = 0; i < warning->count; i++)
        if (apply_limit(main_metric, warning->items[i], limits->warning, "--warning", err) != 0)
            return -1;
    for (size_t i = 0; i < critical->count; i++)
        if (apply_limit(main_metric, critical->items[i], limits->critical, "--critical", err) != 0)
            return -1;
    return 0;
}

int check_record(const char *path, const char *json, struct err *err)
{
    AUTO_FREE char *copy = mem_format("%s", json);
    AUTO(strbuf) struct strbuf temporary = STRBUF_INIT;
    AUTO_CLOSE int fd = -1;
    const struct strbuf text = {copy, strlen(copy), 0};

    strbuf_format(&temporary, "%s.%ld.tmp", path, (long)getpid());
    fd = open(strbuf_text(&temporary), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0)
        return err_set_errno(err, ERR_IO, errno, "--record %s", path);
    if (strbuf_write_fd(&text, fd) != 0 || fsync(fd) != 0 || rename(strbuf_text(&temporary), path) != 0) {
        err_set_errno(err, ERR_IO, errno, "--record %s", path);
        unlink(strbuf_text(&temporary));
        return -1;
    }
    return 0;
}

char *check_epilogue(void)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, "Metrics (default warning, critical):\n");
    for (int id = 0; id < METRIC_COUNT; id++) {
        const struct metric_info *info = metric_info((enum metric_id)id);

        strbuf_format(&text, "  %-18s %s, %s\n      %s\n", info->name, info->warning[0] ? info->warning : "-",
                      info->critical[0] ? info->critical : "-", info->meaning);
    }
    strbuf_add(
        &text,
        "\nExit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (also for wrong usage and configuration).\n");
    return strbuf_take(&text);
}
