import { expect, test } from "vitest";
import { compileTimeLayout } from "../../../src/documents/compile/time-layout.ts";
import { timeOf } from "../../../src/identity/time.ts";

/** The layouts of Go's package time, and what they write of 2021-10-15T15:58:57.683338Z. */
const rows: ReadonlyArray<[layout: string, text: string, seconds: number]> = [
  ["2006-01-02T15:04:05.999999Z07", "2021-10-15T15:58:57.683338Z", 1634313537.683338],
  ["2006-01-02T15:04:05Z07:00", "2021-10-15T17:58:57+02:00", 1634313537],
  ["2006-01-02T15:04:05Z07:00", "2021-10-15T15:58:57.5Z", 1634313537.5],
  ["Mon, 02 Jan 2006 15:04:05 MST", "Fri, 15 Oct 2021 15:58:57 GMT", 1634313537],
  ["Mon, 02 Jan 2006 15:04:05 -0700", "Fri, 15 Oct 2021 10:28:57 -0530", 1634313537],
  ["Mon Jan _2 15:04:05 2006", "Fri Oct 15 15:58:57 2021", 1634313537],
  ["January 2, 2006 3:04PM", "October 15, 2021 3:58PM", 1634313480],
  ["2006-01-02", "2021-10-15", 1634256000],
];
test.each(rows)("%s reads %s", (layout, text, seconds) => {
  expect(timeOf(text, compileTimeLayout(layout))).toBeCloseTo(seconds, 5);
});

test.each([
  ["2006-01-02", "2021-02-29"],
  ["2006-01-02", "2021-13-01"],
  ["2006-01-02", " 2021-10-15"],
  ["2006-01-02T15:04:05Z07:00", "2021-10-15T24:00:00Z"],
])("%s does not read %s", (layout, text) => {
  expect(timeOf(text, compileTimeLayout(layout))).toBeUndefined();
});

test.each(["15:04", "2006", "2006-01", "nonsense", "2006-01-02 2006"])(
  "%s is no layout",
  (layout) => {
    expect(compileTimeLayout(layout)).toBeUndefined();
  },
);

test("without a layout: seconds, as a number or in digits", () => {
  expect([timeOf(1.5, undefined), timeOf("12", undefined)]).toEqual([1.5, 12]);
  for (const value of ["-1", "1e3", "", true, {}]) expect(timeOf(value, undefined)).toBeUndefined();
});
