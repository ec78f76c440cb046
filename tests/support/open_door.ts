/** What a connection needs of a server that has room for everybody. */
import { ClientBudget } from "../../src/rpc/server/client_budget.ts";
import type { ConnectionContext } from "../../src/rpc/server/connection.ts";

/** A budget that is large, and a place for every client. */
export function openDoor(): Pick<ConnectionContext, "budget" | "admit" | "refuseFollower"> {
  return {
    budget: new ClientBudget(() => ({ requests: 1_000_000, bytes: 2 ** 40 })),
    admit: () => {},
    refuseFollower: () => undefined,
  };
}
