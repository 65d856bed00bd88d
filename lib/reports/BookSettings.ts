import { z } from 'zod'
import { AppError } from '@/lib/errors'
import { classOf } from './Journal'

/** Which account of the accountant stands for which account of the ledger, and what a DATEV file names in its head. */

/** Classes of lib/ledger/Account.ts. One that is not here has the account `other`. */
export const classes = {
  receivable: 'Payments on their way: earned and not on chain yet',
  revenue: 'Revenue',
  cash: 'Tokens at your pay-to addresses',
  clearing: 'Money that Stripe or a Lightning node holds for you',
  fees: 'Fees that payment providers kept',
  disputes: 'Money that is withdrawn while a dispute is open',
  bank: 'Money that Stripe paid out to your bank',
  refund_payable: 'Refunds that you owe',
  refund_wallet: 'Refunds that the operator’s refund wallet paid for you',
  own_wallet: 'Refunds that you paid from a wallet of your own',
  other: 'Everything else',
} as const

export type AccountClass = keyof typeof classes

export const schemes = ['datev', 'xero', 'quickbooks'] as const
export type JournalScheme = (typeof schemes)[number]

type AccountNumbers = Record<AccountClass, string>

/**
 * DATEV: SKR03, revenue without VAT. Xero: codes of its default chart, which has none for tokens. QuickBooks has names instead of
 * numbers. An accountant decides; these are only where to start.
 */
export const defaults: BookSettings = {
  accounts: {
    datev: {
      receivable: '1360',
      revenue: '8200',
      cash: '1500',
      clearing: '1360',
      fees: '4970',
      disputes: '1590',
      bank: '1200',
      refund_payable: '1700',
      refund_wallet: '1590',
      own_wallet: '1590',
      other: '1590',
    },
    xero: {
      receivable: '610',
      revenue: '200',
      cash: '090',
      clearing: '091',
      fees: '404',
      disputes: '850',
      bank: '092',
      refund_payable: '800',
      refund_wallet: '850',
      own_wallet: '850',
      other: '850',
    },
    quickbooks: {
      receivable: 'Undeposited Funds',
      revenue: 'Sales of Product Income',
      cash: 'Stablecoins',
      clearing: 'Payment Provider Balance',
      fees: 'Merchant Account Fees',
      disputes: 'Disputed Charges',
      bank: 'Checking',
      refund_payable: 'Refunds Payable',
      refund_wallet: 'Due to Operator',
      own_wallet: 'Owner Contributions',
      other: 'Uncategorized Asset',
    },
  },
  consultant: '1001',
  client: '1',
  chart: '03',
  yearStart: '01',
  taxRate: 'Tax Exempt',
}

export type BookSettings = {
  accounts: Record<JournalScheme, AccountNumbers>
  /** Beraternummer and Mandantennummer of a DATEV file. */
  consultant: string
  client: string
  /** The chart of accounts (SKR) of a DATEV file: 03 or 04. */
  chart: string
  /** The month in which the business year begins, "01". */
  yearStart: string
  /** The name of the tax rate that Xero requires on each line. */
  taxRate: string
}

const number = (text: string, length: number) =>
  z
    .string()
    .trim()
    .regex(new RegExp(`^[0-9]{1,${length}}$`), text)
const text = z.string().trim().min(1, 'Write a name').max(100, 'Use at most 100 characters')

const numbers = <Value extends z.ZodType<string, string>>(value: Value) =>
  z.object({
    receivable: value,
    revenue: value,
    cash: value,
    clearing: value,
    fees: value,
    disputes: value,
    bank: value,
    refund_payable: value,
    refund_wallet: value,
    own_wallet: value,
    other: value,
  })

const Draft = z.object({
  accounts: z.object({
    datev: numbers(
      z
        .string()
        .trim()
        .regex(/^[0-9]{4,8}$/, 'Write 4 to 8 digits'),
    ),
    xero: numbers(
      z
        .string()
        .trim()
        .regex(/^[0-9A-Za-z]{1,10}$/, 'Write a code of up to 10 letters and digits'),
    ),
    quickbooks: numbers(text),
  }),
  consultant: number('Write the Beraternummer, 1001 to 9999999', 7).refine((value) => Number(value) >= 1001, {
    message: 'Write the Beraternummer, 1001 to 9999999',
  }),
  client: number('Write the Mandantennummer, 1 to 99999', 5).refine((value) => Number(value) >= 1, {
    message: 'Write the Mandantennummer, 1 to 99999',
  }),
  chart: z.enum(['03', '04']),
  yearStart: z.string().regex(/^(0[1-9]|1[0-2])$/, 'Choose a month'),
  taxRate: text,
})

export type BookSettingsInput = z.input<typeof Draft>

/** Settings that were stored before some of the classes existed, with the defaults of those. */
export function filled(settings: BookSettings): BookSettings {
  const accounts = Object.fromEntries(
    schemes.map((scheme) => [scheme, { ...defaults.accounts[scheme], ...settings.accounts[scheme] }]),
  ) as BookSettings['accounts']
  return { ...settings, accounts }
}

/** @throws AppError bad-input with one entry per field, such as "accounts.datev.cash". */
export function parse(input: unknown): BookSettings {
  const result = Draft.safeParse(input)
  if (!result.success) {
    const fields = result.error.issues.map(({ path, message }) => ({ field: path.join('.') || 'form', message }))
    throw new AppError('bad-input', 'Some fields are not right yet.', { fields })
  }
  const lengths = new Set(Object.values(result.data.accounts.datev).map(({ length }) => length))
  if (lengths.size > 1) {
    const message = 'DATEV accounts of one client have the same number of digits'
    throw new AppError('bad-input', message, { fields: [{ field: 'accounts.datev.receivable', message }] })
  }
  return result.data
}

export function numberOf(settings: BookSettings, scheme: JournalScheme, account: string): string {
  const known = classOf(account) as AccountClass
  return settings.accounts[scheme][known] ?? settings.accounts[scheme].other
}
