import { readJson } from '@/app/api/v1/read-json'
import { answer } from '@/app/_lib/answer'
import { limitPublicReads } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { claimLightningRefund } from '@/lib/settlement'

/** A payer shows the credential of what it paid, and sends an invoice without an amount to be paid back by. */
export const POST = (request: Request) =>
  answer(async () => {
    limitPublicReads()
    const ctx = createCtx({ kind: 'agent', id: 'lightning' })
    const claim = await claimLightningRefund(ctx, request.headers, await readJson(request))
    return Response.json(claim, { status: 202, headers: { 'Cache-Control': 'no-store' } })
  })
