import type { Caip2 } from '@/lib/money'
import { askAll, isLone } from './ask-all'
import { type SvmHead } from './SvmAnswer'

/**
 * The newest finalized block that two endpoints have, or the only one; undefined if too few answer. One endpoint that
 * is ahead, or lies, is not enough.
 */
export async function readFinalHead(network: Caip2): Promise<SvmHead | undefined> {
  const heads = await askAll<SvmHead>(network, 'getEpochInfo', [{ commitment: 'finalized' }])
  const [first, second] = heads.toSorted((one, other) => other.blockHeight - one.blockHeight)
  return isLone(network) ? first : second
}
