/*
 * Complaints about a value, with what its field expected: the schema's table speaks.  Each sets the reader's
 * error and returns -1.
 */
#ifndef PCHAT_TOPOLOGY_COMPLAIN_H
#define PCHAT_TOPOLOGY_COMPLAIN_H

struct field;
struct node;
struct reader;
struct schema;

/* what: "is a list"; `…: is a list; expected true or false` */
int complain_expected(struct reader *reader, const struct field *field, const struct node *node,
                      const char *what);
/* noun: "a role"; `…: "dubb" is not a role; expected primary or backup` */
int complain_value(struct reader *reader, const struct field *field, const struct node *node,
                   const char *noun);
/* `….role: missing; expected primary or backup` */
int complain_missing(struct reader *reader, const struct field *field, const struct node *mapping);
/* `….hots: unknown key; did you mean host?` */
int complain_unknown(struct reader *reader, const struct schema *schema, const struct node *node);
/* `limits.exposure: unknown metric; did you mean exposure_s?` */
int complain_metric(struct reader *reader, const struct node *node);

#endif
