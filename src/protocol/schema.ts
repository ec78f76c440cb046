/**
 * Schemas of messages: what a value must be, once for the compiler and once for the wire. They speak as `zod/mini`
 * does, and are tested against it; they are our own because every call of imp loads them, and loading zod took a
 * fifth of a warm call. Fields that are not known are left out.
 */
import { AppError } from "../base/app_error.ts";

/** Where a value is not what it must be. */
export class Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;

  constructor(message: string, path: readonly (string | number)[] = []) {
    this.message = message;
    this.path = path;
  }

  /** The same, told by who holds the value under `key`. */
  inside(key: string | number): Problem {
    return new Problem(this.message, [key, ...this.path]);
  }
}

/** What came of looking at a value. */
export type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly problem: Problem };

/** The type of the values that a schema gives. */
type Infer<S> = S extends Schema<infer T> ? T : never;
export type { Infer as infer };

/** See the functions of this module, which make them. */
export class Schema<T> {
  /** The value with what is known of it, or the first thing that is wrong with it. */
  readonly read: (value: unknown) => T | Problem;

  constructor(read: (value: unknown) => T | Problem) {
    this.read = read;
  }

  /** The value as the type that it was found to be, or what is wrong with it. */
  safeParse(value: unknown): Parsed<T> {
    const data = this.read(value);
    return data instanceof Problem ? { success: false, problem: data } : { success: true, data };
  }

  /** The same for whoever has no answer to a wrong value. @throws AppError `protocol.malformed` */
  parse(value: unknown): T {
    const parsed = this.safeParse(value);
    if (parsed.success) return parsed.data;
    const { path, message } = parsed.problem;
    throw new AppError("protocol.malformed", `Wrong at ${path.join(".") || "top"}: ${message}`);
  }
}

/** A choice of words, which can be asked for. */
class EnumSchema<Word> extends Schema<Word> {
  readonly options: readonly Word[];

  constructor(options: readonly Word[]) {
    const known = new Set<unknown>(options);
    super((value) =>
      known.has(value) ? value as Word : new Problem(`expected one of ${options.join(", ")}`)
    );
    this.options = options;
  }
}

/** A field that need not be there. */
class OptionalSchema<T> extends Schema<T | undefined> {
  /** Only there for the compiler. */
  declare readonly isOptional: true;
}

type Fields = Readonly<Record<string, Schema<unknown>>>;
type OptionalKeys<F> = {
  [K in keyof F]: F[K] extends OptionalSchema<unknown> ? K : never;
}[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };
type ObjectOf<F> = Flat<
  & { -readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Infer<F[K]> }
  & { -readonly [K in OptionalKeys<F>]?: Infer<F[K]> }
>;

/** Any text. */
export function string(): Schema<string> {
  return new Schema((value) => typeof value === "string" ? value : new Problem("expected string"));
}

/** A number that JSON can carry. */
export function number(): Schema<number> {
  return new Schema((value) =>
    Number.isFinite(value) ? value as number : new Problem("expected number")
  );
}

/** `true` or `false`. */
export function boolean(): Schema<boolean> {
  return new Schema((value) =>
    typeof value === "boolean" ? value : new Problem("expected boolean")
  );
}

/** Anything, nothing included. */
export function unknown(): Schema<unknown> {
  return new Schema((value) => value);
}

/** This value and no other. */
export function literal<const Value extends string | boolean>(value: Value): Schema<Value> {
  return new Schema((found) =>
    found === value ? value : new Problem(`expected ${JSON.stringify(value)}`)
  );
}

/** One of these words. */
function oneOf<const Word extends string>(words: readonly Word[]): EnumSchema<Word> {
  return new EnumSchema(words);
}
export { oneOf as enum };

/** What the schema says, or `null`. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return new Schema((value) => value === null ? null : schema.read(value));
}

/** For a field of an object: it may be missing. */
export function optional<T>(schema: Schema<T>): OptionalSchema<T> {
  return new OptionalSchema((value) => value === undefined ? undefined : schema.read(value));
}

/** A list of at least so many; the value itself where nothing in it is left out. */
export function array<T>(item: Schema<T>, { atLeast = 0 } = {}): Schema<T[]> {
  return new Schema((value) => {
    if (!Array.isArray(value)) return new Problem("expected array");
    if (value.length < atLeast) return new Problem(`expected at least ${atLeast} in the list`);
    let items: T[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const read = item.read(value[index]);
      if (read instanceof Problem) return read.inside(index);
      if (read !== value[index]) items ??= value.slice(0, index);
      items?.push(read);
    }
    return items ?? value;
  });
}

/**
 * An object with these fields; others are left out. As with a list it is the value itself where that is all it holds:
 * copying was half of reading a thousand jobs.
 */
export function object<const F extends Fields>(fields: F): Schema<ObjectOf<F>> {
  // Of a hundred schemas a call needs five.
  let known: [string, Schema<unknown>][] | undefined;
  return new Schema((value) => {
    if (!isRecord(value)) return new Problem("expected object");
    known ??= Object.entries(fields);
    let changed: Record<string, unknown> | undefined;
    let count = 0;
    for (const [name, schema] of known) {
      // What Object.prototype knows is not a field of a message.
      const isThere = Object.hasOwn(value, name);
      const own = isThere ? value[name] : undefined;
      const read = schema.read(own);
      if (read instanceof Problem) return read.inside(name);
      if (isThere) count++;
      if (isThere && read !== own) (changed ??= {})[name] = read;
    }
    if (changed === undefined && count === Object.keys(value).length) return value as ObjectOf<F>;
    // In the order of the schema, which is that of printed JSON.
    const there = known.filter(([name]) => Object.hasOwn(value, name));
    const kept = Object.fromEntries(there.map(([name]) => [name, value[name]]));
    return { ...kept, ...changed } as ObjectOf<F>;
  });
}

/** An object whose fields are all alike, whatever their names. */
export function record<T>(item: Schema<T>): Schema<Record<string, T>> {
  return new Schema((value) => {
    if (!isRecord(value)) return new Problem("expected object");
    const found: Record<string, T> = {};
    for (const [name, each] of Object.entries(value)) {
      // Setting it would not make a field.
      if (name === "__proto__") continue;
      const read = item.read(each);
      if (read instanceof Problem) return read.inside(name);
      found[name] = read;
    }
    return found;
  });
}

/** One of two shapes, told apart by the field `ok`. */
export function either<Yes, No>(yes: Schema<Yes>, no: Schema<No>): Schema<Yes | No> {
  return new Schema((value) => (isRecord(value) && value.ok === true ? yes : no).read(value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
