import * as Export from './Export'
import * as Note from './Note'
import type { EarlierView } from './Verifier'

/**
 * Reads an earlier view of a log from lines: a signed checkpoint alone, an export, or a receipt. @throws Error if it is none of
 * them.
 */
export function read(lines: readonly string[]): EarlierView {
  const text = lines.join('\n')
  const receipt = Export.ExecutionReceipt.safeParse(tryParse(text))
  if (receipt.success) return of(receipt.data.checkpoint, receipt.data.events)
  const head = Export.ExportHead.safeParse(tryParse(lines[0] ?? ''))
  if (!head.success) return of(`${text.trimEnd()}\n`, [])
  const leaves = lines.flatMap((line) => {
    const leaf = Export.ExportLeaf.safeParse(tryParse(line))
    return leaf.success ? [leaf.data] : []
  })
  return of(head.data.checkpoint, leaves)
}

function of(note: string, leaves: readonly { index: string; hash: string }[]): EarlierView {
  return { note: Note.parse(note), hashes: new Map(leaves.map(({ index, hash }) => [index, hash])) }
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
