/**
 * Every request as types: what it carries (`payload.ts`) and what comes back (`reply.ts`). Each has its nature in
 * `request_traits.ts`.
 */
import type * as z from "zod/mini";
import type { PAYLOADS } from "./payload.ts";
import type { REPLIES } from "./reply.ts";
import type { RequestName } from "./request_traits.ts";

/** Every request by name. */
export type RequestMap = {
  [Name in RequestName]: {
    payload: z.infer<(typeof PAYLOADS)[Name]>;
    reply: z.infer<(typeof REPLIES)[Name]>;
  };
};
export type PayloadOf<Name extends RequestName> = RequestMap[Name]["payload"];
export type ReplyOf<Name extends RequestName> = RequestMap[Name]["reply"];
