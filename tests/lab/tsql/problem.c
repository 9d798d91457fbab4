#include "lab/tsql/problem.h"

#include "base/arena.h"
#include "base/strbuf.h"
#include "lab/world/result.h"

#include <stdio.h>

static const struct message {
    int number, severity;
    const char *text;
} messages[] = {
    {102, 15, "Incorrect syntax near '%1'."},
    {104, 15,
     "ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT "
     "operator."},
    {105, 15, "Unclosed quotation mark after the character string '%1'."},
    {108, 15, "The ORDER BY position number %1 is out of range of the number of items in the select list."},
    {113, 15, "Missing end comment mark '*/'."},
    {116, 16,
     "Only one expression can be specified in the select list when the subquery is not introduced with "
     "EXISTS."},
    {134, 15,
     "The variable name '%1' has already been declared. Variable names must be unique within a query batch "
     "or stored procedure."},
    {137, 15, "Must declare the scalar variable \"%1\"."},
    {141, 15,
     "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval "
     "operations."},
    {145, 15, "ORDER BY items must appear in the select list if SELECT DISTINCT is specified."},
    {147, 15,
     "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING "
     "clause or a select list, and the column being aggregated is an outer reference."},
    {148, 15, "Incorrect time syntax in time string '%1' used with WAITFOR."},
    {155, 15, "'%1' is not a recognized %2 option."},
    {156, 15, "Incorrect syntax near the keyword '%1'."},
    {164, 15, "Each GROUP BY expression must contain at least one column that is not an outer reference."},
    {168, 15, "The floating point value '%1' is out of the range of computer representation (8 bytes)."},
    {174, 15, "The %1 function requires %2 argument(s)."},
    {189, 15, "The %1 function requires %2 to %3 arguments."},
    {191, 15,
     "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up into smaller "
     "queries."},
    {195, 15, "'%1' is not a recognized %2."},
    {201, 16, "Procedure or function '%1' expects parameter '%2', which was not supplied."},
    {205, 16,
     "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of "
     "expressions in their target lists."},
    {206, 16, "Operand type clash: %1 is incompatible with %2"},
    {207, 16, "Invalid column name '%1'."},
    {208, 16, "Invalid object name '%1'."},
    {209, 16, "Ambiguous column name '%1'."},
    {213, 16, "Column name or number of supplied values does not match table definition."},
    {214, 16, "Procedure expects parameter '%1' of type '%2'."},
    {217, 16, "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32)."},
    {220, 16, "Arithmetic overflow error for data type %1, value = %2."},
    {226, 16, "%1 statement not allowed within multi-statement transaction."},
    {229, 14, "The %1 permission was denied on the object '%2', database '%3', schema '%4'."},
    {241, 16, "Conversion failed when converting date and/or time from character string."},
    {242, 16, "The conversion of a %1 data type to a datetime data type resulted in an out-of-range value."},
    {243, 16, "Type %1 is not a defined system type."},
    {245, 16, "Conversion failed when converting the %1 value '%2' to data type %3."},
    {259, 16, "Ad hoc updates to system catalogs are not allowed."},
    {262, 14, "%1 permission denied in database '%2'."},
    {291, 16, "CAST or CONVERT: invalid attributes specified for type '%1'"},
    {297, 16, "The user does not have permission to perform this action."},
    {300, 14, "%1 permission was denied on object '%2', database '%3'."},
    {319, 15,
     "Incorrect syntax near the keyword 'with'. If this statement is a common table expression, an "
     "xmlnamespaces clause or a change tracking context clause, the previous statement must be terminated "
     "with a semicolon."},
    {402, 16, "The data types %1 and %2 are incompatible in the %3 operator."},
    {408, 16, "A constant expression was encountered in the ORDER BY list, position %1."},
    {512, 16,
     "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , "
     ">, >= or when the subquery is used as an expression."},
    {517, 16, "Adding a value to a 'datetime' column caused an overflow."},
    {515, 16,
     "Cannot insert the value NULL into column '%1', table '%2'; column does not allow nulls. %3 fails."},
    {529, 16, "Explicit conversion from data type %1 to %2 is not allowed."},
    {535, 16,
     "The datediff function resulted in an overflow. The number of dateparts separating two date/time "
     "instances is too large. Try to use datediff with a less precise datepart."},
    {537, 16, "Invalid length parameter passed to the LEFT or SUBSTRING function."},
    {921, 14, "Database '%1' has not been recovered yet. Wait and try again."},
    {956, 14,
     "Database %1 is enabled for Database Mirroring, but has not yet synchronized with its partner. Try the "
     "operation again later."},
    {1023, 15, "Invalid parameter %1 specified for %2."},
    {1033, 15,
     "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common "
     "table expressions, unless TOP or FOR XML is also specified."},
    {1060, 15,
     "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer."},
    {1012, 15, "The correlation name '%1' has the same exposed name as table '%2'."},
    {1013, 15,
     "The objects \"%1\" and \"%2\" in the FROM clause have the same exposed names. Use correlation names "
     "to distinguish them."},
    {1223, 16,
     "Cannot release the application lock (Database Principal: '%1', Resource: '%2') because it is not "
     "currently held."},
    {544, 16,
     "Cannot insert explicit value for identity column in table '%1' when IDENTITY_INSERT is set to OFF."},
    {1505, 16, "Column name '%1' is specified more than once."},
    {1222, 16, "Lock request time out period exceeded."},
    {2520, 16,
     "Could not find database '%1'. The database either does not exist, or was dropped before a statement "
     "tried to use it. Verify if the database exists by querying the sys.databases catalog view."},
    {2528, 10,
     "DBCC execution completed. If DBCC printed error messages, contact your system administrator."},
    {2536, 10, "DBCC results for '%1'."},
    {2571, 14, "User '%1' does not have permission to run %2."},
    {2627, 14,
     "Violation of PRIMARY KEY constraint '%1'. Cannot insert duplicate key in object 'dbo.%2'. The "
     "duplicate "
     "key value is (%3)."},
    {2714, 16, "There is already an object named '%1' in the database."},
    {2744, 16,
     "Multiple identity columns specified for table '%1'. Only one identity column per table is allowed."},
    {2740, 16,
     "SET LANGUAGE failed because '%1' is not an official language name or a language alias on this SQL "
     "Server."},
    {2741, 16, "SET DATEFORMAT date order '%1' is invalid."},
    {2812, 16, "Could not find stored procedure '%1'."},
    {1844, 16, "%1 is not supported on %2."},
    {3021, 16, "Cannot perform a backup or restore operation within a transaction."},
    {3031, 16,
     "Option '%1' conflicts with option(s) 'RECOVERY, NORECOVERY, STANDBY'. Remove the conflicting option "
     "and reissue the statement."},
    {3110, 14, "User does not have permission to RESTORE database '%1'."},
    {3211, 10, "%1 percent processed."},
    {3234, 16,
     "Logical file '%1' is not part of database '%2'. Use RESTORE FILELISTONLY to list the logical file "
     "names."},
    {3621, 0, "The statement has been terminated."},
    {3701, 11, "Cannot drop the %1 '%2', because it does not exist or you do not have permission."},
    {3902, 16, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION."},
    {3903, 16, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION."},
    {3906, 16, "Failed to update database \"%1\" because the database is read-only."},
    {3918, 16, "The statement or function must be executed in the context of a user transaction."},
    {4060, 11, "Cannot open database \"%1\" requested by the login. The login failed."},
    {4064, 11, "Cannot open user default database. Login failed."},
    {4104, 16, "The multi-part identifier \"%1\" could not be bound."},
    {4108, 15, "Windowed functions can only appear in the SELECT or ORDER BY clauses."},
    {4112, 15, "The function '%1' must have an OVER clause with ORDER BY."},
    {4121, 16,
     "Cannot find either column \"%1\" or the user-defined function or aggregate \"%2\", or the name is "
     "ambiguous."},
    {4145, 15,
     "An expression of non-boolean type specified in a context where a condition is expected, near '%1'."},
    {4604, 16, "There is no such user or group '%1' or you do not have permission."},
    {4613, 16, "Grantor does not have GRANT permission."},
    {4606, 16, "Granted or revoked privilege %1 is not compatible with object."},
    {4621, 16, "Permissions at the server scope can only be granted when the current database is master"},
    {5001, 16, "User must be in the master database."},
    {5011, 14,
     "User does not have permission to alter database '%1', the database does not exist, or the database is "
     "not in a state that allows access checks."},
    {5070, 16, "Database state cannot be changed while other users are using the database '%1'"},
    {5701, 10, "Changed database context to '%1'."},
    {5703, 10, "Changed language setting to %1."},
    {6101, 16, "Session ID %1 is not valid."},
    {6102, 14, "User does not have permission to use the KILL statement."},
    {6109, 10,
     "SPID %1: transaction rollback in progress. Estimated rollback completion: %2%. Estimated time "
     "remaining: %3 seconds."},
    {6115, 16, "KILL command cannot be used inside user transactions."},
    {6120, 16, "Status report cannot be obtained. Rollback operation for Process ID %1 is not in progress."},
    {7983, 14, "User '%1' does not have permission to run DBCC checkdb for database '%2'."},
    {8114, 16, "Error converting data type %1 to %2."},
    {8115, 16, "Arithmetic overflow error converting %1 to data type %2."},
    {8117, 16, "Operand data type %1 is invalid for %2 operator."},
    {8120, 16,
     "Column '%1' is invalid in the select list because it is not contained in either an aggregate "
     "function or the GROUP BY clause."},
    {8134, 16, "Divide by zero error encountered."},
    {8102, 16, "Cannot update identity column '%1'."},
    {8144, 16, "Procedure or function %1 has too many arguments specified."},
    {8145, 16, "%1 is not a parameter for procedure %2."},
    {8152, 16, "String or binary data would be truncated."},
    {8155, 16, "No column name was specified for column %1 of '%2'."},
    {8156, 16, "The column '%1' was specified multiple times for '%2'."},
    {8169, 16, "Conversion failed when converting from a character string to uniqueidentifier."},
    {8178, 16, "The parameterized query '%1' expects the parameter '%2', which was not supplied."},
    {8623, 16,
     "The query processor ran out of internal resources and could not produce a query plan. This is a rare "
     "event and only expected for extremely complex queries or queries that reference a very large number "
     "of tables or partitions. Please simplify the query. (%1)"},
    {8928, 16,
     "Object ID 2105058535, index ID 1, partition ID 72057594038845440, alloc unit ID 72057594043170816 "
     "(type "
     "In-row data): Page (1:153) could not be processed.  See other errors for details."},
    {8989, 10, "CHECKDB found %1 allocation errors and %2 consistency errors in database '%3'."},
    {10704, 15,
     "To rethrow an error, a THROW statement must be used inside a CATCH block. Insert the THROW statement "
     "inside a CATCH block, or add error parameters to the THROW statement."},
    {14234, 16, "The specified '%1' is invalid (valid values are returned by %2)."},
    {14243, 0, "Job '%1' started successfully."},
    {14254, 0, "Job '%1' stopped successfully."},
    {14261, 16, "The specified %1 ('%2') already exists."},
    {14266, 16, "The specified '%1' is invalid (valid values are: %2)."},
    {14269, 16, "Job '%1' is already targeted at server '%2'."},
    {14294, 16, "Supply either %1 or %2 to identify the job."},
    {14393, 16,
     "Only owner of a job or members of role sysadmin or SQLAgentOperatorRole can start and stop the job."},
    {14515, 16,
     "Only a member of the sysadmin server role can add a job for a different owner with @owner_login_name."},
    {14525, 16,
     "Only members of sysadmin role are allowed to update or delete jobs owned by a different login."},
    {15006, 16, "'%1' is not a valid name because it contains invalid characters."},
    {15014, 16, "The role '%1' does not exist in the current database."},
    {15063, 16, "The login already has an account under a different user name."},
    {15116, 16,
     "Password validation failed. The password does not meet Windows policy requirements because it is "
     "too short."},
    {15247, 16, "User does not have permission to perform this action."},
    {15401, 11, "Windows NT user or group '%1' not found. Check the name again."},
    {15404, 16, "Could not obtain information about Windows NT group/user '%1', error code 0x534."},
    {15407, 11, "'%1' is not a valid Windows NT name. Give the complete name: <domain\\username>."},
    {15410, 11, "User or role '%1' does not exist in this database."},
    {15419, 16, "Supplied parameter sid should be binary(16)."},
    {18456, 14, "Login failed for user '%1'."},
    {18461, 14,
     "Login failed for user '%1'. Reason: Server is in single user mode. Only one administrator can "
     "connect at this time."},
    {32037, 16, "The monitored database \"%1\" is not involved in database mirroring."},
    {35100, 16,
     "Error number in the THROW statement is outside the valid range. Specify an error number in the valid "
     "range of 50000 to 2147483647."},
};

/* Of the language itself; those of databases, backups and logins are the world's. */
static const struct message *find_message(int number)
{
    for (size_t i = 0; i < COUNT(messages); i++)
        if (messages[i].number == number)
            return &messages[i];
    return NULL;
}

static char *fill_in(struct arena *arena, const char *format, const char *const *arguments, size_t count)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    for (const char *c = format; *c; c++) {
        size_t index = (size_t)(c[1] - '1');

        if (*c == '%' && c[1] >= '1' && index < count) {
            strbuf_add(&text, arguments[index]);
            c++;
        } else {
            strbuf_add_char(&text, *c);
        }
    }
    return arena_text(arena, strbuf_text(&text));
}

int problem_add_text(struct problems *problems, struct problem problem)
{
    struct problem *added = arena_push(problems->arena, &problems->items, &problems->count, sizeof(*added));

    *added = problem;
    added->text = arena_text(problems->arena, problem.text);
    return -1;
}

static int add_world_message(struct problems *problems, int line, int number, const char *const *arguments,
                             size_t count)
{
    const char *three[3] = {count > 0 ? arguments[0] : NULL, count > 1 ? arguments[1] : NULL,
                            count > 2 ? arguments[2] : NULL};
    char text[WORLD_TEXT_BYTES];
    int severity = message_text(number, three, text, sizeof(text));

    return problem_add_text(problems, (struct problem){number, severity, 1, line, text});
}

int problem_add(struct problems *problems, int line, int number, const char *const *arguments, size_t count)
{
    const struct message *message = find_message(number);

    if (!message)
        return add_world_message(problems, line, number, arguments, count);
    return problem_add_text(problems,
                            (struct problem){number, message->severity, 1, line,
                                             fill_in(problems->arena, message->text, arguments, count)});
}
