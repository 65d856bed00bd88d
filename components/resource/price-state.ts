import type { ResourceDraft, ResourceView } from '@/lib/merchants'
import { Amount } from '@/lib/money'

/** The text of the fields of a price, as typed, without its base. */
export type PriceState = {
  /** What is counted, or `nothing`. */
  counted: string
  /** Its place: a JSON pointer, a parameter, a header. */
  countedAt: string
  /** The word for a unit. */
  unitWord: string
  perUnits: string
  tiers: readonly TierState[]
  minCharge: string
  maxCharge: string
  freePerDay: string
  windows: readonly WindowState[]
  discounts: readonly DiscountState[]
  note: string
}

export type TierState = { upTo: string; price: string }
export type WindowState = { days: readonly number[]; from: string; to: string; timeZone: string; percent: string }
export type DiscountState = { wallet: string; percent: string }

type PricingInput = NonNullable<ResourceDraft.ResourceInput['pricing']>
type Counted = NonNullable<PricingInput['unit']>['count']['of']

/** Every call costs the same. */
export const nothing = 'nothing'

export const emptyPrice: PriceState = {
  counted: nothing,
  countedAt: '',
  unitWord: 'token',
  perUnits: '1000',
  tiers: [{ upTo: '', price: '0.01' }],
  minCharge: '',
  maxCharge: '',
  freePerDay: '',
  windows: [],
  discounts: [],
  note: '',
}

export const newWindow: WindowState = {
  days: [1, 2, 3, 4, 5, 6, 7],
  from: '22:00',
  to: '06:00',
  timeZone: 'UTC',
  percent: '50',
}

/** The fields of a price plan, and its base in dollars. */
export function priceOf({ pricing, priceMicros }: Pick<ResourceView, 'pricing' | 'priceMicros'>): {
  price: string
  pricing: PriceState
} {
  if (!pricing) return { price: dollars(priceMicros), pricing: emptyPrice }
  const { unit, baseMicros, minMicros, maxMicros, freePerDay, windows, discounts } = pricing
  return {
    price: dollars(baseMicros),
    pricing: {
      ...emptyPrice,
      ...(unit && {
        counted: unit.count.of,
        countedAt: 'at' in unit.count ? unit.count.at : '',
        unitWord: unit.name,
        perUnits: unit.per.toString(),
        tiers: unit.tiers.map(({ upTo, micros }) => ({ upTo: upTo?.toString() ?? '', price: dollars(micros) })),
      }),
      minCharge: minMicros === null ? '' : dollars(minMicros),
      maxCharge: maxMicros === null ? '' : dollars(maxMicros),
      freePerDay: freePerDay === 0 ? '' : String(freePerDay),
      windows: windows.map(({ from, to, percent, ...window }) => ({
        ...window,
        from: clock(from),
        to: clock(to),
        percent: String(percent),
      })),
      discounts: discounts.map(({ wallet, percent }) => ({ wallet, percent: String(percent) })),
    },
  }
}

/** The price's part of the input of `ResourceDraft.parse`, without the base. */
export function toPricing(state: PriceState): PricingInput {
  const { counted, countedAt, unitWord, perUnits, tiers, minCharge, maxCharge, freePerDay } = state
  return {
    unit:
      counted === nothing
        ? null
        : {
            count: { of: counted as Counted, at: countedAt },
            name: unitWord,
            per: perUnits,
            tiers: tiers.map((tier) => ({ ...tier })),
          },
    minCharge,
    maxCharge,
    freePerDay,
    windows: state.windows.map((window) => ({ ...window, days: [...window.days] })),
    discounts: state.discounts.map((discount) => ({ ...discount })),
  }
}

function dollars(micros: bigint): string {
  return Amount.toDecimal(micros, 6)
}

/** 90 -> "01:30" */
function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}
