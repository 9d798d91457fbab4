/* A schedule of one of its jobs, as it was exported. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @job uniqueidentifier;
SELECT @job = job_id FROM msdb.dbo.sysjobs WHERE name = N'$(job)';
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.sysjobschedules AS js
               JOIN msdb.dbo.sysschedules AS c ON c.schedule_id = js.schedule_id
               WHERE js.job_id = @job AND c.name = N'$(name)')
    EXEC msdb.dbo.sp_add_jobschedule @job_id = @job, @name = N'$(name)', @enabled = $(enabled), @freq_type = $(freq_type),
        @freq_interval = $(freq_interval), @freq_subday_type = $(freq_subday_type),
        @freq_subday_interval = $(freq_subday_interval), @freq_relative_interval = $(freq_relative_interval),
        @freq_recurrence_factor = $(freq_recurrence_factor), @active_start_date = $(active_start_date),
        @active_end_date = $(active_end_date), @active_start_time = $(active_start_time),
        @active_end_time = $(active_end_time);
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
