import { expect, test } from "vitest";
import { WaitingLine } from "../../../src/replay/waiting-line.ts";

interface Message {
  readonly questions: readonly number[];
  readonly answer: (answers: readonly number[]) => void;
  readonly fail: () => void;
}

function line(limit: number, deadline = 5000, now?: () => number) {
  const messages: Message[] = [];
  const clock = { now: 0 };
  const waiting = new WaitingLine<number, number>({
    limit,
    deadline,
    now: now ?? (() => clock.now),
    send: (questions) =>
      new Promise((answer, reject) => {
        messages.push({ questions, answer, fail: () => reject(new Error("failed")) });
      }),
  });
  return { waiting, messages, clock };
}

/** Its asker is told that it is lost when the test is over. */
function unanswered(asked: Promise<number>): Promise<unknown> {
  return asked.catch(() => {});
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

test("a lone question leaves at once, others beside it up to the limit", async () => {
  const { waiting, messages } = line(3);
  for (const question of [1, 2, 3]) {
    void unanswered(waiting.ask(question));
    await turn();
  }
  expect(messages.map(({ questions }) => questions)).toEqual([[1], [2], [3]]);
});

test("questions of one turn are one message, each with its own answer", async () => {
  const { waiting, messages } = line(3);
  const answers = Promise.all([1, 2, 3].map((question) => waiting.ask(question)));
  await turn();
  expect(messages.map(({ questions }) => questions)).toEqual([[1, 2, 3]]);
  messages[0]?.answer([10, 20, 30]);
  expect(await answers).toEqual([10, 20, 30]);
});

test("beyond the limit questions wait, and leave together as soon as one message is answered", async () => {
  const { waiting, messages } = line(1);
  const first = waiting.ask(1);
  await turn();
  const later = Promise.all([2, 3, 4].map((question) => waiting.ask(question)));
  await turn();
  expect(messages).toHaveLength(1);
  messages[0]?.answer([10]);
  expect(await first).toBe(10);
  await turn();
  expect(messages.map(({ questions }) => questions)).toEqual([[1], [2, 3, 4]]);
  messages[1]?.answer([20, 30, 40]);
  expect(await later).toEqual([20, 30, 40]);
});

test("a message that fails fails its questions, none is asked again, and others go on", async () => {
  const { waiting, messages } = line(1);
  const failed = Promise.allSettled([waiting.ask(1), waiting.ask(2)]);
  await turn();
  const next = waiting.ask(3);
  messages[0]?.fail();
  expect((await failed).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await turn();
  messages[1]?.answer([30]);
  expect(await next).toBe(30);
  expect(messages.map(({ questions }) => questions)).toEqual([[1, 2], [3]]);
});

test("a message that never comes back holds its place no longer than the deadline", async () => {
  const { waiting, messages, clock } = line(1);
  const lost = Promise.allSettled([waiting.ask(1)]);
  await turn();
  void unanswered(waiting.ask(2));
  await turn();
  expect(messages).toHaveLength(1);
  clock.now = 5001;
  void unanswered(waiting.ask(3));
  await turn();
  expect(messages.map(({ questions }) => questions)).toEqual([[1], [2, 3]]);
  expect((await lost).map(({ status }) => status)).toEqual(["rejected"]);
});

test("an answer too few fails only who got none", async () => {
  const { waiting, messages } = line(1);
  const answers = Promise.allSettled([waiting.ask(1), waiting.ask(2)]);
  await turn();
  messages[0]?.answer([10]);
  expect((await answers).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});

// On Workers a request that is cancelled, or ended, never answers those that wait for it: each of
// them must end by a clock of its own, or the platform takes it for one that hangs.
test("whoever waits behind messages that never come back sends by itself", async () => {
  const { waiting, messages } = line(1, 20, Date.now);
  void unanswered(waiting.ask(1));
  await turn();
  const second = waiting.ask(2);
  await expect.poll(() => messages.map(({ questions }) => questions)).toEqual([[1], [2]]);
  messages[1]?.answer([20]);
  expect(await second).toBe(20);
});

test("whoever rides on a message that never comes back is told so, though nobody asks again", async () => {
  const { waiting, messages } = line(1, 20, Date.now);
  void unanswered(waiting.ask(1));
  await expect(waiting.ask(2)).rejects.toThrow("lost");
  expect(messages.map(({ questions }) => questions)).toEqual([[1, 2]]);
});
