/* Services, hosts, links, clocks, and what the wire does to clients. */
#include "lab/world/fault.h"

#include <string.h>
#include <strings.h>

/* --- services and hosts --- */

static int set_instance_down(struct fault_call *call)
{
    instance_stop(call->world, call->instance);
    return 0;
}

static void clear_instance_down(struct fault_call *call)
{
    if (!call->host->down)
        instance_start(call->world, call->instance);
}

static void set_host_power(struct world *world, struct host *host, bool up)
{
    if (host->down == !up)
        return;
    host->down = !up;
    if (!up)
        windows_power_off(host);
    for (size_t i = 0; i < world->instance_count; i++) {
        struct instance *instance = &world->instances[i];
        if (world_host_of(world, instance) != host)
            continue;
        if (!up)
            instance_stop(world, instance);
        else if (!fault_is_set(world, "instance_down", instance->name))
            instance_start(world, instance);
    }
    if (up)
        windows_boot(world, host);
}

/* Is another fault still keeping this host without power? */
static bool is_held_down(const struct world *world, const struct host *host)
{
    const char *site = fault_site_name(host->site);

    return fault_is_set(world, "host_down", host->name) || (site && fault_is_set(world, "site_down", site));
}

static int set_host_down(struct fault_call *call)
{
    set_host_power(call->world, call->host, false);
    return 0;
}

static void clear_host_down(struct fault_call *call)
{
    if (!is_held_down(call->world, call->host))
        set_host_power(call->world, call->host, true);
}

static void set_site_power(struct fault_call *call, bool up)
{
    for (size_t i = 0; i < call->world->host_count; i++) {
        struct host *host = &call->world->hosts[i];
        if (host->site == call->site && !(up && is_held_down(call->world, host)))
            set_host_power(call->world, host, up);
    }
}

static int set_site_down(struct fault_call *call)
{
    set_site_power(call, false);
    return 0;
}

static void clear_site_down(struct fault_call *call)
{
    set_site_power(call, true);
}

/* --- links --- */

static bool is_named(const struct host *host, const char *name, size_t length)
{
    enum site site = fault_site(name, length);

    if (site != SITE_NONE)
        return host->site == site;
    return (strlen(host->name) == length && strncasecmp(host->name, name, length) == 0) ||
           (strlen(host->fqdn) == length && strncasecmp(host->fqdn, name, length) == 0);
}

/* Adds `by` to the cuts of every link "FROM->TO" names; returns how many there are. */
static size_t cut_links(struct world *world, const char *link, int by)
{
    const char *arrow = strstr(link, "->");
    size_t count = 0;

    if (!arrow)
        return 0;
    for (size_t from = 0; from < world->host_count; from++)
        for (size_t to = 0; to < world->host_count; to++)
            if (from != to && is_named(&world->hosts[from], link, (size_t)(arrow - link)) &&
                is_named(&world->hosts[to], arrow + 2, strlen(arrow + 2))) {
                world->link_cuts[from][to] += by;
                count++;
            }
    return count;
}

static int set_link_cut(struct fault_call *call)
{
    if (cut_links(call->world, call->target, +1) == 0)
        return err_set(call->err, ERR_INPUT, "link_cut: \"%s\" names no link; expected FROM->TO",
                       call->target);
    return 0;
}

static void clear_link_cut(struct fault_call *call)
{
    cut_links(call->world, call->target, -1);
}

/* --- clocks --- */

static int set_clock_skew(struct fault_call *call)
{
    int64_t seconds;

    if (fault_number(call, "seconds", 120, &seconds) != 0)
        return -1;
    call->record->saved[0] = call->host->clock_skew_ms;
    call->host->clock_skew_ms = seconds * 1000;
    return 0;
}

static void clear_clock_skew(struct fault_call *call)
{
    call->host->clock_skew_ms = call->record->saved[0];
}

static int set_time_zone(struct fault_call *call)
{
    int64_t minutes;

    if (fault_number(call, "minutes", 60, &minutes) != 0)
        return -1;
    call->record->saved[0] = call->host->utc_offset_minutes;
    call->host->utc_offset_minutes = (int)minutes;
    return 0;
}

static void clear_time_zone(struct fault_call *call)
{
    call->host->utc_offset_minutes = (int)call->record->saved[0];
}

/* --- the wire --- */

#define WIRE_FLAG(flag)                                                                                      \
    static int set_##flag(struct fault_call *call)                                                           \
    {                                                                                                        \
        call->instance->wire.flag = true;                                                                    \
        return 0;                                                                                            \
    }                                                                                                        \
    static void clear_##flag(struct fault_call *call)                                                        \
    {                                                                                                        \
        call->instance->wire.flag = false;                                                                   \
    }

WIRE_FLAG(hung)
WIRE_FLAG(blackholed)
WIRE_FLAG(certificate_expired)
WIRE_FLAG(certificate_wrong_name)

static int set_slow(struct fault_call *call)
{
    return fault_number(call, "ms", 200, &call->instance->wire.slow_ms);
}

static void clear_slow(struct fault_call *call)
{
    call->instance->wire.slow_ms = 0;
}

static int set_cut_after(struct fault_call *call)
{
    return fault_number(call, "bytes", 64, &call->instance->wire.cut_after_bytes);
}

static void clear_cut_after(struct fault_call *call)
{
    call->instance->wire.cut_after_bytes = -1;
}

static const struct fault rows[] = {
    {{"instance_down", TARGET_INSTANCE, NULL, "", "the SQL Server service is stopped; its port refuses"},
     set_instance_down,
     clear_instance_down},
    {{"instance_hung", TARGET_INSTANCE, NULL, "", "accepts connections and never answers"},
     set_hung,
     clear_hung},
    {{"blackholed", TARGET_INSTANCE, NULL, "", "packets to it vanish"}, set_blackholed, clear_blackholed},
    {{"slow", TARGET_INSTANCE, NULL, "ms=200", "every packet is that late"}, set_slow, clear_slow},
    {{"cut_after", TARGET_INSTANCE, NULL, "bytes=64",
      "the connection is cut after that many bytes were sent"},
     set_cut_after,
     clear_cut_after},
    {{"certificate_expired", TARGET_INSTANCE, NULL, "", "its certificate is expired"},
     set_certificate_expired,
     clear_certificate_expired},
    {{"certificate_wrong_name", TARGET_INSTANCE, NULL, "", "its certificate is for another name"},
     set_certificate_wrong_name,
     clear_certificate_wrong_name},
    {{"host_down", TARGET_HOST, NULL, "", "a machine without power"}, set_host_down, clear_host_down},
    {{"site_down", TARGET_SITE, "dub", "", "every machine of the site without power"},
     set_site_down,
     clear_site_down},
    {{"link_cut", TARGET_LINK, NULL, "from=HOST to=HOST", "packets of one direction vanish; hosts or sites"},
     set_link_cut,
     clear_link_cut},
    {{"clock_skew", TARGET_HOST, NULL, "seconds=120", "the host's clock is off by that much"},
     set_clock_skew,
     clear_clock_skew},
    {{"time_zone", TARGET_HOST, NULL, "minutes=60", "the host lives in that zone"},
     set_time_zone,
     clear_time_zone},
};

const struct fault_table fault_table_network = {rows, COUNT(rows)};
