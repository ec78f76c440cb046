import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../../base/app_error.ts";
import { planOf } from "../testdata/project_box.ts";
import { toExportable } from "./exportable.ts";

const OPTIONS = { projectId: "shop-1a2b3c4d", path: undefined };

Deno.test("toExportable() leaves to files what they say, and sets what is said over them", async () => {
  const text = `
env_file: .env
env: { A: project, B: project }
jobs:
  api:
    command: x
    env_file: api.env
    env: { C: "\${FROM_FILE}-\${ports.http}", D: null, PORT: "1" }
    ports: { http: 80 }
`;
  const plan = await planOf({
    "imp.yaml": text,
    ".env": "A=file\nFROM_FILE=f\nD=file\nPORT_HTTP=file\n",
    "api.env": "B=api\n",
  });
  const [api] = toExportable(plan, OPTIONS).jobs;
  assertEquals(api!.env, { A: "project", C: "f-80", PORT: "1" });
  assertEquals(api!.unset, ["D"]);
  assertEquals(api!.envFiles.map(({ path, isPlain }) => [path, isPlain]), [
    ["/shop/.env", true],
    ["/shop/api.env", true],
  ]);
});

Deno.test("toExportable() numbers ports as the daemon would, each once", async () => {
  const text = `
jobs:
  a: { command: "x \${ports.p} \${jobs.b.ports.p}", ports: { p: auto, q: { prefer: 3000 }, r: 3001 } }
  b: { command: [x, "\${ports.p}", "$\${ports.p}"], ports: { p: auto } }
`;
  const plan = await planOf({ "imp.yaml": text });
  const [a, b] = toExportable(plan, OPTIONS).jobs;
  const numbers = [...a!.ports, ...b!.ports].map(({ number }) => number);
  assertEquals(new Set(numbers).size, 4);
  assertEquals(numbers.slice(1, 3), [3_000, 3_001]);
  assertEquals(a!.command.at(-1), `x ${numbers[0]} ${numbers[3]}`);
  assertEquals(b!.command, ["x", String(numbers[3]), "${ports.p}"]);
  assertEquals(toExportable(plan, OPTIONS).jobs, [a!, b!]);
});

Deno.test("toExportable() refuses a path that would write lines of its own", async () => {
  const plan = await planOf({
    "imp.yaml": 'jobs: { a: { command: x, cwd: "d\\nExecStart=x" } }',
    "d\nExecStart=x/y": "",
  });
  assertEquals(assertThrows(() => toExportable(plan, OPTIONS), AppError).code, "export.bad_path");
});
