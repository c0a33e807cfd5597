import { settlesWithin } from "../deadline.ts";

/** The shard's answer. Throws where it does not come within that many milliseconds. */
export async function withinDeadline<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  if (await settlesWithin(milliseconds, answer)) return answer;
  throw new Error(`the replay shard did not answer within ${milliseconds} ms`);
}
