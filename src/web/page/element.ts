/// <reference lib="dom" />

/** What an element is made with. */
export interface ElementOptions {
  readonly class?: string;
  /** Attributes; what comes from jobs stands in texts only, or is checked first. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onClick?: () => void;
}

/** Makes an element. Strings become texts: no markup is ever made of them. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  for (const [name, value] of Object.entries(options.attributes ?? {})) {
    made.setAttribute(name, value);
  }
  if (options.onClick) made.addEventListener("click", options.onClick);
  made.append(...children);
  return made;
}

/** Sets a text where it has changed: what is the same is not drawn again. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
