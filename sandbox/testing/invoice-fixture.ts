import { createHash } from 'node:crypto'
import { Rail } from '@/lib/money'

/** Invoices by hand, so that each field can be wrong. Their signature is zeros: no node would pay them. */
export type InvoiceFields = {
  /** Hex; its SHA-256 is the payment hash. */
  preimage: string
  /** Null for an invoice without an amount. */
  amountSat: bigint | null
  createdAtMs: number
  expirySeconds: number
  network: Rail.BitcoinNetwork
  description: string
}

export const invoiceDefaults: InvoiceFields = {
  preimage: 'a3'.repeat(32),
  amountSat: 40n,
  createdAtMs: 1_790_000_000_000,
  expirySeconds: 600,
  network: 'regtest',
  description: 'weather',
}

export const hashOf = (preimage: string): string =>
  createHash('sha256').update(Buffer.from(preimage, 'hex')).digest('hex')

/** The text of an invoice with these fields. */
export function invoiceOf(fields: Partial<InvoiceFields> = {}): string {
  const { preimage, amountSat, createdAtMs, expirySeconds, network, description } = { ...invoiceDefaults, ...fields }
  const amount = amountSat === null ? '' : `${amountSat * 10n}n`
  const words = [
    ...numberWords(Math.floor(createdAtMs / 1000), 7),
    ...field(1, byteWords(Buffer.from(hashOf(preimage), 'hex'))),
    ...field(16, byteWords(Buffer.alloc(32, 1))),
    ...field(13, byteWords(Buffer.from(description))),
    ...field(6, numberWords(expirySeconds, 6)),
    ...numberWords(0, 104),
  ]
  return bech32(`${Rail.bitcoinNetworks[network].prefix}${amount}`, words)
}

const field = (tag: number, words: readonly number[]) => [tag, ...numberWords(words.length, 2), ...words]

/** Big-endian words of five bits. */
function numberWords(value: number, length: number): number[] {
  return Array.from({ length }, (_, index) => Math.floor(value / 32 ** (length - 1 - index)) % 32)
}

function byteWords(bytes: Buffer): number[] {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => Number.parseInt(five.padEnd(5, '0'), 2))
}

const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

/** BIP 173. */
function bech32(prefix: string, words: readonly number[]): string {
  const codes = [...prefix].map((letter) => letter.charCodeAt(0))
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)]
  const check = polymod([...expanded, ...words, 0, 0, 0, 0, 0, 0]) ^ 1
  const checksum = Array.from({ length: 6 }, (_, index) => (check >> (5 * (5 - index))) & 31)
  return `${prefix}1${[...words, ...checksum].map((word) => alphabet[word]).join('')}`
}

function polymod(values: readonly number[]): number {
  const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
  return values.reduce((sum, value) => {
    const top = sum >>> 25
    const next = ((sum & 0x1ffffff) << 5) ^ value
    return generators.reduce((mixed, generator, index) => ((top >> index) & 1 ? mixed ^ generator : mixed), next)
  }, 1)
}
