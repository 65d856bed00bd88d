import { noStore, noTransaction, requireKey } from '../require-key'
import { readJson } from '../read-json'
import { answer } from '@/app/_lib/answer'
import { AppError } from '@/lib/errors'
import {
  ExecutionFilter,
  findExecution,
  listExecutions,
  ExecutionRequest as Asked,
  requestExecution,
} from '@/lib/intents'
import { Filter } from '@/lib/paging'

/** Requests a transaction: 202 with the new transaction, or 200 with the one that has the same idempotency key. */
export const POST = (request: Request) =>
  answer(async () => {
    const { key, ctx } = await requireKey(request, 'transactions:write')
    const body = await readJson(request)
    const { transactions, isReplay } = await requestExecution(ctx, {
      merchantId: key.merchantId,
      policyId: key.policyId,
      asker: { kind: 'key', id: key.id },
      request: body,
      idempotencyKey: Asked.readIdempotencyKey(request.headers.get('idempotency-key'), body),
    })
    const view = await findExecution(key, transactions[0]?.id ?? '')
    if (!view) throw noTransaction()
    const headers = { ...noStore, Location: view.links.self, ...(isReplay && { 'Idempotent-Replay': 'true' }) }
    return Response.json(view, { status: isReplay ? 200 : 202, headers })
  })

/** One page of the merchant's transactions, newest first. */
export const GET = (request: Request) =>
  answer(async () => {
    const { key } = await requireKey(request, 'transactions:read')
    const params = Object.fromEntries(new URL(request.url).searchParams)
    const { values, ask, ignored } = Filter.read(ExecutionFilter.shape, params)
    if (ignored.length > 0) {
      const fields = ignored.map((text) => ({ field: text.split('=')[0] ?? '', message: `${text} is not understood` }))
      throw new AppError('bad-input', `${ignored.join(', ')} is not understood: see /api/v1/openapi.json.`, { fields })
    }
    const page = await listExecutions(key, values, ask)
    const { rows, total, newer, older } = page
    return Response.json(
      { transactions: rows, total, before: newer ?? null, after: older ?? null },
      { headers: noStore },
    )
  })
