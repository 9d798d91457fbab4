/*
 * failover.pml: the safety rules of failover as a bounded model for spin.
 * model.md explains it, tests/integration/model.sh runs it.
 *
 * Modelled: A, its mirror A', the log-shipping secondary B; the chat servers of either site, each acting on its
 * own replica of the pool state; the link between the sites; power that comes and goes; a runner in each site,
 * which may crash at any point and come back knowing nothing; the application lock on B and on A', owned by a
 * session, half-open or killed; statements that run on after their client; remote PowerShell that outlives its
 * caller; the ledger on B and its copy on A'; the fence, per object; failover, mirror force with and without B,
 * abandon, fence and release of the fence.  Either runner resumes what the other left.
 *
 * Left out: B', the witness, mirror switch, the rescue; planned moves (model.md argues why).  Chain, loss and approval decide
 * whether to act, not whether two copies are written.  Time: what may come late comes arbitrarily late, and no
 * rule rests on a timer.
 */

/* Bounds.  Crashes are bounded by HOLDERS alone. */
#ifndef HOLDERS
#define HOLDERS 2 /* how often a runner obtains the lock of B and numbers itself */
#endif
#ifndef KILLS
#define KILLS   1 /* take-overs by KILL */
#endif
#ifndef CUTS
#define CUTS    1 /* of the link */
#endif
#ifndef LOSSES
#define LOSSES  0 /* of the power of A or A', besides those by fence */
#endif
#ifdef FALSE_FENCE
#define FALSE_FENCES 1 /* objects that come back although they are fenced */
#else
#define FALSE_FENCES 0
#endif

/* Copies of mgc; the first two and CHAT, the chat servers of the primary site, are objects of the fence. */
#define A    0
#define M    1 /* A', the mirror */
#define B    2
#define CHAT 2

/* Instances with an application lock and a ledger. */
#define ON_B 0
#define ON_M 1

#define PRIMARY 0
#define BACKUP  1
#define NOBODY  2

mtype:copy = { writable, mirror, restoring, readonly };
mtype:pool = { normal, failed_over };
mtype:verb = { none, failover, force, force_alone }; /* alone: without B */
mtype:shell = { idle, sent, running };

typedef Ledger {
  byte epoch;
  mtype:verb verb; /* of the last run */
  bool open;       /* that run is not finished */
  bool returned    /* evidence: in a failover a copy of the primary site was seen writable, or a fence lost */
};
typedef Applock {
  byte holder = NOBODY; /* as the server sees it */
  bool alive[2]         /* that runner's session can be used; one that cannot may hold the lock still */
};
typedef Shell {
  mtype:shell state = idle;
  mtype:verb does; /* failover: sets the pool state; force: forces service on A' */
  byte epoch;
  bool late        /* sent after the evidence */
};

mtype:copy copy[3];
bool on[3] = true;    /* power of A, A', CHAT; B and its chat servers never fail */
bool held[3];         /* `fence status` says off */
bool link = true;     /* between the sites */
bool mirrored = true; /* A has a partner */
bool joined = true;   /* and is connected with it */
bool lsbackup = true; /* the job on A */
mtype:pool pool = normal; /* in the management store */
mtype:pool replica[2] = normal;

Ledger ledger[2];
Applock applock[2];
bool recovering[2]; /* RESTORE DATABASE mgc WITH RECOVERY runs on this runner's session on B */
Shell shell[2];     /* one for each runner */
byte announced;     /* the highest epoch that the management host was told */
byte kills = KILLS;

#define site_writes  (on[CHAT] && replica[PRIMARY] == normal)
#define written_A    (site_writes && on[A] && copy[A] == writable)
#define written_M    (site_writes && on[M] && copy[M] == writable)
#define written_B    (copy[B] == writable && replica[BACKUP] == failed_over)
#define split_brain  (written_A + written_M + written_B > 1)

/* ---- The rules, and what stands in their place when one is removed ------------------------------------- */

#define other          (1 - me)
#define sees(object)   (on[object] && (me == PRIMARY || link))
#define sees_B         (me == BACKUP || link)
#define sees_writable(object) (sees(object) && copy[object] == writable)

/* Lock: the server gives it to one session, and every batch begins by proving it. */
#ifdef NO_LOCK
#define is_free(where) (!applock[where].alive[me])
#define mine(where)    (applock[where].alive[me])
#else
#define is_free(where) (applock[where].holder == NOBODY)
#define mine(where)    (applock[where].holder == me && applock[where].alive[me])
#endif

/* Fence: what is unseen counts as not writable only if it is validly fenced. */
#ifdef NO_FENCE
#define fenced(object) (!sees(object))
#else
#define fenced(object) (held[object])
#endif

/* Guard: all other copies are looked at again before the commit. */
#ifdef NO_GUARD
#define guard(condition) if :: true or_crash fi
#else
#define guard(condition) if :: condition or_crash fi
#endif

/* Epoch: a remote shell of a former holder is ended, and rejected where it is started. */
#ifdef NO_EPOCH
#define is_stale(remote) false
#else
#define is_stale(remote) (remote.epoch < announced)
#endif

/* It is announced before the guard, not only before the holder's first remote step. */
#if defined(NO_EPOCH)
#define before_guard()
#define before_remote_step()
#elif defined(LATE_EPOCH)
#define before_guard()
#define before_remote_step() announce_epoch();
#else
#define before_guard()       announce_epoch();
#define before_remote_step()
#endif

/* Every holder raises it, not only one who took over by KILL.  Evens are of B, odds of A' alone. */
#ifdef LAZY_EPOCH
#define next_epoch (ledger[ON_B].epoch > 0 && kills == KILLS -> ledger[ON_B].epoch : ledger[ON_B].epoch + 2)
#else
#define next_epoch ((ledger[ON_B].epoch / 2 + 1) * 2)
#endif

/* Copy: A' seen counts only through the session that holds the lock there, and has told its ledger. */
#ifdef NO_COPY
#define sees_M_locked sees(M)
#define tells_M       false
#else
#define sees_M_locked (sees(M) && mine(ON_M))
#define tells_M       (book == ON_B && mine(ON_M))
#endif

/* Alone, without B, a runner goes on only with what was begun alone: who holds B may be ending the rest. */
#ifdef RESUME_ALONE
#define may_go_on_alone (ledger[ON_M].verb != failover)
#else
#define may_go_on_alone (ledger[ON_M].verb == force_alone)
#endif

/* Alone, nobody releases what is fenced: it may be the fence of a failover of which A' was not told. */
#ifdef RELEASE_ALONE
#define may_serve_alone true
#define release_chat()  held[CHAT] = false
#else
#define may_serve_alone (!held[CHAT])
#define release_chat()  held[CHAT] = held[CHAT] && book == ON_M
#endif

/* Abandon: its put-back makes A writable again, so it stands under a guard like every other such step. */
#ifdef FREE_PUT_BACK
#define put_back_guard(condition) skip
#else
#define put_back_guard(condition) guard(condition)
#endif

/* Return: the chat servers stay off until both copies of the site are durably not writable. */
#ifdef EARLY_CHAT
#define M_is_quiet true
#else
#define M_is_quiet (sees(M) && (copy[M] == restoring || copy[M] == readonly))
#endif

/* Evidence: recorded before anything else; while it stands in the ledger, nothing but fence is sent. */
#ifdef NO_STOP
#define may_go_on      true
#define after_evidence skip
#else
#define may_go_on      (!ledger[ON_B].returned)
#define after_evidence goto choose
#endif

/* With a false fence two copies may be written; the claim is then that no step follows the evidence. */
#ifdef FALSE_FENCE
#define no_step_after(seen) assert(!(seen))
#else
#define no_step_after(seen) skip
#endif

/* ---- The world ----------------------------------------------------------------------------------------- */

inline switch_off(object)
{
  on[object] = false;
  if
  :: object != CHAT -> joined = false
  :: else
  fi;
  if
  :: object == M ->
       applock[ON_M].holder = NOBODY; applock[ON_M].alive[PRIMARY] = false; applock[ON_M].alive[BACKUP] = false
  :: else
  fi
}

proctype World()
{
  byte cuts = CUTS, losses = LOSSES, false_fences = FALSE_FENCES;

  do
  :: d_step { on[A] && losses > 0 -> switch_off(A); losses-- }
  :: d_step { on[M] && losses > 0 -> switch_off(M); losses-- }
  :: d_step { !on[A] && !held[A] -> on[A] = true }
  :: d_step { !on[M] && !held[M] -> on[M] = true }
  :: d_step { !on[CHAT] && !held[CHAT] -> on[CHAT] = true }
  :: d_step { held[A] && !on[A] && false_fences > 0 -> on[A] = true; false_fences-- } /* says off still */
  :: d_step { held[A] && false_fences > 0 -> held[A] = false; on[A] = true; false_fences-- } /* lost */
  :: d_step { held[CHAT] && false_fences > 0 -> held[CHAT] = false; on[CHAT] = true; false_fences-- }
  :: d_step { mirrored && !joined && on[A] && on[M] && copy[A] == writable && copy[M] == mirror ->
       joined = true }
  :: d_step { link && cuts > 0 ->
       link = false; cuts--;
       applock[ON_B].alive[PRIMARY] = false; applock[ON_M].alive[BACKUP] = false }
  :: d_step { !link -> link = true }
  :: d_step { replica[PRIMARY] != pool && on[CHAT] && link -> replica[PRIMARY] = pool }
  :: d_step { replica[BACKUP] != pool -> replica[BACKUP] = pool }
  od
}

inline forget(remote) { remote.state = idle; remote.does = 0; remote.epoch = 0; remote.late = false }

/* What the servers do with the sessions and the remote shell of one runner, in their own time. */
proctype Server(bit whose)
{
  do
  :: d_step { recovering[whose] -> recovering[whose] = false; copy[B] = writable }
  :: d_step { recovering[whose] && !applock[ON_B].alive[whose] -> recovering[whose] = false } /* rolled back */
  :: d_step { applock[ON_B].holder == whose && !applock[ON_B].alive[whose] && !recovering[whose] ->
       applock[ON_B].holder = NOBODY } /* the lock passes on once the statement has ended */
  :: d_step { applock[ON_M].holder == whose && !applock[ON_M].alive[whose] -> applock[ON_M].holder = NOBODY }
  :: d_step { shell[whose].state == sent ->
       if
       :: is_stale(shell[whose]) -> forget(shell[whose])
       :: else -> no_step_after(shell[whose].late); shell[whose].state = running
       fi }
  :: d_step { shell[whose].state == running ->
       if
       :: shell[whose].does == failover -> pool = failed_over
       :: shell[whose].does == force && on[M] && copy[M] == mirror && !joined -> copy[M] = writable
       :: else
       fi;
       forget(shell[whose]) }
  od
}

/* ---- The runner ---------------------------------------------------------------------------------------- */

#define take(where)               applock[where].holder = me; applock[where].alive[me] = true
#define end_session(where, whose) applock[where].alive[whose] = false

/* A crash, a lost session, a refusal leave the same behind: sessions for the server to notice, and an open run. */
#define log_out()  end_session(ON_B, me); end_session(ON_M, me); book = ON_B; epoch = 0; goto start
#define or_crash   :: atomic { true -> log_out() }

/* KILL, of both sessions. */
#define take_over() kills--; end_session(ON_B, other); end_session(ON_M, other); goto start
#ifdef REACH_TAKEOVER
#define worth_a_kill ledger[ON_B].open
#else
#define worth_a_kill true
#endif

#define safe_A ((fenced(A) && !sees_writable(A)) || (sees(A) && (copy[A] == readonly || copy[A] == restoring)))
#define safe_M ((fenced(M) && !sees_writable(M)) || (sees_M_locked && copy[M] != writable && !joined))
#define evidence (sees_writable(A) || sees_writable(M) || (copy[B] == writable && !(held[CHAT] && safe_A)))

inline copy_ledger()
{
  if
  :: tells_M ->
       ledger[ON_M].epoch = ledger[ON_B].epoch;
       ledger[ON_M].verb = ledger[ON_B].verb;
       ledger[ON_M].open = ledger[ON_B].open
  :: else
  fi
}

/* The higher number wins, but what either ledger knows of a failover or of an open run is not forgotten. */
inline reconcile()
{
  if
  :: mine(ON_M) && ledger[ON_M].epoch > ledger[ON_B].epoch ->
       ledger[ON_B].epoch = ledger[ON_M].epoch;
       if
       :: ledger[ON_B].verb != failover ->
            ledger[ON_B].verb = ledger[ON_M].verb;
            ledger[ON_B].open = ledger[ON_M].open
       :: else
       fi
  :: else
  fi
}

inline raise_epoch()
{
  if
  :: book == ON_B -> reconcile(); ledger[ON_B].epoch = next_epoch
  :: else -> ledger[ON_M].epoch++ /* once, until B is seen again */
  fi;
  epoch = ledger[book].epoch;
  copy_ledger()
}

inline announce_epoch()
{
  announced = (epoch > announced -> epoch : announced);
  if
  :: shell[me].epoch < epoch -> forget(shell[me])
  :: else
  fi;
  if
  :: shell[other].epoch < epoch -> forget(shell[other])
  :: else
  fi
}
inline open_run(what)
{
  ledger[book].verb = what; ledger[book].open = true;
  copy_ledger()
}

inline close_run()
{
  ledger[book].open = false;
  copy_ledger()
}

inline send_shell(what)
{
  before_remote_step()
  shell[me].state = sent; shell[me].does = what; shell[me].epoch = epoch;
  shell[me].late = book == ON_B && ledger[ON_B].returned
}

/* Before every step of a failover: did the old primary return?  What was seen is recorded at once. */
inline look()
{
  if
  :: atomic { mine(ON_B) && evidence -> ledger[ON_B].returned = true; after_evidence }
  :: mine(ON_B) && !(evidence)
  or_crash
  fi
}

/* The command may fail, or not be asked for. */
inline fence_off(object)
{
  if
  :: d_step { !held[object] -> held[object] = true; switch_off(object) }
  :: true
  fi
}

proctype Runner(bit me)
{
  bit book; /* the ledger at hand: of record, on B, or its copy on A' if B cannot be reached */
  byte epoch;

start:
    /* B first.  A mirror verb may do without B. */
    if
    :: atomic { sees_B && is_free(ON_B) && ledger[ON_B].epoch / 2 < HOLDERS -> take(ON_B) }
    :: atomic { sees_B && kills > 0 && applock[ON_B].alive[other] && worth_a_kill -> take_over() }
    :: atomic { !sees_B && sees(M) && is_free(ON_M) && ledger[ON_M].epoch % 2 == 0 ->
         take(ON_M); book = ON_M; goto number }
    fi;
    do
    :: atomic { sees(M) && is_free(ON_M) -> take(ON_M); break }
    :: !sees(M) -> break
    od;
number:
    if
    :: d_step { mine(book) -> raise_epoch(); before_guard() }
    or_crash
    fi;

choose:
    if
    :: atomic { book == ON_M && mine(ON_M) && !ledger[ON_M].open && ledger[ON_M].verb != failover ->
         open_run(force_alone) };
       goto force_mirror
    :: book == ON_M && mine(ON_M) && ledger[ON_M].open && may_go_on_alone -> goto force_mirror
    :: atomic { mine(ON_B) && !ledger[ON_B].open && ledger[ON_B].verb != failover -> open_run(force) };
       goto force_mirror
    :: atomic { mine(ON_B) && !ledger[ON_B].open && ledger[ON_B].verb != failover -> open_run(failover) };
       goto fail_over
    :: mine(ON_B) && ledger[ON_B].open && ledger[ON_B].verb != failover -> goto force_mirror
    :: mine(ON_B) && ledger[ON_B].open && ledger[ON_B].verb == failover && may_go_on -> goto fail_over
    :: mine(ON_B) && ledger[ON_B].open -> goto abandon
    :: mine(ON_B) && ledger[ON_B].verb == failover && copy[B] == writable -> goto fence
    or_crash
    fi;

fail_over:
    if
    :: copy[B] == writable -> goto tell
    :: copy[B] != writable
    fi;
    fence_off(CHAT);
    fence_off(A);
    fence_off(M);
    look();
    guard(fenced(CHAT));
    guard(safe_A);
    guard(safe_M);
    if
    :: atomic { mine(ON_B) -> no_step_after(ledger[ON_B].returned); recovering[me] = true }
    or_crash
    fi;
    if
    :: !recovering[me] && copy[B] == writable
    or_crash
    fi;
tell:
    look();
    if
    :: pool == failed_over
    :: atomic { pool == normal && shell[me].state == idle -> send_shell(failover) };
       if
       :: shell[me].state == idle
       or_crash
       fi;
       goto tell
    or_crash
    fi;
    if
    :: atomic { mine(ON_B) -> close_run() }
    or_crash
    fi;
    goto choose;

force_mirror:
    if
    :: sees_writable(M) -> goto serve
    :: !sees_writable(M)
    fi;
    fence_off(A);
    guard(safe_A);
    guard((book == ON_B -> copy[B] == restoring : may_serve_alone));
    guard((sees_M_locked && copy[M] == mirror));
    if
    :: atomic { shell[me].state == idle -> send_shell(force) } /* by the cmdlet, or by the session with the lock */
    :: atomic { mine(ON_M) && copy[M] == mirror && !joined -> copy[M] = writable }
    or_crash
    fi;
    if
    :: shell[me].state == idle && sees_writable(M)
    or_crash
    fi;
serve: /* the chat servers, which a former run may have fenced */
    if
    :: atomic { mine(book) -> close_run(); release_chat() }
    or_crash
    fi;
    goto choose;

abandon:
    put_back_guard((mine(ON_B) && copy[B] == restoring));
    put_back_guard((sees_M_locked && copy[M] == mirror));
    if
    :: atomic { mine(ON_B) ->
         ledger[ON_B].verb = none; ledger[ON_B].returned = false; close_run();
         held[A] = false; held[CHAT] = false }
    or_crash
    fi;
    goto choose;

fence: /* what only takes writability away does no harm if it comes late: it is modelled without the lock */
    do
    :: atomic { sees_writable(A) && lsbackup -> lsbackup = false }
    :: atomic { sees_writable(A) && !lsbackup && mirrored -> /* PARTNER OFF */
         mirrored = false;
         if :: joined -> joined = false; copy[M] = restoring :: else fi }
    :: atomic { sees_writable(A) && !lsbackup && !mirrored -> copy[A] = readonly }
    :: atomic { sees(M) && copy[M] == mirror -> copy[M] = restoring; joined = false } /* PARTNER OFF */
    :: atomic { sees_writable(M) -> copy[M] = readonly }
    :: atomic { mine(ON_B) && ledger[ON_B].returned && !held[CHAT] -> held[CHAT] = true; switch_off(CHAT) }
    :: atomic { mine(ON_B) && ledger[ON_B].returned && !(evidence) -> /* fenced, and somebody was asked */
         ledger[ON_B].returned = false; goto choose }
    :: atomic { mine(ON_B) && !ledger[ON_B].open && held[CHAT] && held[A] -> held[A] = false }
    :: atomic { mine(ON_B) && !ledger[ON_B].open && held[CHAT] && held[M] -> held[M] = false }
    :: sees(A) && copy[A] == readonly && !ledger[ON_B].open && held[CHAT] ->
       if
       :: atomic { mine(ON_B) && M_is_quiet -> assert(!lsbackup); held[CHAT] = false }
       :: true
       fi
    :: break
    od;
    atomic { log_out() }
}

/* ---- The claim ----------------------------------------------------------------------------------------- */

/* Each REACH_ claims that something wanted never happens, and must be refuted. */
#define failed_over_to_B (written_B && ledger[ON_B].verb == failover && !ledger[ON_B].open)
#if defined(FALSE_FENCE)
#define claim true
#elif defined(REACH_FAILOVER)
#define claim (!failed_over_to_B)
#elif defined(REACH_TAKEOVER)
#define claim (!(failed_over_to_B && kills < KILLS && ledger[ON_B].epoch > 2))
#elif defined(REACH_FENCED_RETURN)
#define claim (!(written_B && on[CHAT] && on[A] && on[M] && copy[A] == readonly))
#elif defined(REACH_FORCE)
#define claim (!(written_M && ledger[ON_B].verb == force && !ledger[ON_B].open))
#elif defined(REACH_FORCE_ALONE)
#define claim (!(written_M && ledger[ON_M].verb == force_alone && !ledger[ON_M].open))
#elif defined(REACH_PUT_BACK)
#define claim (!(written_A && ledger[ON_B].verb == none && !joined))
#else
#define claim (!split_brain)
#endif

proctype Monitor()
{
  atomic { !claim -> assert(claim) }
}

init
{
  atomic {
    copy[A] = writable; copy[M] = mirror; copy[B] = restoring;
    ledger[ON_B].verb = none; ledger[ON_M].verb = none;
    run World(); run Server(PRIMARY); run Server(BACKUP);
    run Runner(PRIMARY); run Runner(BACKUP);
    run Monitor()
  }
}
