import * as z from "zod/mini";
import { readParams, type Request } from "./message.ts";
import { RpcCode, RpcError } from "./rpc_error.ts";

/** Each request says of itself what it is: nothing is remembered between two of them. */
export const MODERN_VERSION = "2026-07-28";
/** What can be begun with `initialize`, the newest first. */
const LEGACY_VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;
export type LegacyVersion = (typeof LEGACY_VERSIONS)[number];

const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
/** In the `_meta` of a result, who has given it. */
export const SERVER_INFO_KEY = "io.modelcontextprotocol/serverInfo";
/** Where it is possible, what is long is answered with a handle that is asked for later. */
export const TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

/** By which rules a request is answered. */
export type Era =
  | { readonly kind: "modern"; readonly hasTasks: boolean }
  | { readonly kind: "legacy" };

const ModernParams = z.looseObject({
  _meta: z.looseObject({
    [VERSION_KEY]: z.string("must be text"),
    [CAPABILITIES_KEY]: z.looseObject({
      extensions: z.optional(z.record(z.string(), z.unknown(), "must be an object")),
    }, "must be an object"),
  }),
});

/** What is asked before there is a session; it has no say in what comes after it. */
const BEFORE_SESSION = ["initialize", "ping"];

/**
 * The era of a request: that of who says so in `_meta`, else that of the session, which `initialize` begins.
 * @throws RpcError what is missing, or which versions there are
 */
export function eraOf(request: Request, session: LegacyVersion | undefined): Era {
  const meta = request.params?._meta;
  const keys = typeof meta === "object" && meta !== null ? Object.keys(meta) : [];
  const isModern = keys.includes(VERSION_KEY) || keys.includes(CAPABILITIES_KEY) ||
    request.method === "server/discover";
  if (isModern) return readModern(request);
  if (session !== undefined || BEFORE_SESSION.includes(request.method)) return { kind: "legacy" };
  throw new RpcError(
    RpcCode.invalidParams,
    `${request.method} needs params._meta with ${VERSION_KEY} and ${CAPABILITIES_KEY} ` +
      `(${MODERN_VERSION}), or initialize before it (${LEGACY_VERSIONS.join(", ")})`,
  );
}

function readModern(request: Request): Era {
  const { _meta } = readParams(ModernParams, request);
  const requested = _meta[VERSION_KEY] as string;
  if (requested !== MODERN_VERSION) {
    throw new RpcError(RpcCode.unsupportedVersion, "Unsupported protocol version", {
      supported: [MODERN_VERSION],
      requested,
    });
  }
  const { extensions = {} } = _meta[CAPABILITIES_KEY] as { extensions?: object };
  return { kind: "modern", hasTasks: TASKS_EXTENSION in extensions };
}

/** The version that a session has: the one that is asked for, where we know it. */
export function chooseLegacyVersion(requested: string): LegacyVersion {
  return LEGACY_VERSIONS.find((version) => version === requested) ?? LEGACY_VERSIONS[0];
}

/** @throws RpcError when the request's client has not said that it knows tasks */
export function expectTasks(era: Era): void {
  if (era.kind === "modern" && era.hasTasks) return;
  throw new RpcError(RpcCode.missingClientCapability, "Missing required client capability", {
    requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
  });
}
