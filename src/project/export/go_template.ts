/** Text that a template of Go leaves as it is. */
export function goTemplate(text: string): string {
  return text.replaceAll("{{", '{{"{{"}}');
}
