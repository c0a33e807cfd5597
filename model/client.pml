/*
 * A client that retries as RFC 9449 says, against a shard in generation mode. Property: it is
 * eventually served. Its every proof is new (another jti), and time stands still: every proof has
 * the same iat, so that nothing but the protocol itself can help it. A bound therefore either
 * covers the client's iat or does not.
 *
 * INSTANCES - 1 times an instance dies, or is taken for dead and lives on (split brain) with
 * Workers still connected to it. Other clients' traffic raises the bound at any time, and it is
 * given back at any time when nothing waits for it. Fairness: what could go on all the time goes
 * on some time (spin's weak fairness).
 */
#ifndef INSTANCES
#define INSTANCES 3
#endif
#define NOBODY 255
#define last_one(i) ((i) == INSTANCES - 1)

typedef Instance {
  bool alive;
  bool judging;
  bool found;      /* the bound that it found covers the client's iat: somebody may have judged it */
  bool bound;      /* the bound that it relies on covers the client's iat: it may accept it */
};
Instance object[INSTANCES];
bool disk_bound;
byte writer = NOBODY;
byte started = 0;

#define mine object[me]

byte waits_at = NOBODY;    /* where the client's claim waits for the bound */
byte nonce = NOBODY;       /* the instance that the client's nonce was minted for */
byte challenges = 0;
bool served = false;

proctype Life(byte me) {
  atomic {
#ifdef ONE_AT_A_TIME
    me == started && (me == 0 || !object[me - 1].alive);
#else
    me == started;
#endif
    started++;
    writer = me;
    mine.alive = true;
    mine.found = disk_bound; mine.bound = disk_bound;
    printf("instance %d takes over the disk; its bound covers the client's iat: %d\n", me, mine.found)
  }
  do
  :: atomic { mine.alive && !mine.judging && writer == me -> mine.judging = true }
  :: atomic { mine.alive && mine.judging && !mine.bound && writer == me &&
#ifdef MUTANT_NO_RAISE_FOR_A_CLAIM
              /* the clock is behind the client's: a raise that only follows it never gets there */
              false ->
#else
              true ->
#endif
       mine.bound = true; disk_bound = true }
  :: atomic { mine.alive && mine.bound && !mine.found && writer == me && waits_at != me ->
       mine.bound = false; disk_bound = false }
  /* it cannot write any more, and needs to */
  :: atomic { mine.alive && writer != me && (!mine.judging || (waits_at == me && !mine.bound)) ->
       mine.alive = false; mine.judging = false; mine.found = false; mine.bound = false }
  od
}

/* An instance may die at any moment, and may also never die. */
proctype Fate() {
  byte who = 0;
  do
  :: atomic { object[who].alive && !last_one(who) ->
       object[who].alive = false; object[who].judging = false;
       object[who].found = false; object[who].bound = false;
       printf("instance %d dies\n", who) }
  :: who = (who + 1) % INSTANCES
  od
}

#define later_nonce(at) (nonce != NOBODY && nonce > (at))

/* A challenge: the next proof carries this nonce. */
inline challenge(generation) {
  printf("challenge, with a nonce of instance %d\n", generation);
#ifdef MOST_CHALLENGES
  challenges++;
  assert(challenges <= MOST_CHALLENGES);
#endif
  nonce = generation
}

/* The Worker asks the shard who lives there, through whatever connection it has. */
inline ask() {
  do
  :: atomic { object[to].alive && object[to].judging -> challenge(to); break }
  :: atomic { !object[to].alive -> reach() }
  od
}

/* Whoever still lives can be who a Worker is connected to; if nobody does, it waits for the next. */
inline reach() {
  if
  :: object[0].alive -> to = 0
#if INSTANCES > 1
  :: object[1].alive -> to = 1
#endif
#if INSTANCES > 2
  :: object[2].alive -> to = 2
#endif
#if INSTANCES > 3
  :: object[3].alive -> to = 3
#endif
  fi
}

proctype Client() {
  byte to = 0;

  do
  :: served -> break
  :: else ->
#ifdef NONCES_REQUIRED
     if
     :: nonce == NOBODY -> atomic { reach() } ask()
     :: else
     fi;
#endif
     atomic { reach(); printf("a new proof (nonce of %d, 255: none) to instance %d\n", nonce, to) }
     /* The claim is delivered and waits: for the generation, then for the bound. */
     if
     :: atomic { object[to].judging && later_nonce(to) ->
          /* Superseded. It judges nothing and ends, and the Worker asks who came after it. */
#ifdef MUTANT_SUPERSEDED_LIVES_ON
          skip
        }
#else
          object[to].alive = false; object[to].judging = false;
          object[to].found = false; object[to].bound = false;
          reach()
        }
        ask()
#endif
     :: object[to].judging && !later_nonce(to) ->
        atomic {
          if
          :: object[to].alive && (nonce == to || !object[to].found) -> waits_at = to
          :: object[to].alive && nonce != to && object[to].found ->
#ifdef MUTANT_CHALLENGE_OF_A_DEAD_GENERATION
             /* from a Worker's cache, which heard of the first generation and never again */
             challenge(0)
#else
             challenge(to)
#endif
          :: !object[to].alive
          fi
        }
        if
        :: waits_at != NOBODY ->
           if
           :: atomic { object[to].bound -> served = true; waits_at = NOBODY; printf("served\n") }
           :: atomic { !object[to].alive -> waits_at = NOBODY }
           fi
        :: else
        fi
     :: !object[to].alive   /* 503: it tries again later, with the nonce that it has */
     fi
  od
}

init {
  atomic {
    byte i = 0;
    if
    :: disk_bound = false
    :: disk_bound = true   /* a new shard takes its clock, which lies above the client's */
    fi;
    do
    :: i < INSTANCES -> run Life(i); i++
    :: else -> break
    od;
    run Fate();
    run Client();
    i = 0
  }
}

ltl eventually_served { <> served }
