/**
 * A merchant's words in a document that is ours: one line, so that they cannot pose as a heading or a paragraph of it.
 */
export function toLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
}

/** The same as CommonMark that shows exactly these characters: no link, image, code or HTML can come of it. */
export function toMarkdown(text: string): string {
  return toLine(text).replace(/[\\`*_[\]<>&!#|~]/g, (char) => `\\${char}`)
}
