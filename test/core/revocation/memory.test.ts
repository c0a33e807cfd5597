import { createMemoryRevocations } from "../../../src/revocation/memory.ts";
import { revocationContract } from "./store-contract.ts";

revocationContract(
  "memory",
  () => {
    let now = 1_800_000_000;
    const store = createMemoryRevocations({ now: () => now * 1000 });
    const setNow = (seconds: number) => {
      now = seconds;
    };
    return { store, change: store.change, setNow };
  },
  { restarts: false },
);
