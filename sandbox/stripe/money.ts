import type { Money } from './objects'

/** Currencies without a smaller unit, of docs.stripe.com/currencies. */
const zeroDecimal = [
  'bif',
  'clp',
  'djf',
  'gnf',
  'jpy',
  'kmf',
  'krw',
  'mga',
  'pyg',
  'rwf',
  'ugx',
  'vnd',
  'vuv',
  'xaf',
  'xof',
  'xpf',
]

/** The least charge per currency, in its smallest unit. */
const minimums: Record<string, Money> = {
  aed: 200n,
  aud: 50n,
  brl: 50n,
  cad: 50n,
  chf: 50n,
  czk: 1_500n,
  dkk: 250n,
  eur: 50n,
  gbp: 30n,
  hkd: 400n,
  huf: 17_500n,
  inr: 50n,
  jpy: 50n,
  mxn: 1_000n,
  myr: 200n,
  nok: 300n,
  nzd: 50n,
  pln: 200n,
  ron: 200n,
  sek: 300n,
  sgd: 50n,
  thb: 1_000n,
  usd: 50n,
}

const most: Money = 99_999_999n

export const minimumOf = (currency: string): Money => minimums[currency] ?? 50n
export const maximumAmount = most
export const isCurrency = (text: string) => /^[a-z]{3}$/.test(text)

/** Such as `$5.00`, as in Stripe's messages. */
export function formatAmount(amount: Money, currency: string): string {
  const sign = currency === 'usd' ? '$' : ''
  const suffix = currency === 'usd' ? '' : ` ${currency}`
  if (zeroDecimal.includes(currency)) return `${sign}${amount}${suffix}`
  const digits = amount.toString().padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}${suffix}`
}

/** 2.9 % and 30 of the smallest unit for cards, 1.5 % for crypto, 0.8 % up to 5.00 for bank debits; halves round up. */
export function feeOf(amount: Money, type: 'card' | 'crypto' | 'us_bank_account'): Money {
  if (type === 'crypto') return (amount * 15n + 500n) / 1_000n
  if (type === 'us_bank_account') {
    const fee = (amount * 8n + 500n) / 1_000n
    return fee > 500n ? 500n : fee
  }
  return (amount * 29n + 500n) / 1_000n + 30n
}

/** What Stripe takes for a dispute, in its currency. */
export const disputeFee: Money = 1_500n
