import { assert, assertEquals } from "@std/assert";
import { openLibc } from "../libc.ts";
import { hasForeignPeer } from "./peer_check.ts";

// Stays open for good: opened here, so that it is not taken for a leak of the first test.
openLibc();

const STRANGER = 65_533;

Deno.test("hasForeignPeer() is false with sockets of every kind and our own peers", async () => {
  const dir = Deno.makeTempDirSync();
  using listener = Deno.listen({ transport: "unix", path: `${dir}/sock` });
  using _tcp = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  using _client = await Deno.connect({ transport: "unix", path: `${dir}/sock` });
  assertEquals(hasForeignPeer(), false);
  using _accepted = await listener.accept();
  assertEquals(hasForeignPeer(), false);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("hasForeignPeer() sees another user at the other end, and no more when closed", async () => {
  // Only root can be somebody else.
  if (Deno.uid() !== 0) return;
  const dir = Deno.makeTempDirSync();
  Deno.chmodSync(dir, 0o755);
  using listener = Deno.listen({ transport: "unix", path: `${dir}/sock` });
  Deno.chmodSync(`${dir}/sock`, 0o666);
  const stranger = new Deno.Command("setpriv", {
    args: [
      `--reuid=${STRANGER}`,
      `--regid=${STRANGER}`,
      "--clear-groups",
      "perl",
      "-MIO::Socket::UNIX",
    ]
      .concat("-e", "IO::Socket::UNIX->new(Peer => shift) or die; <STDIN>", `${dir}/sock`),
    cwd: "/",
    stdin: "piped",
  }).spawn();
  {
    using _connection = await listener.accept();
    assert(hasForeignPeer());
  }
  assertEquals(hasForeignPeer(), false);
  await stranger.stdin.close();
  await stranger.status;
  Deno.removeSync(dir, { recursive: true });
});
