import type { Ctx } from '../ctx'
import { AppError } from '@/lib/errors'
import { previewBudget, ExecutionPolicy } from '@/lib/policies'
import { plan } from './plan'
import * as ExecutionRequest from './ExecutionRequest'
import { assertAllowed, refusals, recordRefusal } from './execution-refusals'
import { type ExecutionInput } from './ExecutionInput'

/**
 * Checks whether `requestExecution` would accept the input now: parses, applies the policy and the caps, simulates.
 * Changes nothing, except that a refusal writes its audit event. Callers that charge for an execution call this
 * first.
 * @throws AppError as `requestExecution` does, but not idempotency-conflict.
 */
export async function checkExecution(ctx: Ctx, input: ExecutionInput): Promise<void> {
  const request = ExecutionRequest.parse(input.request)
  const planned = await plan(ctx, input.merchantId, input.policyId, request)
  try {
    assertAllowed(planned)
    const { policy } = planned
    const maxFeeWei = policy
      ? ExecutionPolicy.complete(policy.rules, ExecutionRequest.toPolicySubject(request)).maxFeeWei
      : 0n
    const holds = request.calls.map(({ valueWei }) => ({ transactionId: '', valueWei, feeWei: maxFeeWei }))
    const rules = policy
      ? await previewBudget({ policy, asker: input.asker, network: request.network, holds })
      : planned.decision.rules
    const broken = rules.find(({ ok }) => !ok)
    if (broken) throw new AppError('cap-exceeded', broken.detail, { extra: { rules } })
  } catch (error) {
    if (error instanceof AppError && refusals.has(error.code)) await recordRefusal(ctx, input, request, planned, error)
    throw error
  }
}
