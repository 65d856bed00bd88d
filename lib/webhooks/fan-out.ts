import type { SequencedEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import * as Endpoint from './Endpoint'
import * as Message from './Message'
import { ring } from './ring'

type Receiver = { id: string; merchantId: string; url: string; types: readonly string[] }

type Planned = {
  endpointId: string | null
  merchantId: string
  url: string
  target: string
  subject: string
  transactionId: string | null
  alertId: string | null
  event: SequencedEvent
  payload: string
}

/**
 * Inserts a delivery for every receiver of these events: endpoints of the event's merchant, and the callback URL of the intent.
 * The sequencer calls it in its own transaction, with events in log order, each once; so deliveries are created exactly once
 * and in order. No network call.
 */
export async function fanOut(tx: Tx, events: readonly SequencedEvent[]): Promise<void> {
  const published = events.filter(({ type }) => isPublic(type))
  if (published.length === 0) return
  const transactions = await findTransactions(tx, published)
  const concerning = published.flatMap((event) => {
    const isStep = event.type.startsWith('transaction.')
    const transaction = isStep ? transactions.get(event.transactionId ?? '') : undefined
    const merchantId = isStep ? (transaction?.merchantId ?? null) : event.merchantId
    return merchantId === null ? [] : [{ event, merchantId, transaction }]
  })
  const receivers = await findReceivers(
    tx,
    concerning.map(({ merchantId }) => merchantId),
  )
  const planned = concerning.flatMap(({ event, merchantId, transaction }) => {
    const own = receivers.filter((receiver) => receiver.merchantId === merchantId && isFor(receiver, event))
    return own.length > 0 || transaction?.callbackUrl ? plan(event, merchantId, own, transaction) : []
  })
  if (planned.length > 0) await insert(tx, planned)
}

function isPublic(type: string): boolean {
  return [...Endpoint.groups, 'alert'].some((group) => type.startsWith(`${group}.`)) && !type.startsWith('alert.rule_')
}

/** An alert goes to the endpoint that its rule names, whatever that endpoint subscribes to. */
function isFor(receiver: Receiver, { type, data }: SequencedEvent): boolean {
  if (type.startsWith('alert.')) return (data as { endpointId?: string }).endpointId === receiver.id
  return Endpoint.wants(receiver.types, type)
}

function plan(
  event: SequencedEvent,
  merchantId: string,
  receivers: readonly Receiver[],
  transaction: Message.TransactionFacts | undefined,
): Planned[] {
  const shared = {
    merchantId,
    subject: subjectOf(event, transaction),
    transactionId: transaction?.id ?? null,
    alertId: event.type.startsWith('alert.') ? ((event.data as { alertId?: string }).alertId ?? null) : null,
    event,
    payload: Message.write(event, transaction),
  }
  const planned: Planned[] = receivers.map(({ id, url }) => ({ ...shared, endpointId: id, url, target: id }))
  const url = transaction?.callbackUrl
  // An invalid URL must not stop the log.
  if (url && URL.canParse(url)) {
    planned.push({ ...shared, endpointId: null, url, target: `callback:${new URL(url).origin}` })
  }
  return planned
}

/** The unit of order: the transactions of one intent follow each other, and so do their deliveries. */
function subjectOf(event: SequencedEvent, transaction: Message.TransactionFacts | undefined): string {
  if (transaction) return transaction.intentId ? `intent:${transaction.intentId}` : `transaction:${transaction.id}`
  const [group = ''] = event.type.split('.')
  const ids: Record<string, string | null | undefined> = {
    payment: event.paymentId,
    channel: event.channelId,
    batch: event.batchId,
    transaction: event.transactionId,
    alert: (event.data as { alertId?: string } | null)?.alertId,
  }
  return `${group}:${ids[group] ?? event.seq}`
}

async function findTransactions(
  tx: Tx,
  events: readonly SequencedEvent[],
): Promise<Map<string, Message.TransactionFacts>> {
  const ids = events.flatMap(({ type, transactionId }) =>
    transactionId !== null && type.startsWith('transaction.') ? [transactionId] : [],
  )
  if (ids.length === 0) return new Map()
  const rows = await tx.query<Message.TransactionFacts>(sql`
    SELECT t.id, t.merchant_id, t.intent_id, i.idempotency_key,
      i.callback_url, t.position, t.network, t.status, t."to", t.nonce, t.hash, t.block_number
    FROM transaction t LEFT JOIN intent i ON i.id = t.intent_id
    WHERE t.id = ANY(${[...new Set(ids)]}::uuid[]) AND t.merchant_id IS NOT NULL`)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Locked against being switched off, so that no delivery waits for an endpoint that is off. */
function findReceivers(tx: Tx, merchantIds: readonly string[]): Promise<Receiver[]> {
  return tx.query<Receiver>(sql`
    SELECT id, merchant_id, url, types FROM webhook_endpoint
    WHERE merchant_id = ANY(${[...new Set(merchantIds)]}::uuid[]) AND disabled_at IS NULL
    ORDER BY id FOR SHARE`)
}

async function insert(tx: Tx, planned: readonly Planned[]): Promise<void> {
  const written = await tx.query<{ target: string }>(sql`
    INSERT INTO webhook_delivery
      (id, endpoint_id, merchant_id, url, target, subject, transaction_id, alert_id, event_seq, type, payload, due_at)
    SELECT gen_random_uuid(), endpoint_id, merchant_id, url, target, subject, transaction_id, alert_id, event_seq, type, payload, (
      -- Not before the one that it waits for.
      SELECT greatest(now(), max(w.due_at)) FROM webhook_delivery w
      WHERE w.target = p.target AND w.subject = p.subject AND w.status = 'waiting')
    FROM unnest(
      ${planned.map((one) => one.endpointId)}::uuid[],
      ${planned.map((one) => one.merchantId)}::uuid[],
      ${planned.map((one) => one.url)}::text[],
      ${planned.map((one) => one.target)}::text[],
      ${planned.map((one) => one.subject)}::text[],
      ${planned.map((one) => one.transactionId)}::uuid[],
      ${planned.map((one) => one.alertId)}::uuid[],
      ${planned.map((one) => one.event.seq)}::bigint[],
      ${planned.map((one) => one.event.type)}::text[],
      ${planned.map((one) => one.payload)}::text[]
    ) WITH ORDINALITY AS p(endpoint_id, merchant_id, url, target, subject, transaction_id, alert_id, event_seq, type, payload, place)
    ORDER BY place
    ON CONFLICT (endpoint_id, event_seq) DO NOTHING
    RETURNING target`)
  await ring(
    tx,
    written.map(({ target }) => target),
  )
}
