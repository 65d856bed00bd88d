/** A merchant's text for one of our documents: one line, so that it cannot imitate a heading or a paragraph. */
export function toLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
}

/** The same text as CommonMark that displays exactly these characters. It cannot become a link, image, code or HTML. */
export function toMarkdown(text: string): string {
  return toLine(text).replace(/[\\`*_[\]<>&!#|~]/g, (char) => `\\${char}`)
}
