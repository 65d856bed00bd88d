import type { Caip2 } from '@/lib/money'
import { askAll, isLone } from './ask-all'
import { type SvmHead } from './SvmAnswer'

/**
 * The newest finalized block that two endpoints have, or the only one; undefined when too few answer. One that is ahead of the
 * others, or lies, is not believed alone.
 */
export async function readFinalHead(network: Caip2): Promise<SvmHead | undefined> {
  const heads = await askAll<SvmHead>(network, 'getEpochInfo', [{ commitment: 'finalized' }])
  const [first, second] = heads.toSorted((one, other) => other.blockHeight - one.blockHeight)
  return isLone(network) ? first : second
}
