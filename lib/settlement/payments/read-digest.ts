import { createHash } from 'node:crypto'
import { Svm } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type { SvmInstrument } from './SvmUse'

const digestsMax = 20_000

/** Undefined while the cluster shows no such transaction. */
export async function readDigest(network: Caip2, signature: string): Promise<string | undefined> {
  const known = digests.get(signature)
  if (known !== undefined) return known
  const effects = await Svm.readEffects(network, signature)
  if (!effects) return undefined
  const digest = digestOf(effects.message)
  digests.set(signature, digest)
  const [oldest] = digests.keys()
  if (digests.size > digestsMax && oldest !== undefined) digests.delete(oldest)
  return digest
}

export function digestOfInstrument({ bytes }: SvmInstrument): string {
  return digestOf(Svm.SvmPayment.messageOf(Buffer.from(bytes.slice(2), 'hex').toString('base64')))
}

function digestOf(message: Uint8Array): string {
  return createHash('sha256').update(message).digest('base64')
}

/** Digests of messages that ran, by signature. They never change, and a waiting payment asks many times a second. */
export const digests = new Map<string, string>()
