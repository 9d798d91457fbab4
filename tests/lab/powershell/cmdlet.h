/*
 * The cmdlets as tables: name, parameters, what they need, and what they do.  What is in no table is no
 * command. Names of parameters may be shortened as long as they stay unambiguous ("about_Parameters").
 */
#ifndef PCHAT_LAB_POWERSHELL_CMDLET_H
#define PCHAT_LAB_POWERSHELL_CMDLET_H

#include "lab/powershell/run.h"

enum ps_parameter_kind {
    PS_SWITCH,
    PS_TEXT_PARAMETER,
    PS_NUMBER_PARAMETER,
    PS_BLOCK_PARAMETER,
    PS_ANY_PARAMETER
};

struct ps_parameter {
    const char *name;
    enum ps_parameter_kind kind;
    int position; /* from 1; 0: by name only */
    bool mandatory;
    const char *alias;          /* NULL: none */
    const char *const *choices; /* NULL-terminated; NULL: anything */
};

enum { PS_PARAMETERS_MAX = 20 };

enum ps_need {
    PS_NEEDS_STORE = 1, /* opens the management store on another host: a second hop, unless -LocalStore */
    PS_NEEDS_CONFIRM =
        2,         /* ConfirmImpact High: asks, and so aborts where nobody answers; changes something */
    PS_CHANGES = 4 /* changes something beyond the script, without asking */
};

struct ps_call;

struct ps_cmdlet {
    const char *name;
    const struct ps_parameter *parameters;
    size_t parameter_count;
    unsigned needs; /* enum ps_need */
    const char
        *class_name; /* "…Commands.GetServiceCommand": behind the comma of an error's id; NULL: of the name */
    int (*run)(struct ps_call *call);
};

/* A family of cmdlets; of a module or of PowerShell itself. */
struct ps_cmdlet_family {
    const struct ps_cmdlet *cmdlets;
    size_t count;
    bool of_product; /* in module Lync or SkypeForBusiness: on its servers only */
};
extern const struct ps_cmdlet_family ps_cmdlets_objects, ps_cmdlets_output, ps_cmdlets_system,
    ps_cmdlets_windows, ps_cmdlets_chat, ps_cmdlets_services, ps_cmdlets_store, ps_cmdlets_store_move,
    ps_cmdlets_mirror, ps_cmdlets_mirror_setup, ps_cmdlets_setup, ps_cmdlets_files, ps_cmdlets_control,
    ps_cmdlets_pool;

struct ps_call {
    struct ps *ps;
    const struct ps_cmdlet *cmdlet;
    struct ps_extent extent;
    struct ps_value arguments[PS_PARAMETERS_MAX]; /* by the parameter's index */
    bool given[PS_PARAMETERS_MAX];
    const struct ps_list *input; /* of the pipeline */
    bool has_input;
    struct ps_list *output;
    const char *error_action; /* -ErrorAction; NULL: $ErrorActionPreference */
    const char *error_variable;
    bool what_if, verbose, confirm_given, confirm;
};

/* Aliases resolved; NULL: no such cmdlet on this host. */
const struct ps_cmdlet *ps_cmdlet_find(struct ps *ps, const char *name);
bool ps_cmdlet_is_of_product(const struct ps_cmdlet *cmdlet);
bool ps_has_product(const struct ps *ps);
/* Calls the function for each cmdlet that this host has. */
void ps_cmdlet_each(struct ps *ps, void (*visit)(void *user, const struct ps_cmdlet *cmdlet), void *user);
int ps_run_cmdlet(struct ps *ps, const struct ps_cmdlet *cmdlet, const struct ps_stage *stage,
                  const struct ps_list *input, bool has_input, struct ps_list *output);

/* One argument of a command line, evaluated. */
struct ps_bound {
    const char *name; /* NULL: by position */
    struct ps_value value;
    bool has_value;
    struct ps_extent extent;
};
struct ps_bounds {
    struct ps_bound *items;
    size_t count;
};
int ps_bind_evaluate(struct ps *ps, const struct ps_stage *stage, struct ps_bounds *ret_bounds);
/* Fills the call's arguments; errors are ParameterBindingExceptions. */
int ps_bind(struct ps_call *call, const struct ps_bounds *bounds);

/* For bodies: by the parameter's name as the table writes it. */
const struct ps_value *ps_argument(const struct ps_call *call, const char *name); /* NULL: not given */
bool ps_switch(const struct ps_call *call, const char *name);
const char *ps_argument_text(const struct ps_call *call, const char *name); /* NULL: not given */
int64_t ps_argument_number(const struct ps_call *call, const char *name, int64_t otherwise);
void ps_emit(struct ps_call *call, struct ps_value value); /* as one object */
/* What came through the pipeline, or the argument of that name. */
struct ps_list ps_call_input(const struct ps_call *call, const char *name);
/*
 * An error that does not end the cmdlet, by -ErrorAction: 0 to go on, -1 when it stops.  id is what stands
 * before the comma.
 */
int ps_call_error(struct ps_call *call, const char *exception, const char *id, const char *category,
                  struct ps_value target, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* One that does; always -1. */
int ps_call_fail(struct ps_call *call, const char *exception, const char *id, const char *category,
                 struct ps_value target, const char *format, ...) __attribute__((format(printf, 6, 7)));
/*
 * The management store, opened as the caller: on this host, or over a second hop if somebody granted it.
 * 0, or -1 after the error.  The second asks for the hop to a host alone.
 */
int ps_open_store(struct ps_call *call);
int ps_log_on_to_store(struct ps_call *call, const struct host *host);
/* -WhatIf and -Confirm: true when the change is to be made; false after saying what would be, or -1's error.
 */
int ps_should_process(struct ps_call *call, const char *target, bool *ret_proceed);
/* The same for what does not ask by itself; operation is what it says it would do. */
int ps_may_change(struct ps_call *call, const char *operation, const char *target, bool *ret_proceed);

#endif
