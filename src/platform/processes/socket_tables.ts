const LISTEN = "0A";

/** A TCP socket that listens. */
export interface ListeningSocket {
  /** What the descriptors of its processes lead to. */
  readonly inode: string;
  readonly port: number;
  /** `127.0.0.1`, `0.0.0.0`, `::`. */
  readonly address: string;
  /** Whose it is, whoever may look at his processes. */
  readonly uid: number;
}

/** All TCP sockets that listen, by /proc/net/tcp. */
export function readSocketTables(): ListeningSocket[] {
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => {
    try {
      return Deno.readTextFileSync(path).split("\n").slice(1).flatMap((line) =>
        parseRow(line) ?? []
      );
    } catch {
      // No IPv6 on this machine.
      return [];
    }
  });
}

/** A row of /proc/net/tcp (proc_net_tcp(5)): the address is in words of 4 bytes, each the wrong way round. */
function parseRow(line: string): ListeningSocket | undefined {
  const words = line.trim().split(/\s+/);
  const [address, port] = words[1]?.split(":") ?? [];
  if (words[3] !== LISTEN || port === undefined || words[9] === undefined) return undefined;
  const bytes = address!.match(/.{8}/g)!.flatMap((word) =>
    word.match(/../g)!.map((byte) => parseInt(byte, 16)).reverse()
  );
  return {
    inode: words[9],
    port: parseInt(port, 16),
    address: formatAddress(Uint8Array.from(bytes)),
    uid: Number(words[7]),
  };
}

/** An address of 4 or of 16 bytes as people write it (RFC 5952). */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const words = Array.from(
    { length: 8 },
    (_, index) => bytes[index * 2]! << 8 | bytes[index * 2 + 1]!,
  );
  const isMapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  if (isMapped) return `::ffff:${bytes.subarray(12).join(".")}`;
  const text = words.map((word) => word.toString(16)).join(":");
  const gaps = text.match(/(?<![0-9a-f])0(:0)+(?![0-9a-f])/g) ?? [];
  const longest = gaps.reduce((best, gap) => gap.length > best.length ? gap : best, "");
  if (longest === "") return text;
  const at = text.search(new RegExp(`(?<![0-9a-f])${longest}(?![0-9a-f])`));
  const [before, after] = [text.slice(0, at), text.slice(at + longest.length)];
  return `${before.replace(/:$/, "")}::${after.replace(/^:/, "")}`;
}
