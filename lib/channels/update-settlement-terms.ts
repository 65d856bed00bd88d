import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { findSettlementTerms } from './find-settlement-terms'
import { notifySettlementTermsChanged } from './notify-settlement-terms-changed'
import type { SettlementTerms } from './SettlementTerms'
import * as SettlementTermsDraft from './SettlementTermsDraft'
import { listSessionNetworks } from './list-session-networks'

type Key = { merchantId: string; network: Caip2 }

/**
 * Edits the settlement terms of a merchant's channels on a network. They apply to every voucher and settlement from then on. An
 * edit that changes nothing writes nothing.
 * @param revision the edited one; 0 for the defaults.
 * @throws AppError bad-input, not-found, not-allowed, stale-state if another edit came first.
 */
export async function updateSettlementTerms(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  key: Key,
  revision: number,
  input: unknown,
): Promise<void> {
  const { merchantId, network } = key
  if (!scope.operator && scope.merchantId !== merchantId) throw new AppError('not-found', 'There is no such merchant.')
  MemberScope.assertMay(scope, merchantId, 'settle')
  if (!listSessionNetworks().includes(network))
    throw new AppError('not-found', 'Nothing is sold by session on this network.')
  const policy = SettlementTermsDraft.parse(input)
  await withTransaction(async (tx) => {
    const before = await findSettlementTerms(merchantId, network, tx)
    if (before.revision !== revision) throw stale()
    const changes = diff(before, policy)
    if (Object.keys(changes).length === 0) return
    await write(tx, key, revision, policy)
    await recordEvent(tx, ctx, {
      type: 'policy.updated',
      merchantId,
      data: { network, revision: revision + 1, changes },
    })
    await notifySettlementTermsChanged(tx, merchantId)
  })
}

/** Two first edits at once both insert, two later ones both update: the revision lets one of them win. */
async function write(tx: Tx, { merchantId, network }: Key, revision: number, policy: SettlementTerms): Promise<void> {
  const { schedule, limits } = policy
  const written = await tx.execute(sql`
    INSERT INTO channel_policy AS p (merchant_id, network, settle_units, settle_amount_micros, settle_interval_ms,
      settle_exposure_micros, idle_close_ms, excess_max_micros, min_deposit_micros, min_delta_micros, vouchers_per_second,
      channel_max_micros, payer_max_micros, reschedule_after)
    VALUES (${merchantId}::uuid, ${network}, ${schedule.units}, ${schedule.amountMicros}, ${schedule.intervalMs},
      ${schedule.exposureMicros}, ${schedule.idleCloseMs}, ${schedule.excessMaxMicros}, ${limits.minDepositMicros},
      ${limits.minDeltaMicros}, ${limits.vouchersPerSecond}, ${limits.channelMaxMicros}, ${limits.payerMaxMicros}, '')
    ON CONFLICT (merchant_id, network) DO UPDATE SET settle_units = EXCLUDED.settle_units,
      settle_amount_micros = EXCLUDED.settle_amount_micros, settle_interval_ms = EXCLUDED.settle_interval_ms,
      settle_exposure_micros = EXCLUDED.settle_exposure_micros, idle_close_ms = EXCLUDED.idle_close_ms,
      excess_max_micros = EXCLUDED.excess_max_micros, min_deposit_micros = EXCLUDED.min_deposit_micros,
      min_delta_micros = EXCLUDED.min_delta_micros, vouchers_per_second = EXCLUDED.vouchers_per_second,
      channel_max_micros = EXCLUDED.channel_max_micros, payer_max_micros = EXCLUDED.payer_max_micros,
      revision = p.revision + 1, updated_at = now(), reschedule_after = ''
    WHERE p.revision = ${revision}`)
  if (written === 0) throw stale()
}

function stale(): AppError {
  return new AppError('stale-state', 'Another user edited this schedule meanwhile. Reload it and repeat your change.')
}

/** What differs, as { field: { from, to } }. */
function diff(before: SettlementTerms, after: SettlementTerms): Record<string, { from: unknown; to: unknown }> {
  const [old, now] = [before, after].map(({ schedule, limits }) => ({ ...schedule, ...limits }))
  return Object.fromEntries(
    Object.entries(now ?? {}).flatMap(([field, to]) => {
      const from = (old as Record<string, unknown>)[field] ?? null
      return json(from) === json(to) ? [] : [[field, { from, to }]]
    }),
  )
}
