import { readL1Fee } from '@/lib/chains'
import type * as Transaction from '../Transaction'

/** Signature, nonce, gas, fees and lengths of a transaction. */
const unknownBytes = 110

/** The fee of its bytes on the chain below, in wei. Bytes that are not known yet count as non-zero. */
export function l1FeeOf({ network, to, data, calls }: Transaction.Transaction): Promise<bigint> {
  const call = calls?.map((member) => member.data.slice(2)).join('') ?? Buffer.from(data ?? '').toString('hex')
  return readL1Fee(network, `0x${'ff'.repeat(unknownBytes)}${to?.slice(2) ?? ''}${call}`)
}
