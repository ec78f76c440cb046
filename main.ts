import { runCli } from "./src/cli.ts";

Deno.exit(await runCli(Deno.args));
