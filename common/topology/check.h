/*
 * What must hold between the keys of a topology: one principal, one primary site, a CA where TLS must be
 * proven. Each is the `check` of a schema (schema.h) and is called once its mapping has been read.
 */
#ifndef PCHAT_TOPOLOGY_CHECK_H
#define PCHAT_TOPOLOGY_CHECK_H

struct node;
struct reader;

int check_sql(struct reader *reader, const struct node *mapping, void *object);
int check_site(struct reader *reader, const struct node *mapping, void *object);
int check_vantage(struct reader *reader, const struct node *mapping, void *object);
int check_winrm(struct reader *reader, const struct node *mapping, void *object);
int check_credential(struct reader *reader, const struct node *mapping, void *object);
int check_pool(struct reader *reader, const struct node *mapping, void *object);
int check_topology(struct reader *reader, const struct node *mapping, void *object);

#endif
