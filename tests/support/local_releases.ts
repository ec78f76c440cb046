/** A server with releases of imp, laid out as GitHub's, made of builds of this test run. */
import { encodeHex } from "@std/encoding/hex";
import { runProcess } from "./process.ts";

/** A release to serve. */
export interface LocalRelease {
  readonly version: string;
  /** What is in its archive as `imp`. */
  readonly executable: string;
  /** Bytes of the archive are served as this makes them; the sum is that of the right ones. */
  readonly spoil?: (archive: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
}

/** See {@linkcode serveReleases}. */
export interface LocalReleases extends AsyncDisposable {
  readonly url: string;
  /** What was asked for. */
  readonly asked: readonly string[];
}

/** Serves releases, the last of them as the newest; `dir` is for their archives. */
export async function serveReleases(
  dir: string,
  releases: readonly LocalRelease[],
): Promise<LocalReleases> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const release of releases) {
    const { name, archive } = await packOnce(dir, release);
    const sum = encodeHex(await crypto.subtle.digest("SHA-256", archive));
    const sums = new TextEncoder().encode(`${sum}  ${name}\n`);
    files.set(`/download/v${release.version}/SHA256SUMS`, sums);
    files.set("/latest/download/SHA256SUMS", sums);
    files.set(`/download/v${release.version}/${name}`, release.spoil?.(archive) ?? archive);
  }
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const content = files.get(pathname);
    return content ? new Response(content) : new Response("no", { status: 404 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const packed = new Map<string, ReturnType<typeof pack>>();

/** A hundred megabytes take a while. */
function packOnce(dir: string, release: LocalRelease): ReturnType<typeof pack> {
  const { version, executable } = release;
  const key = `${version} ${executable} ${Deno.statSync(executable).mtime?.getTime()}`;
  const pending = packed.get(key) ?? pack(dir, release);
  packed.set(key, pending);
  return pending;
}

async function pack(
  dir: string,
  { version, executable }: LocalRelease,
): Promise<{ name: string; archive: Uint8Array<ArrayBuffer> }> {
  const stem = `imp-${version}-${Deno.build.target}`;
  const top = `${dir}/${crypto.randomUUID().slice(0, 8)}`;
  await Deno.mkdir(`${top}/${stem}`, { recursive: true });
  await Deno.copyFile(executable, `${top}/${stem}/imp`);
  await Deno.chmod(`${top}/${stem}/imp`, 0o755);
  const script = 'tar -cf - "$1" | gzip -1 > "$1.tar.gz"';
  const options = { cwd: top, env: { PATH: Deno.env.get("PATH") ?? "" } };
  const { code, stderr } = await runProcess(["sh", "-c", script, "sh", stem], options);
  if (code !== 0) throw new Error(stderr);
  const archive = await Deno.readFile(`${top}/${stem}.tar.gz`);
  await Deno.remove(top, { recursive: true });
  return { name: `${stem}.tar.gz`, archive };
}
