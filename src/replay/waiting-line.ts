import { settlesWithin } from "../deadline.ts";

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly promise: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (fault: unknown) => void;
  sent: boolean;
  /** Makes who waits look again. */
  wake: () => void;
}

interface UnderWay<Question, Answer> {
  readonly since: number;
  readonly batch: readonly Waiting<Question, Answer>[];
}

const lost = "a message was lost on its way";
/** Milliseconds after its deadline until a message is given up by who rides on it. */
const grace = 250;

export interface WaitingLineOptions<Question, Answer> {
  /** One message; answers in the order of the questions. */
  readonly send: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  /** Messages under way at once. */
  readonly limit: number;
  /** Milliseconds within which `send` settles; a message that is under way for longer is lost. */
  readonly deadline: number;
  readonly now: () => number;
}

/**
 * Questions to one place, put together into one message when they are waiting anyway: those of one
 * turn, and those that come while `limit` messages are under way. A lone one leaves at once.
 *
 * Every question is asked once. Whoever finds the way free sends what all have brought. On Workers a
 * request that is cancelled takes with it what it would have done for others: whoever waits looks
 * again when a message must have been answered, and sends, or knows that its own is lost.
 */
export class WaitingLine<Question, Answer> {
  readonly #options: WaitingLineOptions<Question, Answer>;
  #waiting: Waiting<Question, Answer>[] = [];
  readonly #underWay = new Set<UnderWay<Question, Answer>>();

  constructor(options: WaitingLineOptions<Question, Answer>) {
    this.#options = options;
  }

  async ask(question: Question): Promise<Answer> {
    const own = { question, sent: false, wake: () => {}, ...Promise.withResolvers<Answer>() };
    this.#waiting.push(own);
    const { deadline } = this.#options;
    await Promise.resolve();
    while (!own.sent) {
      // Whoever sends is told like all others that its message is lost.
      if (this.#isFree()) {
        void this.#sendAll();
        return await own.promise;
      }
      await settlesWithin(deadline + grace, woken(own));
    }
    // A rider's clock is its own as well: a request that waits for nothing of its own is taken for
    // one that hangs, and ended by the platform without an answer.
    if (await settlesWithin(deadline + grace, own.promise)) return await own.promise;
    throw new Error(lost);
  }

  /** A message whose sender was cancelled never comes back: it must not hold its place for ever. */
  #isFree(): boolean {
    const { limit, deadline, now } = this.#options;
    if (this.#underWay.size < limit) return true;
    for (const message of this.#underWay) {
      // A clock that fell back must not make a lost message young.
      if (Math.abs(now() - message.since) <= deadline) continue;
      this.#underWay.delete(message);
      for (const { promise, reject } of message.batch) {
        promise.catch(() => {});
        reject(new Error(lost));
      }
    }
    return this.#underWay.size < limit;
  }

  async #sendAll(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    for (const each of batch) {
      each.sent = true;
      each.wake();
      // Whoever has gone by then, or comes late, is not to be missed.
      each.promise.catch(() => {});
    }
    const message = { since: this.#options.now(), batch };
    this.#underWay.add(message);
    try {
      const answers = await this.#options.send(batch.map(({ question }) => question));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const answer = answers[index];
        if (answer === undefined) reject(new Error("a question was not answered"));
        else resolve(answer);
      }
    } catch (fault) {
      for (const { reject } of batch) reject(fault);
    } finally {
      this.#underWay.delete(message);
      for (const { wake } of this.#waiting) wake();
    }
  }
}

/** A promise of its own each: on Workers one that a finished request has made resolves for nobody. */
function woken(waiting: { wake: () => void }): Promise<void> {
  return new Promise((resolve) => {
    waiting.wake = resolve;
  });
}
