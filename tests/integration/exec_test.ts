import { assertEquals } from "@std/assert";
import type { DaemonClient } from "../../src/client/client.ts";
import { startDaemon } from "../support/test_daemon.ts";

/** All of these clients are one process, which may be slow to say so many hellos. */
const PATIENT = { handshake_timeout: "60s" };

/** Runs a script on a connection of its own; resolves with its end and all that it printed. */
async function exec(client: DaemonClient, script: string) {
  const text = { stdout: "", stderr: "" };
  const place = { workdir: "/", env: { PATH: "/usr/bin:/bin" }, umask: 0o22 };
  const output = {
    write(stream: "stdout" | "stderr", bytes: Uint8Array) {
      text[stream] += new TextDecoder().decode(bytes);
    },
  };
  const { code } = await client.exec({ script, ...place }, { output });
  return { code, ...text };
}

Deno.test("64 execs at once all come to their own end", async () => {
  await using daemon = await startDaemon(PATIENT);
  const clients = await Promise.all(Array.from({ length: 64 }, () => daemon.connect()));
  const ends = await Promise.all(
    clients.map((client, index) =>
      exec(client, `echo out ${index}; echo err ${index} >&2; exit ${index}`)
    ),
  );
  assertEquals(
    ends,
    clients.map((_, index) => ({
      code: index,
      stdout: `out ${index}\n`,
      stderr: `err ${index}\n`,
    })),
  );
});

Deno.test("no byte is lost of a command that ends while its daemon is busy with others", async () => {
  await using daemon = await startDaemon(PATIENT);
  const script = "head -c 200000 /dev/zero; head -c 200000 /dev/zero >&2";
  for (let round = 0; round < 3; round++) {
    const clients = await Promise.all(Array.from({ length: 24 }, () => daemon.connect()));
    const ends = await Promise.all(clients.map((client) => exec(client, script)));
    assertEquals(
      ends.map(({ stdout, stderr }) => [stdout.length, stderr.length]),
      ends.map(() => [200_000, 200_000]),
    );
  }
});
