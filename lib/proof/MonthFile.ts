import { sha256 } from '@noble/hashes/sha2'
import { utf8ToBytes } from '@noble/hashes/utils'
import { z } from 'zod'
import { toHex } from './Bytes'
import { ExportLeaf } from './Export'
import type { VerdictCheck } from './Verdict'

/**
 * The sealed file of a closed month, JSON lines: a head, one line per journal entry, one per account, and an end. The end names the
 * digest of all lines before it and holds the event of the log that states the same digest, with its proof under a checkpoint.
 */

const decimal = z.string().regex(/^-?(0|[1-9][0-9]{0,77})$/)
const hex32 = z.string().regex(/^[0-9a-f]{64}$/)

export const MonthHead = z.object({
  sluice: z.literal('month-close'),
  version: z.literal(1),
  merchant: z.string(),
  /** "2026-11", UTC. */
  month: z.string(),
})

/** Amounts are base units. A debit adds to an account. */
const Entry = z.object({
  id: z.string(),
  at: z.string(),
  reason: z.string(),
  debit: z.string(),
  credit: z.string(),
  network: z.string(),
  asset: z.string(),
  amount: decimal,
  payment: z.string().optional(),
  channel: z.string().optional(),
  payer: z.string().optional(),
  resource: z.string().optional(),
  /** The closed month that it corrects. */
  corrects: z.string().optional(),
})

const Balance = z.object({
  account: z.string(),
  network: z.string(),
  asset: z.string(),
  opening: decimal,
  debit: decimal,
  credit: decimal,
  closing: decimal,
})

export const MonthEnd = z.object({
  end: z.object({
    entries: z.number().int(),
    /** SHA-256 of every line before this one, newlines included. */
    digest: hex32,
    event: ExportLeaf,
    checkpoint: z.string(),
    key: z.string(),
  }),
})

export type MonthHead = z.infer<typeof MonthHead>
export type MonthEnd = z.infer<typeof MonthEnd>
export type SealedEntry = z.infer<typeof Entry>

/** Reads the file line by line; keeps one row per account. */
export type MonthReader = {
  take(line: string, number: number): void
  /** The end of the file, if it came, and what its lines say. */
  end(): { last: MonthEnd['end'] | undefined; checks: VerdictCheck[] }
}

/** @param head the first line, as it stands in the file. */
export function read(head: MonthHead, text: string): MonthReader {
  const hash = sha256.create().update(utf8ToBytes(`${text}\n`))
  const moved = new Map<string, { debit: bigint; credit: bigint }>()
  const checks: VerdictCheck[] = []
  const fail = (words: string) => checks.push({ ok: false, text: words })
  let [entries, accounts, outside] = [0, 0, 0]
  let last: MonthEnd['end'] | undefined

  const keyOf = (account: string, network: string, asset: string) => `${network}|${asset}|${account}`
  const move = (key: string, debit: bigint, credit: bigint) => {
    const known = moved.get(key) ?? { debit: 0n, credit: 0n }
    moved.set(key, { debit: known.debit + debit, credit: known.credit + credit })
  }

  function takeEntry({ at, debit, credit, network, asset, amount }: SealedEntry): void {
    entries += 1
    if (!at.startsWith(head.month)) outside += 1
    move(keyOf(debit, network, asset), BigInt(amount), 0n)
    move(keyOf(credit, network, asset), 0n, BigInt(amount))
  }

  function takeBalance(balance: z.infer<typeof Balance>): void {
    accounts += 1
    const key = keyOf(balance.account, balance.network, balance.asset)
    const sums = moved.get(key) ?? { debit: 0n, credit: 0n }
    moved.delete(key)
    const [debit, credit] = [BigInt(balance.debit), BigInt(balance.credit)]
    if (sums.debit !== debit || sums.credit !== credit)
      fail(`The entries of ${balance.account} do not add up to its balance.`)
    if (BigInt(balance.opening) + debit - credit !== BigInt(balance.closing))
      fail(`The balance of ${balance.account} is not its opening plus its movements.`)
  }

  return {
    take(line, number) {
      if (last) return void fail('The file goes on after its end.')
      const value = parse(line)
      const end = MonthEnd.safeParse(value)
      if (end.success) return void (last = end.data.end)
      hash.update(utf8ToBytes(`${line}\n`))
      const { entry, balance } = (value ?? {}) as { entry?: unknown; balance?: unknown }
      const known = Entry.safeParse(entry)
      if (known.success && accounts === 0) return takeEntry(known.data)
      const account = Balance.safeParse(balance)
      if (account.success) return takeBalance(account.data)
      fail(`Line ${number} of the file cannot be read.`)
    },
    end() {
      if (!last) fail('The file ends before its last line: it was cut off.')
      if (outside > 0) fail(`${outside} entries are not of ${head.month}.`)
      if (moved.size > 0) fail(`${moved.size} accounts with entries have no balance.`)
      const digest = toHex(hash.digest())
      if (last && last.entries !== entries) fail(`The file says ${last.entries} entries and holds ${entries}.`)
      if (last && last.digest !== digest) fail('The file was changed: its lines have another digest than its end says.')
      if (checks.length === 0)
        checks.push({
          ok: true,
          text: `${entries.toLocaleString('en')} entries add up to the balances of ${accounts} accounts.`,
        })
      return { last, checks }
    },
  }
}

/** Whether the event of the log states this file: its month, merchant, entries and digest. */
export function checkEvent(head: MonthHead, { event, digest, entries }: MonthEnd['end']): VerdictCheck {
  const data = event.event?.data as { month?: unknown; digest?: unknown; entries?: unknown } | undefined
  const ok =
    event.event?.type === 'month.closed' &&
    event.event['merchantId'] === head.merchant &&
    data?.month === head.month &&
    data.digest === digest &&
    data.entries === String(entries)
  const words = ok
    ? `The log states that ${head.month} was closed with this digest, at ${event.event?.at}.`
    : 'The event of the log is not about this file.'
  return { ok, text: words }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
