import { assertEquals, assertRejects } from "@std/assert";
import { MessageWriter } from "./message_writer.ts";

Deno.test("MessageWriter writes each message whole, in the order in which they were given", async () => {
  let text = "";
  const writer = new MessageWriter(async (part) => {
    for (const character of part) {
      text += character;
      await Promise.resolve();
    }
  });
  await Promise.all([1, 2, 3].map((id) => writer.send({ id })));
  assertEquals(text, '{"id":1}\n{"id":2}\n{"id":3}\n');
});

Deno.test("MessageWriter has no room while nobody reads, and tells when nobody ever will", async () => {
  const gate = Promise.withResolvers<void>();
  const writer = new MessageWriter(() => gate.promise);
  const sent = Array.from({ length: 300 }, (_, id) => writer.send({ id }));
  let hasRoom = false;
  const room = writer.room().then(() => hasRoom = true, () => {});
  await Promise.resolve();
  assertEquals(hasRoom, false);
  gate.reject(new Error("gone"));
  await room;
  await assertRejects(() => writer.failed, Error, "gone");
  const ends = await Promise.allSettled(sent);
  assertEquals(ends.every(({ status }) => status === "rejected"), true);
});
