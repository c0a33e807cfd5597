import { freePort } from "../../cli/network/free-port.ts";
import { type Engine, send, start } from "./engine.ts";

const direct = { this: {} };
const users = { directly_related_user_types: [{ type: "user" }] };

/** An editor of a document is a viewer of it. The relation of a record is a method: AuthZEN's action. */
const model = {
  schema_version: "1.1",
  type_definitions: [
    { type: "user" },
    {
      type: "document",
      relations: {
        editor: direct,
        viewer: { union: { child: [direct, { computedUserset: { relation: "editor" } }] } },
      },
      metadata: { relations: { editor: users, viewer: users } },
    },
    { type: "record", relations: { GET: direct }, metadata: { relations: { GET: users } } },
  ],
};

const tuples = [
  { user: "user:alice", relation: "viewer", object: "document:plan" },
  { user: "user:alice", relation: "editor", object: "document:draft" },
  { user: "user:alice", relation: "GET", object: "record:7" },
];

export interface OpenFga extends Engine {
  readonly store: string;
  readonly model: string;
}

/** OpenFGA in memory, with a store of a few tuples, and its AuthZEN endpoints. */
export async function startOpenFga(): Promise<OpenFga> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const openfga = await start(
    {
      name: "openfga",
      module: "github.com/openfga/openfga/cmd/openfga",
      version: "v1.22.1",
    },
    url,
    [
      "run",
      ...["--datastore-engine", "memory"],
      ...["--http-addr", new URL(url).host],
      ...["--grpc-addr", `127.0.0.1:${await freePort()}`],
      ...["--playground-enabled=false", "--metrics-enabled=false"],
      ...["--experimentals", "authzen"],
    ],
    "/healthz",
  );
  const { id } = (await send(`${url}/stores`, { name: "documents" })) as { id: string };
  const made = await send(`${url}/stores/${id}/authorization-models`, model);
  await send(`${url}/stores/${id}/write`, { writes: { tuple_keys: tuples } });
  return {
    ...openfga,
    store: id,
    model: (made as { authorization_model_id: string }).authorization_model_id,
  };
}
