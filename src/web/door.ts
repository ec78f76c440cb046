/**
 * `web/` serves the page: HTTP on 127.0.0.1 for one browser of one user. It knows what may be asked for and by whom, and
 * nothing of jobs: what is asked for is done by whoever serves it. `web/page/` is what runs in the browser.
 */
import { AppError } from "../base/app_error.ts";

/** What the door looks at. */
export interface Knock {
  readonly method: string;
  readonly path: string;
  header(name: string): string | null;
}

/** What an answer to it is about. */
export type Wanted = { readonly file: string } | { readonly call: string };

/** Why it is not let in, as an answer of HTTP. */
export class Refusal extends AppError {
  constructor(readonly status: number, code: string, message: string, hint?: string) {
    super(code, message, { hint });
  }
}

const CALL = /^\/api\/([a-z]+)$/;

/**
 * Lets in what the page itself asks for, and the page. A browser sends along who asks, and cannot be told not to: the
 * name that it was sent to (a name of an attacker's that points here is not ours), and for what is not the page from
 * which page it comes. Others send what they want, and need the key.
 * @throws Refusal
 */
export function openDoor(knock: Knock, origin: string): Wanted {
  if (`http://${knock.header("host")}` !== origin) {
    throw new Refusal(421, "web.wrong_host", "Nobody is called so here", `Open ${origin}/`);
  }
  const call = CALL.exec(knock.path)?.[1];
  const isPage = knock.path === "/";
  const site = knock.header("sec-fetch-site");
  // A link, or a bookmark, may lead to the page from anywhere.
  if (!isPage && site !== null && site !== "same-origin" && (call || site !== "none")) {
    throw foreign(origin);
  }
  if (call === undefined) {
    if (knock.method === "GET" || knock.method === "HEAD") return { file: knock.path };
    throw new Refusal(405, "web.wrong_method", "Files are only read", `GET ${knock.path}`);
  }
  if (knock.method !== "POST") {
    throw new Refusal(405, "web.wrong_method", `${knock.path} takes POST only`);
  }
  if (knock.header("origin") !== origin) throw foreign(origin);
  if (!/^application\/json(;|$)/.test(knock.header("content-type") ?? "")) {
    throw new Refusal(415, "web.not_json", "What is asked for has to be JSON");
  }
  return { call };
}

function foreign(origin: string): Refusal {
  const hint = `Only the page at ${origin}/ may ask`;
  return new Refusal(403, "web.wrong_origin", "Another page has asked for this", hint);
}

/** What every answer says: nothing of it is for other pages, and the page loads nothing but what is here. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
