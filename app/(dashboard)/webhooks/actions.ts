'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import type { Answered } from '@/components/webhook/endpoint-actions'
import type { EndpointInput } from '@/components/webhook/endpoint-dialog'
import {
  createEndpoint,
  getCallbackSecret,
  resendDelivery,
  rotateSecret,
  sendTestEvent,
  setEndpointArchived,
  setEndpointStatus,
  updateEndpoint,
} from '@/lib/webhooks'

export async function createEndpointAction(input: EndpointInput): Promise<Outcome<{ id: string; secret: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const made = await createEndpoint(ctx, scope, input)
    revalidatePath('/webhooks')
    return made
  })
}

export async function updateEndpointAction(id: string, input: EndpointInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await updateEndpoint(ctx, scope, id, input)
    revalidatePath('/webhooks', 'layout')
    return null
  })
}

export async function setEndpointStatusAction(id: string, status: 'enabled' | 'disabled'): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setEndpointStatus(ctx, scope, id, status)
    revalidatePath('/webhooks', 'layout')
    return null
  })
}

export async function setEndpointArchivedAction(id: string, isArchived: boolean): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setEndpointArchived(ctx, scope, id, isArchived)
    revalidatePath('/webhooks', 'layout')
    return null
  })
}

/** The new secret, shown once. */
export async function rotateSecretAction(id: string): Promise<Outcome<{ secret: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const rotated = await rotateSecret(ctx, scope, id)
    revalidatePath('/webhooks', 'layout')
    return rotated
  })
}

export async function sendTestEventAction(id: string): Promise<Outcome<Answered>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const answer = await sendTestEvent(ctx, scope, id)
    revalidatePath('/webhooks', 'layout')
    return answer
  })
}

export async function resendDeliveryAction(id: string): Promise<Outcome<Answered>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const answer = await resendDelivery(ctx, scope, id)
    revalidatePath('/webhooks', 'layout')
    return answer
  })
}

export async function revealCallbackSecretAction(): Promise<Outcome<{ secret: string }>> {
  return toOutcome(async () => {
    const { scope } = await requireActor()
    return { secret: getCallbackSecret(scope) }
  })
}
