/** Project files of somebody else. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { openBox } from "../support/box.ts";
import { jobsOf } from "../support/project_box.ts";

const SHOP = `env_file: { path: .env, required: false }
jobs:
  api: { command: exec sleep 1000000, env: { LOG: x }, ready: { command: "true" } }
`;

Deno.test({
  name:
    "D11 a project file of somebody else is run as the user said yes to it, and takes another yes once it is different",
  ignore: Deno.uid() !== 0,
  async fn() {
    await using box = await openBox();
    await box.file("project/imp.yaml", SHOP);
    await Deno.chown(`${box.project}/imp.yaml`, 65_534, 65_534);
    const refused = async (why: string) => {
      const { code, stderr } = await box.imp(["up"]);
      assertEquals(code, 77, stderr);
      assertStringIncludes(stderr, why);
      assertStringIncludes(stderr, "imp trust");
    };
    await refused("it belongs to user 65534");
    const asked = await box.imp(["trust"]);
    assertEquals(asked.code, 2, "there is nobody to ask");
    assertStringIncludes(asked.stdout, "  api (with LOG): exec sleep 1000000\n    ready: true\n");
    await refused("it belongs to user 65534");

    await box.impOk(["trust", "--yes"]);
    await box.impOk(["up"]);
    assertEquals((await jobsOf(box)).api!.status, "running");
    await box.file("project/.env", "A=1\n");
    await refused(".env is not as it was");
    assertEquals((await box.imp(["reload"])).code, 77);
    assertEquals((await box.impJson(["trust", "--list"])).files[0].state, "changed");
    await box.impOk(["trust", "--yes", "-q"]);
    assertEquals(await box.impOk(["up", "--dry-run"]), "restart api: env\n");
    await Deno.writeTextFile(`${box.project}/imp.yaml`, SHOP.replace("sleep", "sleep 1; sleep"));
    await refused("imp.yaml is not as it was");
    // What is up can be stopped, whatever became of the file.
    await box.impOk(["trust", "--revoke"]);
    assertEquals((await box.imp(["down"])).code, 0);
  },
});
