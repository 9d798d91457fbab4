/*
 * What must hold between the keys of a topology: one principal, one primary site, a CA where TLS must be
 * proven. Each is the `check` of a schema (schema.h) and is called once its mapping has been read.
 */
#ifndef PCHAT_TOPOLOGY_CHECK_H
#define PCHAT_TOPOLOGY_CHECK_H

struct node;
struct topology_credential;
struct reader;
struct topology_pool;
struct topology_site;

int check_sql(struct reader *reader, const struct node *mapping, void *object);
int check_site(struct reader *reader, const struct node *mapping, void *object);
int check_vantage_object(struct reader *reader, const struct node *mapping, void *object);
int check_vantage(struct reader *reader, const struct node *mapping, void *object);
int check_winrm(struct reader *reader, const struct node *mapping, void *object);
int check_snmp(struct reader *reader, const struct node *mapping, void *object);
int check_credential(struct reader *reader, const struct node *mapping, void *object);
int check_acting(struct reader *reader, const struct node *mapping, void *object);
int check_pool(struct reader *reader, const struct node *mapping, void *object);
/* What holds between the vantage points and the rest of the pool; gives them the pool's winrm. */
int check_vantages(struct reader *reader, const struct node *mapping, struct topology_pool *pool);
/* What holds between `acting` and the rest of the pool; nothing where nobody acts. */
int check_acting_in_pool(struct reader *reader, const struct node *mapping, const struct topology_pool *pool);
/* What holds between `drill` and the rest of the pool; nothing where there is none. */
int check_drill_in_pool(struct reader *reader, const struct node *mapping, const struct topology_pool *pool);
/* A site's list of servers to activate. */
int check_activate(struct reader *reader, const struct node *mapping, const struct topology_site *site);
int check_topology(struct reader *reader, const struct node *mapping, void *object);

/* Not a check of a mapping, but of the credential that one refers to: SQL and WS-Management cannot use it. */
int check_no_snmp_credential(struct reader *reader, const struct node *mapping,
                             const struct topology_credential *credential);

#endif
