import { emit } from './events'
import { StripeFailure, invalid, missing, refused } from './errors'
import { newId } from './ids'
import { magicOf } from './magic'
import { resolveMethod } from './methods'
import type { GrantedToken, Intent, Metadata, PaymentMethod } from './objects'
import type { Call, Route, World } from './world'

/** Names of the documentation's own examples: they stand for the account that asks. */
const exampleNetworks = ['internal', 'stripe_test_platform']

type Grant = {
  issuer: string
  method: string
  limits: GrantedToken['usage_limits']
  profile: string | undefined
  externalId: string | undefined
  metadata: Metadata
}

function readLimits({ params, world }: Call): GrantedToken['usage_limits'] {
  const limits = params.requiredChild('usage_limits')
  const currency = limits.required('currency').toLowerCase()
  const maximum = limits.requiredInteger('max_amount')
  const expires = limits.integer('expires_at')
  limits.ignore('recurring_interval')
  if (maximum < 1n)
    throw invalid('This value must be greater than or equal to 1.', { param: 'usage_limits[max_amount]' })
  if (expires !== undefined && expires <= BigInt(world.clock.now()))
    throw invalid('expires_at must be in the future.', { param: 'usage_limits[expires_at]' })
  return { currency, expires_at: expires === undefined ? null : Number(expires), max_amount: maximum }
}

/** The account that a profile names; '' is no account: no seller can use the token. */
function sellerOf(world: World, profile: string | undefined, otherwise: string): string {
  if (profile === undefined || exampleNetworks.includes(profile)) return otherwise
  return world.store.all('account').find(({ _profile }) => _profile === profile)?.id ?? ''
}

function grant(world: World, { issuer, method: id, limits, profile, externalId, metadata }: Grant): GrantedToken {
  const { store, clock } = world
  const method = resolveMethod(world, issuer, id)
  return store.insert('granted_token', sellerOf(world, profile, issuer), {
    id: newId('spt'),
    object: 'shared_payment.granted_token',
    agent_details: { network_business_profile: store.find('account', issuer)?._profile ?? null },
    created: clock.now(),
    deactivated_at: null,
    deactivated_reason: null,
    livemode: false,
    payment_method_details: shown(method),
    risk_details: { insights: { fraudulent_dispute: { recommended_action: 'continue', score: 12 } } },
    shared_metadata: metadata,
    usage_details: { amount_captured: { currency: limits.currency, value: 0n } },
    usage_limits: limits,
    _paymentMethod: method.id,
    _issuer: issuer,
    _seller: { network_business_profile: profile ?? null, external_id: externalId ?? null },
    _intent: null,
  })
}

/** What a seller may see of a payment method that is shared with it: no id, and no number. */
function shown({
  type,
  billing_details: billing,
  card,
  us_bank_account: bank,
}: PaymentMethod): Record<string, unknown> {
  return { billing_details: billing, type, ...(card && { card }), ...(bank && { us_bank_account: bank }) }
}

/** The token with `expired` filled in once its time is over: expiry needs no task. */
export function currentToken(world: World, token: GrantedToken): GrantedToken {
  const { expires_at: expires } = token.usage_limits
  const isOver =
    token.deactivated_reason === null && token._intent === null && expires !== null && expires <= world.clock.now()
  return isOver ? { ...token, deactivated_at: expires, deactivated_reason: 'expired' } : token
}

/** The agent's view of the same token. */
function issuedView(world: World, token: GrantedToken): Record<string, unknown> {
  const {
    object: _,
    agent_details: __,
    payment_method_details: ___,
    _paymentMethod: method,
    _seller: seller,
    ...rest
  } = currentToken(world, token)
  const needsAction = magicOf(world.store.get('payment_method', method)._magic)?.needsAction === true
  const status = rest.deactivated_reason !== null ? 'deactivated' : needsAction ? 'requires_action' : 'active'
  return {
    ...rest,
    object: 'shared_payment.issued_token',
    next_action: needsAction ? { type: 'use_stripe_sdk', use_stripe_sdk: { value: 'sandbox' } } : null,
    payment_method: method,
    return_url: null,
    seller_details: seller,
    setup_future_usage: null,
    status,
  }
}

const previewOnly = (call: Call) => {
  if (!call.preview)
    throw new StripeFailure(
      404,
      {
        type: 'invalid_request_error',
        message: `Unrecognized request URL (${call.url}). Shared payment tokens need a Stripe-Version that ends in .preview.`,
      },
      'validation',
    )
}

/** What an agent's wallet does in test mode; sellers may do it too. */
function createGranted(call: Call): unknown {
  previewOnly(call)
  const { params, world, platform } = call
  const method = params.required('payment_method')
  const limits = readLimits(call)
  const seller = params.child('seller_details')
  const [network, profile] = [seller?.text('network_id'), seller?.text('network_business_profile')]
  const externalId = seller?.text('external_id')
  const metadata = params.map('shared_metadata') ?? {}
  params.ignore('customer')
  params.done()
  return grant(world, { issuer: platform, method, limits, profile: network ?? profile, externalId, metadata })
}

function createIssued(call: Call): unknown {
  previewOnly(call)
  const { params, world, platform } = call
  const method = params.required('payment_method')
  const limits = readLimits(call)
  const seller = params.requiredChild('seller_details')
  const profile = seller.required('network_business_profile')
  const externalId = seller.text('external_id')
  const metadata = params.map('shared_metadata') ?? {}
  params.ignore('setup_future_usage', 'return_url', 'use_stripe_sdk', 'customer')
  params.done()
  return issuedView(world, grant(world, { issuer: platform, method, limits, profile, externalId, metadata }))
}

/** The token if this account may see it: as its seller, or as a platform for its connected account. */
function granted(call: Call, id: string, param = 'id'): GrantedToken {
  const row = call.world.store.row('granted_token', id)
  if (!row || (row.account !== call.account && row.account !== call.platform))
    throw missing('shared_payment.granted_token', id, param)
  return currentToken(call.world, row.object)
}

export function revokeToken(world: World, id: string): GrantedToken {
  const { store, clock } = world
  const token = currentToken(world, store.get('granted_token', id))
  if (token.deactivated_reason !== null) return token
  const revoked = store.update('granted_token', id, { deactivated_at: clock.now(), deactivated_reason: 'revoked' })
  tell(world, revoked, 'deactivated')
  return revoked
}

/** Tells the seller and the agent. */
function tell(world: World, token: GrantedToken, what: 'deactivated' | 'used'): void {
  const seller = world.store.row('granted_token', token.id)?.account
  if (seller) emit(world, seller, `shared_payment.granted_token.${what}`, token)
  if (token._issuer !== seller)
    emit(world, token._issuer, `shared_payment.issued_token.${what}`, issuedView(world, token))
}

const tokenParam = 'shared_payment_granted_token'

/** The token, checked for this payment. @throws StripeFailure that says which limit it breaks. */
export function tokenForPayment(
  call: Call,
  id: string,
  intent: Pick<Intent, 'amount' | 'currency' | 'id'>,
): GrantedToken {
  const token = granted(call, id, tokenParam)
  const refuse = (message: string, code: string) => refused(message, { code, param: tokenParam })
  if (token.deactivated_reason !== null)
    throw refuse(
      `The shared payment token ${id} can no longer be used: it was ${{ consumed: 'consumed by an earlier payment', expired: 'not used before it expired', resolved: 'resolved by its seller', revoked: 'revoked by its issuer' }[token.deactivated_reason]}.`,
      'shared_payment_token_deactivated',
    )
  if (token._intent !== null && token._intent !== intent.id)
    throw refuse(`The shared payment token ${id} is in use by another PaymentIntent.`, 'shared_payment_token_in_use')
  if (token.usage_limits.currency !== intent.currency)
    throw refuse(
      `The shared payment token ${id} can only be used for payments in ${token.usage_limits.currency}, not ${intent.currency}.`,
      'shared_payment_token_currency_mismatch',
    )
  if (intent.amount > token.usage_limits.max_amount)
    throw refuse(
      `The amount ${intent.amount} is over the limit of the shared payment token ${id}: ${token.usage_limits.max_amount}.`,
      'shared_payment_token_limit_exceeded',
    )
  return token
}

/** An intent holds the token until it is captured or fails. */
export function holdToken(world: World, id: string, intent: string): void {
  world.store.update('granted_token', id, { _intent: intent })
}

export function freeToken(world: World, id: string): void {
  world.store.update('granted_token', id, { _intent: null })
}

/** A token pays once: what was captured ends it, also below its limit. */
export function consumeToken(world: World, id: string, amount: bigint): void {
  const { store, clock } = world
  const { currency } = store.get('granted_token', id).usage_limits
  const used = store.update('granted_token', id, {
    usage_details: { amount_captured: { currency, value: amount } },
    deactivated_at: clock.now(),
    deactivated_reason: 'consumed',
    _intent: null,
  })
  tell(world, used, 'used')
  tell(world, used, 'deactivated')
}

const issued = (call: Call) => {
  const token = call.world.store.find('granted_token', call.path.id ?? '')
  if (!token || token._issuer !== call.platform) throw missing('shared_payment.issued_token', call.path.id ?? '')
  return token
}

export const tokenRoutes: Route[] = [
  { method: 'POST', path: '/v1/test_helpers/shared_payment/granted_tokens', run: createGranted },
  {
    method: 'POST',
    path: '/v1/test_helpers/shared_payment/granted_tokens/:id/revoke',
    run(call) {
      previewOnly(call)
      call.params.done()
      return revokeToken(call.world, granted(call, call.path.id ?? '').id)
    },
  },
  {
    method: 'GET',
    path: '/v1/shared_payment/granted_tokens/:id',
    run(call) {
      previewOnly(call)
      call.params.done()
      return granted(call, call.path.id ?? '')
    },
  },
  { method: 'POST', path: '/v1/shared_payment/issued_tokens', run: createIssued },
  {
    method: 'GET',
    path: '/v1/shared_payment/issued_tokens/:id',
    run(call) {
      previewOnly(call)
      call.params.done()
      return issuedView(call.world, issued(call))
    },
  },
  {
    method: 'POST',
    path: '/v1/shared_payment/issued_tokens/:id/revoke',
    run(call) {
      previewOnly(call)
      call.params.done()
      return issuedView(call.world, revokeToken(call.world, issued(call).id))
    },
  },
]
