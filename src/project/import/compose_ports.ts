import { isTable } from "../../config/plain_table.ts";
import { hasMarks, literal, splitMarks, withoutMarks } from "./marked_text.ts";
import type { SourceTable } from "./source_table.ts";
import type { WrittenJob } from "./written_job.ts";

const LONG = ["target", "published", "protocol", "host_ip", "mode", "name", "app_protocol"];

/** The ports that a service has on this machine, each called after its port inside: `p80`. */
export function readComposePorts(service: SourceTable): WrittenJob["ports"] {
  const given = service.take("ports");
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) {
    service.lose("ports", "it must be a list");
    return undefined;
  }
  const wrong: string[] = [];
  const ports = given.flatMap((each) => {
    const port = isTable(each) ? readLong(each) : readShort(String(each));
    if (port === undefined) wrong.push(isTable(each) ? JSON.stringify(each) : String(each));
    return port ?? [];
  });
  if (wrong.length > 0) {
    service.lose("ports", `of ${wrong.map(withoutMarks).join(", ")} imp has no form`);
  }
  return ports.length === 0 ? undefined : Object.fromEntries(ports);
}

type Port = [name: string, number: number | string];

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `${PORT:-8080}:80`; what is given a port by chance needs no word. */
function readShort(text: string): Port[] | undefined {
  const parts = partsOf(text.replace(/\/tcp$/, ""));
  const [target = "", published] = parts.toReversed();
  return published === undefined
    ? /^\d+$/.test(target) ? [] : undefined
    : portOf(published, target);
}

/** What is between colons that are not within a variable. */
function partsOf(text: string): string[] {
  const parts = [""];
  for (const each of splitMarks(text)) {
    const [first = "", ...others] = each.isMark ? [each.text] : each.text.split(":");
    parts[parts.length - 1] += first;
    parts.push(...others);
  }
  return parts;
}

function readLong(table: Readonly<Record<string, unknown>>): Port[] | undefined {
  const { target, published, protocol = "tcp" } = table;
  const isKnown = Object.keys(table).every((key) => LONG.includes(key));
  if (!isKnown || protocol !== "tcp" || target === undefined) return undefined;
  return published === undefined ? [] : portOf(String(published), String(target));
}

function portOf(published: string, target: string): Port[] | undefined {
  const name = `p${withoutMarks(target)}`;
  if (!/^p\d+$/.test(name)) return undefined;
  if (hasMarks(published)) {
    return /^\d+$/.test(withoutMarks(published)) ? [[name, literal(published)]] : undefined;
  }
  return /^\d+$/.test(published) ? [[name, Number(published)]] : undefined;
}
