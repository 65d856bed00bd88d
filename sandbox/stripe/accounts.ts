import { StripeFailure, missing } from './errors'
import { newId } from './ids'
import type { Account } from './objects'
import type { Call, Route, World } from './world'

export type AccountFields = {
  id?: string
  secretKey?: string | null
  profile?: string | null
  platform?: string | null
  email?: string | null
  country?: string
}

/** An account as a row. In a transaction. */
export function createAccount(world: World, fields: AccountFields): Account {
  const id = fields.id ?? newId('acct')
  return world.store.insert('account', id, {
    id,
    object: 'account',
    business_profile: { mcc: null, name: 'Sluice sandbox', product_description: null, support_email: null, url: null },
    business_type: 'company',
    capabilities: { card_payments: 'active', crypto_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: fields.country ?? 'US',
    created: world.clock.now(),
    default_currency: 'usd',
    details_submitted: true,
    email: fields.email ?? null,
    livemode: false,
    metadata: {},
    payouts_enabled: true,
    settings: {
      dashboard: { display_name: 'Sluice sandbox', timezone: 'Etc/UTC' },
      payments: { statement_descriptor: 'SLUICE' },
      payouts: {
        debit_negative_balances: true,
        schedule: { delay_days: 2, interval: world.settings.automaticPayouts ? 'daily' : 'manual' },
        statement_descriptor: null,
      },
    },
    type: fields.platform === undefined || fields.platform === null ? 'standard' : 'express',
    _secretKey: fields.secretKey ?? null,
    _profile: fields.profile ?? null,
    _platform: fields.platform ?? null,
  })
}

/** The account of the `Authorization` header. @throws StripeFailure 401 */
export function authenticateKey(world: World, header: string | undefined): Account {
  const key = keyOf(header)
  if (key === undefined || key === '')
    throw unauthorised(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
    )
  const account = world.store.all('account').find(({ _secretKey }) => _secretKey === key)
  if (!account) throw unauthorised(`Invalid API Key provided: ${masked(key)}`)
  return account
}

function keyOf(header: string | undefined): string | undefined {
  const [, scheme, value = ''] = /^(Basic|Bearer)\s+(\S+)$/i.exec(header ?? '') ?? []
  if (scheme?.toLowerCase() === 'bearer') return value
  if (scheme?.toLowerCase() !== 'basic') return undefined
  return Buffer.from(value, 'base64').toString('utf8').split(':')[0]
}

/** As in Stripe's message: the first letters, stars, and the last four. */
const masked = (key: string) =>
  key.length <= 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`

const unauthorised = (message: string) =>
  new StripeFailure(401, { type: 'invalid_request_error', message }, 'validation')

/** The account that `Stripe-Account` names. @throws StripeFailure 403 if the key's account is not its platform. */
export function connectedAccount(world: World, platform: Account, id: string | undefined): string {
  if (id === undefined || id === platform.id) return platform.id
  if (world.store.find('account', id)?._platform === platform.id) return id
  throw new StripeFailure(
    403,
    {
      type: 'invalid_request_error',
      code: 'account_invalid',
      message: `The provided key '${masked(platform._secretKey ?? '')}' does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
    },
    'validation',
  )
}

function create(call: Call): Account {
  const { params, world, platform } = call
  const [country, email] = [params.text('country'), params.text('email')]
  params.ignore(
    'type',
    'controller',
    'capabilities',
    'business_type',
    'business_profile',
    'metadata',
    'company',
    'individual',
    'settings',
    'tos_acceptance',
    'external_account',
  )
  params.done()
  return createAccount(world, {
    platform,
    ...(country !== undefined && { country }),
    ...(email !== undefined && { email }),
  })
}

/** The account itself, or one that it is the platform of. */
function retrieve({ params, world, account, platform, path }: Call): Account {
  params.done()
  const found = world.store.find('account', path.id ?? account)
  if (!found || (found.id !== account && found._platform !== platform)) throw missing('account', path.id ?? '')
  return found
}

export const accountRoutes: Route[] = [
  { method: 'GET', path: '/v1/account', run: retrieve },
  { method: 'GET', path: '/v1/accounts/:id', run: retrieve },
  { method: 'POST', path: '/v1/accounts', run: create },
  {
    method: 'GET',
    path: '/v1/accounts',
    run({ params, world, platform, url }) {
      params.ignore('limit', 'created', 'starting_after', 'ending_before')
      params.done()
      const data = world.store.all('account').filter(({ _platform }) => _platform === platform)
      return { object: 'list', data: data.toReversed(), has_more: false, url }
    },
  },
]
