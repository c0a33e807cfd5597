/*
 * One shard of the replay store in generation mode, and one proof that may reach it any number
 * of times. Property: the proof is accepted at most once.
 *
 * INSTANCES of the object come to life one after another; each takes over the disk and with it
 * the right to write. An older one need not know: it lives on in memory (split brain) until it
 * dies, which it can do at any moment, and a write that it has issued may still land as long as
 * nobody has taken over. Every clock is unrelated to every other and may step either way: where
 * the protocol reads a clock, the model takes any value. The network may delay, reorder, repeat
 * and misdirect: a claim that was ever sent can reach every instance that lives, at any time.
 *
 * Second 0 stands for "before everything"; proofs are issued in seconds 1 to SECONDS.
 */
#ifndef INSTANCES
#define INSTANCES 3
#endif
#ifndef SECONDS
#define SECONDS 3
#endif
#define NOBODY 255
#define UNSTORED 254
#define WITHOUT_NONCE 253

#define max(a, b) ((a) > (b) -> (a) : (b))

mtype = { idle, generation_write, bound_write, durable };

typedef Instance {
  bool alive;      /* has its memory */
  bool judging;    /* its generation is on disk: it may judge and be named by nonces */
  byte found;      /* the bound that it found on disk */
  byte bound;      /* what it relies on: accepts no iat above it */
  byte largest;    /* the largest iat that it accepted, of any proof */
  bool floor_passed; /* the floor has reached the proof's iat: it accepts it no more */
  bool remembers;  /* the proof is in its memory */
  mtype write;     /* one write at a time */
  byte value;      /* what that write says */
#ifdef BOTH_MODES
  bool sees_row;   /* the proof's row, in the disk as this instance knows it */
#endif
#ifdef MUTANT_JUDGED_BEFORE_THE_WAIT
  byte waiting;
#endif
#ifdef MUTANT_RAISE_OVERTAKEN
  byte overtaken;
#endif
};
Instance object[INSTANCES];

/* Of a generation, for ever: what nonces of it say. */
typedef Generation { bool handed_out; byte counter; byte identity };
Generation generation[INSTANCES];

/* The disk. */
byte disk_counter = 0;
byte disk_bound = UNSTORED;
byte disk_identity = 0;
byte writer = NOBODY;
#ifdef BOTH_MODES
bool disk_row = false;
#endif

byte started = 0;

/* The proof; its nonce is the instance whose generation it names. */
bool sent = false;
byte iat;
byte nonce = WITHOUT_NONCE;
bool accepted = false;

/* Where clocks agree, the bound that a new shard takes is none below what any disk ever promised. */
#ifdef CLOCKS_AGREE
byte highest = 0;
#define note(second) highest = max(highest, second)
#else
#define highest 0
#define note(second) skip
#endif
#ifdef MUTANT_FOUND_WITHOUT_THE_REACH
/* ... or only above what was accepted, though a bound reaches further ahead than that. */
#define note_promised(second) skip
#define note_accepted(second) note(second)
#else
#define note_promised(second) note(second)
#define note_accepted(second) skip
#endif

#define mine object[me]
#define has_nonce (nonce != WITHOUT_NONCE)
#define same_identity (has_nonce && generation[nonce].identity == generation[me].identity)

#ifdef WITHOUT_RANDOM_BITS
#define own_nonce (same_identity && generation[nonce].counter == generation[me].counter)
#else
#define own_nonce (same_identity && nonce == me)
#endif

/* A generation that is not ours and not below ours: somebody has come after us. */
#define later_nonce (same_identity && !own_nonce && \
                     generation[nonce].counter >= generation[me].counter)

#ifdef MUTANT_NO_IDENTITY
#undef same_identity
#define same_identity has_nonce
#endif

/* Never judged before: of our own generation, or above everything that any predecessor accepted. */
#ifdef MUTANT_NO_GENERATION_CHECK
#define first_judged_here (has_nonce || iat > mine.found)
#else
#define first_judged_here (own_nonce || ((!has_nonce || same_identity) && iat > mine.found))
#endif

#ifdef MUTANT_NO_BOUND
#define covered true
#else
#define covered (iat <= mine.bound)
#endif

#ifdef BOTH_MODES
#define row_known mine.sees_row
#else
#define row_known false
#endif

/* What no successor may find a bound below. */
#ifdef MUTANT_SHRINKS_BELOW_FOUND
#define used mine.largest
#else
#ifdef MUTANT_SHRINKS_BELOW_ACCEPTED
#define used mine.found
#else
#define used max(mine.found, mine.largest)
#endif
#endif

#ifdef MUTANT_UNORDERED_GENERATIONS
#define superseded false
#else
#define superseded later_nonce
#endif

#ifdef MUTANT_SUPERSEDED_WRITES
#define lands true
#else
#define lands (writer == me)
#endif

inline forget_all() {
  mine.alive = false; mine.judging = false;
  mine.found = 0; mine.bound = 0; mine.largest = 0; mine.floor_passed = false; mine.remembers = false;
#ifdef BOTH_MODES
  mine.sees_row = false;
#endif
#ifdef MUTANT_JUDGED_BEFORE_THE_WAIT
  mine.waiting = 0;
#endif
#ifdef MUTANT_RAISE_OVERTAKEN
  mine.overtaken = 0;
#endif
}

inline accept() {
  printf("instance %d ACCEPTS the proof\n", me);
#ifdef WITNESS_AFTER_A_RESTART
  /* Not a mutant: shows that a client whose object was evicted is served without a challenge. */
  assert(!(has_nonce && nonce != me));
#endif
  assert(!accepted);
  accepted = true;
  mine.remembers = true;
  mine.largest = max(mine.largest, iat);
  note_accepted(iat)
}

proctype Life(byte me) {
  byte any = 0;

  /* Comes to life, takes over the disk, reads it and issues the write of its generation. */
  atomic {
    me == started;
    started++;
    writer = me;
    mine.alive = true;
#ifdef BOTH_MODES
    mine.sees_row = disk_row;
#endif
    generation[me].counter = disk_counter + 1;
    if
    :: disk_identity == 0 -> disk_identity = me + 1
    :: else
    fi;
    generation[me].identity = disk_identity;
    if
    :: disk_bound != UNSTORED -> mine.found = disk_bound; mine.bound = disk_bound
    :: else ->
       /* A new shard takes its clock as found. It relies on nothing that is not on disk. */
       select(any : highest .. SECONDS);
       mine.found = any;
#ifdef MUTANT_NEW_BOUND_NOT_WRITTEN
       mine.bound = any;
#endif
       any = 0
    fi;
    mine.write = generation_write;
    printf("instance %d takes over the disk, generation %d, and finds the bound %d\n",
           me, generation[me].counter, mine.found);
#ifdef GENERATION_NOT_AWAITED
    mine.judging = true; generation[me].handed_out = true
#endif
  }

  do
  /* --- the disk, whether or not the one who wrote still lives --- */
  :: atomic { mine.write == generation_write && lands ->
       disk_counter = generation[me].counter;
       mine.write = (mine.alive -> durable : idle); mine.value = 0;
       printf("the disk: generation %d\n", disk_counter) }
  :: atomic { mine.write == bound_write && lands ->
       disk_bound = mine.value; note_promised(disk_bound);
       printf("the disk, for instance %d: bound %d\n", me, disk_bound);
       if
       :: mine.alive -> mine.write = durable
       :: else -> mine.write = idle; mine.value = 0
       fi }

  /* --- it learns that its write is durable --- */
  :: atomic { mine.alive && mine.write == durable ->
       if
       :: !mine.judging -> mine.judging = true; generation[me].handed_out = true
       :: else -> mine.bound = max(mine.bound, mine.value)
       fi;
       mine.write = idle; mine.value = 0;
       printf("instance %d hears that it is durable and relies on the bound %d\n", me, mine.bound) }

  /* --- raise the bound: by the clock, which may say anything, or for an iat above it --- */
#ifdef MUTANT_RAISE_FOLLOWS_THE_CLOCK_DOWN
  :: atomic { mine.judging && mine.write == idle ->
       select(any : mine.found .. SECONDS);
#else
  :: atomic { mine.judging && mine.write == idle && mine.bound < SECONDS ->
       select(any : max(mine.found, mine.bound + 1) .. SECONDS);
#endif
       mine.write = bound_write; mine.value = any; any = 0;
       printf("instance %d raises the bound to %d\n", me, mine.value);
#ifdef MUTANT_RELIED_BEFORE_DURABLE
       mine.bound = mine.value
#endif
     }

  /* --- give back what was not used: in memory first, then on disk --- */
  :: atomic { mine.judging && mine.write == idle && mine.bound > used ->
       mine.write = bound_write; mine.value = used;
       printf("instance %d gives back: bound %d\n", me, mine.value);
#ifndef MUTANT_GIVES_BACK_ON_DISK_ONLY
       mine.bound = mine.value
#endif
     }

#ifdef MUTANT_RAISE_OVERTAKEN
  /* A give-back is written behind a raise that nobody has waited for yet. */
  :: atomic { mine.judging && mine.write == bound_write && mine.value > used ->
       mine.overtaken = mine.value;
       mine.bound = used; mine.value = used;
       printf("instance %d gives back over a raise under way: bound %d\n", me, used) }
  :: atomic { mine.judging && mine.write == idle && mine.overtaken > 0 ->
       mine.bound = mine.overtaken; mine.overtaken = 0;
       printf("instance %d relies on the raise that was overtaken: bound %d\n", me, mine.bound) }
#endif

  /* --- the proof arrives --- */
  :: atomic { sent && mine.judging && superseded ->
       printf("instance %d learns that it was superseded and ends\n", me); forget_all() }
  :: atomic { sent && mine.judging && !superseded && !mine.floor_passed && !mine.remembers &&
              first_judged_here && covered && !row_known -> accept() }
#ifdef MUTANT_JUDGED_BEFORE_THE_WAIT
  :: atomic { sent && mine.judging && !superseded && !mine.floor_passed && !mine.remembers &&
              first_judged_here && !covered && mine.waiting < 2 ->
       printf("instance %d judges the proof, which waits for the bound\n", me); mine.waiting++ }
  :: atomic { mine.waiting > 0 && covered -> mine.waiting--; accept() }
#endif

#ifdef BOTH_MODES
  /* --- it arrives from a Worker in durable mode: fresh is what becomes a row on disk --- */
#ifdef MUTANT_MODES_APART
  :: atomic { sent && mine.judging && !superseded && !row_known && lands ->
#else
  :: atomic { sent && mine.judging && !superseded && !mine.floor_passed && !mine.remembers &&
              first_judged_here && !row_known && lands ->
#endif
       printf("instance %d ACCEPTS the proof for durable mode: a row\n", me);
       assert(!accepted);
       accepted = true; disk_row = true; mine.sees_row = true }
#endif

  /* --- some other proof is accepted --- */
  :: atomic { mine.judging && mine.bound > mine.largest ->
       select(any : mine.largest + 1 .. mine.bound);
       mine.largest = any; note_accepted(any); any = 0;
       printf("instance %d accepts another proof, iat %d\n", me, mine.largest) }

  /* --- the floor passes the proof's iat, and in the same step it is forgotten --- */
#ifdef MUTANT_FORGETS_ABOVE_THE_FLOOR
  :: atomic { mine.remembers -> mine.remembers = false;
       printf("instance %d forgets the proof, its floor still below\n", me) }
#else
  :: atomic { sent && mine.judging && !mine.floor_passed ->
       mine.floor_passed = true; mine.remembers = false;
       printf("the floor of instance %d passes the proof's iat: forgotten\n", me) }
#endif
#ifdef MUTANT_FLOOR_FALLS
  :: atomic { mine.floor_passed -> mine.floor_passed = false;
       printf("the floor of instance %d falls\n", me) }
#endif

  /* --- it dies, at any moment: evicted, killed, deployed over, or refused by the disk --- */
  :: atomic { mine.alive ->
       printf("instance %d dies\n", me);
       forget_all();
       if
       :: mine.write == durable -> mine.write = idle; mine.value = 0
       :: else
       fi }
  od
}

/* Whoever has the key signs the proof: any iat, and no nonce or any that was ever handed out. */
proctype Signer() {
  byte chosen = 0;
  atomic {
    select(iat : 1 .. SECONDS);
    if
#ifndef NONCES_REQUIRED
    :: nonce = WITHOUT_NONCE
#endif
#ifndef NO_NONCES
    :: select(chosen : 0 .. INSTANCES - 1);
       generation[chosen].handed_out;
       nonce = chosen
#endif
    fi;
    chosen = 0;
    if
    :: has_nonce -> printf("a proof is signed, iat %d, with a nonce of instance %d\n", iat, nonce)
    :: else -> printf("a proof is signed, iat %d, without a nonce\n", iat)
    fi;
    sent = true
  }
}

#ifdef STORAGE_LOST
/* The object's storage is deleted once, while instances live on. */
proctype Loss() {
  atomic {
    disk_counter = 0; disk_bound = UNSTORED; disk_identity = 0;
    writer = NOBODY;
    printf("the storage is deleted\n")
  }
}
#endif

#ifdef DISK_SET_BACK
/* The disk goes back to what it was at some earlier moment. */
proctype SetBack() {
  byte counter; byte bound; byte identity;
  atomic { started > 0; counter = disk_counter; bound = disk_bound; identity = disk_identity }
  atomic { disk_counter = counter; disk_bound = bound; disk_identity = identity;
           writer = NOBODY; counter = 0; bound = 0; identity = 0;
           printf("the disk is set back: generation %d, bound %d\n", disk_counter, disk_bound) }
}
#endif

init {
  atomic {
    byte i = 0;
    do
    :: i < INSTANCES -> run Life(i); i++
    :: else -> break
    od;
    run Signer();
#ifdef STORAGE_LOST
    run Loss();
#endif
#ifdef DISK_SET_BACK
    run SetBack();
#endif
    i = 0
  }
}
