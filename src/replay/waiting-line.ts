import { settlesWithin } from "../deadline.ts";

type Outcome<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly fault: unknown };

interface Waiting<Question, Answer> {
  readonly question: Question;
  /** The one that took it along. */
  message?: Message<Question, Answer>;
  outcome?: Outcome<Answer>;
  /** Makes who waits look again. */
  wake: () => void;
}

interface Message<Question, Answer> {
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
  readonly #underWay = new Set<Message<Question, Answer>>();

  constructor(options: WaitingLineOptions<Question, Answer>) {
    this.#options = options;
  }

  async ask(question: Question): Promise<Answer> {
    const own: Waiting<Question, Answer> = { question, wake: () => {} };
    this.#waiting.push(own);
    await Promise.resolve();
    while (own.outcome === undefined) {
      if (own.message === undefined && this.#isFree()) {
        void this.#sendAll();
        await woken(own);
      } else await this.#ride(own);
    }
    if (own.outcome.kind === "failed") throw own.outcome.fault;
    return own.outcome.answer;
  }

  /**
   * By a clock of its own: a request that waits for nothing of its own is taken for one that hangs,
   * and ended by the platform without an answer.
   */
  async #ride(own: Waiting<Question, Answer>): Promise<void> {
    const { deadline } = this.#options;
    if (await settlesWithin(deadline + grace, woken(own))) return;
    if (own.message && this.#isLost(own.message)) throw new Error(lost);
  }

  /** A clock that fell back must not make a lost message young. */
  #isLost({ since }: Message<Question, Answer>): boolean {
    return Math.abs(this.#options.now() - since) > this.#options.deadline;
  }

  /** A message whose sender was cancelled never comes back: it must not hold its place for ever. */
  #isFree(): boolean {
    const { limit } = this.#options;
    if (this.#underWay.size < limit) return true;
    for (const message of this.#underWay) {
      if (!this.#isLost(message)) continue;
      this.#underWay.delete(message);
      for (const each of message.batch) settle(each, { kind: "failed", fault: new Error(lost) });
    }
    return this.#underWay.size < limit;
  }

  async #sendAll(): Promise<void> {
    const message = { since: this.#options.now(), batch: this.#waiting };
    const { batch } = message;
    this.#waiting = [];
    this.#underWay.add(message);
    for (const each of batch) each.message = message;
    try {
      const answers = await this.#options.send(batch.map(({ question }) => question));
      for (const [index, each] of batch.entries()) settle(each, outcomeOf(answers[index]));
    } catch (fault) {
      for (const each of batch) settle(each, { kind: "failed", fault });
    } finally {
      this.#underWay.delete(message);
      // One is enough, since it takes all along; were it gone, the next to come or to look would.
      this.#waiting[0]?.wake();
    }
  }
}

function outcomeOf<Answer>(answer: Answer | undefined): Outcome<Answer> {
  return answer === undefined
    ? { kind: "failed", fault: new Error("a question was not answered") }
    : { kind: "answered", answer };
}

function settle<Answer>(waiting: Waiting<unknown, Answer>, outcome: Outcome<Answer>): void {
  waiting.outcome = outcome;
  waiting.wake();
}

/**
 * A promise of its own each: on Workers one that a finished request has made resolves for nobody.
 * Not by `new Promise`: src/deadline.ts says why.
 */
function woken(waiting: { wake: () => void }): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.wake = resolve;
  return promise;
}
