import type { Ctx } from '../ctx'
import { insertEvents, recordEvent, type AuditEvent } from '@/lib/audit'
import { json, sql, withTransaction, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { enqueueTransaction, submitNow } from '@/lib/execution'
import { failpoint } from '../failpoint'
import { reserveBudget, ExecutionPolicy } from '@/lib/policies'
import { findReplay, type AcceptedIntent } from './find-replay'
import { plan, type ExecutionPlan } from './plan'
import * as ExecutionRequest from './ExecutionRequest'
import { assertAllowed, refusals, recordRefusal, subjects, executionFacts, personal } from './execution-refusals'
import { type ExecutionInput } from './ExecutionInput'

/**
 * Each round repeats after an edit of the policy, or another request with the same key, between decision and
 * acceptance.
 */
const roundsMax = 5

/**
 * Accepts a request for calls on chain: applies the policy, simulates, counts it against the caps, queues it, and
 * starts it in the background. With an idempotency key it may be called any number of times, also in parallel: the
 * same request returns the same intent, even if the policy has changed. Without a key, two calls execute twice. A
 * refusal writes only an audit event and does not use up the key.
 * @throws AppError bad-input naming each field; idempotency-conflict; policy-refused, cap-exceeded or
 * simulation-reverted with the findings; unavailable if the chain cannot be reached.
 */
export async function requestExecution(
  ctx: Ctx,
  input: ExecutionInput,
): Promise<AcceptedIntent & { isReplay: boolean }> {
  const request = ExecutionRequest.parse(input.request)
  for (let round = 1; round <= roundsMax; round++) {
    const replay = await findReplay(input, request)
    if (replay) return { ...replay, isReplay: true }
    const planned = await plan(ctx, input.merchantId, input.policyId, request)
    try {
      assertAllowed(planned)
      const accepted = await withTransaction((tx) => accept(tx, ctx, input, request, planned))
      if (!accepted) continue
      failpoint('after-commit')
      // In the background: the caller follows the intent, and `submitDue` sends what this process cannot.
      void submitNow(ctx, accepted.transactions[0]?.id ?? '')
      return { ...accepted, isReplay: false }
    } catch (error) {
      if (error instanceof AppError && refusals.has(error.code))
        await recordRefusal(ctx, input, request, planned, error)
      throw error
    }
  }
  throw new AppError('stale-state', 'The policy is being edited. Send the same request again.')
}

/** Undefined if another request with the same key was first, or if the policy has changed since the decision. */
async function accept(
  tx: Tx,
  ctx: Ctx,
  input: ExecutionInput,
  request: ExecutionRequest.ExecutionRequest,
  planned: ExecutionPlan,
): Promise<AcceptedIntent | undefined> {
  const { policy, signer, simulations } = planned
  if (!policy) throw new Error('an allowed request has a policy')
  const { merchantId, asker } = input
  const { submission, finality, maxFeeWei } = ExecutionPolicy.complete(
    policy.rules,
    ExecutionRequest.toPolicySubject(request),
  )
  const intentId = ctx.id()
  if (!(await insertIntent(tx, intentId, input, request, policy, finality))) return undefined
  failpoint('after-intent')
  const transactions: { id: string }[] = []
  for (const [position, { to, data, valueWei }] of request.calls.entries()) {
    const { network, urgency } = request
    const terms = { urgency, submission, maxFeeWei, ...deadlineOf(ctx, request) }
    const simulation = simulations[position]
    const origin = { merchantId, intentId, position, ...(simulation && { accepted: simulation }) }
    const call = { kind: 'call', network, purpose: 'execution', signer, to, data, value: valueWei, terms } as const
    transactions.push(await enqueueTransaction(tx, ctx, call, origin))
  }
  const holds = transactions.map(({ id }, position) => {
    return { transactionId: id, valueWei: request.calls[position]?.valueWei ?? 0n, feeWei: maxFeeWei }
  })
  const accepted = { intent: { id: intentId }, transactions }
  await input.alongside?.(tx, accepted)
  const caps = await reserveBudget(tx, { policy, asker, network: request.network, holds })
  const decision: ExecutionPolicy.PolicyDecision = { allowed: true, rules: [...planned.decision.rules, ...caps] }
  const decide = sql`UPDATE intent SET decision = ${json(decision)}::jsonb WHERE id = ${intentId}::uuid`
  const event: AuditEvent.AuditEvent = {
    type: 'intent.accepted',
    ...subjects(input),
    transactionId: transactions[0]?.id,
    data: {
      intentId,
      ...executionFacts(input, request, planned),
      decision,
      finality,
      transactions: transactions.map(({ id }) => id),
    },
    ...personal(request),
  }
  // Data about a person needs separate statements.
  if (asker.kind !== 'member' && request.callbackUrl === null && ctx.actor.kind !== 'member')
    await tx.execute(sql`WITH decided AS (${decide}) ${insertEvents(ctx, [event])}`)
  else {
    await tx.execute(decide)
    await recordEvent(tx, ctx, event)
  }
  failpoint('before-commit')
  return accepted
}

/** Returns false if the key is already in use or the policy has changed since the decision. */
async function insertIntent(
  tx: Tx,
  id: string,
  { merchantId, asker, idempotencyKey, paymentId, channelId, resourceId }: ExecutionInput,
  request: ExecutionRequest.ExecutionRequest,
  policy: ExecutionPolicy.ExecutionPolicy,
  finality: ExecutionPolicy.PolicyFinality,
): Promise<boolean> {
  // A shared lock: an edit of the policy waits until requests decided on the old version are stored; later requests
  // see the new version.
  const inserted = await tx.execute(sql`
    WITH held AS MATERIALIZED (
      SELECT 1 FROM execution_policy
      WHERE id = ${policy.id}::uuid AND version = ${policy.version} AND archived_at IS NULL FOR SHARE)
    INSERT INTO intent (id, merchant_id, network, api_key_id, agent, member, payment_id, channel_id, resource_id,
      idempotency_key, body_hash, body, policy_id, policy_version, decision, finality, callback_url)
    SELECT ${id}::uuid, ${merchantId}::uuid, ${request.network}, ${asker.kind === 'key' ? asker.id : null}::uuid,
      ${asker.kind === 'agent' ? asker.id.toLowerCase() : null}, ${asker.kind === 'member' ? asker.id : null},
      ${paymentId ?? null}::uuid, ${channelId ?? null}, ${resourceId ?? null}::uuid, ${idempotencyKey ?? null},
      ${ExecutionRequest.hash(request)}::bytea, ${json(ExecutionRequest.toBody(request))}::jsonb, ${policy.id}::uuid, ${policy.version}::int, '{}'::jsonb,
      ${finality}, ${request.callbackUrl}
    FROM held
    ON CONFLICT (merchant_id, idempotency_key) DO NOTHING`)
  return inserted === 1
}

function deadlineOf(ctx: Ctx, { deadline }: ExecutionRequest.ExecutionRequest): { deadlineMs?: number } {
  if (!deadline) return {}
  return { deadlineMs: 'atMs' in deadline ? deadline.atMs : ctx.now() + deadline.inS * 1_000 }
}
