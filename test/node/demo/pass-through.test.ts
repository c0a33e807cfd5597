import { afterAll, expect, test } from "vitest";
import { carryOut } from "../../../demo/attack.ts";
import { attacks } from "../../../demo/attacks.ts";
import { generateKeys } from "../../../demo/keys.ts";
import { listen } from "../../../demo/server.ts";
import { createStops } from "../../../demo/stops.ts";
import { createThief } from "../../../demo/thief.ts";
import { send } from "../../../demo/wire.ts";

const stops = createStops();
afterAll(() => stops.all());

const passThrough = await stops.add(
  await listen(() => (_request, response) => {
    response.writeHead(200, { "dpop-nonce": "any" }).end("{}");
  }),
);
const thief = await createThief({
  resource: `${passThrough.url}/api/orders`,
  upstream: passThrough.url,
  session: { accessToken: "stolen", keys: await generateKeys() },
  otherToken: "other",
  forgedNonce: "forged",
  expiredNonce: "expired",
  forgedInternalToken: "forged",
  send,
});

test.each(attacks.map((attack) => [attack.name, attack] as const))(
  "%s: not caught by an edge that checks nothing",
  async (_name, attack) => {
    const outcome = await carryOut(attack, thief);
    expect(outcome).toMatchObject({ caught: false, status: expect.stringMatching(/\b200$/) });
  },
);
