/** A jurisdiction in which this server collects. Rates in thousandths of a percent. */
export type TaxRate = {
  country: string
  state: string | null
  name: string
  level: 'country' | 'state'
  type: 'sales_tax' | 'vat'
  rate: bigint
}

/** A few, so that exports have more than one line. They are examples: Stripe decides by address and product. */
const rates: TaxRate[] = [
  { country: 'US', state: 'CA', name: 'California', level: 'state', type: 'sales_tax', rate: 7_250n },
  { country: 'US', state: 'NY', name: 'New York', level: 'state', type: 'sales_tax', rate: 8_875n },
  { country: 'US', state: 'TX', name: 'Texas', level: 'state', type: 'sales_tax', rate: 8_250n },
  { country: 'US', state: 'WA', name: 'Washington', level: 'state', type: 'sales_tax', rate: 10_350n },
  { country: 'DE', state: null, name: 'Germany', level: 'country', type: 'vat', rate: 19_000n },
  { country: 'FR', state: null, name: 'France', level: 'country', type: 'vat', rate: 20_000n },
  { country: 'GB', state: null, name: 'United Kingdom', level: 'country', type: 'vat', rate: 20_000n },
  { country: 'IE', state: null, name: 'Ireland', level: 'country', type: 'vat', rate: 23_000n },
]

export function rateOf(country: string, state: string | null): TaxRate | undefined {
  return rates.find((rate) => rate.country === country && (rate.state === null || rate.state === state))
}

const whole = 100_000n

/** The tax on an amount, or inside of it; halves round up. */
export function taxOn(amount: bigint, { rate }: TaxRate, isInclusive: boolean): bigint {
  const divisor = isInclusive ? whole + rate : whole
  return (amount * rate + divisor / 2n) / divisor
}

/** Such as `8.875`. */
export function percentageOf({ rate }: TaxRate): string {
  const digits = rate.toString().padStart(4, '0')
  return `${digits.slice(0, -3)}.${digits.slice(-3)}`.replace(/\.?0+$/, '')
}
