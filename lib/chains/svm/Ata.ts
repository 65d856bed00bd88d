import { createHash } from 'node:crypto'
import { getAddressDecoder, getAddressEncoder, isOffCurveAddress, type Address } from '@solana/kit'
import { associatedTokenProgram, tokenProgram } from './programs'

const encoder = getAddressEncoder()
const decoder = getAddressDecoder()
const marker = Buffer.from('ProgramDerivedAddress')
const cachedMax = 10_000
const cached = new Map<string, string>()

/**
 * The account that holds an owner's tokens by convention: derived from both, the first candidate without a private key.
 * Base58 in and out.
 */
export function of(owner: string, mint: string): string {
  const key = `${owner}|${mint}`
  const known = cached.get(key)
  if (known !== undefined) return known
  if (cached.size >= cachedMax) cached.clear()
  const made = derive(owner, mint)
  cached.set(key, made)
  return made
}

function derive(owner: string, mint: string): string {
  const seeds = [owner, tokenProgram, mint].map((one) => encoder.encode(one as Address))
  const program = encoder.encode(associatedTokenProgram as Address)
  for (let bump = 255; bump >= 0; bump--) {
    const hash = createHash('sha256')
    for (const part of [...seeds, Uint8Array.of(bump), program, marker]) hash.update(Uint8Array.from(part))
    const candidate = decoder.decode(hash.digest())
    if (isOffCurveAddress(candidate)) return candidate
  }
  throw new TypeError(`${owner} and ${mint} have no account that no key can sign for`)
}
