/*
 * Reading the texts of a topology, one function per kind of field: each stores what the node says in the
 * field's member of the object.  0, or -1 with the reader's error set.
 */
#ifndef PCHAT_TOPOLOGY_READ_TEXT_H
#define PCHAT_TOPOLOGY_READ_TEXT_H

struct field;
struct node;
struct reader;

int read_text(struct reader *reader, const struct field *field, struct node *node, void *object);
int read_path(struct reader *reader, const struct field *field, struct node *node, void *object);
int read_number(struct reader *reader, const struct field *field, struct node *node, void *object);
int read_flag(struct reader *reader, const struct field *field, struct node *node, void *object);
int read_choice(struct reader *reader, const struct field *field, struct node *node, void *object);
int read_range(struct reader *reader, const struct field *field, struct node *node, void *object);
int read_credential(struct reader *reader, const struct field *field, struct node *node, void *object);
int skip_include(struct reader *reader, const struct field *field, struct node *node, void *object);

#endif
