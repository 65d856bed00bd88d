import { Chain } from '@/lib/chains'
import { PricePlan, PricePlanDraft } from '@/lib/pricing'
import type { ResourceContent } from './Resource'

/** The members of a resource that its price plan depends on. */
type PricedContent = Pick<ResourceContent, 'pricing' | 'session' | 'meter' | 'streaming' | 'sideEffects' | 'settle'> & {
  payouts: readonly { network: string }[]
  execution?: unknown
}

type Fault = { path: (string | number)[]; message: string }

/** Why a resource cannot be sold at its price plan; each sentence says what to change. Pure. */
export function faults(sold: PricedContent): Fault[] {
  const { pricing } = sold
  if (!pricing) return []
  return [
    ...PricePlanDraft.faults(pricing),
    ...(sold.execution ? actionFaults(pricing) : []),
    ...(sold.meter === 'request' ? [] : sessionFaults(pricing)),
    ...(PricePlan.isMetered(pricing) ? meteredFaults(sold) : []),
  ].map(({ path, message }) => ({ path: ['pricing', ...path], message }))
}

/** Whether a network supports a price that is known only after the answer: by x402's `upto`, which uses Permit2. */
export function takesMetered(network: string): boolean {
  return Chain.find(network)?.family === 'evm'
}

function meteredFaults({ payouts, session, streaming, sideEffects, settle }: PricedContent): Fault[] {
  const path = ['unit', 'count', 'of']
  const hasSession = session && payouts.some(({ network }) => Chain.find(network)?.family === 'tempo')
  if (!hasSession && !payouts.some(({ network }) => takesMetered(network)))
    return [
      {
        path,
        message:
          'No network here takes a price that is known after the answer, and asking for the most of it would not be honest: choose an EVM network (x402 upto), sell it by sessions too, or count something in the request',
      },
    ]
  if (streaming || sideEffects || settle === 'before')
    return [
      {
        path,
        message:
          'What is counted in the answer is charged after it: switch "Streams its answer" and "Has side effects" off, and let the money move as the protocol does',
      },
    ]
  return []
}

/** A session that charges for parts of an answer has its own unit, and its price is the base. */
function sessionFaults({ unit, minMicros, maxMicros, freePerDay }: PricePlan.PricePlan): Fault[] {
  const message =
    'Sessions that charge while the answer is sent have their own unit: leave this out, or charge for requests'
  return [
    ...(unit ? [{ path: ['unit', 'count', 'of'], message }] : []),
    ...(minMicros === null ? [] : [{ path: ['minCharge'], message }]),
    ...(maxMicros === null ? [] : [{ path: ['maxCharge'], message }]),
    ...(freePerDay === 0 ? [] : [{ path: ['freePerDay'], message }]),
  ]
}

/** An action costs gas every time, for every buyer. */
function actionFaults({ unit, freePerDay, windows, discounts }: PricePlan.PricePlan): Fault[] {
  const message = 'An action costs gas: it is never free'
  return [
    ...(unit && PricePlan.isMetered({ unit })
      ? [{ path: ['unit', 'count', 'of'], message: 'An action is paid before it runs: count something in the request' }]
      : []),
    ...(freePerDay === 0 ? [] : [{ path: ['freePerDay'], message }]),
    ...windows.flatMap(({ percent }, index) =>
      percent === 0 ? [{ path: ['windows', index, 'percent'], message }] : [],
    ),
    ...discounts.flatMap(({ percent }, index) =>
      percent === 100 ? [{ path: ['discounts', index, 'percent'], message }] : [],
    ),
  ]
}
