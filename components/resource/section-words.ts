import { Amount } from '@/lib/money'
import { depositUnitsOf, microsOf } from './derived'
import type { FormState, NetworkChoice, ShopPayouts } from './form-state'
import { nothing } from './price-state'

/** The state of each closed section of the form in one line. */

export function priceRules({ pricing }: FormState): string {
  const { counted, unitWord, minCharge, maxCharge, freePerDay, windows, discounts } = pricing
  const words = [
    counted !== nothing && `by the ${unitWord || 'unit'}`,
    minCharge && `at least $${minCharge}`,
    maxCharge && `at most $${maxCharge}`,
    freePerDay && `${freePerDay} free a day`,
    windows.length > 0 && count(windows.length, 'price by hours', 'prices by hours'),
    discounts.length > 0 && count(discounts.length, 'discount'),
  ].filter(Boolean)
  return words.length === 0 ? 'Every call costs the same' : capital(words.join(', '))
}

export function payouts(
  { payTo, ownPayouts }: FormState,
  networks: readonly NetworkChoice[],
  shopPayouts: ShopPayouts,
): string {
  if (!ownPayouts) {
    const names = networks.filter(({ network }) => shopPayouts.some((payout) => payout.network === network))
    return `As the shop: ${names.map(({ name }) => name).join(', ') || 'no network yet'}`
  }
  const offered = networks.filter(({ network }) => payTo[network] !== undefined)
  if (offered.length === 0) return 'No network chosen'
  const addresses = new Set(offered.map(({ network }) => payTo[network]))
  const [only = ''] = addresses
  const to =
    addresses.size === 1 && only.length > 12
      ? `${only.slice(0, 6)}…${only.slice(-4)}`
      : count(addresses.size, 'address', 'addresses')
  return `${offered.map(({ name }) => name).join(', ')} to ${to}`
}

export function sessions({ session, price, depositUnits, unitType }: FormState): string {
  if (!session) return 'Off: each call is paid by itself'
  const micros = microsOf(price)
  const units = Number(depositUnits || depositUnitsOf(price))
  const deposit =
    micros === undefined || Number.isNaN(units) ? '' : `, ${Amount.formatDollars(micros * BigInt(units))} of escrow`
  return `On: by the ${unitType || 'request'}${deposit}`
}

export function directories({ description, mimeType, listing, sells }: FormState): string {
  const parts = [
    description.trim() ? 'description' : 'no description',
    ...(sells === 'action' ? [] : [mimeType || 'no media type', listing.output.example ? 'example' : 'no example']),
    ...(listing.tags ? ['tags'] : []),
  ]
  return capital(parts.join(', '))
}

export function advanced(state: FormState): string {
  const parts = [
    state.sells !== 'action' && state.timeoutMs !== '30000' && `timeout ${state.timeoutMs} ms`,
    state.streaming && 'streams',
    state.sideEffects && 'side effects',
    state.settle !== 'default' && `money moves ${state.settle} the call`,
    state.permit2 && 'Permit2',
    state.contractPayers && 'smart accounts',
    state.identifierRequired && 'identifier required',
    state.accessSeconds && `access for ${state.accessSeconds} s`,
  ].filter(Boolean)
  return parts.length === 0 ? 'Defaults' : capital(parts.join(', '))
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
