import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { MemberScope } from '@/lib/auth'
import { Address } from '@/lib/chains'
import { sql, withTransaction } from '@/lib/db'
import { type AppError, wrongFields } from '@/lib/errors'
import { Csv } from '@/lib/sheet'
import { country, label, vatId } from './Payer'

const linesMax = 5_000
/** Errors that a person reads at once. */
const errorsMax = 20

type ImportedNote = { wallet: string; label: string; country: string; vatId: string }

/**
 * Sets names, countries and VAT ids of wallets from a CSV text: wallet, name, country, VAT id, with or without a head line. An empty cell
 * leaves the value as it is. All lines are written, or none. May be called twice.
 * @returns how many wallets changed.
 * @throws AppError not-allowed; bad-input with a sentence per wrong line.
 */
export async function importNotes(ctx: Ctx, scope: MemberScope.MemberScope, text: string): Promise<number> {
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'customers')
  const notes = parse(text)
  return withTransaction(async (tx) => {
    const column = <Key extends keyof ImportedNote>(key: Key) => notes.map((note) => note[key])
    const changed = await tx.query<ImportedNote>(sql`
      INSERT INTO payer_note AS n (merchant_id, wallet, label, country, vat_id, updated_by)
      SELECT ${merchantId}::uuid, wallet, label, country, vat_id, ${scope.address}
      FROM unnest(${column('wallet')}::text[], ${column('label')}::text[], ${column('country')}::text[], ${column('vatId')}::text[])
        AS x(wallet, label, country, vat_id) ORDER BY wallet
      ON CONFLICT (merchant_id, wallet) DO UPDATE SET
        label = coalesce(nullif(EXCLUDED.label, ''), n.label), country = coalesce(nullif(EXCLUDED.country, ''), n.country),
        vat_id = coalesce(nullif(EXCLUDED.vat_id, ''), n.vat_id), updated_by = EXCLUDED.updated_by, updated_at = now()
      WHERE (n.label, n.country, n.vat_id) IS DISTINCT FROM (coalesce(nullif(EXCLUDED.label, ''), n.label),
        coalesce(nullif(EXCLUDED.country, ''), n.country), coalesce(nullif(EXCLUDED.vat_id, ''), n.vat_id))
      RETURNING n.wallet, n.label, n.country, n.vat_id`)
    const events = changed.map(({ wallet, ...sensitive }) => ({
      type: 'payer.noted' as const,
      merchantId,
      data: { wallet, changes: {}, imported: true },
      sensitive,
    }))
    if (events.length > 0) await recordEvents(tx, ctx, events)
    return changed.length
  })
}

function parse(text: string): ImportedNote[] {
  const records = Csv.parse(text)
  const isHead = records[0]?.cells[0]?.toLowerCase() === 'wallet'
  const rows = isHead ? records.slice(1) : records
  if (rows.length === 0)
    throw refused(['The text holds no line. Write wallet, name, country and VAT id, one wallet a line.'])
  if (rows.length > linesMax)
    throw refused([`The text holds ${rows.length} lines. Import at most ${linesMax} at once.`])
  const errors: string[] = []
  const seen = new Map<string, number>()
  const notes = rows.flatMap(({ line, cells }): ImportedNote[] => {
    const [typed = '', ...rest] = cells
    const fail = (words: string) => void errors.push(`Line ${line}: ${words}`)
    const wallet = Address.walletOf(typed)
    if (wallet === undefined) return fail(`“${typed.slice(0, 50)}” is no wallet address.`) ?? []
    const before = seen.get(wallet)
    if (before !== undefined) return fail(`the wallet is on line ${before} too.`) ?? []
    seen.set(wallet, line)
    if (rest.length > 3) return fail(`it has ${cells.length} cells. Write wallet, name, country and VAT id.`) ?? []
    const read = [label, country, vatId].map((schema, index) => schema.safeParse(rest[index] ?? ''))
    for (const { error } of read) if (error) fail(`${error.issues[0]?.message}.`)
    const [name = '', code = '', id = ''] = read.map(({ data }) => data ?? '')
    return [{ wallet, label: name, country: code, vatId: id }]
  })
  if (errors.length > 0) throw refused(errors)
  return notes
}

function refused(errors: readonly string[]): AppError {
  const more = errors.length > errorsMax ? [`… and ${errors.length - errorsMax} more.`] : []
  return wrongFields([{ field: 'text', message: [...errors.slice(0, errorsMax), ...more].join('\n') }])
}
