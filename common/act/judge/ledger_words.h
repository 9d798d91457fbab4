/*
 * The words that stand in the ledger: kinds of notes, states of runs.  Who writes them (memory/ledger.h) and
 * who reads them from a look use the same.
 */
#ifndef PCHAT_ACT_JUDGE_LEDGER_WORDS_H
#define PCHAT_ACT_JUDGE_LEDGER_WORDS_H

/* Kinds of notes.  Which columns they use stands behind them. */
#define NOTE_APPROVAL "approval"       /* plan, person; expires */
#define NOTE_LOSS     "accepted_loss"  /* plan, person; text: seconds, or "unknown" */
#define NOTE_FENCE    "fence_word"     /* object, person; text: the reason; expires */
#define NOTE_RELEASE  "fence_released" /* object, person */
#define NOTE_EXPORT   "export"         /* run; object: which table; text: JSON of its rows */
#define NOTE_OVERRIDE "override"       /* plan, person; object: the gate */
#define NOTE_FORK     "fork"           /* run; object: instance; text: recovery fork and its point before */
#define NOTE_HEIR     "heir"           /* run; object: instance that a mirror verb makes principal */
#define NOTE_WRITES   "writes" /* object: host of the runner; text: WRITES_PROVEN, or what failed; expires */
#define NOTE_USERS    "chat_users"   /* object: database; text: JSON of names and SIDs */
#define NOTE_STRANDED "stranded"     /* object: the old copy's instance; text: STRANDED_NONE, or how many */
#define NOTE_WRITABLE "was_writable" /* run; object: instance: we were about to make it writable */

/*
 * Of drills, object: the instance that was restored on; text: a JSON object of at most 600 bytes -
 *   drill           number of the side database, pchat_drill_<drill>
 *   at              UTC of the instance when the drill began: what "last proven N days ago" counts from
 *   full            file of the full backup; absent: none was found
 *   copy_only       true: it was taken for the drill, so the site's own full backups are not proven
 *   logs            how many log backups were restored after it
 *   restore_s       how long full, logs and recovery took together
 *   full_mb_s, log_mb_s  how fast; absent: not known
 *   newest_message  UTC of the newest message that came back; behind_s: how much newer the principal's was
 *   checkdb         true: DBCC CHECKDB found no error; false: it was not asked, or the drill had ended
 *   why             of one that failed: at which reason
 * A look brings back the newest of each kind and object alone, so that daily drills crowd nothing out.
 */
#define NOTE_DRILL_PROVEN "drill_proven"
#define NOTE_DRILL_FAILED "drill_failed"

#define WRITES_PROVEN "proven"
#define STRANDED_NONE "none"

/* run_state_name(RUN_OPEN), of memory/ledger.h */
#define RUN_STATE_OPEN "open"

#endif
