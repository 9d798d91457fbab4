/*
 * The small value types of the world: names, GUIDs, log sequence numbers, lists, NULLs, and what a statement
 * answers.
 *
 * Every instant named *_utc_ms is true virtual time.  Columns of system tables are kept exactly as the server
 * that wrote them would have written them, so their clock is the writing host's: [L] local, [U] UTC as that
 * host believes, both as milliseconds since 1970-01-01 of that zone.
 */
#ifndef PCHAT_LAB_WORLD_KINDS_H
#define PCHAT_LAB_WORLD_KINDS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORLD_NAME_BYTES = 264, WORLD_PATH_BYTES = 520, WORLD_TEXT_BYTES = 640, GUID_TEXT_BYTES = 37 };
enum { LSN_TEXT_BYTES = 40 };

#define SQL_NULL_INT  INT_MIN   /* an int column that is NULL */
#define SQL_NULL_DATE INT64_MIN /* a datetime column that is NULL */

/* Upper-case text of 36 characters; empty text is NULL. */
struct guid {
    char text[GUID_TEXT_BYTES];
};
bool guid_same(const struct guid *a, const struct guid *b);
bool guid_is_null(const struct guid *guid);

/*
 * A log sequence number as numeric(25,0): VLF sequence * 10^15 + block * 10^5 + slot (RESTORE HEADERONLY,
 * "log sequence numbers").  A block is 512 bytes.  0 is NULL.
 */
__extension__ typedef unsigned __int128 lsn_t;

lsn_t lsn_make(unsigned vlf, unsigned block, unsigned slot);
/* Decimal digits without leading zeros; NULL is "". */
const char *world_lsn_text(lsn_t lsn, char out[LSN_TEXT_BYTES]);
/* The log bytes from one LSN up to another; 0 where to <= from. */
int64_t lsn_distance_bytes(lsn_t from, lsn_t to);
/* The LSN that many bytes (rounded up to blocks) further on. */
lsn_t lsn_advance(lsn_t lsn, int64_t bytes);

/* A growing array of rows; rows move when it grows, so keep indices, not pointers. */
#define LIST(type)                                                                                           \
    struct {                                                                                                 \
        type *rows;                                                                                          \
        size_t count, capacity;                                                                              \
    }
/* Adds one zeroed row and gives its address. */
#define LIST_ADD(list)                                                                                       \
    ((list)->rows = list_grow((list)->rows, (list)->count, &(list)->capacity, sizeof *(list)->rows),         \
     &(list)->rows[(list)->count++])
/* Takes out the row at that index; what it owned must have been released. */
#define LIST_REMOVE(list, index)                                                                             \
    ((list)->count = list_shift((list)->rows, (list)->count, (index), sizeof *(list)->rows))
void *list_grow(void *rows, size_t count, size_t *capacity, size_t row_bytes);
size_t list_shift(void *rows, size_t count, size_t index, size_t row_bytes);

struct world_message {
    int number, severity, state;
    char text[WORLD_TEXT_BYTES];
};

/*
 * What a statement answered.  number is the first error's (0 = done); messages holds all of them in order,
 * informational ones too, with 3013 after a failed BACKUP or RESTORE as the engine does.
 */
struct world_result {
    int number, severity;
    struct world_message messages[8];
    size_t message_count;
};

#endif
