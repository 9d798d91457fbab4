/* The product's cmdlets about the topology and the management store. */
#include "lab/powershell/objects.h"
#include "lab/world/build.h"

#include <string.h>
#include <strings.h>

static const char *host_of(struct ps *ps, enum instance_role design)
{
    const struct instance *instance = ps_designed(ps, design);

    return instance ? ps->world->hosts[instance->host].fqdn : NULL;
}

static struct ps_value prefixed(struct ps *ps, const char *role, const char *fqdn)
{
    return fqdn ? ps_format(ps, "%s:%s", role, fqdn) : ps_null();
}

/* A fault of the lab: whoever asks for the list gets an error. */
static int list_of_active(struct ps_call *call, struct ps_value *ret_list)
{
    const struct store *store = &call->ps->world->store;
    struct ps_list *list = ps_list_new(call->ps);

    if (store->active_list_unreadable)
        return ps_call_fail(call, "Microsoft.Rtc.Management.Xds.XdsException", "XdsFailure", "InvalidData",
                            ps_null(), "The active server list of \"%s\" cannot be read.",
                            STORE_POOL_IDENTITY);
    for (size_t i = 0; i < store->settings.active_server_count; i++)
        ps_list_add(call->ps, list, ps_text_copy(call->ps, store->settings.active_servers[i]));
    *ret_list = ps_array(list);
    return 0;
}

static int chat_service(struct ps_call *call)
{
    struct ps *ps = call->ps;
    struct ps_value service = ps_object(ps, "Microsoft.Rtc.Management.Xds.DisplayPersistentChatServer");
    struct ps_value active = ps_null();

    if (list_of_active(call, &active) != 0)
        return -1;
    ps_set(ps, service, "Identity", ps_text(STORE_POOL_IDENTITY));
    ps_set(ps, service, "Registrar",
           prefixed(ps, "Registrar", ps->world->hosts[ps->world->chat.next_hop].fqdn));
    ps_set(ps, service, "FileStore", prefixed(ps, "FileStore", build_file_server(ps->world)->fqdn));
    ps_set(ps, service, "PersistentChatDatabase",
           prefixed(ps, "PersistentChatDatabase", host_of(ps, DESIGN_PRINCIPAL)));
    ps_set(ps, service, "MirrorPersistentChatDatabase",
           prefixed(ps, "PersistentChatDatabase", host_of(ps, DESIGN_MIRROR)));
    ps_set(ps, service, "BackupPersistentChatDatabase",
           prefixed(ps, "PersistentChatDatabase", host_of(ps, DESIGN_SECONDARY)));
    ps_set(ps, service, ps->world->config.chat.active_list_property, active);
    ps_set(ps, service, "ServiceId", ps_text("1-PersistentChatService-1"));
    ps_set(ps, service, "SiteId", ps_text("Site:Dublin"));
    ps_set(ps, service, "PoolFqdn", ps_text(STORE_POOL_FQDN));
    ps_set(ps, service, "Role", ps_text("PersistentChatServer"));
    ps_emit(call, service);
    return 0;
}

/* mgccomp stands beside mgc at both sites. */
static void emit_databases(struct ps_call *call, const char *role)
{
    static const enum instance_role designs[] = {DESIGN_PRINCIPAL, DESIGN_SECONDARY};

    for (size_t i = 0; i < COUNT(designs); i++) {
        struct ps_value service =
            ps_object(call->ps, ps_format(call->ps, "Microsoft.Rtc.Management.Xds.Display%s", role).text);
        const char *fqdn = host_of(call->ps, designs[i]);

        if (!fqdn)
            continue;
        ps_set(call->ps, service, "Identity", prefixed(call->ps, role, fqdn));
        ps_set(call->ps, service, "PoolFqdn", ps_text(fqdn));
        ps_set(call->ps, service, "Role", ps_text(role));
        ps_emit(call, service);
    }
}

static int database_service(struct ps_call *call)
{
    emit_databases(call, "PersistentChatDatabase");
    return 0;
}

static int compliance_service(struct ps_call *call)
{
    emit_databases(call, "PersistentChatComplianceDatabase");
    return 0;
}

static int registrar_service(struct ps_call *call)
{
    for (size_t i = 0; i < call->ps->world->host_count; i++) {
        const struct host *host = &call->ps->world->hosts[i];
        struct ps_value service = ps_object(call->ps, "Microsoft.Rtc.Management.Xds.DisplayRegistrar");

        if (host->role != HOST_FRONT_END)
            continue;
        ps_set(call->ps, service, "Identity", prefixed(call->ps, "Registrar", host->fqdn));
        ps_set(call->ps, service, "PoolFqdn", ps_text(host->fqdn));
        ps_set(call->ps, service, "Role", ps_text("Registrar"));
        ps_emit(call, service);
    }
    return 0;
}

static bool is_master(const struct world *world, const struct host *host)
{
    for (size_t i = 0; i < world->store.master_count; i++)
        if (world->store.masters[i] == host->index)
            return true;
    return false;
}

/* One for each front end, which all may host the store. */
static int management_service(struct ps_call *call)
{
    for (size_t i = 0; i < call->ps->world->host_count; i++) {
        const struct host *host = &call->ps->world->hosts[i];
        struct ps_value service =
            ps_object(call->ps, "Microsoft.Rtc.Management.Xds.DisplayCentralManagement");

        if (host->role != HOST_FRONT_END)
            continue;
        ps_set(call->ps, service, "Identity", prefixed(call->ps, "CentralManagement", host->fqdn));
        ps_set(call->ps, service, call->ps->world->config.chat.master_property,
               ps_bool(is_master(call->ps->world, host)));
        ps_set(call->ps, service, "PoolFqdn", ps_text(host->fqdn));
        ps_set(call->ps, service, "Role", ps_text("CentralManagement"));
        ps_emit(call, service);
    }
    return 0;
}

static const struct {
    const char *name;
    int (*emit)(struct ps_call *call);
} service_kinds[] = {
    {"PersistentChatServer", chat_service},
    {"PersistentChatDatabase", database_service},
    {"PersistentChatComplianceDatabase", compliance_service},
    {"Registrar", registrar_service},
    {"CentralManagement", management_service},
};

/* One switch at a time; without any, all kinds. */
static int get_service(struct ps_call *call)
{
    size_t before = call->output->count, switches = 0;

    for (size_t i = 0; i < COUNT(service_kinds); i++)
        switches += ps_switch(call, service_kinds[i].name);
    if (switches > 1)
        return ps_ambiguous(call);
    for (size_t i = 0; i < COUNT(service_kinds); i++)
        if ((!switches || ps_switch(call, service_kinds[i].name)) && service_kinds[i].emit(call) != 0)
            return -1;
    return ps_keep_wanted(call, before, "Service");
}

/* The chat pool is stretched: of one site, whose name is not that of all its machines. */
static const char *display_name(enum site site)
{
    return site == SITE_BACKUP ? "Redmond" : "Dublin";
}

static void emit_pool(struct ps_call *call, const char *fqdn, enum site site, struct ps_list *computers,
                      const char *service)
{
    const char *wanted = ps_argument_text(call, "Site");
    struct ps_value pool = ps_object(call->ps, "Microsoft.Rtc.Management.Deploy.Internal.Cluster");
    struct ps_list *services = ps_list_new(call->ps);

    if (wanted && strcasecmp(wanted, display_name(site)) != 0)
        return;
    ps_list_add(call->ps, services, prefixed(call->ps, service, fqdn));
    ps_set(call->ps, pool, "Identity", ps_text(fqdn));
    ps_set(call->ps, pool, "Services", ps_array(services));
    ps_set(call->ps, pool, "Computers", ps_array(computers));
    ps_set(call->ps, pool, "Fqdn", ps_text(fqdn));
    ps_set(call->ps, pool, "Site", prefixed(call->ps, "Site", display_name(site)));
    ps_emit(call, pool);
}

static int get_pool(struct ps_call *call)
{
    struct ps_list *members = ps_list_new(call->ps);
    size_t before = call->output->count;

    for (size_t i = 0; i < call->ps->world->host_count; i++)
        if (call->ps->world->hosts[i].role == HOST_CHAT)
            ps_list_add(call->ps, members, ps_text(call->ps->world->hosts[i].fqdn));
    emit_pool(call, STORE_POOL_FQDN, SITE_PRIMARY, members, "PersistentChatServer");
    for (size_t i = 0; i < call->ps->world->host_count; i++) {
        const struct host *host = &call->ps->world->hosts[i];
        struct ps_list *alone = ps_list_new(call->ps);

        if (host->role != HOST_FRONT_END)
            continue;
        ps_list_add(call->ps, alone, ps_text(host->fqdn));
        emit_pool(call, host->fqdn, host->site, alone, "Registrar");
    }
    return ps_keep_wanted(call, before, "Pool");
}

static void add_attribute(struct strbuf *xml, const char *text)
{
    for (; *text; text++)
        if (strchr("<>&\"", *text))
            strbuf_format(xml, "&#%d;", *text);
        else
            strbuf_add_char(xml, *text);
}

static void add_machine(struct strbuf *xml, const char *fqdn)
{
    strbuf_add(xml, "        <Machine Fqdn=\"");
    add_attribute(xml, fqdn);
    strbuf_add(xml, "\" />\r\n");
}

static void add_active_machines(struct strbuf *xml, const char *element, const struct pool_settings *settings)
{
    if (!settings->active_server_count) {
        strbuf_format(xml, "      <%s />\r\n", element);
        return;
    }
    strbuf_format(xml, "      <%s>\r\n", element);
    for (size_t i = 0; i < settings->active_server_count; i++)
        add_machine(xml, settings->active_servers[i]);
    strbuf_format(xml, "      </%s>\r\n", element);
}

/* All machines of the pool. */
static void add_cluster(struct strbuf *xml, const struct world *world)
{
    strbuf_add(xml, "  <Clusters>\r\n    <Cluster Fqdn=\"" STORE_POOL_FQDN "\">\r\n");
    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].role == HOST_CHAT)
            add_machine(xml, world->hosts[i].fqdn);
    strbuf_add(xml, "    </Cluster>\r\n  </Clusters>\r\n");
}

/*
 * The topology document as far as the lab's deployment needs it: a System.Xml.Linq.XDocument, which only
 * ToString() makes text of.  Names of elements are unconfirmed.
 */
static struct ps_value topology_document(struct ps_call *call, const struct pool_settings *settings)
{
    AUTO(strbuf) struct strbuf xml = STRBUF_INIT;
    struct ps_value document = ps_object(call->ps, "System.Xml.Linq.XDocument");

    strbuf_add(&xml, "<Topology xmlns=\"urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008\">\r\n");
    add_cluster(&xml, call->ps->world);
    strbuf_add(&xml, "  <Services>\r\n    <PersistentChatService PoolFqdn=\"" STORE_POOL_FQDN "\">\r\n");
    add_active_machines(&xml, call->ps->world->config.chat.active_list_property, settings);
    strbuf_add(&xml, "    </PersistentChatService>\r\n  </Services>\r\n</Topology>");
    document.object->shown = ps_keep(call->ps, strbuf_text(&xml), xml.length);
    return document;
}

/* Of the store, or with -LocalStore of this host's replica. */
static int emit_document(struct ps_call *call)
{
    bool local = ps_switch(call, "LocalStore");

    if (call->ps->world->store.active_list_unreadable && !local)
        return ps_call_fail(call, "Microsoft.Rtc.Management.Xds.XdsException", "XdsFailure", "InvalidData",
                            ps_null(), "The topology cannot be read.");
    ps_emit(call, topology_document(call, local ? &call->ps->host->replica.settings
                                                : &call->ps->world->store.settings));
    return 0;
}

static int get_topology(struct ps_call *call)
{
    struct ps_value topology =
        ps_object(call->ps, "Microsoft.Rtc.Management.Deploy.Internal.DefaultTopology");
    struct ps_list *machines = ps_list_new(call->ps), *instances = ps_list_new(call->ps);
    const struct world *world = call->ps->world;

    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].role != HOST_MONITOR)
            ps_list_add(call->ps, machines, ps_text(world->hosts[i].fqdn));
    for (size_t i = 0; i < world->instance_count; i++)
        ps_list_add(call->ps, instances, ps_text(world->hosts[world->instances[i].host].fqdn));
    if (ps_switch(call, "AsXml"))
        return emit_document(call);
    ps_set(call->ps, topology, "Machines", ps_array(machines));
    ps_set(call->ps, topology, "SqlInstances", ps_array(instances));
    ps_set(call->ps, topology, "Sites", ps_array(ps_list_new(call->ps)));
    ps_emit(call, topology);
    return 0;
}

static struct ps_value replica_state(struct ps *ps, const struct host *host)
{
    struct ps_value state = ps_object(ps, "Microsoft.Rtc.Management.Xds.ReplicaState");

    ps_set(ps, state, "UpToDate", ps_bool(store_up_to_date(ps->world, host)));
    ps_set(ps, state, "ReplicaFqdn", ps_text(host->fqdn));
    ps_set(ps, state, "LastStatusReport", ps_date(host->replica.last_status_report_utc_ms, false));
    ps_set(ps, state, "LastUpdateCreation", ps_date(host->replica.settings.created_utc_ms, false));
    ps_set(ps, state, "ProductVersion", ps_text("6.0.9319.0"));
    return state;
}

static int master_status(struct ps_call *call)
{
    struct ps_value status =
        ps_object(call->ps, "Microsoft.Rtc.Management.Xds.CentralManagementStoreStatusResult");
    struct ps_list *active = ps_list_new(call->ps);
    const struct host *master = store_master(call->ps->world);

    for (size_t i = 0; i < call->ps->world->host_count; i++)
        if (call->ps->world->hosts[i].replica.exists)
            ps_list_add(call->ps, active, ps_text(call->ps->world->hosts[i].fqdn));
    ps_set(call->ps, status, "ActiveMasterFqdn", ps_text(master ? master->fqdn : NULL));
    ps_set(call->ps, status, "ActiveMasterLastHeartbeat", ps_date(ps_utc_ms(call->ps), false));
    ps_set(call->ps, status, "FileTransferAgentFqdn", ps_text(master ? master->fqdn : NULL));
    ps_set(call->ps, status, "ActiveReplicas", ps_array(active));
    ps_set(call->ps, status, "DeletedReplicas", ps_array(ps_list_new(call->ps)));
    ps_emit(call, status);
    return 0;
}

static int get_replication_status(struct ps_call *call)
{
    const char *fqdn = ps_argument_text(call, "ReplicaFqdn");
    bool found = false;

    if (ps_switch(call, "CentralManagementStoreStatus"))
        return master_status(call);
    for (size_t i = 0; i < call->ps->world->host_count; i++) {
        const struct host *host = &call->ps->world->hosts[i];

        if (!host->replica.exists || (fqdn && strcasecmp(fqdn, host->fqdn) != 0))
            continue;
        found = true;
        ps_emit(call, replica_state(call->ps, host));
    }
    return found ? 0 : ps_no_such_item(call, "Replica", fqdn);
}

static int invoke_replication(struct ps_call *call)
{
    const char *fqdn = ps_argument_text(call, "ReplicaFqdn");
    struct host *host = fqdn ? world_host(call->ps->world, fqdn) : NULL;
    bool proceed = false;

    if (fqdn && (!host || !host->replica.exists))
        return ps_no_such_item(call, "Replica", fqdn);
    if (ps_should_process(call, fqdn ? fqdn : "Replica", &proceed) != 0)
        return -1;
    if (proceed)
        store_replicate(call->ps->world, host);
    return 0;
}

static const struct ps_parameter service_parameters[] = {
    {"PersistentChatServer", PS_SWITCH, 0, false, NULL, NULL},
    {"PersistentChatDatabase", PS_SWITCH, 0, false, NULL, NULL},
    {"PersistentChatComplianceDatabase", PS_SWITCH, 0, false, NULL, NULL},
    {"Registrar", PS_SWITCH, 0, false, NULL, NULL},
    {"CentralManagement", PS_SWITCH, 0, false, NULL, NULL},
    {"Identity", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"Filter", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"PoolFqdn", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter pool_parameters[] = {
    {"Identity", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"Filter", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"Site", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter topology_parameters[] = {
    {"AsXml", PS_SWITCH, 0, false, NULL, NULL},
    {"LocalStore", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter status_parameters[] = {
    {"ReplicaFqdn", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"CentralManagementStoreStatus", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter replication_parameters[] = {
    {"ReplicaFqdn", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
};

#define CMDLET(name, parameters, needs, body)                                                                \
    {                                                                                                        \
        name, parameters, COUNT(parameters), needs, NULL, body                                               \
    }
static const struct ps_cmdlet cmdlets[] = {
    CMDLET("Get-CsService", service_parameters, PS_NEEDS_STORE, get_service),
    CMDLET("Get-CsPool", pool_parameters, PS_NEEDS_STORE, get_pool),
    CMDLET("Get-CsTopology", topology_parameters, PS_NEEDS_STORE, get_topology),
    CMDLET("Get-CsManagementStoreReplicationStatus", status_parameters, PS_NEEDS_STORE,
           get_replication_status),
    CMDLET("Invoke-CsManagementStoreReplication", replication_parameters, PS_NEEDS_STORE | PS_NEEDS_CONFIRM,
           invoke_replication),
};
const struct ps_cmdlet_family ps_cmdlets_store = {cmdlets, COUNT(cmdlets), true};
