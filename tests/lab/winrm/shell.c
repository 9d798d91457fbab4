#include "lab/winrm/shell.h"

#include "base/mem.h"
#include "lab/winrm/guid_text.h"
#include "lab/world/later.h"

#include <stdio.h>
#include <strings.h>

/* ---- commands ---- */

void command_end(struct command *command)
{
    if (command->world)
        later_cancel(command->world, command->tag);
}

static void command_free(struct command *command)
{
    command_end(command);
    program_result_done(&command->result);
    free(command);
}

struct command *command_add(struct shell *shell)
{
    if (shell->command_count == SHELL_COMMANDS_MAX)
        return NULL;
    struct command *command = mem_alloc(sizeof *command);
    guid_text_new(command->id);
    shell->commands[shell->command_count++] = command;
    return command;
}

struct command *command_find(const struct shell *shell, const char *id)
{
    for (size_t i = 0; i < shell->command_count; i++)
        if (strcasecmp(shell->commands[i]->id, id) == 0)
            return shell->commands[i];
    return NULL;
}

void command_delete(struct shell *shell, struct command *command)
{
    for (size_t i = 0; i < shell->command_count; i++) {
        if (shell->commands[i] != command)
            continue;
        shell->commands[i] = shell->commands[--shell->command_count];
        command_free(command);
        return;
    }
}

/* ---- shells ---- */

static size_t shells_of(const struct shell_table *table, const char *owner)
{
    size_t count = 0;

    for (size_t i = 0; i < table->count; i++)
        count += strcasecmp(table->rows[i]->owner, owner) == 0;
    return count;
}

struct shell *shell_add(struct shell_table *table, const char *owner, int64_t now_ms)
{
    if (table->count == SHELLS_MAX || shells_of(table, owner) >= SHELLS_PER_USER_MAX)
        return NULL;
    struct shell *shell = mem_alloc(sizeof *shell);
    guid_text_new(shell->id);
    snprintf(shell->owner, sizeof shell->owner, "%s", owner);
    shell->idle_limit_ms = SHELL_IDLE_MS;
    shell->created_ms = shell->used_ms = now_ms;
    table->rows[table->count++] = shell;
    return shell;
}

struct shell *shell_find(const struct shell_table *table, const char *id)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcasecmp(table->rows[i]->id, id) == 0)
            return table->rows[i];
    return NULL;
}

static void forget(struct shell_table *table, size_t index)
{
    struct shell *shell = table->rows[index];

    while (shell->command_count > 0)
        command_free(shell->commands[--shell->command_count]);
    free(shell);
    table->rows[index] = table->rows[--table->count];
}

void shell_delete(struct shell_table *table, struct shell *shell)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->rows[i] != shell)
            continue;
        forget(table, i);
        return;
    }
}

void shell_table_expire(struct shell_table *table, int64_t now_ms)
{
    for (size_t i = table->count; i > 0; i--)
        if (now_ms - table->rows[i - 1]->used_ms > table->rows[i - 1]->idle_limit_ms)
            forget(table, i - 1);
}

void shell_table_done(struct shell_table *table)
{
    while (table->count > 0)
        forget(table, table->count - 1);
}
