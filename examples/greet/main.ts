import { application } from "@imp/imp/rpc";

const encoder = new TextEncoder();
let calls = 0;

const code = await application({
  name: "greet",
  handler: {
    async handle({ args: [who = "world"] }, output) {
      await output.write(encoder.encode(`Hello ${who}, this is call ${++calls}\n`));
    },
  },
});
Deno.exit(code);
