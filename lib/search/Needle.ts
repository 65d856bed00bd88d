/** The text of the search box, classified by its form. Pure. */
export type Needle =
  | { kind: 'nothing' }
  /** A row's id. */
  | { kind: 'id'; id: string }
  /** 32 bytes in hex: a transaction hash, or the nonce that a payer signed; or a signature of Solana. */
  | { kind: 'hash'; hash: string }
  | { kind: 'address'; address: string }
  /** As stored: "eip3009|…", "raw|…", "svm|…", "mpp|…". */
  | { kind: 'claim'; key: string }
  /** A lane's nonce or a block. */
  | { kind: 'number'; value: string }
  /** A challenge id, a resource's name or path; `like` is its pattern. */
  | { kind: 'word'; text: string; like: string }

const textMax = 400

export function from(input: string): Needle {
  const text = input.trim().slice(0, textMax)
  const lower = text.toLowerCase()
  if (text.length < 1) return { kind: 'nothing' }
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(lower)) return { kind: 'id', id: lower }
  if (/^(0x)?[0-9a-f]{64}$/.test(lower)) return { kind: 'hash', hash: lower.startsWith('0x') ? lower : `0x${lower}` }
  if (/^0x[0-9a-f]{40}$/.test(lower)) return { kind: 'address', address: lower }
  if (/^(eip3009|raw)\|/.test(lower)) return { kind: 'claim', key: lower }
  // Case matters in what Solana writes.
  if (/^(mpp|svm)\|/.test(lower)) return { kind: 'claim', key: text }
  if (/^[1-9A-HJ-NP-Za-km-z]{86,88}$/.test(text)) return { kind: 'hash', hash: text }
  if (/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(text)) return { kind: 'address', address: text }
  if (/^[0-9]{1,18}$/.test(text)) return { kind: 'number', value: text }
  if (text.length < 2) return { kind: 'nothing' }
  return { kind: 'word', text, like: `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%` }
}
