import type { Controls, State } from './controls'
import type { DisputeFields } from './disputes'
import { readFault, type Faults } from './faults'
import type { Kind } from './kinds'
import type { LoggedCall } from './answer'
import type { Tampering, Webhooks } from './webhooks'

export type Controlled = {
  faults: Faults
  webhooks: Webhooks
  controls: Controls
  state: State
  calls: readonly LoggedCall[]
}

type Verb = (controlled: Controlled, input: never) => unknown

/** The controls over HTTP, for other processes. Their bodies are JSON. */
const verbs: Record<string, Verb> = {
  'GET /_faults': ({ faults }) => faults.list(),
  'POST /_faults': ({ faults }, input: unknown) => {
    for (const fault of Array.isArray(input) ? input : [input]) faults.add(readFault(fault))
    return faults.list()
  },
  'DELETE /_faults': ({ faults }) => {
    faults.clear()
    return []
  },
  'POST /_faults/release': ({ faults }) => faults.release(),
  'GET /_calls': ({ calls }) => calls,
  'GET /_state': ({ state }, { kind }: { kind: Kind }) => state.all(kind),
  'POST /_clock': ({ controls }, { ms }: { ms: number }) => controls.advance(ms),
  'POST /_tokens/revoke': ({ controls }, { id }: { id: string }) => controls.revokeToken(id),
  'POST /_intents/authenticate': ({ controls }, { id, good }: { id: string; good?: boolean }) =>
    controls.authenticate(id, good ?? true),
  'POST /_intents/end': ({ controls }, { id, how }: { id: string; how: 'fails' | 'succeeds' }) =>
    controls.endProcessing(id, how),
  'POST /_refunds/end': ({ controls }, { id, how }: { id: string; how: 'fails' | 'succeeds' }) =>
    controls.endRefund(id, how),
  'POST /_disputes': ({ controls }, { charge, ...fields }: { charge: string } & DisputeFields) => ({
    id: controls.openDispute(charge, fields),
  }),
  'POST /_disputes/end': ({ controls }, { id, outcome }: { id: string; outcome: 'lost' | 'won' }) =>
    controls.endDispute(id, outcome),
  'POST /_disputes/escalate': ({ controls }, { id }: { id: string }) => controls.escalate(id),
  'POST /_warnings': ({ controls }, { charge }: { charge: string }) => ({ id: controls.warn(charge) }),
  'POST /_payouts/fail': ({ controls }, { id, code }: { id: string; code?: string }) => controls.failPayout(id, code),
  'GET /_webhooks': ({ webhooks }) => webhooks.attempts,
  'POST /_webhooks/hold': ({ webhooks }) => webhooks.hold(),
  'POST /_webhooks/release': ({ webhooks }, { order }: { order?: 'reverse' | string[] }) => webhooks.release(order),
  'POST /_webhooks/tamper': ({ webhooks }, how: Tampering) => webhooks.tamper(how),
  'POST /_webhooks/untamper': ({ webhooks }) => webhooks.untamper(),
  'POST /_webhooks/resend': ({ webhooks }, { event, ...how }: { event: string } & Tampering) =>
    webhooks.resend(event, how),
}

/** Answers a path that begins with `/_`: 200 with JSON, 404, or 400 with what is wrong. */
export async function answerControl(
  controlled: Controlled,
  { method, url, body }: { method: string; url: string; body: string },
): Promise<{ status: number; body: string }> {
  const { pathname, searchParams } = new URL(url, 'http://stripe')
  const verb = verbs[`${method} ${pathname}`]
  if (!verb) return { status: 404, body: JSON.stringify({ error: `no ${method} ${pathname} here` }) }
  try {
    const input: unknown = body === '' ? Object.fromEntries(searchParams) : JSON.parse(body)
    const output = await verb(controlled, input as never)
    return {
      status: 200,
      body: JSON.stringify(output ?? { ok: true }, (_, value: unknown) =>
        typeof value === 'bigint' ? Number(value) : value,
      ),
    }
  } catch (error) {
    return { status: 400, body: JSON.stringify({ error: error instanceof Error ? error.message : String(error) }) }
  }
}
