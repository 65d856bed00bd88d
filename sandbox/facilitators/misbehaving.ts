import type { Answer, Facilitator, Served } from './reference'
import { serve } from './reference'

/** Faults of a remote facilitator, each at its own address: `{url}/{behaviour}`. /verify is honest in all but one. */
export const behaviours = [
  'honest',
  /** Success with an invented hash; nothing was sent. */
  'false-success',
  /** Success with the hash of a foreign transfer; nothing was sent. */
  'foreign-hash',
  /** Success with a hash of another network; nothing was sent. */
  'wrong-chain',
  /** Nothing was sent, and no answer comes. */
  'hang',
  /** Nothing was sent, and the answer has 50 MB. */
  'huge',
  /** Nothing was sent, and the answer is no JSON. */
  'garbage',
  /** It settles, and no answer comes. */
  'settle-then-hang',
  /** It settles, and something in front of it answers 502. */
  'settle-then-502',
  /** It settles, and says that it did not. */
  'settle-then-refuse',
  /** It says that it did not settle, and settles when `settleLate` is called. */
  'refuse-then-settle',
  /** It settles all that the payer signed for, however little is asked (`upto`). */
  'overcharge',
  /** Claims on channels are honest; a payout it only says to have made. */
  'claim-only',
  /** Its /verify never answers. */
  'hang-at-verify',
] as const

export type Behaviour = (typeof behaviours)[number]

export type Misbehaving = Served & {
  /** How many settle calls came to a behaviour. */
  settles(behaviour: Behaviour): number
  /** Does now what `refuse-then-settle` was asked for and refused. */
  settleLate(): Promise<unknown>
}

export type MisbehavingOptions = {
  reference: Facilitator
  /** Transactions that `foreign-hash` and `wrong-chain` name. */
  foreignHash(): string
  otherChain: { network: string; hash(): string }
  port?: number
}

const hugeBytes = 50 * 1024 * 1024

/** A facilitator that breaks its word in a way of your choice, around an honest one. */
export async function startMisbehaving({
  reference,
  foreignHash,
  otherChain,
  port = 0,
}: MisbehavingOptions): Promise<Misbehaving> {
  let late: unknown
  const success = (transaction: string, network = 'eip155:84532') => ({
    body: { success: true, transaction, network, payer: '0x0000000000000000000000000000000000000001' },
  })
  const refusal = { body: { success: false, errorReason: 'insufficient_funds', transaction: '', network: '' } }

  async function settle(behaviour: Behaviour, body: unknown): Promise<Answer> {
    switch (behaviour) {
      case 'honest':
      case 'hang-at-verify':
        return { body: await reference.ask('settle', body) }
      case 'false-success':
        return success(`0x${'de'.repeat(32)}`)
      case 'foreign-hash':
        return success(foreignHash())
      case 'wrong-chain':
        return success(otherChain.hash(), otherChain.network)
      case 'hang':
        return undefined
      case 'huge':
        return { body: Buffer.alloc(hugeBytes, ' ') }
      case 'garbage':
        return { body: Buffer.from('<html>All good</html>') }
      case 'settle-then-hang':
        await reference.ask('settle', body)
        return undefined
      case 'settle-then-502':
        await reference.ask('settle', body)
        return { status: 502, body: Buffer.from('<html>Bad gateway</html>') }
      case 'settle-then-refuse':
        await reference.ask('settle', body)
        return refusal
      case 'refuse-then-settle':
        late = body
        return refusal
      case 'claim-only': {
        const { paymentPayload } = body as { paymentPayload: { payload: { type: string } } }
        if (paymentPayload.payload.type === 'settle') return success(`0x${'de'.repeat(32)}`)
        return { body: await reference.ask('settle', body) }
      }
      case 'overcharge': {
        const { paymentPayload } = body as { paymentPayload: { accepted: unknown } }
        return { body: await reference.ask('settle', { paymentPayload, paymentRequirements: paymentPayload.accepted }) }
      }
    }
  }

  const served = await serve(port, async (path, body) => {
    const [, behaviour, verb] = path.split('/') as [string, Behaviour, string]
    if (verb === 'supported') return { body: reference.supported() }
    if (verb === 'settle') return settle(behaviour, body)
    // It keeps no catalogue.
    if (verb !== 'verify') return { status: 404, body: Buffer.from('') }
    return behaviour === 'hang-at-verify' ? undefined : { body: await reference.ask('verify', body) }
  })
  return {
    ...served,
    settles: (behaviour) => served.asked.filter((path) => path === `/${behaviour}/settle`).length,
    settleLate: () => reference.ask('settle', late),
  }
}
