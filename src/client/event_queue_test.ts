import { assertEquals, assertRejects } from "@std/assert";
import { toEvent } from "../../tests/support/fake_daemon.ts";
import { EventQueue } from "./event_queue.ts";

Deno.test("EventQueue gives its events in order, those that come while it is read, too", async () => {
  const queue = new EventQueue();
  queue.push(toEvent(1));
  const iterator = queue[Symbol.asyncIterator]();
  assertEquals((await iterator.next()).value?.seq, 1);
  const next = iterator.next();
  queue.push(toEvent(2));
  assertEquals((await next).value?.seq, 2);
  queue.push(toEvent(3));
  queue.end();
  queue.push(toEvent(4));
  assertEquals((await iterator.next()).value?.seq, 3);
  assertEquals(await iterator.next(), { done: true, value: undefined });
});

Deno.test("EventQueue ends with the error that ended the connection, after what it has", async () => {
  const queue = new EventQueue();
  queue.push(toEvent(1));
  queue.end(new Error("lost"));
  queue.end();
  const iterator = queue[Symbol.asyncIterator]();
  await iterator.next();
  await assertRejects(() => iterator.next(), Error, "lost");
});

Deno.test("F31 EventQueue tells as a gap what a slow reader had no room for", async () => {
  const queue = new EventQueue(2);
  for (let seq = 1; seq <= 5; seq++) queue.push(toEvent(seq));
  queue.end();
  const seen = await Array.fromAsync(queue);
  assertEquals(seen.map(({ event, seq, data }) => [event, seq, data]), [
    ["job_updated", 1, {}],
    ["job_updated", 2, {}],
    ["gap", 5, { from: 3, to: 5 }],
  ]);
});

Deno.test("EventQueue counts what a gap of the daemon's stands for", async () => {
  const queue = new EventQueue(1);
  queue.push(toEvent(1));
  queue.push(toEvent(7, "gap", { from: 2, to: 7 }));
  queue.push(toEvent(8));
  queue.end();
  const [, gap] = await Array.fromAsync(queue);
  assertEquals([gap!.event, gap!.data], ["gap", { from: 2, to: 8 }]);
});
