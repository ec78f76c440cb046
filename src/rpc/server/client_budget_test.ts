import { assert, assertEquals } from "@std/assert";
import { createRandom } from "../../../tests/support/random.ts";
import { ClientBudget, type ClientShare } from "./client_budget.ts";

/** A budget of 10 requests and 1,000 bytes, and who was ended by it. */
function open() {
  const ended: string[] = [];
  const budget = new ClientBudget(() => ({ requests: 10, bytes: 1_000 }));
  const client = (name: string) =>
    budget.open((error, kind) => void ended.push(`${name} ${kind} ${error.code}`));
  return { budget, client, ended };
}

function ask(share: ClientShare, times: number): boolean[] {
  return Array.from({ length: times }, () => share.tryAddRequest());
}

Deno.test("A7 ClientBudget refuses a request of who has the most, and ends who has more for another", () => {
  const { budget, client, ended } = open();
  const [greedy, modest] = [client("greedy"), client("modest")];
  assertEquals(ask(greedy, 11).filter((isTaken) => isTaken).length, 10);
  assertEquals([ended, greedy.requests], [[], 10]);
  assertEquals(ask(modest, 1), [true]);
  assertEquals(ended, ["greedy requests limit.open_requests"]);
  assertEquals(budget.sums.requests, 1);
  // What it still gives back counts no more.
  greedy.removeRequest();
  assertEquals(budget.sums.requests, 1);
});

Deno.test("A7 ClientBudget lets no two of the same greed end each other for a request", () => {
  const { client, ended } = open();
  const [one, other] = [client("one"), client("other")];
  ask(one, 5);
  ask(other, 5);
  assertEquals([...ask(one, 1), ...ask(other, 1)], [false, false]);
  assertEquals(ended, []);
});

Deno.test("A7 ClientBudget ends who has the most bytes when more come", () => {
  const { budget, client, ended } = open();
  const [one, two, three] = [client("one"), client("two"), client("three")];
  one.hold("replies", 400);
  two.hold("events", 500);
  three.hold("frame", 500);
  assertEquals(ended, [], "a first answer or frame finds room");
  one.holdMore("replies", 1);
  assertEquals(ended, ["two bytes limit.pending_bytes"]);
  one.holdMore("events", 200);
  assertEquals(ended.slice(1), ["one bytes limit.pending_bytes"]);
  assertEquals(budget.sums.bytes, 500);
});

Deno.test("ClientBudget lets a single answer be larger than all that, if nothing waited before it", () => {
  const { client, ended } = open();
  const lone = client("lone");
  lone.hold("replies", 5_000);
  assertEquals(ended, []);
  lone.holdMore("replies", 1);
  assertEquals(ended, ["lone bytes limit.pending_bytes"]);
});

Deno.test("A7 ClientBudget never gives out more than there is and one answer, whatever comes and goes", () => {
  const { budget, client } = open();
  const random = createRandom(7);
  const shares = new Set<ClientShare>();
  for (let round = 0; round < 5_000; round++) {
    if (shares.size < 20) shares.add(client(`${round}`));
    const share = [...shares][Math.floor(random() * shares.size)]!;
    const what = random();
    if (what < 0.4) share.tryAddRequest();
    else if (what < 0.6 && share.requests > 0) share.removeRequest();
    else if (what < 0.9) share.hold("events", Math.floor(random() * 300));
    else {
      share[Symbol.dispose]();
      shares.delete(share);
    }
    assert(
      budget.sums.requests <= 10 && budget.sums.bytes < 1_300,
      JSON.stringify([round, budget.sums]),
    );
  }
  for (const share of shares) share[Symbol.dispose]();
  assertEquals(budget.sums, { requests: 0, bytes: 0 });
});
