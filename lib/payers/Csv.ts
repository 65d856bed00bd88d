/** Lines of a CSV file (RFC 4180) that a spreadsheet may open: no cell of it is a formula. */

/** What Excel, LibreOffice and Google Sheets take for the beginning of one, also behind what they skip. */
const formula = /^[\s\u0000]*[=+\-@\t\r]/

/** Text as a cell. One that would be a formula is kept apart by an apostrophe, which shows that it was changed. */
export function cell(text: string): string {
  const inert = formula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) || inert !== text ? `"${inert.replaceAll('"', '""')}"` : inert
}

export function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}
