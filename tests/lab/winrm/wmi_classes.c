#include "lab/winrm/wmi_classes.h"

#include "base/cleanup.h"
#include "lab/world/world.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- cells ---- */

static struct wmi_value text(const char *value)
{
    return (struct wmi_value){.is_null = !value, .text = value};
}

static struct wmi_value number(int64_t value)
{
    return (struct wmi_value){.number = value};
}

/* The NetBIOS name, as Windows writes it. */
static const char *netbios_name(const struct host *host, char out[WORLD_NAME_BYTES])
{
    size_t i = 0;

    for (; host->name[i]; i++)
        out[i] = (char)toupper((unsigned char)host->name[i]);
    out[i] = '\0';
    return out;
}

static const struct wmi_value null = {.is_null = true};

/* ---- Win32_Service ---- */

enum {
    SERVICE_COLUMN_NAME,
    SERVICE_COLUMN_DISPLAY_NAME,
    SERVICE_COLUMN_STATE,
    SERVICE_COLUMN_STATUS,
    SERVICE_COLUMN_START_MODE,
    SERVICE_COLUMN_EXIT_CODE,
    SERVICE_COLUMN_PROCESS_ID,
    SERVICE_COLUMN_PATH_NAME,
    SERVICE_COLUMN_START_NAME,
    SERVICE_COLUMN_STARTED,
    SERVICE_COLUMN_SYSTEM_NAME,
    SERVICE_COLUMN_COUNT
};

static const struct wmi_column service_columns[SERVICE_COLUMN_COUNT] = {
    [SERVICE_COLUMN_NAME] = {"Name", WMI_STRING},
    [SERVICE_COLUMN_DISPLAY_NAME] = {"DisplayName", WMI_STRING},
    [SERVICE_COLUMN_STATE] = {"State", WMI_STRING},
    [SERVICE_COLUMN_STATUS] = {"Status", WMI_STRING},
    [SERVICE_COLUMN_START_MODE] = {"StartMode", WMI_STRING},
    [SERVICE_COLUMN_EXIT_CODE] = {"ExitCode", WMI_UNSIGNED},
    [SERVICE_COLUMN_PROCESS_ID] = {"ProcessId", WMI_UNSIGNED},
    [SERVICE_COLUMN_PATH_NAME] = {"PathName", WMI_STRING},
    [SERVICE_COLUMN_START_NAME] = {"StartName", WMI_STRING},
    [SERVICE_COLUMN_STARTED] = {"Started", WMI_BOOLEAN},
    [SERVICE_COLUMN_SYSTEM_NAME] = {"SystemName", WMI_STRING},
};

static void service_rows(struct world *world, struct host *host, const struct wmi_sink *sink)
{
    char name[WORLD_NAME_BYTES];
    const char *system_name = netbios_name(host, name);

    (void)world;
    for (size_t i = 0; i < host->windows.services.count; i++) {
        const struct windows_service *service = &host->windows.services.rows[i];
        const struct wmi_value values[SERVICE_COLUMN_COUNT] = {
            [SERVICE_COLUMN_NAME] = text(service->name),
            [SERVICE_COLUMN_DISPLAY_NAME] = text(service->display_name),
            [SERVICE_COLUMN_STATE] = text(service_state_name(service->state)),
            [SERVICE_COLUMN_STATUS] = text("OK"),
            [SERVICE_COLUMN_START_MODE] = text(service_start_mode_name(service->start_mode)),
            [SERVICE_COLUMN_EXIT_CODE] = number(service->exit_code),
            [SERVICE_COLUMN_PROCESS_ID] = number(service->process_id),
            [SERVICE_COLUMN_PATH_NAME] = text(service->path_name),
            [SERVICE_COLUMN_START_NAME] = text(service->start_name),
            [SERVICE_COLUMN_STARTED] = number(service->state == SERVICE_RUNNING),
            [SERVICE_COLUMN_SYSTEM_NAME] = text(system_name),
        };
        sink->row(sink->user, values);
    }
}

/* ---- Win32_Process: those of services ---- */

enum {
    PROCESS_COLUMN_NAME,
    PROCESS_COLUMN_PROCESS_ID,
    PROCESS_COLUMN_EXECUTABLE_PATH,
    PROCESS_COLUMN_COMMAND_LINE,
    PROCESS_COLUMN_COUNT
};

static const struct wmi_column process_columns[PROCESS_COLUMN_COUNT] = {
    [PROCESS_COLUMN_NAME] = {"Name", WMI_STRING},
    [PROCESS_COLUMN_PROCESS_ID] = {"ProcessId", WMI_UNSIGNED},
    [PROCESS_COLUMN_EXECUTABLE_PATH] = {"ExecutablePath", WMI_STRING},
    [PROCESS_COLUMN_COMMAND_LINE] = {"CommandLine", WMI_STRING},
};

/* The program of a command line: between its quotes, or up to the first blank. */
static const char *executable_path(const char *command_line, char *out, size_t out_bytes)
{
    bool quoted = command_line[0] == '"';
    const char *from = command_line + quoted;

    snprintf(out, out_bytes, "%.*s", (int)strcspn(from, quoted ? "\"" : " "), from);
    return out;
}

static void process_rows(struct world *world, struct host *host, const struct wmi_sink *sink)
{
    (void)world;
    for (size_t i = 0; i < host->windows.services.count; i++) {
        const struct windows_service *service = &host->windows.services.rows[i];
        char name[WORLD_NAME_BYTES], path[WORLD_PATH_BYTES];
        if (service->process_id == 0)
            continue;
        const struct wmi_value values[PROCESS_COLUMN_COUNT] = {
            [PROCESS_COLUMN_NAME] = text(windows_executable(service, name, sizeof name)),
            [PROCESS_COLUMN_PROCESS_ID] = number(service->process_id),
            [PROCESS_COLUMN_EXECUTABLE_PATH] = text(executable_path(service->path_name, path, sizeof path)),
            [PROCESS_COLUMN_COMMAND_LINE] = text(service->path_name),
        };
        sink->row(sink->user, values);
    }
}

/* ---- Win32_OperatingSystem ---- */

enum {
    SYSTEM_COLUMN_CAPTION,
    SYSTEM_COLUMN_VERSION,
    SYSTEM_COLUMN_CS_NAME,
    SYSTEM_COLUMN_LAST_BOOT_UP_TIME,
    SYSTEM_COLUMN_LOCAL_DATE_TIME,
    SYSTEM_COLUMN_CURRENT_TIME_ZONE,
    SYSTEM_COLUMN_STATUS,
    SYSTEM_COLUMN_COUNT
};

static const struct wmi_column system_columns[SYSTEM_COLUMN_COUNT] = {
    [SYSTEM_COLUMN_CAPTION] = {"Caption", WMI_STRING},
    [SYSTEM_COLUMN_VERSION] = {"Version", WMI_STRING},
    [SYSTEM_COLUMN_CS_NAME] = {"CSName", WMI_STRING},
    [SYSTEM_COLUMN_LAST_BOOT_UP_TIME] = {"LastBootUpTime", WMI_DATETIME},
    [SYSTEM_COLUMN_LOCAL_DATE_TIME] = {"LocalDateTime", WMI_DATETIME},
    [SYSTEM_COLUMN_CURRENT_TIME_ZONE] = {"CurrentTimeZone", WMI_UNSIGNED},
    [SYSTEM_COLUMN_STATUS] = {"Status", WMI_STRING},
};

static void system_rows(struct world *world, struct host *host, const struct wmi_sink *sink)
{
    char name[WORLD_NAME_BYTES];
    const struct wmi_value values[SYSTEM_COLUMN_COUNT] = {
        [SYSTEM_COLUMN_CAPTION] = text("Microsoft Windows Server 2012 R2 Standard"),
        [SYSTEM_COLUMN_VERSION] = text("6.3.9600"),
        [SYSTEM_COLUMN_CS_NAME] = text(netbios_name(host, name)),
        [SYSTEM_COLUMN_LAST_BOOT_UP_TIME] = number(host_utc_ms(host, host->windows.boot_utc_ms)),
        [SYSTEM_COLUMN_LOCAL_DATE_TIME] = number(host_utc_ms(host, world->now_utc_ms)),
        [SYSTEM_COLUMN_CURRENT_TIME_ZONE] = number(host->utc_offset_minutes),
        [SYSTEM_COLUMN_STATUS] = text("OK"),
    };

    sink->row(sink->user, values);
}

/* ---- Win32_NTLogEvent ---- */

enum {
    EVENT_COLUMN_RECORD_NUMBER,
    EVENT_COLUMN_LOGFILE,
    EVENT_COLUMN_SOURCE_NAME,
    EVENT_COLUMN_TYPE,
    EVENT_COLUMN_EVENT_CODE,
    EVENT_COLUMN_EVENT_IDENTIFIER,
    EVENT_COLUMN_TIME_GENERATED,
    EVENT_COLUMN_TIME_WRITTEN,
    EVENT_COLUMN_COMPUTER_NAME,
    EVENT_COLUMN_USER,
    EVENT_COLUMN_MESSAGE,
    EVENT_COLUMN_COUNT
};

static const struct wmi_column event_columns[EVENT_COLUMN_COUNT] = {
    [EVENT_COLUMN_RECORD_NUMBER] = {"RecordNumber", WMI_UNSIGNED},
    [EVENT_COLUMN_LOGFILE] = {"Logfile", WMI_STRING},
    [EVENT_COLUMN_SOURCE_NAME] = {"SourceName", WMI_STRING},
    [EVENT_COLUMN_TYPE] = {"Type", WMI_STRING},
    [EVENT_COLUMN_EVENT_CODE] = {"EventCode", WMI_UNSIGNED},
    [EVENT_COLUMN_EVENT_IDENTIFIER] = {"EventIdentifier", WMI_UNSIGNED},
    [EVENT_COLUMN_TIME_GENERATED] = {"TimeGenerated", WMI_DATETIME},
    [EVENT_COLUMN_TIME_WRITTEN] = {"TimeWritten", WMI_DATETIME},
    [EVENT_COLUMN_COMPUTER_NAME] = {"ComputerName", WMI_STRING},
    [EVENT_COLUMN_USER] = {"User", WMI_STRING},
    [EVENT_COLUMN_MESSAGE] = {"Message", WMI_STRING},
};

/* Newest first, as WMI walks a log. */
static void event_rows(struct world *world, struct host *host, const struct wmi_sink *sink)
{
    (void)world;
    for (size_t i = host->windows.events.count; i > 0; i--) {
        const struct windows_event *event = &host->windows.events.rows[i - 1];
        const struct wmi_value values[EVENT_COLUMN_COUNT] = {
            [EVENT_COLUMN_RECORD_NUMBER] = number(event->record_number),
            [EVENT_COLUMN_LOGFILE] = text(event->logfile),
            [EVENT_COLUMN_SOURCE_NAME] = text(event->source_name),
            [EVENT_COLUMN_TYPE] = text(event->type),
            [EVENT_COLUMN_EVENT_CODE] = number(event->event_code),
            [EVENT_COLUMN_EVENT_IDENTIFIER] = number(event->event_code),
            [EVENT_COLUMN_TIME_GENERATED] = number(event->time_generated),
            [EVENT_COLUMN_TIME_WRITTEN] = number(event->time_generated),
            [EVENT_COLUMN_COMPUTER_NAME] = text(host->fqdn),
            [EVENT_COLUMN_USER] = null,
            [EVENT_COLUMN_MESSAGE] = text(event->message),
        };
        sink->row(sink->user, values);
    }
}

/* ---- Win32_LogicalDisk ---- */

enum {
    DISK_COLUMN_DEVICE_ID,
    DISK_COLUMN_DRIVE_TYPE,
    DISK_COLUMN_FILE_SYSTEM,
    DISK_COLUMN_SIZE,
    DISK_COLUMN_FREE_SPACE,
    DISK_COLUMN_COUNT
};
enum { DRIVE_TYPE_LOCAL = 3 };

static const struct wmi_column disk_columns[DISK_COLUMN_COUNT] = {
    [DISK_COLUMN_DEVICE_ID] = {"DeviceID", WMI_STRING},
    [DISK_COLUMN_DRIVE_TYPE] = {"DriveType", WMI_UNSIGNED},
    [DISK_COLUMN_FILE_SYSTEM] = {"FileSystem", WMI_STRING},
    [DISK_COLUMN_SIZE] = {"Size", WMI_UNSIGNED},
    [DISK_COLUMN_FREE_SPACE] = {"FreeSpace", WMI_UNSIGNED},
};

static void disk_rows(struct world *world, struct host *host, const struct wmi_sink *sink)
{
    (void)world;
    for (size_t i = 0; i < host->volume_count; i++) {
        const struct volume *volume = &host->volumes[i];
        char device[4];
        snprintf(device, sizeof device, "%.2s", volume->root);
        const struct wmi_value values[DISK_COLUMN_COUNT] = {
            [DISK_COLUMN_DEVICE_ID] = text(device),
            [DISK_COLUMN_DRIVE_TYPE] = number(DRIVE_TYPE_LOCAL),
            [DISK_COLUMN_FILE_SYSTEM] = text("NTFS"),
            [DISK_COLUMN_SIZE] = number(volume->size_bytes),
            [DISK_COLUMN_FREE_SPACE] = number(volume->full ? 0 : volume->size_bytes - volume->used_bytes),
        };
        sink->row(sink->user, values);
    }
}

/* ---- all ---- */

const struct wmi_class wmi_classes[] = {
    {"Win32_LogicalDisk", disk_columns, DISK_COLUMN_COUNT, disk_rows},
    {"Win32_NTLogEvent", event_columns, EVENT_COLUMN_COUNT, event_rows},
    {"Win32_OperatingSystem", system_columns, SYSTEM_COLUMN_COUNT, system_rows},
    {"Win32_Process", process_columns, PROCESS_COLUMN_COUNT, process_rows},
    {"Win32_Service", service_columns, SERVICE_COLUMN_COUNT, service_rows},
};
const size_t wmi_class_count = COUNT(wmi_classes);
