import { assertEquals } from "@std/assert";
import { openDoor, type Refusal } from "./door.ts";

const ORIGIN = "http://127.0.0.1:7007";
const OURS = { host: "127.0.0.1:7007", origin: ORIGIN, "content-type": "application/json" };

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | null>;
}

/** What is wanted, or the status and code that it is refused with. */
function knock({ method = "POST", path = "/api/stop", headers = {} }: Asked) {
  const all: Record<string, string | null> = { ...OURS, ...headers };
  try {
    return openDoor({ method, path, header: (name) => all[name] ?? null }, ORIGIN);
  } catch (error) {
    const { status, code } = error as Refusal;
    return [status, code];
  }
}

const FILE = { method: "GET", path: "/", headers: { origin: null, "content-type": null } };
const WRONG_ORIGIN = [403, "web.wrong_origin"];

Deno.test("openDoor() lets in the page, and what it asks for", () => {
  assertEquals(knock({}), { call: "stop" });
  assertEquals(knock({ headers: { "sec-fetch-site": "same-origin" } }), { call: "stop" });
  assertEquals(knock(FILE), { file: "/" });
  for (const site of ["none", "cross-site", "same-site"]) {
    const headers = { ...FILE.headers, "sec-fetch-site": site };
    assertEquals(knock({ ...FILE, headers }), { file: "/" }, "a link may be anywhere");
  }
});

Deno.test("openDoor() knows one name, and looks at that first", () => {
  const names = [
    ...["evil.example:7007", "127.0.0.1", "127.0.0.1:7008", "localhost:7007", "127.0.0.1:7007."],
    ...["127.0.0.1:7007@evil.example", "[::1]:7007", "", null],
  ];
  for (const host of names) {
    for (const asked of [{}, FILE, { method: "BREW", path: "/x" }]) {
      const headers = { ...asked === FILE ? FILE.headers : {}, host };
      assertEquals(knock({ ...asked, headers }), [421, "web.wrong_host"], String(host));
    }
  }
});

Deno.test("openDoor() does nothing that another page asks for", () => {
  const origins = ["http://evil.example", "http://localhost:7007", "http://127.0.0.1:7008", "null"];
  for (const origin of [...origins, `${ORIGIN}/`, `${ORIGIN}.evil.example`, null]) {
    assertEquals(knock({ headers: { origin } }), WRONG_ORIGIN, String(origin));
  }
  for (const site of ["cross-site", "same-site", "none"]) {
    assertEquals(knock({ headers: { "sec-fetch-site": site } }), WRONG_ORIGIN, site);
  }
  for (const site of ["cross-site", "same-site"]) {
    const headers = { ...FILE.headers, "sec-fetch-site": site };
    assertEquals(knock({ method: "GET", path: "/page.js", headers }), WRONG_ORIGIN, site);
  }
});

Deno.test("openDoor() takes JSON by POST only", () => {
  for (const method of ["GET", "PUT", "OPTIONS", "DELETE"]) {
    assertEquals(knock({ method }), [405, "web.wrong_method"], method);
  }
  assertEquals(knock({ ...FILE, method: "POST" }), [405, "web.wrong_method"]);
  const types = ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", null];
  for (const type of types) {
    const headers = { "content-type": type };
    assertEquals(knock({ headers }), [415, "web.not_json"], String(type));
  }
});
