import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { deployerOn, Eip1271, type Deployment } from '@/lib/chains'
import { sql, withTransaction } from '@/lib/db'
import { awaitOutcome, enqueueTransaction, submitNow } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { recordDeployment, type Payment } from '@/lib/payments'

/**
 * Deploys the payer's account before its payment is sent, with an execution key, never with a settlement key. This
 * server allows the call, and it was simulated when the payment was accepted. It moves no money: whatever its outcome,
 * nothing was charged, and a payment given up here was never sent. Idempotent, also for several payments of one
 * account: a payment sends at most one deployment, and its cost is part of the payment's cost.
 * @returns why there is no account; undefined if there is one, or none is needed.
 */
export async function includeDeployment(
  ctx: Ctx,
  { id: paymentId, instrument, network }: Payment.Payment,
  waitMs: number,
): Promise<string | undefined> {
  if (instrument.kind !== 'eip3009' || !instrument.deploy) return undefined
  const { from, deploy, validBefore } = instrument
  if (await Eip1271.isDeployed(network, from)) return undefined
  const id = await enqueueOnce(ctx, { paymentId, network, deploy, deadlineMs: Number(validBefore) * 1000 })
  if (id === undefined) return 'This server has no key to deploy the payer’s account by.'
  failpoint('after-enqueue')
  await submitNow(ctx, id)
  const outcome = await awaitOutcome(id, waitMs)
  // A lagging node may not show it yet. An account that another party deployed counts as well.
  if (outcome.kind === 'included' || (await Eip1271.isDeployed(network, from))) return undefined
  if (outcome.kind === 'unknown') return 'The payer’s account was not deployed in time.'
  return `The payer’s account could not be deployed: ${outcome.reason}`
}

type Deploying = { paymentId: string; network: Caip2; deploy: Deployment; deadlineMs: number }

/** This payment may have queued it before, or another payment of the account. */
async function enqueueOnce(
  ctx: Ctx,
  { paymentId, network, deploy, deadlineMs }: Deploying,
): Promise<string | undefined> {
  const deployer = deployerOn(network)
  if (!deployer) return undefined
  const { factory: to, data } = deploy
  const bytes = Buffer.from(data.slice(2), 'hex')
  return withTransaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`deploy|${network}|${to}|${data}`}, 0))`)
    const [own] = await tx.query<{ id: string | null }>(sql`
      SELECT deployment_id AS id FROM payment WHERE id = ${paymentId}::uuid`)
    if (own?.id) return own.id
    const [known] = await tx.query<{ id: string }>(sql`
      SELECT id FROM transaction WHERE network = ${network} AND "to" = ${to} AND data = ${bytes} AND purpose = 'execution'
        AND status IN ('queued', 'held', 'signed', 'submitted') ORDER BY created_at DESC LIMIT 1`)
    if (known) return known.id
    const about = { kind: 'call' as const, network, purpose: 'execution' as const, signer: deployer.address, to, data }
    const terms = { urgency: 'fast' as const, deadlineMs }
    const { id } = await enqueueTransaction(tx, ctx, { ...about, value: 0n, gasLimit: Eip1271.deployGasMax, terms })
    await recordDeployment(tx, paymentId, id)
    return id
  })
}
