'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import type { FunctionChoice } from '@/components/resource/action-state'
import type { Preview } from '@/components/resource/challenge-preview'
import type { ExampleInput, Priced } from '@/components/resource/price-preview'
import { describeChallenge, findTakes, tryUpstream, type UpstreamTrial, type UpstreamTrialInput } from '@/lib/gateway'
import {
  Abi,
  createResource,
  ResourceDraft,
  Execution,
  fillPayouts,
  getMerchant,
  MerchantDraft,
  getResource,
  removeResourceHeader,
  restorePrice,
  setResourceHeader,
  setResourceStatus,
  setShopPaused,
  type ResourceStatus,
  updateResource,
} from '@/lib/merchants'
import { issueConfirmation, MemberScope, type Challenge } from '@/lib/auth'
import { AppError, type FieldError } from '@/lib/errors'
import { DateRange, replayPrices, type PriceReplay } from '@/lib/payments'
import { PricePlan, Price } from '@/lib/pricing'

/** The page to open after saving, and warnings about probable mistakes. */
type Saved = { href: string; warnings: FieldError[] }

/** The 402 of a draft, built by the gateway's own adapters. Stores nothing. */
export async function previewChallenge(
  merchantId: string,
  input: ResourceDraft.ResourceInput,
): Promise<Outcome<Preview>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const merchant = await getMerchant(scope, merchantId)
    const { draft, errors } = ResourceDraft.parseUnfinished(await fillPayouts(merchantId, input))
    if (!draft) return { errors, warnings: [], free: false, description: null, wanted: [] }
    const free = draft.priceMicros === 0n
    const takes = await findTakes({ ...draft, merchantId })
    return {
      errors,
      warnings: ResourceDraft.findWarnings(draft),
      free,
      description: free ? null : describeChallenge({ ...draft, merchantSlug: merchant.slug }, ctx.now(), {}, takes),
      wanted: draft.execution ? Execution.inWords(draft.execution) : [],
    }
  })
}

/** One request to the address of an API, by the way of paid requests. Stores nothing. */
export async function tryUpstreamAction(
  resource: UpstreamTrialInput['resource'] | null,
  input: Omit<UpstreamTrialInput, 'resource'>,
): Promise<Outcome<UpstreamTrial>> {
  return toOutcome(async () => {
    const { scope } = await requireActor()
    return tryUpstream(scope, { ...input, resource: resource ?? undefined })
  })
}

/** Checks payouts of a resource and gives the text that an owner's wallet signs for them. Stores nothing. */
export async function beginOwnPayoutsAction(
  merchantId: string,
  input: { method: string; path: string; payouts: { network: string; payTo: string }[] },
): Promise<Outcome<Challenge.SiweChallenge>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    MemberScope.assertMay(scope, merchantId, 'payouts')
    const { slug } = await getMerchant(scope, merchantId)
    const { payouts } = MerchantDraft.parsePayouts({ payouts: input.payouts })
    const statement = MerchantDraft.resourcePayoutStatement(slug, { ...input, path: input.path.trim(), payouts })
    return issueConfirmation(ctx, scope.address, statement)
  })
}

/** The price of an example call under a draft; null while the draft's price is not valid. Stores nothing. */
export async function previewPrice(
  input: ResourceDraft.ResourceInput,
  example: ExampleInput,
): Promise<Outcome<Priced | null>> {
  return toOutcome(async () => {
    const { ctx } = await requireActor()
    const policy = ResourceDraft.parsePrice(input)
    if (!policy) return null
    const [wallet, units, used] = [example.wallet.trim(), example.units.trim(), example.freeUsed.trim()]
    // The browser sends a local time without a zone, which is meant as UTC.
    const atMs = example.at === '' ? ctx.now() : Date.parse(`${example.at}Z`)
    if (Number.isNaN(atMs)) throw new AppError('bad-input', 'Enter a date and a time.')
    if (!/^[0-9]{0,15}$/.test(units)) throw new AppError('bad-input', 'Enter a whole number of units, or nothing.')
    const { micros, maxMicros, metered, reasons } = Price.of(policy, {
      atMs,
      wallet: wallet === '' ? undefined : wallet.startsWith('0x') ? wallet.toLowerCase() : wallet,
      units: units === '' ? undefined : BigInt(units),
      freeUsed: /^[0-9]{1,6}$/.test(used) ? Number(used) : 0,
    })
    const words = PricePlan.inWords(policy)
    return { micros, maxMicros, metered, reasons: reasons.map(Price.inWords), words }
  })
}

/** Applies a draft's price to the calls that a resource sold in the last days. Stores nothing. */
export async function replayDraft(
  id: string,
  input: ResourceDraft.ResourceInput,
  days: number,
): Promise<Outcome<PriceReplay>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const policy = ResourceDraft.parsePrice(input)
    if (!policy) throw new AppError('bad-input', 'The price is not valid yet.')
    return replayPrices(scope, id, policy, DateRange.lastDays(days, ctx.now()))
  })
}

/** The same with the price of an earlier version. */
export async function replayVersion(id: string, revision: number, days: number): Promise<Outcome<PriceReplay>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const { prices } = await getResource(scope, id)
    const price = prices.find((candidate) => candidate.revision === revision)
    if (!price) throw new AppError('not-found', 'This resource has no such version.')
    const policy = price.pricing ?? PricePlan.fixed(price.priceMicros)
    return replayPrices(scope, id, policy, DateRange.lastDays(days, ctx.now()))
  })
}

export async function restorePriceAction(id: string, revision: number, to: number): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await restorePrice(ctx, scope, id, { revision, to })
    revalidatePath('/', 'layout')
    return null
  })
}

/** The functions in a pasted ABI that can be executed. Stores nothing. */
export async function readAbi(text: string): Promise<Outcome<readonly FunctionChoice[]>> {
  return toOutcome(async () => {
    await requireActor()
    try {
      return Abi.read(text).map((item) => ({
        signature: Abi.format(item),
        name: item.name,
        payable: item.stateMutability === 'payable',
        inputs: item.inputs.map(({ name = '', type }) => ({ name, type })),
      }))
    } catch (error) {
      throw new AppError('bad-input', error instanceof Error ? error.message : 'This is not an ABI.')
    }
  })
}

export async function createResourceAction(
  input: ResourceDraft.ResourceInput,
  isDraft: boolean,
): Promise<Outcome<Saved>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const created = await createResource(ctx, scope, input, isDraft ? 'draft' : 'live')
    revalidatePath('/', 'layout')
    return { href: `/resources/${created.id}`, warnings: created.warnings }
  })
}

/** `wasDraft`: the form edits a draft, which is kept one or goes on sale. */
export async function updateResourceAction(
  id: string,
  revision: number,
  wasDraft: boolean,
  input: ResourceDraft.ResourceInput,
  isDraft: boolean,
): Promise<Outcome<Saved>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const updated = await updateResource(
      ctx,
      scope,
      id,
      revision,
      input,
      wasDraft ? (isDraft ? 'draft' : 'live') : undefined,
    )
    revalidatePath('/', 'layout')
    return { href: `/resources/${id}`, warnings: updated.warnings }
  })
}

export async function setResourceStatusAction(id: string, status: ResourceStatus): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setResourceStatus(ctx, scope, id, status)
    revalidatePath('/', 'layout')
    return null
  })
}

export async function setShopPausedAction(merchantId: string, isPaused: boolean): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setShopPaused(ctx, scope, merchantId, isPaused)
    revalidatePath('/', 'layout')
    return null
  })
}

export async function setResourceHeaderAction(
  id: string,
  input: { name: string; value: string },
): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setResourceHeader(ctx, scope, id, input)
    revalidatePath(`/resources/${id}`)
    return null
  })
}

export async function removeResourceHeaderAction(id: string, name: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await removeResourceHeader(ctx, scope, id, name)
    revalidatePath(`/resources/${id}`)
    return null
  })
}
