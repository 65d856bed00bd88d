import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { type ExecutionPlan } from './plan'
import * as ExecutionRequest from './ExecutionRequest'
import { type ExecutionInput } from './ExecutionInput'

export const refusals = new Set(['policy-refused', 'cap-exceeded', 'simulation-reverted'])

export function assertAllowed({ decision, simulations }: ExecutionPlan): void {
  const { rules } = decision
  if (!decision.allowed) {
    const broken = rules.filter(({ ok }) => !ok).map(({ detail }) => detail)
    throw new AppError('policy-refused', broken.join(' '), { extra: { rules } })
  }
  const call = simulations.findIndex(({ ok }) => !ok)
  const reverted = simulations[call]
  if (!reverted) return
  const place = simulations.length > 1 ? `Call ${call + 1} of ${simulations.length}` : 'The call'
  throw new AppError('simulation-reverted', `${place} would revert: ${reverted.reason ?? 'it gives no reason'}.`, {
    extra: { call, simulation: reverted },
  })
}

/** A refusal changes nothing else, so its event has a transaction of its own. */
export async function recordRefusal(
  ctx: Ctx,
  input: ExecutionInput,
  request: ExecutionRequest.ExecutionRequest,
  planned: ExecutionPlan,
  error: AppError,
): Promise<void> {
  const data = { ...executionFacts(input, request, planned), code: error.code, reason: error.message, ...error.extra }
  await withTransaction((tx) =>
    recordEvent(tx, ctx, { type: 'intent.refused', ...subjects(input), data, ...personal(request) }),
  )
}

export function subjects({ merchantId, paymentId, channelId, resourceId }: ExecutionInput) {
  return { merchantId, paymentId, channelId, resourceId }
}

export function executionFacts(
  { asker, policyId, idempotencyKey }: ExecutionInput,
  request: ExecutionRequest.ExecutionRequest,
  { policy, simulations }: ExecutionPlan,
) {
  return {
    // The actor identifies the member, because that field can be redacted.
    asker: asker.kind === 'member' ? { kind: asker.kind } : asker,
    policyId,
    policyVersion: policy?.version ?? null,
    idempotencyKey: idempotencyKey ?? null,
    bodyHash: ExecutionRequest.hash(request).toString('hex'),
    request: { ...ExecutionRequest.toBody(request), callbackUrl: undefined },
    simulations,
  }
}

/** A callback URL may identify a person, so it must be redactable. */
export function personal({ callbackUrl }: ExecutionRequest.ExecutionRequest) {
  return callbackUrl === null ? {} : { sensitive: { callbackUrl } }
}
