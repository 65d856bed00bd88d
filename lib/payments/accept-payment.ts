import type { Ctx } from '../ctx'
import { insertEvents, type AuditEvent } from '@/lib/audit'
import { Chain } from '@/lib/chains'
import { db, json, planned, processId, sql, stayAlive, type Sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Account, insertTransfers, type LedgerEntry } from '@/lib/ledger'
import { Amount } from '@/lib/money'
import {
  budgetLeft,
  findBudgetRefusal,
  freeBudget,
  isWithinBudget,
  takeBudget,
  type BudgetedPurchase,
} from '@/lib/payers'
import type { Quote } from '@/lib/pricing'
import { reserveExposure } from './exposure'
import type { PricingFacts } from './PricingFacts'
import { releaseOnLostReply } from './release-on-lost-reply'
import type { ClaimedRequest, Payment } from './Payment'
import type { Authorization, Credential } from './Protocol'

export type AcceptResult =
  /** This caller serves it: exactly one caller gets this for a credential. */
  | {
      kind: 'accepted'
      payment: Payment
      /** What the payer's tightest budget of this UTC day has left, micro-dollars; null without one. */
      budgetLeftMicros: bigint | null
    }
  /** Another request was first: read its claim. */
  | { kind: 'taken' }

export type AcceptInput = {
  merchantId: string
  /** Null for a facilitated payment, which is not in the books. */
  resourceId: string | null
  credential: Credential
  authorization: Authorization
  quote: Pick<Quote.Quote, 'id' | 'issuedAtMs'> & { priceMicros?: bigint }
  /** Default "local". */
  settleVia?: string | undefined
  identifier?: string | undefined
  when: 'before' | 'after'
  request: ClaimedRequest
  /** The facts that other prices could use, as far as the request has them. */
  facts?: PricingFacts | undefined
  fingerprint: Buffer
  /** What the payer holds, base units, just read from the chain; undefined if the payer's own transaction proves it. */
  balanceBase: bigint | undefined
  /**
   * Reads the balance again. A transfer that moved and is not booked yet is gone from the balance and still reserved, so the
   * first read may look too low.
   */
  readBalance?: (() => Promise<bigint>) | undefined
}

/** How often, and how far apart, the balance is read again before the wallet is refused. */
const looksMore = 3
const lookMs = 250

/** Writes that share the statement of the claim: all of it happens, or none. */
export type ClaimCompanion = {
  write(
    payment: Payment,
    isClaimed: Sql,
  ): {
    /** Members of the WITH, which write nothing unless `isClaimed`. */
    parts: Sql
    /** Nothing is claimed if one of these conditions is false. */
    refusals: readonly { unless: Sql; error(): AppError }[]
  }
}

/**
 * Claims a verified credential. One statement writes the row, the pending ledger entry, the reservation against the payer's
 * balance and the audit event; it is the only write of the hot path. Any number of processes may call it any number of times
 * for one credential: the unique claim key lets one through. If the reply of the statement is lost, no request serves the
 * claim, and it is released as soon as its row appears.
 * @throws AppError the refusals of `besides`; payment-insufficient if the balance does not cover this payment and those on the
 *   way; budget-exceeded if a budget of the payer does not.
 */
export async function acceptPayment(ctx: Ctx, input: AcceptInput, besides?: ClaimCompanion): Promise<AcceptResult> {
  await stayAlive()
  let isFreed = false
  for (let look = 0; ; look++) {
    const { balanceBase, readBalance } = input
    try {
      const isAgain = look > 0 && balanceBase !== undefined && readBalance
      return await accept(ctx, isAgain ? { ...input, balanceBase: await readBalance() } : input, besides)
    } catch (error) {
      if (error instanceof OverBudget) {
        // What failed purchases took is given back first, once.
        if (!isFreed && (await freeBudget(error.purchase.payer))) {
          isFreed = true
          continue
        }
        throw await findBudgetRefusal(error.purchase)
      }
      const isShort = error instanceof AppError && error.code === 'payment-insufficient'
      if (!isShort || !readBalance || look === looksMore) throw error
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
  }
}

/** The claim was refused by a budget, and wrote nothing. */
class OverBudget extends AppError {
  readonly purchase: BudgetedPurchase
  constructor(purchase: BudgetedPurchase) {
    super('budget-exceeded', 'A budget of the wallet refuses this payment.')
    this.purchase = purchase
  }
}

/** What is sold here counts; payments that are only settled here do not. */
function budgeted(
  { quote }: AcceptInput,
  { id, origin, payer, resourceId, network, asset, amountBase }: Payment,
): BudgetedPurchase | undefined {
  if (origin !== 'gateway') return undefined
  // A coin is worth what its quote said in dollars.
  const isCoin = Chain.findAsset(network, asset)?.coin !== undefined
  const decimals = Chain.findAsset(network, asset)?.decimals ?? 6
  const micros = isCoin ? (quote.priceMicros ?? 0n) : Amount.baseToMicros(amountBase, decimals)
  return { payer, resourceId, micros, payment: { id, amountBase } }
}

async function accept(ctx: Ctx, input: AcceptInput, besides: ClaimCompanion | undefined): Promise<AcceptResult> {
  const payment = toPayment(ctx.id(), input)
  const isClaimed = sql`EXISTS (SELECT 1 FROM claimed)`
  const { balanceBase } = input
  // A transaction that the payer signed reserves nothing: it runs as it is or not at all.
  const reserved =
    balanceBase === undefined ? sql`SELECT 1` : sql`${reserveExposure(payment, balanceBase, isClaimed)} RETURNING 1`
  const more = besides?.write(payment, isClaimed)
  const purchase = budgeted(input, payment)
  const refusals = [
    { unless: sql`EXISTS (SELECT 1 FROM reserved)`, error: () => insufficient(payment) },
    ...(more?.refusals ?? []),
    ...(purchase ? [{ unless: isWithinBudget(purchase.micros), error: () => new OverBudget(purchase) }] : []),
  ]
  // Raised by name inside the statement, so that it writes nothing.
  const named = refusals.map(({ unless }, index) => sql`WHEN NOT ${unless} THEN refuse(${`refusal-${index}`})`)
  const refusalOf = (error: unknown) =>
    refusals.find((_, index) => error instanceof Error && error.message === `refusal-${index}`)
  const claiming = db.query<{ claimed: boolean; left: bigint | null }>(
    planned(sql`
    WITH claimed AS (${insert(payment, input)} RETURNING id),
      booked AS (${insertTransfers(payment.origin === 'gateway' ? [toEntry(payment)] : [], isClaimed)}),
      audited AS (${insertEvents(ctx, [toEvent(payment, input.request)], isClaimed)}),
      reserved AS (${reserved})${more ? sql`, ${more.parts}` : sql``}${purchase ? sql`, ${takeBudget(purchase, isClaimed)}` : sql``}
    SELECT ${isClaimed} AS claimed, ${purchase ? budgetLeft : sql`NULL::numeric`} AS "left",
      CASE WHEN NOT ${isClaimed} THEN NULL ${named.reduce((all, one) => sql`${all} ${one}`)} END`),
  )
  const [row] = await releaseOnLostReply(payment.id, claiming, (error) => refusalOf(error) !== undefined).catch(
    (error: unknown) => {
      throw refusalOf(error)?.error() ?? error
    },
  )
  return row?.claimed ? { kind: 'accepted', payment, budgetLeftMicros: row.left } : { kind: 'taken' }
}

function insufficient({ payer }: Payment): AppError {
  return new AppError(
    'payment-insufficient',
    `The wallet ${payer} does not hold enough for this payment and those that are still on the way.`,
  )
}

function toEntry(payment: Payment): LedgerEntry {
  return {
    kind: 'pending',
    reason: 'authorize',
    debit: Account.receivable(payment.merchantId),
    credit: Account.revenue(payment.merchantId),
    network: payment.network,
    asset: payment.asset,
    amountBase: payment.amountBase,
    paymentId: payment.id,
  }
}

function toEvent(
  { merchantId, resourceId, id, wire, network, payer, amountBase }: Payment,
  request: ClaimedRequest,
): AuditEvent.AuditEvent {
  return {
    type: 'payment.accepted',
    merchantId,
    resourceId: resourceId ?? undefined,
    paymentId: id,
    data: { wire, network, payer, amountBase, ...request },
  }
}

function toPayment(id: string, input: AcceptInput): Payment {
  const { merchantId, resourceId, credential, authorization, when, settleVia = 'local', identifier = null } = input
  return {
    id,
    origin: resourceId === null ? 'facilitator' : 'gateway',
    merchantId,
    resourceId,
    protocol: credential.protocol,
    scheme: authorization.scheme,
    wire: credential.wire,
    network: credential.network,
    asset: credential.asset,
    payer: authorization.payer,
    payTo: credential.payTo,
    amountBase: credential.amountBase,
    authorizedBase: authorization.scheme === 'upto' ? credential.amountBase : null,
    settleVia,
    identifier,
    claimKey: credential.claimKey,
    request: input.request,
    when,
    status: 'authorized',
    settlement: 'none',
    instrument: authorization.instrument,
    credential: credential.decoded,
    txHash: null,
    receipt: null,
    transactionId: null,
    reason: null,
  }
}

/** `after` calls its upstream right away, so after a crash the upstream may have been called. */
function insert(payment: Payment, { credential, authorization, quote, request, facts, fingerprint }: AcceptInput) {
  return sql`
    INSERT INTO payment (
      id, origin, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base,
      authorized_base, settle_via, identifier, claim_key, challenge_key, fingerprint, request, facts,
      quote_id, quoted_at, settle_when, challenge, credential, instrument, owner_id, upstream_started_at)
    VALUES (
      ${payment.id}, ${payment.origin}, ${payment.merchantId}, ${payment.resourceId}, ${payment.protocol}, ${payment.scheme},
      ${payment.wire}, ${payment.network}, ${payment.asset}, ${payment.payer}, ${payment.payTo}, ${payment.amountBase},
      ${payment.authorizedBase}, ${payment.settleVia}, ${payment.identifier}, ${payment.claimKey},
      ${credential.challengeKey ?? null}, ${fingerprint}, ${json(request)},
      ${facts ? json(facts) : null}, ${quote.id}, ${new Date(quote.issuedAtMs)}, ${payment.when},
      ${json(authorization.challenge)}, ${json(credential.decoded)}, ${json(authorization.instrument)}, ${processId},
      CASE WHEN ${payment.when === 'after'} THEN now() END)
    ON CONFLICT DO NOTHING`
}
