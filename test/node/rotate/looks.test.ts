import { expect, test } from "vitest";
import { UnansweredError } from "../../../cli/exit.ts";
import { looksAt } from "../../../cli/rotate/looks.ts";

test("an answer without end is not read without end", async () => {
  let given = 0;
  const endless = async () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          given += 1;
          controller.enqueue(new Uint8Array(65_536));
        },
      }),
    );
  const subject = { kind: "signing-key", source: "signing_keys" } as const;
  const looks = looksAt({ origin: "https://edge.example" }, subject, endless);
  await expect(looks).rejects.toThrow(UnansweredError);
  expect(given).toBeLessThan(20);
});
