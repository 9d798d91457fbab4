/*
 * Filling struct world_result: SQL Server's messages by number, their texts from one table.
 */
#ifndef PCHAT_LAB_WORLD_RESULT_H
#define PCHAT_LAB_WORLD_RESULT_H

#include "lab/world/kinds.h"

void result_clear(struct world_result *result);
/* Adds message `number` of the table; %1 %2 %3 of its text become the arguments (NULL = ""). */
void result_error(struct world_result *result, int number, const char *arg1, const char *arg2,
                  const char *arg3);
/* 3013 "BACKUP LOG is terminating abnormally." after the cause. */
void result_terminated(struct world_result *result, const char *statement);
/* The text of a message with its arguments, and its severity. */
int message_text(int number, const char *const args[3], char *text, size_t text_bytes);
/* All messages in one line, as ADO.NET strings them together. */
const char *result_line(const struct world_result *result, char *text, size_t text_bytes);

#endif
