import { z } from 'zod'
import { Address, Chain, servedNetworks } from '@/lib/chains'
import { wrongFields } from '@/lib/errors'
import { Amount, type Caip2 } from '@/lib/money'

/** The limits of one caller. */
export type CallerLimits = {
  requestsPerSecond: number
  /** Fees on one network in one UTC day, in billionths of the network's coin: gwei, lamports. */
  gasNanoPerDay: bigint
  /** Total of one UTC day over all networks, micro-dollars. */
  amountMicrosPerDay: bigint
  /** Empty = every served network. */
  networks: readonly string[]
  /** "{CAIP-2}/{canonical address}"; empty = every known asset. */
  assets: readonly string[]
}

/** A key without limits of its own: 0.01 coins and $1,000 a day. */
export const standard: CallerLimits = {
  requestsPerSecond: 500,
  gasNanoPerDay: 10_000_000n,
  amountMicrosPerDay: 1_000_000_000n,
  networks: [],
  assets: [],
}

/** All callers without a key together. */
export const open: CallerLimits = { ...standard, requestsPerSecond: 50, amountMicrosPerDay: 100_000_000n }

/** The same on local chains, whose coins are worthless. */
export const demo: CallerLimits = {
  ...standard,
  requestsPerSecond: 1_000,
  gasNanoPerDay: 1_000_000_000_000n,
  amountMicrosPerDay: 1_000_000_000_000n,
}

const nanoDecimals = 9

/** The fee cap on a network, in base units of its coin: wei, lamports. */
export function gasCap({ gasNanoPerDay }: CallerLimits, network: Caip2): bigint {
  const { gasDecimals } = Chain.get(network)
  return gasDecimals >= nanoDecimals
    ? gasNanoPerDay * 10n ** BigInt(gasDecimals - nanoDecimals)
    : gasNanoPerDay / 10n ** BigInt(nanoDecimals - gasDecimals)
}

/** Why this caller may not use this asset; undefined if it may. Pure. */
export function refusal({ networks, assets }: CallerLimits, network: Caip2, asset: string): string | undefined {
  if (networks.length > 0 && !networks.includes(network))
    return `The network ${network} is not allowed for this caller.`
  if (assets.length > 0 && !assets.includes(assetKey(network, asset)))
    return `The asset ${asset} on ${network} is not allowed for this caller.`
  return undefined
}

/** The key of an asset in `CallerLimits.assets`. */
export function assetKey(network: Caip2, asset: string): string {
  return `${network}/${Address.canonical(network, asset)}`
}

/** The form's fields: numbers as typed, empty lists for "all". */
export type CallerLimitsInput = {
  requestsPerSecond: string
  /** Coins per network, at most nine decimals. */
  gasPerDay: string
  dollarsPerDay: string
  networks: readonly string[]
  assets: readonly string[]
}

const Input = z.object({
  requestsPerSecond: z
    .string()
    .trim()
    .regex(/^[1-9]\d{0,4}$/, 'Write a whole number from 1 to 99999')
    .transform(Number),
  gasPerDay: z
    .string()
    .trim()
    .regex(/^(0|[1-9]\d{0,8})(\.\d{1,9})?$/, 'Write an amount with at most nine decimals, for example 0.01'),
  dollarsPerDay: z
    .string()
    .trim()
    .regex(/^(0|[1-9]\d{0,11})(\.\d{1,6})?$/, 'Write dollars with at most six decimals, for example 1000'),
  networks: z.array(z.string()).max(50),
  assets: z.array(z.string()).max(200),
})

/** @throws AppError bad-input with one entry per field. */
export function parse(input: unknown): CallerLimits {
  const result = Input.safeParse(input)
  if (!result.success)
    throw wrongFields(result.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message })))
  const { requestsPerSecond, gasPerDay, dollarsPerDay, networks, assets } = result.data
  const served: readonly string[] = servedNetworks()
  if (!networks.every((network) => served.includes(network)))
    throw wrongFields([{ field: 'networks', message: 'Choose networks that are served here' }])
  const known = assetChoices().map(({ value }) => value)
  if (!assets.every((asset) => known.includes(asset)))
    throw wrongFields([{ field: 'assets', message: 'Choose assets that are known here' }])
  const [whole = '0', fraction = ''] = gasPerDay.split('.')
  return {
    requestsPerSecond,
    gasNanoPerDay: BigInt(whole) * 10n ** BigInt(nanoDecimals) + BigInt(fraction.padEnd(nanoDecimals, '0')),
    amountMicrosPerDay: Amount.parseDollars(dollarsPerDay),
    networks,
    assets,
  }
}

/** Limits as the form shows them. */
export function toInput(limits: CallerLimits): CallerLimitsInput {
  return {
    requestsPerSecond: String(limits.requestsPerSecond),
    gasPerDay: Amount.toDecimal(limits.gasNanoPerDay, nanoDecimals),
    dollarsPerDay: Amount.toDecimal(limits.amountMicrosPerDay, 6),
    networks: limits.networks,
    assets: limits.assets,
  }
}

/** Every token that can be facilitated, for the form. */
export function assetChoices(): { value: string; label: string }[] {
  return servedNetworks().flatMap((network) => {
    const { assets, name } = Chain.get(network)
    return assets.map(({ address, symbol }) => ({ value: assetKey(network, address), label: `${symbol} on ${name}` }))
  })
}
