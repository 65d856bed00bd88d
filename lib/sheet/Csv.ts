/** Lines of a CSV file (RFC 4180) that a spreadsheet can open without running a formula. */

/** What Excel, LibreOffice and Google Sheets read as the start of a formula, also after characters that they skip. */
const formula = /^[\s\u0000]*[=+\-@\t\r]/

/** A negative number computes nothing, and an apostrophe would make it a text. */
const number = /^-?[0-9]+(\.[0-9]+)?$/

/** Text as a cell. A text that would be a formula gets an apostrophe in front, which shows that it was changed. */
export function cell(text: string): string {
  const inert = formula.test(text) && !number.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) || inert !== text ? `"${inert.replaceAll('"', '""')}"` : inert
}

export function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}
