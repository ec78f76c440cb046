/**
 * What imp uses of `deno-std`, which ships the @std sources without their types. Only these modules are typed: an
 * import of another one is `any`, so add it here with it.
 */

// deno-lint-ignore-file no-explicit-any

declare module "@std/assert" {
  type AnyConstructor<T> = abstract new (...args: any[]) => T;

  export class AssertionError extends Error {}
  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertFalse(expr: unknown, msg?: string): asserts expr is false;
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertStrictEquals<T>(
    actual: unknown,
    expected: T,
    msg?: string,
  ): asserts actual is T;
  export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertAlmostEquals(
    actual: number,
    expected: number,
    tolerance?: number,
    msg?: string,
  ): void;
  export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;
  export function assertInstanceOf<T>(
    actual: unknown,
    type: AnyConstructor<T>,
    msg?: string,
  ): asserts actual is T;
  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
  export function assertArrayIncludes<T>(
    actual: ArrayLike<T>,
    expected: ArrayLike<T>,
    msg?: string,
  ): void;
  export function assertObjectMatch(
    actual: Record<PropertyKey, any>,
    expected: Record<PropertyKey, unknown>,
    msg?: string,
  ): void;
  export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
  export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
  export function assertLess<T>(actual: T, expected: T, msg?: string): void;
  export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;
  export function assertIsError<E extends Error = Error>(
    error: unknown,
    type?: AnyConstructor<E>,
    msgMatches?: string | RegExp,
    msg?: string,
  ): asserts error is E;
  export function assertThrows(fn: () => unknown, msg?: string): unknown;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    type: AnyConstructor<E>,
    msgIncludes?: string,
    msg?: string,
  ): E;
  export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    type: AnyConstructor<E>,
    msgIncludes?: string,
    msg?: string,
  ): Promise<E>;
  export function equal(a: unknown, b: unknown): boolean;
  export function fail(msg?: string): never;
  export function unreachable(msg?: string): never;
}

declare module "@std/cli/parse-args" {
  /** `unknown` is called for every word that is no declared flag; returning false leaves it out. */
  export interface ParseOptions {
    "--"?: boolean;
    alias?: Record<string, string | readonly string[]>;
    boolean?: boolean | string | readonly string[];
    collect?: string | readonly string[];
    default?: Record<string, unknown>;
    negatable?: string | readonly string[];
    stopEarly?: boolean;
    string?: string | readonly string[];
    unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  /** The words, what followed `--` when it was asked for, and every flag by its name. */
  export interface Args {
    _: (string | number)[];
    "--"?: string[];
    [flag: string]: any;
  }
  export function parseArgs(args: readonly string[], options?: ParseOptions): Args;
}

declare module "@std/cli/unicode-width" {
  export function unicodeWidth(text: string): number;
}

declare module "@std/encoding/base64" {
  export function encodeBase64(data: ArrayBuffer | Uint8Array | string): string;
  export function decodeBase64(text: string): Uint8Array<ArrayBuffer>;
}

declare module "@std/encoding/hex" {
  export function encodeHex(data: ArrayBuffer | Uint8Array | string): string;
  export function decodeHex(text: string): Uint8Array<ArrayBuffer>;
}

declare module "@std/fs/copy" {
  export interface CopyOptions {
    overwrite?: boolean;
    preserveTimestamps?: boolean;
  }
  export function copy(from: string | URL, to: string | URL, options?: CopyOptions): Promise<void>;
}

declare module "@std/fs/ensure-dir" {
  export function ensureDir(path: string | URL): Promise<void>;
  export function ensureDirSync(path: string | URL): void;
}

declare module "@std/fs/exists" {
  export interface ExistsOptions {
    isReadable?: boolean;
    isDirectory?: boolean;
    isFile?: boolean;
  }
  export function exists(path: string | URL, options?: ExistsOptions): Promise<boolean>;
  export function existsSync(path: string | URL, options?: ExistsOptions): boolean;
}

declare module "@std/fs/walk" {
  export interface WalkOptions {
    maxDepth?: number;
    includeFiles?: boolean;
    includeDirs?: boolean;
    includeSymlinks?: boolean;
    followSymlinks?: boolean;
    exts?: string[];
    match?: RegExp[];
    skip?: RegExp[];
  }
  export interface WalkEntry extends Deno.DirEntry {
    path: string;
  }
  export function walk(root: string | URL, options?: WalkOptions): AsyncIterableIterator<WalkEntry>;
  export function walkSync(root: string | URL, options?: WalkOptions): IterableIterator<WalkEntry>;
}

declare module "@std/fs/expand-glob" {
  import type { WalkEntry } from "@std/fs/walk";
  export interface ExpandGlobOptions {
    root?: string | URL;
    exclude?: string[];
    includeDirs?: boolean;
    followSymlinks?: boolean;
    extended?: boolean;
    globstar?: boolean;
    caseInsensitive?: boolean;
  }
  export function expandGlob(
    glob: string | URL,
    options?: ExpandGlobOptions,
  ): AsyncIterableIterator<WalkEntry>;
}

declare module "@std/fs" {
  export * from "@std/fs/copy";
  export * from "@std/fs/ensure-dir";
  export * from "@std/fs/exists";
  export * from "@std/fs/expand-glob";
  export * from "@std/fs/walk";
}

declare module "@std/jsonc/parse" {
  export function parse(text: string): unknown;
}

declare module "@std/jsonc" {
  export * from "@std/jsonc/parse";
}

declare module "@std/yaml/parse" {
  export type SchemaType = "failsafe" | "json" | "core" | "default" | "extended";
  export interface ParseOptions {
    allowDuplicateKeys?: boolean;
    schema?: SchemaType;
    onWarning?(error: Error): void;
  }
  export function parse(text: string, options?: ParseOptions): unknown;
}

declare module "@std/yaml/stringify" {
  import type { SchemaType } from "@std/yaml/parse";
  export interface StringifyOptions {
    indent?: number;
    lineWidth?: number;
    schema?: SchemaType;
    skipInvalid?: boolean;
    sortKeys?: boolean;
    useAnchors?: boolean;
  }
  export function stringify(value: unknown, options?: StringifyOptions): string;
}

declare module "@std/yaml" {
  export * from "@std/yaml/parse";
  export * from "@std/yaml/stringify";
}

declare module "@std/path" {
  export interface ParsedPath {
    root: string;
    dir: string;
    base: string;
    ext: string;
    name: string;
  }
  export const SEPARATOR: string;
  export function basename(path: string | URL, suffix?: string): string;
  export function dirname(path: string | URL): string;
  export function extname(path: string | URL): string;
  export function fromFileUrl(url: string | URL): string;
  export function toFileUrl(path: string): URL;
  export function isAbsolute(path: string): boolean;
  export function join(path: string | URL, ...paths: string[]): string;
  export function normalize(path: string | URL): string;
  export function parse(path: string): ParsedPath;
  export function relative(from: string, to: string): string;
  export function resolve(...paths: string[]): string;
}

declare module "@std/path/posix" {
  export * from "@std/path";
}

declare module "@std/streams/text-line-stream" {
  export interface TextLineStreamOptions {
    allowCR?: boolean;
  }
  export class TextLineStream extends TransformStream<string, string> {
    constructor(options?: TextLineStreamOptions);
  }
}

declare module "@std/streams/to-text" {
  export function toText(stream: ReadableStream<Uint8Array | string>): Promise<string>;
}

declare module "@std/streams/to-array-buffer" {
  export function toArrayBuffer(stream: ReadableStream<Uint8Array>): Promise<ArrayBuffer>;
}

declare module "@std/streams/buffer" {
  export class Buffer {
    constructor(bytes?: ArrayBufferLike | ArrayLike<number>);
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array>;
    readonly length: number;
    bytes(options?: { copy: boolean }): Uint8Array;
  }
}

declare module "@std/streams" {
  export * from "@std/streams/buffer";
  export * from "@std/streams/text-line-stream";
  export * from "@std/streams/to-array-buffer";
  export * from "@std/streams/to-text";
}

declare module "@std/text/closest-string" {
  export interface ClosestStringOptions {
    caseSensitive?: boolean;
    compareFn?: (a: string, b: string) => number;
  }
  export function closestString(
    word: string,
    words: readonly string[],
    options?: ClosestStringOptions,
  ): string;
}

declare module "@std/text/levenshtein-distance" {
  export function levenshteinDistance(a: string, b: string): number;
}

declare module "@std/fmt/colors" {
  type Style = (text: string) => string;
  export function setColorEnabled(value: boolean): void;
  export function getColorEnabled(): boolean;
  export function stripAnsiCode(text: string): string;
  export const bold: Style;
  export const dim: Style;
  export const italic: Style;
  export const underline: Style;
  export const inverse: Style;
  export const red: Style;
  export const green: Style;
  export const yellow: Style;
  export const blue: Style;
  export const magenta: Style;
  export const cyan: Style;
  export const gray: Style;
}
