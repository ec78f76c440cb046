/** A value of HCL. */
export type HclValue = string | number | boolean | readonly string[];

/** What stands in the braces of a block: attributes, and blocks. */
export interface HclBlock {
  /** `port "http"`. */
  readonly name: string;
  readonly labels?: readonly string[];
  readonly attributes?: Readonly<Record<string, HclValue | undefined>>;
  readonly blocks?: readonly HclBlock[];
}

/** A block of HCL as text, each line indented below its block. */
export function hclText(block: HclBlock, indent = ""): string {
  const { name, labels = [], attributes = {}, blocks = [] } = block;
  const inner = `${indent}  `;
  const lines = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [`${inner}${hclKey(key)} = ${hclValue(value)}`]
  );
  const start = [name, ...labels.map(hclString)].join(" ");
  const body = [...lines, ...blocks.map((each) => hclText(each, inner))];
  if (body.length === 0) return `${indent}${start} {}`;
  return [`${indent}${start} {`, ...body, `${indent}}`].join("\n");
}

function hclKey(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : hclString(key);
}

function hclValue(value: HclValue): string {
  if (typeof value === "string") return hclString(value);
  return typeof value === "object" ? `[${value.map(hclString).join(", ")}]` : String(value);
}

/** Text that HCL takes as it is: without its templates. */
function hclString(text: string): string {
  const escaped = JSON.stringify(text).replace(/[\u007f-\u009f]/g, escapeCharacter)
    .replaceAll("\\b", "\\u0008").replaceAll("\\f", "\\u000c");
  return escaped.replace(/[$%](?=\{)/g, "$&$&");
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
