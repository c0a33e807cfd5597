import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { alone, LockedError } from "../../../adapters/node/alone.ts";

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-alone-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, "grants.json");
const lock = `${file}.lock`;
const secondsAgo = (seconds: number) => Date.now() / 1000 - seconds;

test("whoever holds a lock longer than any renewal takes has died", async () => {
  writeFileSync(lock, "");
  utimesSync(lock, secondsAgo(91), secondsAgo(91));
  expect(await alone(file, async () => "done")).toBe("done");
  expect(existsSync(lock)).toBe(false);
});

test("who has waited long enough is told which file it is, and leaves it there", async () => {
  writeFileSync(lock, "");
  const waiting = alone(file, async () => "done", AbortSignal.abort());
  await expect(waiting).rejects.toThrow(LockedError);
  await expect(waiting).rejects.toThrow(`Another program holds ${lock}`);
  expect(existsSync(lock)).toBe(true);
  rmSync(lock);
});

test("work that fails leaves no lock", async () => {
  const failing = alone(file, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(existsSync(lock)).toBe(false);
});

test("who was taken for dead and comes back leaves the lock of whoever is at work now", async () => {
  const [slow, quick] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const begun = Promise.withResolvers<void>();
  const first = alone(file, () => {
    utimesSync(lock, secondsAgo(91), secondsAgo(91));
    begun.resolve();
    return slow.promise;
  });
  await begun.promise;
  const atWork = Promise.withResolvers<void>();
  const second = alone(file, () => {
    atWork.resolve();
    return quick.promise;
  });
  await atWork.promise;
  slow.resolve();
  await first;
  expect(existsSync(lock)).toBe(true);
  quick.resolve();
  await second;
  expect(existsSync(lock)).toBe(false);
});
