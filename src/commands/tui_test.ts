import { assertRejects } from "@std/assert";
import { createFakeContext } from "../../tests/support/fake_context.ts";
import { parseArgs } from "../../tests/support/parse_args.ts";
import { AppError } from "../base/app_error.ts";
import { command } from "./tui.ts";

async function open(options: Parameters<typeof createFakeContext>[0]): Promise<number> {
  return await command.run(createFakeContext(options), parseArgs([], { flags: [] }));
}

Deno.test("tui says kindly what it needs of a terminal, and what there is without it", async () => {
  await assertRejects(
    () => open({ columns: 80, env: { TERM: "dumb" } }),
    AppError,
    "imp tui needs a terminal that can move its cursor",
  );
  await assertRejects(() => open({}), AppError, "imp tui needs a terminal");
  await assertRejects(
    () => open({ columns: 80, json: true }),
    AppError,
    "imp tui needs a terminal",
  );
});
