import type { Hex } from 'viem'

// Attribution of a payment to the apps and services that built it. The client echoes their codes; we append them to
// the calldata of the settlement (ERC-8021, schema 2). Contracts ignore them and indexers read them. Source: x402
// specs/extensions/builder_code.md.

export const builderCode = 'builder-code'

const pattern = /^[a-z0-9_]{1,32}$/
/** Five of the client and five of the server. */
const servicesMax = 10
const schemaId = '02'
const marker = '8021'.repeat(8)

/**
 * The calldata suffix for the app and service codes in a payload's extensions; undefined if no code is well-formed.
 * Ignores a facilitator's code (`w`), because the client may not set it. Never throws.
 */
export function suffixOf(extensions: Record<string, unknown>): Hex | undefined {
  const info = (extensions[builderCode] as { info?: unknown } | null | undefined)?.info
  if (typeof info !== 'object' || info === null) return undefined
  const { a, s } = info as Record<string, unknown>
  const services = (Array.isArray(s) ? s : [s]).filter(isCode).slice(0, servicesMax)
  const entries = [
    ...(isCode(a) ? [`${text('a')}${text(a)}`] : []),
    ...(services.length > 0 ? [`${text('s')}${head(4, services.length)}${services.map(text).join('')}`] : []),
  ]
  if (entries.length === 0) return undefined
  const cbor = `${head(5, entries.length)}${entries.join('')}`
  return `0x${cbor}${(cbor.length / 2).toString(16).padStart(4, '0')}${schemaId}${marker}`
}

/**
 * Whether a payload names an app. A server that declared no code of its own must refuse such a payment, because the
 * named app gets credit for the sale.
 */
export function namesApp(extensions: Record<string, unknown>): boolean {
  const extension = extensions[builderCode] as { a?: unknown; info?: { a?: unknown } | null } | null | undefined
  return extension?.a !== undefined || extension?.info?.a !== undefined
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value)
}

/** A CBOR text string as hex without 0x. */
function text(value: string): string {
  return `${head(3, value.length)}${Buffer.from(value).toString('hex')}`
}

/** CBOR's major type with a length below 256. */
function head(major: number, length: number): string {
  const type = major << 5
  return length <= 23 ? hex(type | length) : `${hex(type | 24)}${hex(length)}`
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
