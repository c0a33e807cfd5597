import { createShardedReplay } from "../../../src/replay/store.ts";
import { replayContract } from "../dpop/replay-contract.ts";
import { asClients } from "./as-clients.ts";
import { createShardHost } from "./shard-host.ts";

for (const end of ["crash", "evict"] as const)
  for (const window of [16, 130, 670])
    replayContract(
      `generations that ${end}, window ${window}`,
      () => {
        let seconds = 0;
        const now = () => seconds * 1000;
        const host = createShardHost({ now, window });
        const store = createShardedReplay({
          mode: "generation",
          shards: 16,
          home: 3,
          region: () => "none",
          ask: host.ask,
          now,
        });
        return {
          store: asClients(store),
          window,
          setNow: (to) => {
            seconds = to;
          },
          restart: async () => host[end](),
        };
      },
      { afterRestart: ["elsewhere", "stale"] },
    );
