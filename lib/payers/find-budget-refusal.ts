import { db, sql } from '@/lib/db'
import { env } from '../env'
import { AppError } from '@/lib/errors'
import { Amount } from '@/lib/money'
import { today, type BudgetedPurchase } from './budget-statements'

type Row = { resourceId: string | null; perCallMicros: bigint | null; perDayMicros: bigint | null; usedMicros: bigint }

/** The error of a purchase that a budget refuses: which cap, what is left of it, and where to change it. */
export async function findBudgetRefusal({ payer, resourceId, micros }: BudgetedPurchase): Promise<AppError> {
  const rows = await db.query<Row>(sql`
    SELECT b.resource_id, b.per_call_micros, b.per_day_micros, coalesce(u.used_micros, 0) AS used_micros
    FROM wallet_budget b LEFT JOIN wallet_budget_use u ON u.budget_id = b.id AND u.day = ${today}
    WHERE b.wallet = ${payer} AND (b.resource_id IS NULL OR b.resource_id = ${resourceId}::uuid) ORDER BY b.resource_id NULLS LAST`)
  const tooDear = rows.find(({ perCallMicros }) => perCallMicros !== null && perCallMicros < micros)
  const spent = rows.find(({ perDayMicros, usedMicros }) => perDayMicros !== null && usedMicros + micros > perDayMicros)
  const [refusing, cap] = tooDear
    ? ([tooDear, tooDear.perCallMicros] as const)
    : ([spent, spent?.perDayMicros ?? null] as const)
  const left = refusing && cap !== null ? (tooDear ? cap : positive(cap - refusing.usedMicros)) : null
  const of = refusing?.resourceId ? 'for this resource' : 'for everything that is sold here'
  const rule = tooDear
    ? `at most ${show(cap)} for one call`
    : `at most ${show(cap)} a day (UTC), of which ${show(left)} is left`
  const detail = `The owner of the wallet ${payer} set a budget ${of}: ${rule}. This call costs ${show(micros)}. You were not charged. The owner changes it at ${env.PUBLIC_URL}/me.`
  return new AppError('budget-exceeded', detail, {
    extra: {
      payer,
      cap: tooDear ? 'call' : 'day',
      scope: refusing?.resourceId ? 'resource' : 'all',
      limit: dollars(cap),
      left: dollars(left),
      price: dollars(micros),
      manage: `${env.PUBLIC_URL}/me`,
    },
  })
}

function positive(micros: bigint): bigint {
  return micros < 0n ? 0n : micros
}

function show(micros: bigint | null): string {
  return micros === null ? 'nothing' : Amount.formatDollars(micros)
}

function dollars(micros: bigint | null): string | null {
  return micros === null ? null : Amount.toDecimal(micros, 6)
}
