import type { PricingFacts } from '@/lib/payments'
import { PricePlan } from '@/lib/pricing'
import type { PricedRequest } from './PricedRequest'
import * as Usage from './Usage'

/** The facts of a request that are stored, so that a merchant can simulate other prices on it later. */
export function requestFacts({ resource, body, agentRequest, agent }: PricedRequest): PricingFacts.PricingFacts {
  const bytes = Usage.bytesOf(body)
  const count = resource.pricing?.unit?.count
  const units = count && Usage.inRequest(count, { query: agentRequest.query, body })
  return {
    ...(bytes !== undefined && { requestBytes: Number(bytes) }),
    ...(count && units !== undefined && { counted: toCounted(count, units) }),
    ...(agent && { wallet: agent.wallet }),
  }
}

/** The stored facts of a complete answer. */
export async function answerFacts(
  { resource }: Pick<PricedRequest, 'resource'>,
  answer: Usage.CompleteAnswer,
): Promise<PricingFacts.PricingFacts> {
  const count = resource.pricing?.unit?.count
  const units = count && (await Usage.inAnswer(count, answer))
  const found = isEventStream(answer) ? await Usage.countEvents(answer.body) : undefined
  return {
    responseBytes: answer.body.byteLength,
    ...(found && { events: found.events.toString(), eventUnits: found.units.toString() }),
    ...(count && units !== undefined && { counted: toCounted(count, units) }),
  }
}

function toCounted(count: PricePlan.UnitCount, units: bigint): NonNullable<PricingFacts.PricingFacts['counted']> {
  return { key: PricePlan.keyOf(count), units: units.toString() }
}

function isEventStream({ headers }: Usage.CompleteAnswer): boolean {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  return type?.toLowerCase().startsWith('text/event-stream') ?? false
}
