import type { Caip2 } from '@/lib/money'
import { isLone } from './ask-all'
import { type SignatureStatus, toStatus } from './SvmAnswer'
import { askForStatus } from './ask-for-status'

/** The status of a finalized transaction that two endpoints agree on, or the only one gives; undefined otherwise. */
export async function readFinal(network: Caip2, signature: string): Promise<SignatureStatus | undefined> {
  const answers = await askForStatus(network, signature)
  const statuses = answers.flatMap(({ value: [one] }) => (one ? [toStatus(one)] : []))
  const finals = statuses.filter(({ level }) => level === 'finalized')
  const [first] = finals
  const agreeing = finals.filter(({ slot, err }) => slot === first?.slot && (err === null) === (first.err === null))
  return agreeing.length >= (isLone(network) ? 1 : 2) ? first : undefined
}
