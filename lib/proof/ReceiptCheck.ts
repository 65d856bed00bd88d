import type { ExecutionReceipt } from './Export'
import { canonical, digestOf } from './Leaf'
import type { VerdictCheck } from './Verdict'

/**
 * Checks the summary of a receipt against its events, because only those are in the log. A value counts as proven if an event's
 * data holds it anywhere. While events wait for a checkpoint, an unproven value is not a fault.
 */
export function checkReceipt(receipt: ExecutionReceipt): VerdictCheck[] {
  const texts = receipt.events.map(({ event }) => (event ? canonical(event.data).toLowerCase() : ''))
  const isInLog = (value: string) => texts.some((data) => data.includes(JSON.stringify(value.toLowerCase())))
  const checks: VerdictCheck[] = []
  const tell = (what: string, value: string) => {
    const ok = isInLog(value)
    if (ok || receipt.waiting === 0)
      checks.push({ ok, text: `${what} ${value} is ${ok ? '' : 'not '}in an event of the log.` })
  }
  const { intent, simulation, attempts, inclusion, transaction } = receipt
  if (intent) {
    const ok = hashes(intent.request, intent.hash)
    checks.push({ ok, text: `The request of intent ${intent.id} has ${ok ? 'the' : 'another'} hash ${intent.hash}.` })
    tell('The hash of the request', intent.hash)
  }
  if (simulation?.digest !== undefined) tell('The digest of the simulation', simulation.digest)
  for (const { hash } of attempts) tell('The attempt', hash)
  if (inclusion) tell('The block', inclusion.blockHash)
  const foreign = receipt.events.filter(
    ({ event }) => event && event.transactionId !== transaction.id && !event.type.startsWith('intent.'),
  )
  if (foreign.length > 0) checks.push({ ok: false, text: `${foreign.length} events are about another transaction.` })
  if (!receipt.isComplete)
    checks.push({
      ok: true,
      text: `Transaction ${transaction.id} is ${transaction.status}: more may follow, and a later receipt will tell it.`,
    })
  return checks
}

function hashes(value: unknown, hash: string): boolean {
  try {
    return digestOf(value) === hash
  } catch {
    return false
  }
}
