import { AppError, reasonOf } from "../../base/app_error.ts";

/** What is served. */
export interface HttpService {
  /** 0: one that is free. */
  readonly port: number;
  /** Answers; `origin` is what we are reached at: `http://127.0.0.1:8123`. Must not reject. */
  readonly handle: (request: Request, origin: string) => Promise<Response>;
}

/** A server that listens; ends it, and what it has under way, when it is disposed of. */
export interface HttpServer extends AsyncDisposable {
  readonly origin: string;
}

const LOOPBACK = "127.0.0.1";

/**
 * Serves HTTP to programs of this machine.
 * @throws AppError `web.port_taken`, or `web.cannot_listen` when the system says no otherwise
 */
export function serveHttp({ port, handle }: HttpService): HttpServer {
  const over = new AbortController();
  let origin = "";
  try {
    const server = Deno.serve({
      hostname: LOOPBACK,
      port,
      signal: over.signal,
      onListen: () => {},
    }, (request) => handle(request, origin));
    origin = `http://${LOOPBACK}:${server.addr.port}`;
    return {
      origin,
      async [Symbol.asyncDispose]() {
        over.abort();
        await server.finished;
      },
    };
  } catch (cause) {
    if (cause instanceof Deno.errors.AddrInUse) {
      throw new AppError("web.port_taken", `Port ${port} is taken`, {
        hint: `imp ports --port ${port} says by whom; without --port one that is free is found`,
        cause,
      });
    }
    const words = `Cannot listen on ${LOOPBACK}:${port}: ${reasonOf(cause)}`;
    throw new AppError("web.cannot_listen", words, { cause });
  }
}
