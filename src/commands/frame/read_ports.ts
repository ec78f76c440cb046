import { AppError } from "../../base/app_error.ts";
import {
  isPortName,
  isPortNumber,
  LARGEST_PORT,
  type PortWish,
  UNNAMED_PORT,
} from "../../base/ports.ts";

/** The ports that flags such as `http=auto`, `web=auto:3000`, `pg=5432` and `3000` declare. @throws AppError `usage.bad_port` */
export function readPorts(flags: readonly string[]): Record<string, PortWish> {
  const ports: Record<string, PortWish> = {};
  for (const text of flags) {
    const equals = text.indexOf("=");
    const name = equals < 0 ? UNNAMED_PORT : text.slice(0, equals);
    const wish = readWish(text.slice(equals + 1));
    if (!isPortName(name) || wish === undefined) throw badPort(text);
    if (Object.hasOwn(ports, name)) {
      throw new AppError("usage.bad_port", `Two ports are called ${JSON.stringify(name)}`, {
        hint: "Give each a name of its own: --port http=3000 --port debug=9229",
      });
    }
    ports[name] = wish;
  }
  return ports;
}

function readWish(text: string): PortWish | undefined {
  if (text === "auto") return text;
  const [, auto, digits] = /^(auto:)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (!isPortNumber(port)) return undefined;
  return auto === undefined ? port : { prefer: port };
}

function badPort(text: string): AppError {
  return new AppError("usage.bad_port", `Not a port: ${JSON.stringify(text)}`, {
    hint:
      `Write --port NAME=N, N a number from 1 to ${LARGEST_PORT}, auto or auto:N; NAME is of a-z, 0-9, ` +
      "_ and begins with a letter",
  });
}
