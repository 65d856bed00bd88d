'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { checkNow } from '@/lib/facilitator'
import {
  createRemoteFacilitator,
  setRoute,
  setRemoteFacilitatorStatus,
  testRemoteFacilitator,
  updateRemoteFacilitator,
  type FacilitatorTest,
  type RemoteFacilitatorInput,
} from '@/lib/remote-facilitators'

const path = '/facilitators'

export async function createRemoteFacilitatorAction(input: RemoteFacilitatorInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await createRemoteFacilitator(ctx, scope, input)
    revalidatePath(path)
    return null
  })
}

export async function updateRemoteFacilitatorAction(id: string, input: RemoteFacilitatorInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await updateRemoteFacilitator(ctx, scope, id, input)
    revalidatePath(path)
    return null
  })
}

export async function setRemoteFacilitatorStatusAction(id: string, enabled: boolean): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setRemoteFacilitatorStatus(ctx, scope, id, enabled)
    revalidatePath(path)
    return null
  })
}

export async function testRemoteFacilitatorAction(id: string): Promise<Outcome<FacilitatorTest>> {
  return toOutcome(async () => {
    const { scope } = await requireActor()
    const tested = await testRemoteFacilitator(scope, id)
    revalidatePath(path)
    return tested
  })
}

export async function setRouteAction(
  network: string,
  scheme: string,
  targets: readonly string[],
): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setRoute(ctx, scope, { network, scheme, targets })
    revalidatePath(path)
    return null
  })
}

/** Reads the chain for a payment that a remote facilitator has; returns the finding as a sentence. */
export async function checkNowAction(paymentId: string): Promise<Outcome<string>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const found = await checkNow(ctx, scope, paymentId)
    revalidatePath(path)
    return found
  })
}
