'use server'

import { revalidatePath } from 'next/cache'
import { settle } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { checkNow } from '@/lib/facilitator'
import {
  createUpstream,
  setRoute,
  setUpstreamStatus,
  testUpstream,
  updateUpstream,
  type FacilitatorTest,
  type RemoteFacilitatorInput,
} from '@/lib/remote-facilitators'

const path = '/facilitators'

export async function createUpstreamAction(input: RemoteFacilitatorInput): Promise<Outcome<null>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    await createUpstream(ctx, scope, input)
    revalidatePath(path)
    return null
  })
}

export async function updateUpstreamAction(id: string, input: RemoteFacilitatorInput): Promise<Outcome<null>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    await updateUpstream(ctx, scope, id, input)
    revalidatePath(path)
    return null
  })
}

export async function setUpstreamStatusAction(id: string, enabled: boolean): Promise<Outcome<null>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    await setUpstreamStatus(ctx, scope, id, enabled)
    revalidatePath(path)
    return null
  })
}

export async function testUpstreamAction(id: string): Promise<Outcome<FacilitatorTest>> {
  return settle(async () => {
    const { scope } = await requireActor()
    const tested = await testUpstream(scope, id)
    revalidatePath(path)
    return tested
  })
}

export async function setRouteAction(
  network: string,
  scheme: string,
  targets: readonly string[],
): Promise<Outcome<null>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    await setRoute(ctx, scope, { network, scheme, targets })
    revalidatePath(path)
    return null
  })
}

/** What the chain says now of a payment that another facilitator has, as a sentence. */
export async function checkNowAction(paymentId: string): Promise<Outcome<string>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    const found = await checkNow(ctx, scope, paymentId)
    revalidatePath(path)
    return found
  })
}
