import { ExitCode } from "../../base/exit_code.ts";
import { fillRandom } from "../../platform/fill_random.ts";
import { serveHttp } from "../../platform/sockets/serve_http.ts";
import { PageServer } from "../../web/page_server.ts";
import type { CommandContext } from "../frame/command.ts";
import type { OpenedLink } from "../../platform/open_link.ts";
import { writeJson, writeNote } from "../frame/write.ts";
import { loadPage } from "./load_page.ts";
import { PageCalls } from "./page_calls.ts";

/** What `imp web` is asked for. */
export interface ServePageOptions {
  /** 0: one that is free. */
  readonly port: number;
  /** In the user's browser. */
  readonly opens: boolean;
}

/** Serves the page until Ctrl+C. @throws AppError `web.port_taken`, or why there is no daemon */
export async function servePage(
  ctx: CommandContext,
  { port, opens }: ServePageOptions,
): Promise<number> {
  const { signal } = ctx;
  // What is wrong with it is said here, and not in the page.
  await ctx.client();
  let files: ReturnType<typeof loadPage> | undefined;
  await using server = serveHttp({
    port,
    handle: (request, origin) => page.handle(request, origin),
  });
  // Ends first: a server that ends waits for its answers.
  using page = new PageServer({
    fillRandom,
    files: () => files ??= loadPage(),
    calls: new PageCalls(ctx),
    onLogin: () => void showLink("For another browser: ").catch(() => {}),
  });
  const showLink = async (lead: string) => {
    const url = page.addLink(server.origin);
    if (ctx.json) {
      const { daemonId: daemon_id } = ctx;
      await writeJson(ctx, { type: "link", url, port: Number(new URL(url).port), daemon_id });
    } else await ctx.stdout.write(`${lead}${url}\n`);
    return url;
  };
  const url = await showLink("");
  using _opened = opens ? await openPage(ctx, url) : undefined;
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  return ExitCode.interrupted;
}

async function openPage(ctx: CommandContext, url: string): Promise<OpenedLink> {
  // For who asks for it.
  const { openLink } = await import("../../platform/open_link.ts");
  const opened = await openLink(url, ctx.paths.runtimeDir);
  if (opened.problem !== undefined) {
    await writeNote(ctx, `cannot open a browser (${opened.problem}): open the link above yourself`);
  }
  return opened;
}
