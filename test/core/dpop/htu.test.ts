import { describe, expect, test } from "vitest";
import { Refused } from "../../../src/decision.ts";
import { checkHtu, normalise } from "../../../src/dpop/htu.ts";

describe("one text for equivalent URLs", () => {
  // biome-ignore format: a row is a line
  test.each([
    ["https://api.example.com/", "https://api.example.com/"],
    ["https://api.example.com", "https://api.example.com/"],
    ["HTTPS://API.Example.COM/", "https://api.example.com/"],
    ["https://api.example.com:443/", "https://api.example.com/"],
    ["https://api.example.com:/", "https://api.example.com/"],
    ["https://api.example.com:0443/", "https://api.example.com/"],
    ["http://api.example.com:80/", "http://api.example.com/"],
    ["http://api.example.com:443/", "http://api.example.com:443/"],
    ["https://api.example.com:80/", "https://api.example.com:80/"],
    ["https://api.example.com:8443/a", "https://api.example.com:8443/a"],
    ["https://api.example.com?x=1", "https://api.example.com/"],
    ["https://api.example.com#f", "https://api.example.com/"],
    ["https://api.example.com/a?x=%zz\\|é/../..#f?#", "https://api.example.com/a"],
    ["https://api.example.com/a/./b/../c", "https://api.example.com/a/c"],
    ["https://api.example.com/a/b/..", "https://api.example.com/a/"],
    ["https://api.example.com/a/.", "https://api.example.com/a/"],
    ["https://api.example.com/../../a", "https://api.example.com/a"],
    ["https://api.example.com/a/%2e%2E/b/%2e", "https://api.example.com/b/"],
    ["https://api.example.com/a//b", "https://api.example.com/a//b"],
    ["https://api.example.com/a/", "https://api.example.com/a/"],
    ["https://api.example.com/...", "https://api.example.com/..."],
    ["https://api.example.com/%61%2f%c3%a9", "https://api.example.com/a%2F%C3%A9"],
    ["https://api.example.com/%7E%2d%5f", "https://api.example.com/~-_"],
    ["https://api.example.com/caf\u00e9/\u{1f511}", "https://api.example.com/caf%C3%A9/%F0%9F%94%91"],
    ["https://api.example.com/a!$&'()*+,;=:@b", "https://api.example.com/a!$&'()*+,;=:@b"],
    ["https://api.example.com/%21%24%26", "https://api.example.com/%21%24%26"],
    ["https://api.example.com/{id}|\"<>^`[]", "https://api.example.com/%7Bid%7D%7C%22%3C%3E%5E%60%5B%5D"],
    ["https://api.example.com/%2541", "https://api.example.com/%2541"],
    ["https://b\u00fccher.example/", "https://xn--bcher-kva.example/"],
    ["https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"],
    ["http://[::1]:8080/a", "http://[::1]:8080/a"],
    ["http://[0:0:0:0:0:0:0:1]/", "http://[::1]/"],
    ["http://127.0.0.1:8787/", "http://127.0.0.1:8787/"],
  ])("%s is %s", (url, expected) => {
    expect(normalise(url)).toBe(expected);
    expect(normalise(expected)).toBe(expected);
  });
});

describe("no URL that a proof can name", () => {
  test.each([
    "",
    "/api",
    "//api.example.com/",
    "api.example.com/a",
    "https:api.example.com/a",
    "https:/api.example.com/a",
    "https:///api.example.com/a",
    "https://",
    "https://?",
    "https://:443/",
    "ftp://api.example.com/",
    "wss://api.example.com/",
    "javascript:alert(1)",
    "https://user@api.example.com/",
    "https://user:secret@api.example.com/",
    "https://@api.example.com/",
    "https://api.example.com@evil.example/",
    "https:\\\\api.example.com\\a",
    "https://api.example.com\\a",
    "https://api.example.com/a\\b",
    "https://api.example.com\\@evil.example/",
    " https://api.example.com/",
    "https://api.example.com/ ",
    "https://api.example.com/a b",
    "https://api.exam\tple.com/",
    "https://api.example.com/a\nb",
    "https://api.example.com/\u0000",
    "https://api.example.com/\u007f",
    "https://api.example.com/?\n",
    "https://api.example.com/%",
    "https://api.example.com/%4",
    "https://api.example.com/%zz",
    "https://api.example.com/%u0041",
    "https://api.example.com/\ud800",
    "https://api.example.com:65536/",
    "https://api.example.com:99999/",
    "https://api.example.com:-1/",
    "https://api.example.com:80a/",
    "https://api.example.com:000443/",
    "https://api.example.com:443:443/",
    "https://%61pi.example.com/",
    "https://api.example.com%2f/",
    "https://api_é%00.example/",
    "https://a<b/",
    "https://a^b/",
    "https://[::1/",
    "https://::1]/",
    "https://[::g]/",
    "https://[::1]a/",
    "https://[fe80::1%25eth0]/",
  ])("%j", (url) => {
    expect(normalise(url)).toBeUndefined();
    expect(() => checkHtu(url, new URL("https://api.example.com/"))).toThrow(Refused);
  });
});

const different = [
  "https://api.example.com/a",
  "http://api.example.com/a",
  "https://api.example.com:8443/a",
  "https://api.example.com./a",
  "https://example.com/a",
  "https://api.example.com.evil.example/a",
  "https://xn--pi-7ka.example.com/a",
  "https://api.example.com/A",
  "https://api.example.com/a/",
  "https://api.example.com//a",
  "https://api.example.com/%2Fa",
  "https://api.example.com/a%2F",
  "https://api.example.com/a;x=1",
  "https://api.example.com/a%3Bx=1",
  "https://api.example.com/a%00",
  "https://api.example.com/a%3F",
  "https://api.example.com/a%23",
  "https://api.example.com/%E9",
  "https://api.example.com/%C3%A9",
  "https://api.example.com/e%CC%81",
  "https://api.example.com/%25C3%25A9",
  "https://127.0.0.1/a",
  "https://[::1]/a",
  "https://[::ffff:127.0.0.1]/a",
];

test("URLs that are not equivalent never are equal", () => {
  for (const htu of different) {
    for (const request of different) {
      const check = () => checkHtu(htu, new URL(request));
      if (htu === request) expect(check).not.toThrow();
      else expect(check).toThrow(expect.objectContaining({ code: "proof.htu" }));
    }
  }
});

test("other names of an address are not the address, though URL thinks so", () => {
  for (const host of ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "\u{ff11}27.0.0.1%2f"]) {
    const check = () => checkHtu(`http://${host}/`, new URL("http://127.0.0.1/"));
    expect(check).toThrow(expect.objectContaining({ code: "proof.htu" }));
  }
});

test("an htu that is not a string, or a request that cannot be named, is refused", () => {
  for (const htu of [undefined, null, 7, {}, ["https://api.example.com/"]]) {
    expect(() => checkHtu(htu, new URL("https://api.example.com/"))).toThrow(Refused);
  }
  expect(() =>
    checkHtu("https://api.example.com/%zz", new URL("https://api.example.com/%zz")),
  ).toThrow(Refused);
  expect(() => checkHtu("https://a@b.example/", new URL("https://a@b.example/"))).toThrow(Refused);
});

test("query and fragment do not count, on either side", () => {
  const request = new URL("https://api.example.com/a?page=2#top");
  for (const htu of [
    "https://api.example.com/a",
    "https://api.example.com/a?page=3",
    "https://api.example.com/a#x",
  ]) {
    expect(() => checkHtu(htu, request)).not.toThrow();
  }
});

test("what was found is told cut short, and without its query", () => {
  const htu = `https://api.example.com/${"a".repeat(1000)}?token=secret`;
  const found = `https://api.example.com/${"a".repeat(232)}`;
  expect(() => checkHtu(htu, new URL("https://api.example.com/"))).toThrow(
    expect.objectContaining({ detail: { expected: "https://api.example.com/", found } }),
  );
});
