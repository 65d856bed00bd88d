import type { Hex } from 'viem'

// Who built what a payment came through: codes that the client echoes stand behind the calldata of its settlement (ERC-8021,
// schema 2), where contracts ignore them and indexers find them. Source: x402 specs/extensions/builder_code.md.

export const builderCode = 'builder-code'

const pattern = /^[a-z0-9_]{1,32}$/
/** Five of the client and five of the server. */
const servicesMax = 10
const schemaId = '02'
const marker = '8021'.repeat(8)

/**
 * The suffix for the codes of app and services in a payload's extensions; undefined when there is none that is well-formed. A
 * facilitator's code (`w`) is not the client's to say. Never throws.
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
 * Whether a payload says for which app it is paid. A server that declared no code of its own has to refuse that: whoever is named is credited
 * with the sale.
 */
export function namesApp(extensions: Record<string, unknown>): boolean {
  const extension = extensions[builderCode] as { a?: unknown; info?: { a?: unknown } | null } | null | undefined
  return extension?.a !== undefined || extension?.info?.a !== undefined
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value)
}

/** A CBOR text string, as bare hex. */
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
