import { assert, assertEquals } from "@std/assert";
import { CHUNK_BYTES, ReadWindow } from "./read_window.ts";
import { StreamReader } from "./stream_reader.ts";
import { LogBox } from "./testdata/log_box.ts";

function open(box: LogBox, offset = 0): ReadWindow & Disposable {
  const reader = StreamReader.open(box.paths.stdout)!;
  return Object.assign(new ReadWindow(reader, offset), {
    [Symbol.dispose]: () => reader[Symbol.dispose](),
  });
}

function readAll(reading: ReadWindow): string {
  let text = "";
  for (;;) {
    const chunk = reading.read();
    assert(chunk !== undefined);
    if (chunk.bytes.length === 0) return text;
    assertEquals(chunk.offset + chunk.bytes.length, reading.offset);
    text += new TextDecoder().decode(chunk.bytes);
  }
}

Deno.test("ReadWindow gives every byte once, in pieces of every size", () => {
  using box = new LogBox();
  box.append("stdout", "");
  using reading = open(box);
  let [text, got] = ["", ""];
  for (let size = 1; size < 40 * CHUNK_BYTES; size *= 3) {
    const more = Array.from({ length: size / 8 + 1 }, (_, at) => `${size + at}\n`).join("");
    box.append("stdout", more);
    text += more;
    got += readAll(reading);
  }
  assert(got === text);
});

Deno.test("ReadWindow reads no more than it is told", () => {
  using box = new LogBox();
  box.append("stdout", "0123456789");
  using reading = open(box, 2);
  assertEquals(reading.read(3)?.bytes.length, 3);
  assertEquals([reading.offset, readAll(reading)], [5, "56789"]);
});

Deno.test("ReadWindow knows another file by the last bytes that it read", () => {
  using box = new LogBox();
  box.append("stdout", "x".repeat(3 * CHUNK_BYTES) + "end");
  using reading = open(box);
  readAll(reading);
  Deno.truncateSync(box.paths.stdout, 0);
  box.append("stdout", "x".repeat(3 * CHUNK_BYTES) + "END, and more");
  assertEquals(reading.read(), undefined);
  assertEquals(reading.read(), undefined, "asking again changes nothing");
  const offset = reading.recover();
  assertEquals(offset, 0, "one line without an end comes as a whole");
  assertEquals(readAll(reading).length, 3 * CHUNK_BYTES + 13);
});

Deno.test("ReadWindow notices that there is less than where it was to begin", () => {
  using box = new LogBox();
  box.append("stdout", "short\n");
  using reading = open(box, 100);
  assertEquals(reading.read(), undefined);
  assertEquals([reading.recover(), readAll(reading)], [0, "short\n"]);
});
