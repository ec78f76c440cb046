import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import * as zod from "zod/mini";
import { AppError } from "../base/app_error.ts";
import * as own from "./schema.ts";

/** The same schema, written once and made by either. */
const PAIRS = {
  string: [own.string(), zod.string()],
  number: [own.number(), zod.number()],
  boolean: [own.boolean(), zod.boolean()],
  literal: [own.literal("a"), zod.literal("a")],
  enum: [own.enum(["a", "b"]), zod.enum(["a", "b"])],
  nullable: [own.nullable(own.number()), zod.nullable(zod.number())],
  array: [own.array(own.string()), zod.array(zod.string())],
  "array that is not empty": [
    own.array(own.string(), { atLeast: 1 }),
    zod.array(zod.string()).check(zod.minLength(1)),
  ],
  record: [own.record(own.number()), zod.record(zod.string(), zod.number())],
  object: [
    own.object({ a: own.string(), b: own.optional(own.number()), c: own.unknown() }),
    zod.object({ a: zod.string(), b: zod.optional(zod.number()), c: zod.optional(zod.unknown()) }),
  ],
  either: [
    own.either(
      own.object({ ok: own.literal(true), a: own.string() }),
      own.object({ ok: own.literal(false), b: own.number() }),
    ),
    zod.discriminatedUnion("ok", [
      zod.object({ ok: zod.literal(true), a: zod.string() }),
      zod.object({ ok: zod.literal(false), b: zod.number() }),
    ]),
  ],
} as const;

/** Values near what the schemas ask for, as JSON can carry them. */
const near = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.constantFrom("a", "b", "", null, true, false, 0, -1.5),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c", "ok", "toString"), tie("value"), { maxKeys: 4 }),
  ),
})).value;

for (const [name, [mine, theirs]] of Object.entries(PAIRS)) {
  Deno.test(`${name}: lets through what zod does, and names the same place of a problem`, () => {
    fc.assert(
      fc.property(fc.oneof(near, fc.jsonValue()), (value) => {
        const expected = theirs.safeParse(value);
        const found = mine.safeParse(value);
        assertEquals(found.success, expected.success);
        if (found.success) return assertEquals<unknown>(found.data, expected.data);
        // Which of two alternatives was meant is for each to guess.
        if (name !== "either") {
          assertEquals<unknown>(found.problem.path, expected.error!.issues[0]!.path);
        }
      }),
      { numRuns: 2_000 },
    );
  });
}

Deno.test("object() takes no field from Object.prototype, and none can be planted there", () => {
  const schema = own.object({ toString: own.string() });
  assert(!schema.safeParse({}).success);
  const value = schema.parse(JSON.parse('{"toString": "x", "__proto__": {"polluted": true}}'));
  assertEquals(value.toString, "x");
  assert(!("polluted" in {}));
});

Deno.test("parse() says where a value is wrong", () => {
  const schema = own.object({ jobs: own.array(own.object({ id: own.string() })) });
  assertThrows(() => schema.parse({ jobs: [{ id: "a" }, { id: 1 }] }), AppError, "jobs.1.id");
});
