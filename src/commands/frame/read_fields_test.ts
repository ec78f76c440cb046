import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../../base/app_error.ts";
import { readFields } from "./read_fields.ts";

const LIST = {
  jobs: [
    { id: "V3x", name: "api", ports_declared: [{ name: "http", port: 80 }], watch: null },
    { id: "Kp2", name: null, ports_declared: [] },
  ],
};

Deno.test("readFields() picks from the items of the list, in the order that was asked for", () => {
  assertEquals(readFields("list", ["name,id"])(LIST), {
    jobs: [{ name: "api", id: "V3x" }, { name: null, id: "Kp2" }],
  });
});

Deno.test("readFields() goes through lists, null, and names that nobody can foresee", () => {
  assertEquals(readFields("list", ["ports_declared.port", " watch.paths "])(LIST), {
    jobs: [
      { ports_declared: [{ port: 80 }], watch: null },
      { ports_declared: [] },
    ],
  });
  const status = { type: "status.snapshot", counts: { jobs: 2, up: 1 }, jobs: [{ id: "V3x" }] };
  assertEquals(readFields("status", ["counts.up,id"])(status), {
    ...{ type: "status.snapshot", counts: { up: 1 }, jobs: [{ id: "V3x" }] },
  });
});

Deno.test("readFields() takes the whole of what is also named in part, and each once", () => {
  assertEquals(readFields("list", ["ports_declared.port,id,ports_declared,jobs.id"])(LIST), {
    jobs: [
      { ports_declared: [{ name: "http", port: 80 }], id: "V3x" },
      { ports_declared: [], id: "Kp2" },
    ],
  });
});

Deno.test("readFields() refuses names that are nowhere, also inherited ones", () => {
  const refuse = (command: string, text: string) =>
    assertThrows(() => readFields(command, [text]), AppError);
  assertEquals(refuse("list", "stauts").hint, "Did you mean status?");
  assertEquals(refuse("list", "constructor").code, "usage.unknown_field");
  assertEquals(refuse("show", "runs.job").code, "usage.unknown_field");
  assertEquals(refuse("remove", "id").hint, "One of: removed, survivors");
  assertEquals(refuse("list", " , ").code, "usage.missing_value");
  assertEquals(refuse("tui", "id").code, "usage.no_json");
});
