import { unlessAborted } from "../../base/unless_aborted.ts";
import { connectTcp, describeFailure } from "./connect_tcp.ts";

/** Where the answer is to come from; the URL says what is asked for. */
export interface HttpQuestion {
  readonly url: string;
  /** Its host is sought here. */
  readonly address: string;
}

/** Whoever sends more than this has no status line. */
const MOST_BYTES = 8 * 1024;

/**
 * Asks for a page and resolves with the status of the answer, without the answer. No proxy is asked, no redirect is
 * followed, and no certificate is looked at. `fetch` would do the first two, and the third only for the whole process.
 * @throws Error in a few words for people
 */
export async function askHttp(question: HttpQuestion, signal: AbortSignal): Promise<number> {
  const url = new URL(question.url);
  return url.protocol === "https:"
    ? await askSecurely(url, question.address, signal)
    : await askPlainly(url, question.address, signal);
}

async function askPlainly(url: URL, address: string, signal: AbortSignal): Promise<number> {
  using connection = await connectTcp(address, Number(url.port || 80), signal);
  const talking = talk(connection, url);
  // A read that is under way is not ended by closing what it reads from in every case.
  talking.catch(() => undefined);
  return await unlessAborted(talking, signal);
}

async function talk(connection: Deno.TcpConn, url: URL): Promise<number> {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    ...Object.entries(headersFor(url)).map(([name, value]) => `${name}: ${value}`),
  ];
  const request = new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
  try {
    for (let sent = 0; sent < request.length;) {
      sent += await connection.write(request.subarray(sent));
    }
    return await readStatus(connection);
  } catch (error) {
    throw new Error(describeFailure(error), { cause: error });
  }
}

function headersFor({ host, username, password }: URL): Record<string, string> {
  const who = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const bytes = String.fromCharCode(...new TextEncoder().encode(who));
  return {
    Host: host,
    "User-Agent": "imp",
    Accept: "*/*",
    Connection: "close",
    ...who === ":" ? {} : { Authorization: `Basic ${btoa(bytes)}` },
  };
}

/** Of the final answer: those from 100 to 199 only announce it. */
async function readStatus(connection: Deno.TcpConn): Promise<number> {
  const bytes = new Uint8Array(MOST_BYTES);
  const decoder = new TextDecoder("latin1");
  let length = 0;
  let text = "";
  for (;;) {
    text = text.replace(/^HTTP\/1\.\d 1\d\d[^]*?\r?\n\r?\n/, "");
    const status = /^HTTP\/1\.\d ([2-9]\d\d)(?=[ \r\n])/.exec(text)?.[1];
    if (status !== undefined) return Number(status);
    const count = length === MOST_BYTES ? null : await connection.read(bytes.subarray(length));
    if (count === null) {
      throw new Error(text === "" ? "closed the connection" : "it does not speak HTTP");
    }
    text += decoder.decode(bytes.subarray(length, length + count));
    length += count;
  }
}

async function askSecurely(url: URL, address: string, signal: AbortSignal): Promise<number> {
  const { request } = await import("node:https");
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const asked = request({
    host: address,
    port: Number(url.port || 443),
    servername: /^[\d.]+$|:/.test(url.hostname) ? "" : url.hostname,
    path: `${url.pathname}${url.search}`,
    headers: headersFor(url),
    agent: false,
    rejectUnauthorized: false,
  }, (answer) => {
    resolve(answer.statusCode ?? 0);
    answer.destroy();
  });
  asked.on("error", (error) => reject(new Error(describeFailure(error), { cause: error })));
  asked.end();
  try {
    return await unlessAborted(promise, signal);
  } finally {
    asked.destroy();
  }
}
