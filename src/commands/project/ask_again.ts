import type { DaemonClient } from "../../client/client.ts";
import { Redial } from "../../client/redial.ts";
import type { PayloadOf, ReplyOf } from "../../protocol/request.ts";
import type { CommandContext } from "../frame/command.ts";
import { explainTooLarge } from "./too_large.ts";

/** Asks for what may be asked for twice, again and again while daemons go before they have answered. */
export async function askAgain<Name extends "apply" | "stop">(
  ctx: CommandContext,
  name: Name,
  payload: PayloadOf<Name>,
): Promise<{ reply: ReplyOf<Name>; client: DaemonClient }> {
  const { clock, signal } = ctx;
  const first = await ctx.client();
  using redial = new Redial({ connect: (how) => ctx.connect(how), first, clock, signal });
  for (;;) {
    const client = await redial.dial();
    try {
      return { reply: await client.request(name, payload, { signal }), client };
    } catch (error) {
      await redial.lost(explainTooLarge(error));
    }
  }
}
