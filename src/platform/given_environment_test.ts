import { assertEquals } from "@std/assert";
import { givenEnvironment } from "./given_environment.ts";

Deno.test("F82 givenEnvironment() takes back what the runtime has put there", () => {
  const added = { DENO_NODE_SHIM_ACTIVE: "1", HOME: "/home/me" };
  const shim = "/cache/deno/node_compat_bin";
  const given = (env: Record<string, string>) => givenEnvironment(env, () => false);
  assertEquals(given({ ...added, PATH: shim }), { HOME: "/home/me" });
  assertEquals(given({ ...added, PATH: `/bin:${shim}` }), { HOME: "/home/me", PATH: "/bin" });
  assertEquals(given({ HOME: "/home/me", PATH: shim }), { HOME: "/home/me", PATH: shim });
  const inherited = { ...added, PATH: `/bin:${shim}` };
  assertEquals(givenEnvironment(inherited, () => true), inherited);
});
