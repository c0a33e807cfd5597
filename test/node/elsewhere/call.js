// This client in Deno: log in, five cold calls at once, a Request, a stream.
import { createDpopClient, memoryKeyStore } from "../../../src/client/index.ts";

const [tokenEndpoint, resource, url] = Deno.args;
const keyStore = memoryKeyStore();
const answer = await createDpopClient({ keyStore }).fetch(tokenEndpoint, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "agent",
    client_secret: "agent-secret",
    scope: "read",
    resource,
  }),
});
let requests = 0;
const watch = () => {
  requests += 1;
};
const token = await answer.json();
const client = createDpopClient({ keyStore, token, origins: [resource], watch });
const calls = [1, 2, 3, 4, 5].map((n) => client.fetch(`${url}/${n}`));
const statuses = (await Promise.all(calls)).map(({ status }) => status);
const cold = requests;
const body = new Blob(["streamed"]).stream();
const upload = await client.fetch(new Request(url, { method: "POST", body: "orders" }));
const stream = await client.fetch(url, { method: "POST", body });
const bodies = [(await upload.json()).body, (await stream.json()).body];
console.log(JSON.stringify({ statuses, cold, bodies }));
