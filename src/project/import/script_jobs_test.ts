import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { TextError } from "../../config/parse_text.ts";
import { faultsOf, importOf } from "./testdata/import_box.ts";

const SCRIPTS = {
  dev: "vite",
  all: 'concurrently "npm:dev" "npm:worker"',
  worker: "node mail",
  "build:css": "tailwindcss",
  "build:watch": "tailwindcss --watch",
  "db:migrate": "prisma migrate dev",
  storybook: "storybook dev",
};
const FILES = {
  "package.json": JSON.stringify({ scripts: SCRIPTS }),
  "deno.json": JSON.stringify({ tasks: SCRIPTS }),
};

for (const [file, runner] of [["package.json", "npm run"], ["deno.json", "deno task"]] as const) {
  Deno.test(`of ${file} those scripts are imported that are chosen, what ends by itself as a task`, async () => {
    const scripts = ["storybook", "build:css", "build:watch", "db:migrate"];
    const { yaml, jobs } = await importOf(FILES, { file, scripts });
    assertEquals(jobs, ["storybook", "build:watch", "build:css", "db:migrate"]);
    assertEquals(await faultsOf(yaml), []);
    assertStringIncludes(yaml, `  storybook:\n    command: ${runner} storybook\n\n`);
    assertStringIncludes(yaml, `  build:watch:\n    command: ${runner} build:watch\n\n`);
    assertEquals(yaml.match(/task: true/g)?.length, 2);
    assertStringIncludes(yaml, "# no jobs, but scripts: dev all worker (imp run --");
    const all = await importOf(FILES, { file, scripts: ["all"] });
    assertEquals(all.jobs, ["dev", "worker"]);
    const error = await assertRejects(
      () => importOf(FILES, { file, scripts: ["devv"] }),
      TextError,
    );
    assertEquals(error.reason, 'there is no script "devv"; did you mean dev?');
  });
}
