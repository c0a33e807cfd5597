import { afterAll, expect, test } from "vitest";
import { migrate } from "../../../demo/migration.ts";
import { createStops } from "../../../demo/stops.ts";

const stops = createStops();
afterAll(() => stops.all());

test("npm run demo:migration: nobody is refused who was not marked before", async () => {
  const rows = await migrate(stops, () => undefined);
  expect(rows.filter(({ ok }) => !ok)).toEqual([]);
  const refused = rows.filter(({ status }) => status !== 200);
  expect(refused).toMatchObject([{ client: "late", sent: "Bearer", told: "token.unbound" }]);
  const marked = rows.filter(
    ({ client, status, told }) => client === "late" && status === 200 && told,
  );
  expect(marked).toHaveLength(2);
}, 60_000);
