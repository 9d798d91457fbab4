/*
 * What BACKUP and RESTORE say behind the database: the medium and the WITH options, and the result sets of
 * the RESTORE statements that only look at media.
 */
#ifndef PCHAT_LAB_TSQL_MEDIA_H
#define PCHAT_LAB_TSQL_MEDIA_H

#include "lab/tsql/parser.h"
#include "lab/tsql/run.h"

/* A name or a path, written out or in a variable. */
struct operand {
    const char *text;
    struct expr *variable;
};

enum media_flag {
    MEDIA_COPY_ONLY = 1 << 0,
    MEDIA_INIT = 1 << 1,
    MEDIA_NORECOVERY = 1 << 2,
    MEDIA_RECOVERY = 1 << 3,
    MEDIA_STANDBY = 1 << 4,
    MEDIA_NO_TRUNCATE = 1 << 5,
    MEDIA_COMPRESSION = 1 << 6,
    MEDIA_CHECKSUM = 1 << 7,
    MEDIA_REPLACE = 1 << 8,
    MEDIA_STATS = 1 << 9,
    MEDIA_OTHER = 1 << 10 /* understood, without effect here */
};

/* In which statements an option may stand. */
enum media_statement {
    IN_BACKUP_DATABASE = 1 << 0,
    IN_BACKUP_LOG = 1 << 1,
    IN_RESTORE = 1 << 2,
    IN_LOOK = 1 << 3 /* HEADERONLY, FILELISTONLY, LABELONLY, VERIFYONLY */
};

struct move {
    const char *logical, *path;
};

struct media_options {
    unsigned flags; /* enum media_flag */
    int64_t stats_percent;
    int64_t file;        /* 0 = not given */
    struct operand name; /* of the backup set; without text and variable = none */
    struct move *moves;
    size_t move_count;
};

int parse_database_operand(struct parser *parser, struct operand *ret);
/* DISK = path */
int parse_disk(struct parser *parser, struct operand *ret);
/* WITH option [, ...], if it is there. */
int parse_media_options(struct parser *parser, enum media_statement where, struct media_options *ret);
/* The operand's text; 0, or -1 with the problem added. */
int operand_text(struct run *run, const struct operand *operand, const char **ret);

struct stored_file;
/* The result sets, one row for each set (file, family). */
void send_headers(struct run *run, const struct stored_file *file);
void send_label(struct run *run, const struct stored_file *file);
struct backup_set;
void send_file_list(struct run *run, const struct backup_set *set);

#endif
