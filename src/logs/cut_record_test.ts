import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  CutRecordFile,
  decodeCutRecord,
  encodeCutRecord,
  fingerprint,
  OwnCutRecord,
} from "./cut_record.ts";
import { LogBox } from "./testdata/log_box.ts";

const PENDING = {
  generation: 3,
  inode: 2 ** 53 - 1,
  base: 2 ** 52,
  first: 2 ** 52 + 70,
  pending: {
    bytes: 65_536,
    sizeBytes: 2 ** 50,
    before: fingerprint(new Uint8Array(1)),
    after: fingerprint(new Uint8Array(2)),
  },
};

Deno.test("encodeCutRecord() always takes the same place", () => {
  const small = encodeCutRecord({ generation: 1, base: 0, first: 0, pending: null });
  assertEquals(encodeCutRecord(PENDING).length, small.length);
});

Deno.test("decodeCutRecord() reads what was written, and nothing that was not written whole", () => {
  const bytes = encodeCutRecord(PENDING);
  assertEquals(decodeCutRecord(bytes), PENDING);
  const other = encodeCutRecord({ generation: 4, base: 5, first: 6, pending: null });
  for (let length = 1; length < bytes.length; length++) {
    const torn = new Uint8Array([...other.subarray(0, length), ...bytes.subarray(length)]);
    const record = decodeCutRecord(torn);
    assert(record === undefined || record.generation === 4 || record.generation === 3);
    assertEquals(decodeCutRecord(bytes.subarray(0, length)), undefined);
  }
});

Deno.test("CutRecordFile sees every change, and takes what is not sound for an uncut stream", () => {
  using box = new LogBox();
  using records = new CutRecordFile(box.paths.stdoutBase);
  const own = new OwnCutRecord(box.paths.stdoutBase);
  assertEquals(records.read().generation, 0);
  own.write({ generation: 1, base: 64, first: 70, pending: null });
  assertEquals(records.read().first, 70);
  assert(records.read() === records.read(), "what has not changed is not decoded again");
  Deno.truncateSync(box.paths.stdoutBase, 100);
  assertEquals(records.read().generation, 0);
  own.write(PENDING);
  assertEquals(records.read(), PENDING);
});

Deno.test("OwnCutRecord reads once, and knows what it has written and what it could not", () => {
  using box = new LogBox();
  new OwnCutRecord(box.paths.stdoutBase).write(PENDING);
  const own = new OwnCutRecord(box.paths.stdoutBase);
  assertEquals(own.read(), PENDING);
  Deno.removeSync(box.paths.stdoutBase);
  assertEquals(own.read(), PENDING);
  const next = { ...PENDING, generation: 4, pending: null };
  own.write(next);
  assertEquals(own.read(), next);
  assertEquals(new OwnCutRecord(box.paths.stdoutBase).read(), next);
  Deno.removeSync(box.paths.stdoutBase);
  Deno.mkdirSync(box.paths.stdoutBase);
  assertThrows(() => own.write({ ...next, generation: 5 }));
  assertEquals(own.read(), next);
});

Deno.test("fingerprint() tells blocks apart that differ in one bit", () => {
  const block = new Uint8Array(4096);
  const other = block.slice();
  other[4095] = 1;
  assertNotEquals(fingerprint(block), fingerprint(other));
  assertEquals(fingerprint(block).length, 14);
});
