'use server'

import { revalidatePath } from 'next/cache'
import { settle } from '@/app/outcome'
import { requireActor } from '@/app/session'
import type { Outcome } from '@/components/outcome'
import type { FunctionChoice } from '@/components/resource/action-state'
import type { Preview } from '@/components/resource/challenge-preview'
import { describeChallenge } from '@/lib/gateway'
import {
  Abi,
  createResource,
  Draft,
  Execution,
  getMerchant,
  removeResourceHeader,
  setResourceHeader,
  setResourceStatus,
  updateResource,
} from '@/lib/merchants'
import { AppError, type FieldError } from '@/lib/errors'

/** Where to go after saving, and what was probably not meant. */
type Saved = { href: string; warnings: FieldError[] }

/** What an agent will see of a draft; made by the gateway's own adapters. Stores nothing. */
export async function previewChallenge(merchantId: string, input: Draft.DraftInput): Promise<Outcome<Preview>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    const { draft, errors } = Draft.parseUnfinished(input)
    const merchant = await getMerchant(scope, merchantId)
    if (!draft) return { errors, warnings: [], free: false, description: null, wanted: [] }
    const free = draft.priceMicros === 0n
    return {
      errors,
      warnings: Draft.findWarnings(draft),
      free,
      description: free ? null : describeChallenge({ ...draft, merchantSlug: merchant.slug }, ctx.now()),
      wanted: draft.execution ? Execution.inWords(draft.execution) : [],
    }
  })
}

/** The functions in a pasted ABI that can be executed. Stores nothing. */
export async function readAbi(text: string): Promise<Outcome<readonly FunctionChoice[]>> {
  return settle(async () => {
    await requireActor()
    try {
      return Abi.read(text).map((item) => ({
        signature: Abi.format(item),
        name: item.name,
        payable: item.stateMutability === 'payable',
        inputs: item.inputs.map(({ name = '', type }) => ({ name, type })),
      }))
    } catch (error) {
      throw new AppError('bad-input', error instanceof Error ? error.message : 'This is no ABI.')
    }
  })
}

export async function createResourceAction(input: Draft.DraftInput): Promise<Outcome<Saved>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    const created = await createResource(ctx, scope, input)
    revalidatePath('/', 'layout')
    return { href: `/resources/${created.id}`, warnings: created.warnings }
  })
}

export async function updateResourceAction(
  id: string,
  revision: number,
  input: Draft.DraftInput,
): Promise<Outcome<Saved>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    const updated = await updateResource(ctx, scope, id, revision, input)
    revalidatePath('/', 'layout')
    return { href: `/resources/${id}`, warnings: updated.warnings }
  })
}

export async function setResourceStatusAction(id: string, status: 'live' | 'paused'): Promise<Outcome<null>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    await setResourceStatus(ctx, scope, id, status === 'paused' ? 'paused' : 'live')
    revalidatePath('/', 'layout')
    return null
  })
}

export async function setResourceHeaderAction(
  id: string,
  input: { name: string; value: string },
): Promise<Outcome<null>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    await setResourceHeader(ctx, scope, id, input)
    revalidatePath(`/resources/${id}`)
    return null
  })
}

export async function removeResourceHeaderAction(id: string, name: string): Promise<Outcome<null>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    await removeResourceHeader(ctx, scope, id, name)
    revalidatePath(`/resources/${id}`)
    return null
  })
}
