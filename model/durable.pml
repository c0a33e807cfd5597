/*
 * One shard of the replay store in durable mode, and one proof that may reach it any number of
 * times. Property: the proof is accepted at most once.
 *
 * Claims are rows in tables, one table a BUCKET of seconds of iat; forgetting drops a whole table.
 * The floor follows a clock that may say anything at every reading; it is written to disk in the
 * step that forgets. Instances come to life one after another, each takes over the disk, an older
 * one may live on, and any may die at any moment. A write lands, and the answer that depends on it
 * leaves, only while the disk is still one's own.
 */
#ifndef INSTANCES
#define INSTANCES 3
#endif
#ifndef SECONDS
#define SECONDS 6
#endif
#define BUCKET 2
#define NOBODY 255

#define first_second(second) (((second) / BUCKET) * BUCKET)
#define last_second(second) (first_second(second) + BUCKET - 1)

typedef Instance {
  bool alive;
  byte floor;
  bool sees_row;   /* the proof's row, in the disk as this instance knows it */
#ifdef MUTANT_GET_THEN_SET
  byte asked;
#endif
};
Instance object[INSTANCES];

byte disk_floor = 0;
bool disk_row = false;
byte writer = NOBODY;
byte started = 0;

byte iat = 0;
bool accepted = false;

#define mine object[me]

inline die() {
  printf("instance %d dies\n", me);
  mine.alive = false; mine.floor = 0; mine.sees_row = false;
#ifdef MUTANT_GET_THEN_SET
  mine.asked = 0;
#endif
}

inline accept() {
  printf("instance %d ACCEPTS the proof, iat %d: a row\n", me, iat);
  assert(!accepted);
  accepted = true; disk_row = true; mine.sees_row = true
}

proctype Life(byte me) {
  byte any = 0;
  atomic {
    me == started;
    started++;
    writer = me;
    mine.alive = true;
    mine.floor = disk_floor;
    mine.sees_row = disk_row;
    printf("instance %d takes over the disk and finds the floor %d\n", me, mine.floor)
  }
  do
  /* --- the proof arrives; fresh is what becomes a row --- */
#ifdef MUTANT_GET_THEN_SET
  :: atomic { mine.alive && iat > mine.floor && !mine.sees_row && mine.asked < 2 -> mine.asked++;
       printf("instance %d asks whether it knows the proof: no\n", me) }
  :: atomic { mine.asked > 0 && writer == me -> mine.asked--; accept() }
#else
#ifdef MUTANT_ANSWERED_BEFORE_DURABLE
  :: atomic { mine.alive && iat > mine.floor && !mine.sees_row ->
       printf("instance %d ACCEPTS the proof, iat %d, and answers\n", me, iat);
       assert(!accepted);
       accepted = true; mine.sees_row = true }
  :: atomic { mine.alive && mine.sees_row && writer == me -> disk_row = true }
#else
  :: atomic { mine.alive && iat > mine.floor && !mine.sees_row && writer == me -> accept() }
#endif
#endif

  /* --- the floor follows the clock, and never falls --- */
#ifdef MUTANT_FLOOR_FALLS
  :: atomic { mine.alive -> select(any : 0 .. SECONDS); mine.floor = any; any = 0;
       printf("the floor of instance %d: %d\n", me, mine.floor) }
#else
  :: atomic { mine.alive && mine.floor < SECONDS ->
       select(any : mine.floor + 1 .. SECONDS); mine.floor = any; any = 0;
       printf("the floor of instance %d: %d\n", me, mine.floor) }
#endif

  /* --- a table that lies wholly at or below the floor is dropped, and the floor written with it --- */
#ifdef MUTANT_FORGETS_ABOVE_THE_FLOOR
  :: atomic { mine.alive && writer == me && mine.sees_row && first_second(iat) <= mine.floor ->
#else
  :: atomic { mine.alive && writer == me && mine.sees_row && last_second(iat) <= mine.floor ->
#endif
#ifndef MUTANT_FLOOR_LOST_WITH_ITS_BUCKET
       disk_floor = mine.floor;
#endif
       disk_row = false; mine.sees_row = false;
       printf("instance %d drops the table; the floor on disk: %d\n", me, disk_floor) }

  :: atomic { mine.alive -> die() }
  od
}

init {
  atomic {
    byte i = 0;
    select(iat : 1 .. SECONDS);
    do
    :: i < INSTANCES -> run Life(i); i++
    :: else -> break
    od;
    i = 0
  }
}
