import { createDpopClient, createProof, generateKey, memoryKeyStore } from "dpop-edge/client";
import { indexedDbKeyStore, tabNonces } from "dpop-edge/client/browser";
import { fileKeyStore } from "dpop-edge/client/node";

const asked = [];
const client = createDpopClient({
  keyStore: memoryKeyStore(await generateKey({ alg: "Ed25519" })),
  token: { access_token: "t", token_type: "DPoP" },
  origins: ["https://api.example"],
  fetch: async (_, { headers }) => {
    asked.push(headers.has("DPoP"));
    if (asked.length > 1) return new Response("ok");
    const challenge = { "WWW-Authenticate": 'DPoP error="use_dpop_nonce"', "DPoP-Nonce": "n" };
    return new Response(null, { status: 401, headers: challenge });
  },
});
const { status } = await client.fetch("https://api.example/x");
const { thumbprint } = await createDpopClient({ keyStore: fileKeyStore({ path: "a.jwk" }) }).key();
const again = await createDpopClient({ keyStore: fileKeyStore({ path: "a.jwk" }) }).key();
console.log(
  JSON.stringify({
    status,
    asked,
    kept: thumbprint === again.thumbprint,
    exports: [createProof, indexedDbKeyStore, tabNonces].map((each) => typeof each),
  }),
);
