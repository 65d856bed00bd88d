import { noStore, requireKey } from '../../require-key'
import { readJson } from '../../read-json'
import { answer } from '@/app/_lib/answer'
import { isFeasible, plan, ExecutionRequest as Asked } from '@/lib/intents'

/** Simulates a request: the policy's decision and the simulation of each call. Changes nothing. */
export const POST = (request: Request) =>
  answer(async () => {
    const { key, ctx } = await requireKey(request, 'transactions:read')
    const asked = Asked.parse(await readJson(request))
    const planned = await plan(ctx, key.merchantId, key.policyId, asked)
    const { policy, decision, signer, simulations } = planned
    const about = policy ? { id: policy.id, version: policy.version } : null
    const body = { ok: isFeasible(planned), from: signer, policy: about, decision, simulations }
    return Response.json(body, { headers: noStore })
  })
