import { readJson } from '@/app/api/v1/read-json'
import { answer } from '@/app/_lib/answer'
import { limitPublicReads } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { claimLightningRefund } from '@/lib/settlement'

/** A payer shows the preimage of what it paid, and an invoice without an amount to be paid back by. */
export const POST = (request: Request) =>
  answer(async () => {
    limitPublicReads()
    const ctx = createCtx({ kind: 'agent', id: 'lightning' })
    const claim = await claimLightningRefund(ctx, await readJson(request))
    return Response.json(claim, { status: 202, headers: { 'Cache-Control': 'no-store' } })
  })
