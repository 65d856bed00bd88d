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

/**
 * The records of a CSV text (RFC 4180), each with the number of the line that it begins on. Takes commas, semicolons or tabs, whichever
 * the first line holds more of, and any line end. Empty lines are left out.
 */
export function parse(text: string): { line: number; cells: string[] }[] {
  const content = text.replace(/^\uFEFF/, '')
  const [first = ''] = content.split(/\r?\n/, 1)
  const separator = [',', ';', '\t'].toSorted((one, other) => first.split(other).length - first.split(one).length)[0]
  const records: { line: number; cells: string[] }[] = []
  let [line, begun, cell, isQuoted] = [1, 1, '', false]
  let cells: string[] = []
  const end = () => {
    cells.push(cell.trim())
    if (cells.some((one) => one !== '')) records.push({ line: begun, cells })
    cells = []
    cell = ''
    begun = line + 1
  }
  for (let at = 0; at < content.length; at++) {
    const character = content[at]
    if (isQuoted) {
      if (character === '"' && content[at + 1] === '"') cell += content[++at]
      else if (character === '"') isQuoted = false
      else cell += character
      if (character === '\n') line += 1
    } else if (character === '"' && cell.trim() === '') {
      isQuoted = true
      cell = ''
    } else if (character === separator) {
      cells.push(cell.trim())
      cell = ''
    } else if (character === '\n') {
      end()
      line += 1
    } else if (character !== '\r') cell += character
  }
  end()
  return records
}
