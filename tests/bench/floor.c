/*
 * floor SECTION USER PASSWORD_FILE: the least a program can do with libsybdb - one login by a section of
 * $FREETDSCONF, one select, the end.  What a check costs is compared with this.
 */
#include <stdio.h>
#include <string.h>
#include <sybfront.h>

#include <sybdb.h>

static int on_error(DBPROCESS *process, int severity, int number, int os_number, char *text, char *os_text)
{
    (void)process, (void)severity, (void)number, (void)os_number, (void)text, (void)os_text;
    return INT_CANCEL;
}

static int on_message(DBPROCESS *process, DBINT number, int state, int severity, char *text, char *server,
                      char *procedure, int line)
{
    (void)process, (void)number, (void)state, (void)severity, (void)text, (void)server, (void)procedure,
        (void)line;
    return 0;
}

static DBPROCESS *login(const char *section, const char *user, const char *password)
{
    LOGINREC *record = dblogin();
    DBPROCESS *process;

    DBSETLUSER(record, user);
    DBSETLPWD(record, password);
    DBSETLAPP(record, "floor");
    process = dbopen(record, section);
    dbloginfree(record);
    return process;
}

int main(int argc, char **argv)
{
    char password[128] = "";
    DBPROCESS *process;
    FILE *file;
    int rows = 0;

    if (argc != 4 || !(file = fopen(argv[3], "re")))
        return 3;
    if (!fgets(password, sizeof(password), file))
        password[0] = '\0';
    fclose(file);
    password[strcspn(password, "\n")] = '\0';
    dbinit();
    dberrhandle(on_error);
    dbmsghandle(on_message);
    process = login(argv[1], argv[2], password);
    if (!process)
        return 2;
    dbcmd(process, "SELECT name, state_desc FROM sys.databases");
    dbsqlexec(process);
    while (dbresults(process) == SUCCEED)
        while (dbnextrow(process) != NO_MORE_ROWS)
            rows++;
    dbclose(process);
    dbexit();
    return rows > 0 ? 0 : 2;
}
