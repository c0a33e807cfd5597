import type { RefusalCode } from "../../../src/decision.ts";
import { encodeText } from "../jws/signing-key.ts";
import { ath, type Change, leeway, maxAge, now } from "./client-proof.ts";

type Row = readonly [name: string, change: Change, code: RefusalCode];

const long = (length: number) => "j".repeat(length);
const signatureOf = (text: string) => text.slice(text.lastIndexOf(".") + 1);
const resign = (change: (signature: string) => string) => (text: string) =>
  text.replace(signatureOf(text), change(signatureOf(text)));
const inJwk = (members: string) => (text: string) => text.replace('"kty"', `${members},"kty"`);
const url = "https://api.example.com/api/things";

// biome-ignore format: a row is a line
export const malformed: readonly Row[] = [
  ["empty", { proof: () => "" }, "proof.malformed"],
  ["two parts", { proof: (text) => text.slice(0, text.lastIndexOf(".")) }, "proof.malformed"],
  ["four parts", { proof: (text) => `${text}.AAAA` }, "proof.malformed"],
  ["padding", { proof: (text) => `${text}=` }, "proof.malformed"],
  ["a newline behind", { proof: (text) => `${text}\n` }, "proof.malformed"],
  ["two proofs in one header", { proof: (text) => `${text}, ${text}` }, "proof.malformed"],
  ["a header member twice", { headerText: (text) => text.replace("{", '{"alg":"none",') }, "proof.malformed"],
  ["a claim twice", { claimsText: (text) => text.replace("{", '{"htm":"POST",') }, "proof.malformed"],
  ["a jwk member twice", { headerText: inJwk('"kty":"oct"') }, "proof.malformed"],
  ["an array as payload", { claimsText: (text) => `[${text}]` }, "proof.malformed"],
  ["crit", { header: { crit: ["exp"], exp: now } }, "proof.malformed"],
  ["crit that is empty", { header: { crit: [] } }, "proof.malformed"],
  ["crit and b64", { header: { crit: ["b64"], b64: true } }, "proof.malformed"],
  ["b64 false", { header: { b64: false } }, "proof.malformed"],
  ["b64 true", { header: { b64: true } }, "proof.malformed"],
  ["a nonce that is a number", { claims: { nonce: 7 } }, "proof.malformed"],
  ["a nonce that is null", { claims: { nonce: null } }, "proof.malformed"],
];

// biome-ignore format: a row is a line
export const badHeader: readonly Row[] = [
  ["no typ", { header: { typ: undefined } }, "proof.type"],
  ["typ JWT", { header: { typ: "JWT" } }, "proof.type"],
  ["typ at+jwt", { header: { typ: "at+jwt" } }, "proof.type"],
  ["typ with another type", { header: { typ: "text/dpop+jwt" } }, "proof.type"],
  ["typ with application/ twice", { header: { typ: "application/application/dpop+jwt" } }, "proof.type"],
  ["typ with a space", { header: { typ: "dpop+jwt " } }, "proof.type"],
  ["typ with a parameter", { header: { typ: "dpop+jwt;v=1" } }, "proof.type"],
  ["typ in an array", { header: { typ: ["dpop+jwt"] } }, "proof.type"],

  ["no alg", { header: { alg: undefined } }, "proof.alg"],
  ["alg none", { header: { alg: "none" } }, "proof.alg"],
  ["alg none, unsigned", { header: { alg: "none" }, proof: resign(() => "") }, "proof.alg"],
  ["alg None", { header: { alg: "None" } }, "proof.alg"],
  ["alg HS256", { header: { alg: "HS256" } }, "proof.alg"],
  ["alg HS256 and a secret", { header: { alg: "HS256", jwk: { kty: "oct", k: "AAAA" } } }, "proof.alg"],
  ["alg in another case", { header: { alg: "es256" } }, "proof.alg"],
  ["alg that is a number", { header: { alg: 7 } }, "proof.alg"],
  ["alg that is not on the list", { expected: { algorithms: [] } }, "proof.alg"],
  ["alg of Object.prototype", { header: { alg: "constructor" } }, "proof.alg"],

  ["no jwk", { header: { jwk: undefined } }, "proof.jwk"],
  ["jwk null", { header: { jwk: null } }, "proof.jwk"],
  ["jwk a string", { header: { jwk: "key" } }, "proof.jwk"],
  ["jwk empty", { header: { jwk: {} } }, "proof.jwk"],
  ["jwk oct", { header: { jwk: { kty: "oct", k: "AAAA" } } }, "proof.jwk"],
  ["jwk private", { headerText: inJwk('"d":"AQAB"') }, "proof.jwk"],
  ["jwk for encryption", { headerText: inJwk('"use":"enc"') }, "proof.jwk"],
  ["jwk of another alg", { headerText: inJwk('"alg":"HS256"') }, "proof.jwk"],
  ["jku instead of jwk", { header: { jwk: undefined, jku: "https://client.example/jwks" } }, "proof.jwk"],
  ["x5u instead of jwk", { header: { jwk: undefined, x5u: "https://client.example/cert" } }, "proof.jwk"],
  ["x5c instead of jwk", { header: { jwk: undefined, x5c: ["AAAA"] } }, "proof.jwk"],
  ["kid instead of jwk", { header: { jwk: undefined, kid: "key" } }, "proof.jwk"],
];

// biome-ignore format: a row is a line
export const badClaims: readonly Row[] = [
  ["exp that has passed", { claims: { exp: now - leeway } }, "proof.iat"],
  ["exp of long ago", { claims: { exp: -1 } }, "proof.iat"],
  ["nbf that has not come", { claims: { nbf: now + leeway + 1 } }, "proof.iat"],
  ["exp in a text", { claims: { exp: `${now + 60}` } }, "proof.malformed"],
  ["exp null", { claims: { exp: null } }, "proof.malformed"],
  ["nbf in an array", { claims: { nbf: [now] } }, "proof.malformed"],
  ["nbf true", { claims: { nbf: true } }, "proof.malformed"],

  ["no jti", { claims: { jti: undefined } }, "proof.jti"],
  ["an empty jti", { claims: { jti: "" } }, "proof.jti"],
  ["a jti that is a number", { claims: { jti: 7 } }, "proof.jti"],
  ["a jti of 257 characters", { claims: { jti: long(257) } }, "proof.jti"],
  ["a jti with half a character", { claims: { jti: "\ud800" } }, "proof.jti"],

  ["no htm", { claims: { htm: undefined } }, "proof.htm"],
  ["another htm", { claims: { htm: "POST" } }, "proof.htm"],
  ["htm in another case", { claims: { htm: "get" } }, "proof.htm"],
  ["htm with a space", { claims: { htm: "GET " } }, "proof.htm"],
  ["htm in an array", { claims: { htm: ["GET"] } }, "proof.htm"],
  ["a request with another method", { expected: { method: "DELETE" } }, "proof.htm"],

  ["no htu", { claims: { htu: undefined } }, "proof.htu"],
  ["htu of another path", { claims: { htu: "https://api.example.com/api/other" } }, "proof.htu"],
  ["htu of another host", { claims: { htu: "https://api.example.org/api/things" } }, "proof.htu"],
  ["htu of another scheme", { claims: { htu: "http://api.example.com/api/things" } }, "proof.htu"],
  ["htu without a scheme", { claims: { htu: "/api/things" } }, "proof.htu"],
  ["htu that is a number", { claims: { htu: 7 } }, "proof.htu"],
  ["htu in an array", { claims: { htu: [url] } }, "proof.htu"],
  ["a request for another URL", { expected: { url: new URL("https://api.example.com/api") } }, "proof.htu"],

  ["no iat", { claims: { iat: undefined } }, "proof.iat"],
  ["an iat that is a string", { claims: { iat: `${now}` } }, "proof.iat"],
  ["an iat that is null", { claims: { iat: null } }, "proof.iat"],
  ["an iat in milliseconds", { claims: { iat: now * 1000 } }, "proof.iat"],
  ["an iat a second too old", { claims: { iat: now - maxAge - leeway - 1 } }, "proof.iat"],
  ["an iat a fraction too old", { claims: { iat: now - maxAge - leeway - 0.001 } }, "proof.iat"],
  ["an iat a second too far ahead", { claims: { iat: now + leeway + 1 } }, "proof.iat"],
  ["an iat below zero", { claims: { iat: -now } }, "proof.iat"],

  ["no ath", { claims: { ath: undefined } }, "proof.ath"],
  ["another ath", { claims: { ath: ath.toLowerCase() } }, "proof.ath"],
  ["ath in an array", { claims: { ath: [ath] } }, "proof.ath"],
  ["a request with another token", { expected: { ath: ath.toUpperCase() } }, "proof.ath"],
  ["a token of another key", { expected: { jkt: ath } }, "token.binding"],
];

// biome-ignore format: a row is a line
export const badSignature: readonly Row[] = [
  ["no signature", { proof: resign(() => "") }, "proof.signature"],
  ["half a signature", { proof: resign((signature) => signature.slice(0, 40)) }, "proof.signature"],
  ["a signature of zeros", { proof: resign((signature) => signature.replaceAll(/./g, "A")) }, "proof.signature"],
  ["claims replaced after signing", { proof: (text) => text.replace(/\..*\./, `.${encodeText(JSON.stringify({ jti: "another", htm: "GET", htu: url, iat: now, ath }))}.`) }, "proof.signature"],
];

// biome-ignore format: a row is a line
export const passing: readonly (readonly [name: string, change: Change])[] = [
  ["the oldest iat", { claims: { iat: now - maxAge - leeway } }],
  ["the latest iat", { claims: { iat: now + leeway } }],
  ["an iat with a fraction", { claims: { iat: now - 0.5 } }],
  ["the latest iat with a fraction", { claims: { iat: now + leeway + 0.999 } }],
  ["claims that are not for us", { claims: { iss: "client", sub: 7, aud: [] } }],
  ["the earliest exp", { claims: { exp: now - leeway + 1 } }],
  ["the latest nbf", { claims: { nbf: now + leeway } }],
  ["exp and nbf with fractions", { claims: { exp: now + 0.5, nbf: now - 0.5 } }],
  ["typ in another case", { header: { typ: "DPoP+JWT" } }],
  ["typ with application/", { header: { typ: "Application/dpop+jwt" } }],
  ["header members that are not for us", { header: { kid: "a", jku: "https://client.example", x5u: "x", x5c: ["x"] } }],
  ["a jwk with kid, use and more", { headerText: inJwk('"kid":"a","use":"sig","ext":true,"key_ops":["verify"]') }],
  ["a jti of one character", { claims: { jti: "j" } }],
  ["a jti of 256 characters", { claims: { jti: long(256) } }],
  ["an htu with query and fragment", { claims: { htu: `${url}?x=1#y` } }],
  ["an htu in another spelling", { claims: { htu: "HTTPS://API.example.com:443/./api/%74hings" } }],
  ["white space in the JSON", { claimsText: (text) => text.replaceAll(",", ",\n ") }],
  ["another method, asked for", { claims: { htm: "PATCH" }, expected: { method: "PATCH" } }],
];
