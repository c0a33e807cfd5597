/*
 * Which shard judges a proof. Two shards live in two regions and are named by nonces; two have no
 * region and judge proofs whose nonce names none. Each shard judges exactly once, for ever: that
 * is what generation.pml and durable.pml are about. Workers differ in region, in clock (so that a
 * nonce is live at one and too old at another), in the master keys that they know, and in their
 * deployment: another count of shards, another mode. The proof may reach any of them, any number
 * of times, in any order. Property: it is accepted at most once.
 */
#define SHARDS 4
#define UNNAMED 2     /* the first shard without a region */
#define NOWHERE 255

bool judged[SHARDS];
bool accepted = false;
byte named = NOWHERE;  /* by the proof's nonce */
byte hash;             /* of its jkt */
bool required;         /* are nonces required by its rule */

/* The former deployment may have no master key at all, and then its rules require no nonce. */
#ifdef FIRST_MASTER_KEY
#define keyless (!new && !required)
#else
#define keyless false
#endif

#define has_nonce (named != NOWHERE)
/* Over how many shards proofs without a nonce are spread is a part of the protocol, no setting. */
#ifdef MUTANT_SPREAD_BY_A_SETTING
#define unnamed (new -> hash : 0)
#else
#define unnamed hash
#endif

/* Which shard this Worker asks; NOWHERE: it challenges. Without a master key it ignores nonces. */
inline route(place) {
  place = NOWHERE;
  if
  :: keyless -> place = UNNAMED + unnamed
  :: !keyless && !has_nonce && required
  :: !keyless && !has_nonce && !required -> place = UNNAMED + unnamed
  :: !keyless && has_nonce && !known ->
#ifdef MUTANT_UNKNOWN_NONCE_TAKEN_FOR_NONE
     place = UNNAMED + unnamed
#else
     skip
#endif
  :: !keyless && has_nonce && known && old && required
  :: !keyless && has_nonce && known && old && !required ->
#ifdef MUTANT_FORGETS_AN_OLD_NONCE
     place = UNNAMED + unnamed
#else
     place = named
#endif
  :: !keyless && has_nonce && known && !old ->
#ifdef MUTANT_ROUTED_BY_THE_CLIENTS_REGION
     place = region
#else
#ifdef MUTANT_NAMED_BY_A_NUMBER_AMONG_N
     place = (new -> named : 0)
#else
     place = named
#endif
#endif
  fi
}

/* Any Worker, at any time. */
active proctype Worker() {
  byte region; bool known; bool old; bool new; byte place;
  atomic {
    if :: hash = 0 :: hash = 1 fi;
#ifdef DURABLE_FIRST
    /* In durable mode, over as many shards as there are unnamed ones, a nonce names the same. */
    if :: named = UNNAMED + hash :: named = NOWHERE fi;
#else
    if :: named = 0 :: named = 1 :: named = NOWHERE fi;
#endif
    if :: required = false :: required = true fi;
    if
    :: has_nonce -> printf("a proof whose nonce names shard %d\n", named)
    :: else -> printf("a proof without a nonce\n")
    fi
  }
  do
  :: atomic {
       if :: region = 0 :: region = 1 fi;
       if :: known = false :: known = true fi;
       if :: old = false :: old = true fi;
       if :: new = false :: new = true fi;
       route(place);
       if
       :: place != NOWHERE && !judged[place] ->
          printf("region %d, deployment %d, its key known %d, too old %d: ", region, new, known, old);
          printf("shard %d ACCEPTS the proof\n", place);
          assert(!accepted);
          accepted = true; judged[place] = true
       :: else
       fi;
       region = 0; known = false; old = false; new = false; place = 0
     }
  od
}
