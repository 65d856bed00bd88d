import { z } from 'zod'
import { Chain, servedNetworks } from '@/lib/chains'
import { wrongFields } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'

/** A rule of a merchant or an operator: the condition that opens an alert. Pure. */

export type AlertKind = keyof typeof kinds

/** Each kind with its title and sentence in the form. `needs` is the parameter that ends the sentence. */
export const kinds = {
  unknown: {
    title: 'Outcome unknown',
    help: 'A transaction or a remote facilitator’s settlement was sent, but is not in a block after',
    needs: 'minutes',
  },
  held: {
    title: 'Held',
    help: 'A transaction has waited for funds, or for a fee below its cap, for',
    needs: 'minutes',
  },
  reorg: { title: 'Reorganisation', help: 'The block of a transaction left the chain', needs: null },
  webhook: { title: 'Webhook failing', help: 'An endpoint has accepted no delivery for', needs: 'minutes' },
  payouts: {
    title: 'Payouts changed',
    help: 'A change of the addresses that get your revenue was signed: while it waits, and for a day after it applied',
    needs: null,
  },
  fraud: {
    title: 'Fraud warned',
    help: 'The issuer of a card warns that a payment may be fraud, and a refund can still spare the dispute',
    needs: null,
  },
  gas: { title: 'Gas low', help: 'A signer holds less than', needs: 'below' },
  endpoint: { title: 'RPC endpoint unhealthy', help: 'An RPC endpoint fails, or gives wrong answers', needs: null },
} as const satisfies Record<string, { title: string; help: string; needs: 'minutes' | 'below' | null }>

const ofInstallation: readonly AlertKind[] = ['gas', 'endpoint']

/** The kinds that this user may set up. */
export function kindsFor({ operator }: { operator: boolean }): AlertKind[] {
  return (Object.keys(kinds) as AlertKind[]).filter((kind) => operator || !ofInstallation.includes(kind))
}

/** A rule's kind with its parameters. */
export type AlertCondition =
  | { kind: 'unknown' | 'held' | 'webhook'; minutes: number }
  | { kind: 'gas'; network: Caip2; belowBase: bigint }
  | { kind: 'reorg' | 'payouts' | 'fraud' | 'endpoint' }

export type RuleInput = { kind: string; minutes?: string; network?: string; below?: string; endpointId?: string }

const minutesMax = 7 * 24 * 60

const Schema = z.object({
  kind: z.enum(Object.keys(kinds) as [AlertKind, ...AlertKind[]], 'Choose a kind of alert'),
  minutes: z.string().trim().default(''),
  network: z.string().default(''),
  below: z.string().trim().default(''),
  endpointId: z.union([z.uuid(), z.literal('')], 'Choose one of the endpoints').default(''),
})

/**
 * A rule from the form; with `endpointId` null its alerts are shown only on the page.
 * @throws AppError bad-input with one entry per field.
 */
export function parse(
  input: unknown,
  who: { operator: boolean },
): { condition: AlertCondition; endpointId: string | null } {
  const parsed = Schema.safeParse(input)
  if (!parsed.success)
    throw wrongFields(parsed.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message })))
  const { kind, minutes, network, below, endpointId } = parsed.data
  if (!kindsFor(who).includes(kind))
    throw wrongFields([
      { field: 'kind', message: 'Only an operator can add this rule: it covers the whole installation' },
    ])
  return { condition: conditionOf(kind, minutes, network, below), endpointId: endpointId || null }
}

function conditionOf(kind: AlertKind, minutes: string, network: string, below: string): AlertCondition {
  switch (kind) {
    case 'unknown':
    case 'held':
    case 'webhook': {
      const value = /^\d{1,5}$/.test(minutes) ? Number(minutes) : 0
      if (value < 1 || value > minutesMax)
        throw wrongFields([{ field: 'minutes', message: `Write whole minutes from 1 to ${minutesMax} (a week)` }])
      return { kind, minutes: value }
    }
    case 'gas': {
      const served = servedNetworks().find((one) => one === network)
      if (!served) throw wrongFields([{ field: 'network', message: 'Choose one of the networks' }])
      const belowBase = readAmount(below, gasOf(served).decimals)
      if (belowBase === undefined || belowBase === 0n)
        throw wrongFields([{ field: 'below', message: `Write an amount of ${gasOf(served).symbol}, for example 0.05` }])
      return { kind, network: served, belowBase }
    }
    case 'reorg':
    case 'payouts':
    case 'fraud':
    case 'endpoint':
      return { kind }
  }
}

/** A stored rule's condition. */
export function stored(kind: string, params: unknown): AlertCondition {
  const { minutes, network, belowBase } = params as { minutes?: number; network?: Caip2; belowBase?: string }
  if (kind === 'gas' && network) return { kind, network, belowBase: BigInt(belowBase ?? 0) }
  if (kind === 'unknown' || kind === 'held' || kind === 'webhook') return { kind, minutes: minutes ?? 1 }
  return { kind: kind === 'endpoint' || kind === 'payouts' || kind === 'fraud' ? kind : 'reorg' }
}

/** The fee currency: Tempo takes its stablecoins, every other network its own coin. */
export function gasOf(network: Caip2): { symbol: string; decimals: number } {
  const chain = Chain.get(network)
  const [asset] = chain.assets
  return chain.family === 'tempo'
    ? { symbol: asset.symbol, decimals: asset.decimals }
    : { symbol: chain.gasSymbol, decimals: chain.gasDecimals }
}

function readAmount(text: string, decimals: number): bigint | undefined {
  const match = /^(0|[1-9]\d{0,11})(?:\.(\d{1,18}))?$/.exec(text)
  const fraction = match?.[2] ?? ''
  if (!match || fraction.length > decimals) return undefined
  return BigInt(match[1] ?? '0') * 10n ** BigInt(decimals) + BigInt(fraction.padEnd(decimals, '0') || '0')
}
