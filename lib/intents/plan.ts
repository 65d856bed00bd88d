import type { Address } from 'viem'
import type { Ctx } from '../ctx'
import { hasPrivateEndpoint, signersFor } from '@/lib/chains'
import { db } from '@/lib/db'
import { checkUrl } from '@/lib/egress'
import { AppError } from '@/lib/errors'
import { pickSigner, type Simulation } from '@/lib/execution'
import { findPolicy, ExecutionPolicy } from '@/lib/policies'
import * as ExecutionRequest from './ExecutionRequest'
import { simulateRequest } from './simulate-request'

/** The decision and simulation of a request. Making a plan changes nothing. */
export type ExecutionPlan = {
  /** Undefined if the caller has no policy, or an archived one. */
  policy: ExecutionPolicy.ExecutionPolicy | undefined
  decision: ExecutionPolicy.PolicyDecision
  /** One key signs every call of a sequence. */
  signer: Address
  /** One for each call, up to the first that would revert; empty if the policy forbids the request. */
  simulations: readonly Simulation.Simulation[]
}

/**
 * Decides and simulates. Reads only. Does not simulate what the policy forbids.
 * @throws AppError bad-input for an impossible signer, network, submission, deadline or callbackUrl; unavailable if
 * the chain cannot be reached.
 */
export async function plan(
  ctx: Ctx,
  merchantId: string,
  policyId: string | null,
  request: ExecutionRequest.ExecutionRequest,
): Promise<ExecutionPlan> {
  assertInTime(ctx, request)
  await assertCallable(request)
  const signer = await findSigner(request)
  const stored = policyId === null ? undefined : await findPolicy({ operator: false, merchantId }, policyId)
  const policy = stored?.archivedAt === null ? stored : undefined
  if (policy) assertSendable(policy, request)
  const decision = policy
    ? ExecutionPolicy.decide(policy.rules, ExecutionRequest.toPolicySubject(request))
    : noPolicy(stored?.name)
  const simulations = decision.allowed ? await simulateRequest(request, signer) : []
  return { policy, decision, signer, simulations }
}

/** Whether the plan can be carried out as far as known. Acceptance checks the caps of the day. */
export function isFeasible({ decision, simulations }: ExecutionPlan): boolean {
  return decision.allowed && simulations.every(({ ok }) => ok)
}

function noPolicy(archivedName: string | undefined): ExecutionPolicy.PolicyDecision {
  const detail = archivedName
    ? `The policy "${archivedName}" is no longer in use.`
    : 'No policy allows anything here: an owner has to name one.'
  return { allowed: false, rules: [{ rule: 'policy', ok: false, detail }] }
}

function assertInTime(ctx: Ctx, { deadline }: ExecutionRequest.ExecutionRequest): void {
  if (!deadline || !('atMs' in deadline) || deadline.atMs > ctx.now()) return
  throw refused('deadline', 'This time is over: send a later one, or seconds from now')
}

/** Refuses a callback URL that a delivery would refuse later, so that the sender sees the reason. */
async function assertCallable({ callbackUrl }: ExecutionRequest.ExecutionRequest): Promise<void> {
  const fault = callbackUrl === null ? undefined : await checkUrl(callbackUrl)
  if (fault) throw refused('callbackUrl', fault)
}

/** Refuses a private submission on a network without a private endpoint, where it could only wait. */
function assertSendable({ rules }: ExecutionPolicy.ExecutionPolicy, request: ExecutionRequest.ExecutionRequest): void {
  const { submission } = ExecutionPolicy.complete(rules, ExecutionRequest.toPolicySubject(request))
  if (submission === 'public' || hasPrivateEndpoint(request.network)) return
  throw refused(
    'submission',
    `This server has no private endpoint for ${request.network}: ask for public, or do not ask`,
  )
}

async function findSigner({ network, signer }: ExecutionRequest.ExecutionRequest): Promise<Address> {
  const signers = signersFor(network, 'execution')
  if (signers.length === 0) throw refused('network', `This server has no key for executions on ${network}`)
  if (signer !== null) {
    if (signers.some(({ address }) => address === signer)) return signer
    const known = signers.map(({ address }) => address).join(', ')
    throw refused('signer', `This server signs executions on ${network} with ${known}: name one, or leave it out`)
  }
  return (await pickSigner(db, network, 'execution'))?.address ?? refuseSigner(network)
}

function refuseSigner(network: string): never {
  throw refused('network', `This server has no key for executions on ${network}`)
}

function refused(field: string, message: string): AppError {
  return new AppError('bad-input', `${field}: ${message}.`, { fields: [{ field, message }] })
}
