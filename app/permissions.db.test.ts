import { readdirSync } from 'node:fs'
import path from 'node:path'
import { inspect } from 'node:util'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { Outcome } from '@/components/outcome'
import { Cookie, RolePermissions, type MemberPermission } from '@/lib/auth'
import { db, sql } from '@/lib/db'
import {
  identities,
  network,
  openShop,
  operatorWallet,
  policyInput,
  resourceInput,
  signInAll,
  type Identity,
  type Shop,
} from '@/sandbox/testing/permission-fixture'

/** Who may do what: every server action, every route for browsers and every page of the dashboard, by every identity. */

vi.stubEnv('OPERATORS', operatorWallet)

const browser = vi.hoisted(() => ({ cookies: new Map<string, string>() }))
// Next's own request context: here is no request.
vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => (browser.cookies.has(name) ? { value: browser.cookies.get(name) } : undefined),
    set: () => undefined,
  }),
  headers: async () => new Headers({ origin: 'http://sluice.test', host: 'sluice.test' }),
}))
vi.mock('next/cache', () => ({ revalidatePath: () => undefined }))
vi.mock('next/navigation', async (original) => ({
  ...(await original<object>()),
  redirect: (to: string) => {
    throw new Error(`redirect ${to}`)
  },
  notFound: () => {
    throw new Error('not found')
  },
}))
// These calls come faster than the limits allow.
vi.mock('@/lib/auth', async (original) => ({ ...(await original<object>()), limitSession: () => undefined }))

type Rule = {
  /** The permission that it needs; `read`: every member; `operator`; `wallet`: every signed-in wallet. */
  needs: MemberPermission | 'read' | 'operator' | 'wallet'
  args: (shop: Shop) => unknown[]
  /** It names a thing of the shop, which another merchant's member must not find. */
  isAboutShop?: true
  /** Why members of the shop are not asked to run it: it would call a chain or a stranger's server. */
  onlyRefusals?: true
}

const about = (needs: Rule['needs'], args: Rule['args'], more: Partial<Rule> = {}): Rule => ({
  needs,
  args,
  isAboutShop: true,
  ...more,
})
const free = (needs: Rule['needs'], args: Rule['args'] = () => [], more: Partial<Rule> = {}): Rule => ({
  needs,
  args,
  ...more,
})
const chain = { onlyRefusals: true } as const
const facilitator = {
  name: 'Third',
  url: 'https://93.184.216.34/g',
  timeoutSeconds: '5',
  auth: 'none',
  headers: '',
  keyId: '',
  keySecret: '',
}
const key = { name: 'k', scopes: ['payments:read'] }
const endpoint = { url: 'https://93.184.216.34/h2', description: '', types: [] }

/** Every server action. A new one fails the test until it stands here. */
const actions: Record<string, Rule> = {
  makeTestPaymentAction: free('sell', () => ['exact'], chain),
  createRuleAction: free('integrate', () => [{ kind: 'unknown', minutes: '5' }]),
  setRuleStatusAction: about('integrate', ({ ruleId }) => [ruleId, false]),
  proveEvent: free('read', () => ['1']),
  redact: free('operator', () => ['1'], chain),
  anchorNow: free('operator', () => [], chain),
  previewChannelAction: about('settle', ({ channelId }) => [channelId, 'settle'], chain),
  runChannelAction: about('settle', ({ channelId }) => [channelId, 'settle'], chain),
  createRemoteFacilitatorAction: free('integrate', () => [facilitator]),
  updateRemoteFacilitatorAction: about('integrate', ({ facilitatorId }) => [facilitatorId, facilitator]),
  setRemoteFacilitatorStatusAction: about('integrate', ({ facilitatorId }) => [facilitatorId, false]),
  testRemoteFacilitatorAction: about('integrate', ({ facilitatorId }) => [facilitatorId], chain),
  setRouteAction: free('integrate', () => [network, 'exact', ['local']]),
  checkNowAction: about('settle', ({ paymentId }) => [paymentId], chain),
  setRuleArchivedAction: about('integrate', ({ ruleId }) => [ruleId, true]),
  setEndpointArchivedAction: about('integrate', ({ endpointId }) => [endpointId, true]),
  setShopPausedAction: about('sell', ({ merchantId }) => [merchantId, false]),
  closeMonthAction: free('books', () => ['2026-01']),
  updateBookSettingsAction: free('books', () => [{}]),
  createKeyAction: free('integrate', () => [key]),
  rotateKeyAction: about('integrate', ({ keyId }) => [keyId, { overlapHours: '24' }]),
  revokeKeyAction: about('integrate', ({ keyId }) => [keyId]),
  setLimitsAction: about('integrate', ({ keyId }) => [
    keyId,
    { requestsPerSecond: '10', gasPerDay: '1', dollarsPerDay: '1', networks: [], assets: [] },
  ]),
  setNoteAction: free('customers', () => [`0x${'5'.repeat(40)}`, { label: 'A', stance: 'none', ours: false }]),
  setGateAction: free('customers', () => [{ wholeShop: false, resourceIds: [] }]),
  readToken: free('read', () => [network, '0x', '0x']),
  importNotesAction: free('customers', () => ['wallet,name\n']),
  tryUpstreamAction: free('sell', () => [null, resourceInput('/t')], chain),
  notePaymentsAction: free('books', ({ paymentId }) => [[paymentId], { label: 'A', note: '' }]),
  previewRefundsAction: free('read', ({ paymentId }) => [[paymentId]]),
  requestRefundsAction: free('refund', ({ paymentId }) => [
    [paymentId],
    'bulk-1',
    { reason: 'x', amount: '', wallet: '' },
  ]),
  saveViewAction: free('books', () => ['Mine', 'status=delivered']),
  deleteViewAction: free('books', ({ paymentId }) => [paymentId]),
  setBudgetAction: free('wallet', () => [{ resourceId: '', perCall: '', perDay: '1' }]),
  removeBudgetAction: free('wallet', ({ paymentId }) => [paymentId]),
  createPolicyAction: free('execute', () => [policyInput('Second')]),
  updatePolicyAction: about('execute', ({ policyId }) => [policyId, 1, policyInput('Bot')]),
  archivePolicyAction: about('execute', ({ policyId }) => [policyId]),
  beginOwnPayoutsAction: about('payouts', ({ merchantId }) => [merchantId, { ...resourceInput('/p') }]),
  previewChallenge: about('read', ({ merchantId }) => [merchantId, resourceInput('/p')]),
  previewPrice: free('read', () => [resourceInput('/p'), { wallet: '', units: '', at: '', freeUsed: '' }]),
  replayDraft: about('read', ({ resourceId }) => [resourceId, resourceInput('/p'), 7]),
  replayVersion: about('read', ({ resourceId }) => [resourceId, 1, 7]),
  restorePriceAction: about('sell', ({ resourceId }) => [resourceId, 1, 1]),
  readAbi: free('read', () => ['[]']),
  createResourceAction: free('sell', () => [resourceInput(`/new-${Math.random().toString(36).slice(2)}`)]),
  updateResourceAction: about('sell', ({ resourceId }) => [resourceId, 1, false, resourceInput('/sold'), false]),
  setResourceStatusAction: about('sell', ({ resourceId }) => [resourceId, 'paused']),
  setResourceHeaderAction: about('sell', ({ resourceId }) => [resourceId, { name: 'x-a', value: 'secret' }]),
  removeResourceHeaderAction: about('sell', ({ resourceId }) => [resourceId, 'x-a']),
  updateMerchantAction: free('shop', () => [{ name: 'Acme', slug: 'acme' }]),
  beginPayoutsAction: free('payouts', () => [{ payouts: resourceInput('/').payouts }]),
  changePayoutsAction: free(
    'payouts',
    () => [{ payouts: resourceInput('/').payouts }, { message: '', signature: '' }],
    chain,
  ),
  cancelPayoutChangeAction: about('payouts', ({ changeId }) => [changeId]),
  beginClosingAction: free('shop', () => [{ slug: 'other' }]),
  closeShopAction: free('shop', () => [{ slug: 'other' }, { message: '', signature: '' }]),
  inviteMemberAction: free('members', () => [{ role: 'viewer' }]),
  inviteWalletAction: free('members', () => [
    { role: 'viewer', wallet: `0x${crypto.randomUUID().replaceAll('-', '')}${'0'.repeat(8)}` },
  ]),
  revokeInvitationAction: about('members', ({ invitationId }) => [invitationId]),
  setMemberRoleAction: about('members', ({ memberWallet }) => [memberWallet, { role: 'viewer' }]),
  removeMemberAction: about('members', ({ memberWallet }) => [memberWallet]),
  endSessionsAction: free('read', () => ['0']),
  beginPasskeyAction: free('read'),
  addPasskeyAction: free('read', () => [{}, { message: '', signature: '' }], chain),
  removePasskeyAction: free('read', () => ['0']),
  previewRefundAction: about('read', ({ paymentId }) => [paymentId], chain),
  requestRefundAction: about('refund', ({ paymentId }) => [
    paymentId,
    'key-1',
    { amount: '0.001', reason: 'x', from: 'wallet', to: '' },
  ]),
  nameTransferAction: about('refund', ({ paymentId }) => [paymentId, `0x${'1'.repeat(64)}`], chain),
  cancelRefundAction: about('refund', ({ paymentId }) => [paymentId], chain),
  refundFraudAction: about('refund', ({ paymentId }) => [paymentId]),
  submitEvidenceAction: about('refund', ({ disputeId }) => [disputeId, { productDescription: 'x', words: '' }]),
  acceptDisputeAction: about('refund', ({ disputeId }) => [disputeId]),
  switchMerchantAction: about('read', ({ merchantId }) => [merchantId]),
  setServerWalletsAction: free('operator', ({ merchantId }) => [merchantId, true]),
  inviteMerchantAction: free('operator', () => [{ note: '' }]),
  revokeMerchantInvitationAction: about('members', ({ invitationId }) => [invitationId]),
  previewPolicyAction: free('read', () => ['eip155:1337', {}]),
  updatePolicyAction_settlements: free('settle', () => ['eip155:1337', 0, {}]),
  previewTransactionAction: about('execute', ({ transactionId }) => [transactionId, 'cancel'], chain),
  runTransactionAction: about('execute', ({ transactionId }) => [transactionId, 'cancel'], chain),
  createEndpointAction: free('integrate', () => [endpoint]),
  updateEndpointAction: about('integrate', ({ endpointId }) => [endpointId, endpoint]),
  setEndpointStatusAction: about('integrate', ({ endpointId }) => [endpointId, 'disabled']),
  rotateSecretAction: about('integrate', ({ endpointId }) => [endpointId]),
  sendTestEventAction: about('integrate', ({ endpointId }) => [endpointId], chain),
  resendDeliveryAction: about('integrate', () => ['0'], chain),
  revealCallbackSecretAction: free('integrate'),
  beginWalletLinkAction: free('wallet'),
  linkWalletAction: free('wallet', () => [{ message: '', signature: '' }], chain),
  unlinkWalletAction: free('wallet', () => [`0x${'6'.repeat(40)}`]),
  askMerchantAction: free('wallet', ({ paymentId }) => [paymentId, { kind: 'refund', reason: 'Why' }]),
  answerPayerAction: about('refund', ({ paymentId }) => [paymentId, 'Because']),
  acceptInvitationAction: free('wallet', () => ['0'.repeat(64)], chain),
  checkSlugAction: free('wallet', () => ['free-slug']),
  beginShopAction: free('wallet', () => [{ name: 'S', slug: 'free-slug', payouts: resourceInput('/').payouts }]),
  openShopAction: free('wallet', () => [null, {}, { message: '', signature: '' }], chain),
  createFirstResourceAction: free('sell', () => [resourceInput(`/first-${Math.random().toString(36).slice(2)}`)]),
}

const root = import.meta.dirname
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
const filesNamed = (name: string) => files.filter((file) => path.basename(file) === name)

let shop: Shop
let sessions: Awaited<ReturnType<typeof signInAll>>

beforeAll(async () => {
  shop = await openShop()
  sessions = await signInAll(shop.merchantId)
})

function signIn(identity: Identity): void {
  const { member, agent } = sessions[identity]
  browser.cookies = new Map([
    ...(member === undefined ? [] : ([[Cookie.sessionName(), member]] as const)),
    ...(agent === undefined ? [] : ([[Cookie.agentName(), agent]] as const)),
  ])
}

/** What the table says of an identity. */
function isAllowed({ needs, isAboutShop }: Rule, identity: Identity): boolean {
  if (identity === 'nobody') return false
  if (identity === 'agent') return needs === 'wallet'
  if (needs === 'wallet' || identity === 'operator') return true
  if (needs === 'operator') return false
  if (identity === 'foreign') return isAboutShop !== true
  return needs === 'read' || RolePermissions.permissionsOf[identity].includes(needs)
}

/** Things of the shop, by the pages that show one: another merchant's member finds none of them. */
test.each([
  '(dashboard)/channels/[id]',
  '(dashboard)/payments/[id]',
  '(dashboard)/policies/[id]',
  '(dashboard)/policies/[id]/edit',
  '(dashboard)/resources/[id]',
  '(dashboard)/resources/[id]/edit',
  '(dashboard)/resources/[id]/prices',
  '(dashboard)/transactions/[id]',
  '(dashboard)/webhooks/[id]',
])('another merchant’s member does not find the thing of %s', async (page) => {
  const { default: Page } = (await import(path.join(root, page, 'page.tsx'))) as {
    default: (props: object) => Promise<unknown>
  }
  signIn('foreign')
  const props = { params: Promise.resolve(paramsOf(page)), searchParams: Promise.resolve({}) }
  await expect(Page(props)).rejects.toThrow('not found')
  signIn('owner')
  await expect(Page({ ...props, params: Promise.resolve(paramsOf(page)) })).resolves.toBeDefined()
})

type Action = (...args: unknown[]) => Promise<Outcome<unknown>>

describe.each(filesNamed('actions.ts'))('%s', async (file) => {
  const exported = (await import(path.join(root, file))) as Record<string, Action>
  const names = Object.keys(exported)

  test.each(names)('%s', async (name) => {
    const rule = actions[file.includes('settlements') && name === 'updatePolicyAction' ? `${name}_settlements` : name]
    if (!rule) throw new Error(`${name} of ${file} is missing in the table of app/permissions.db.test.ts`)
    // The refused ones first: what the others do may end the thing that it is about.
    for (const identity of identities.toSorted((a, b) => Number(isAllowed(rule, a)) - Number(isAllowed(rule, b)))) {
      const allowed = isAllowed(rule, identity)
      if (allowed && rule.onlyRefusals) continue
      signIn(identity)
      const before = await countEvents()
      const outcome = await exported[name]?.(...rule.args(shop))
      const code = outcome?.ok === false ? outcome.code : 'ok'
      if (allowed) {
        expect(code, `${identity} is refused: ${inspect(outcome)}`).not.toMatch(/^not-(allowed|signed-in)$/)
        continue
      }
      const expected = identity === 'agent' || identity === 'nobody' ? /^not-signed-in$/ : /^not-(allowed|found)$/
      expect(code, `${identity} ${inspect(outcome)}`).toMatch(expected)
      expect(await countEvents(), `${identity} wrote an event`).toBe(before)
    }
  })
})

async function countEvents(): Promise<bigint> {
  const [row] = await db.query<{ count: bigint }>(sql`SELECT count(*) FROM audit_event`)
  return row?.count ?? 0n
}

test('the table names no action that is gone', async () => {
  const names = await Promise.all(
    filesNamed('actions.ts').map(async (file) => Object.keys((await import(path.join(root, file))) as object)),
  )
  const known = new Set([...names.flat(), 'updatePolicyAction_settlements'])
  expect(Object.keys(actions).filter((name) => !known.has(name))).toEqual([])
})

/** Pages that need more than a member: the others answer not found, as if the page did not exist. */
const pages: Record<string, Rule['needs']> = {
  '(dashboard)/merchants': 'operator',
  '(dashboard)/policies/[id]/edit': 'execute',
  '(dashboard)/policies/new': 'execute',
  '(dashboard)/resources/[id]/edit': 'sell',
  '(dashboard)/resources/new': 'sell',
  '(dashboard)/settlements/schedule/[network]': 'settle',
  '(start)/start/resource': 'sell',
  '(start)/start': 'wallet',
  '(start)/invite/[token]': 'wallet',
  me: 'wallet',
}
/** They ask chains before they answer. */
const slow = ['(dashboard)/signers', '(dashboard)/networks']

describe.each(
  filesNamed('page.tsx')
    .map((file) => path.dirname(file))
    .filter((page) => !page.startsWith('(auth)')),
)('the page %s', (page) => {
  test('opens for those who may see it', async () => {
    const { default: Page } = (await import(path.join(root, page, 'page.tsx'))) as {
      default: (props: object) => Promise<unknown>
    }
    const needs = pages[page] ?? (page.startsWith('me/') ? 'wallet' : 'read')
    for (const identity of identities) {
      const allowed = isAllowed({ needs, args: () => [] }, identity)
      if (allowed && slow.includes(page)) continue
      signIn(identity)
      const opened = await Page({ params: Promise.resolve(paramsOf(page)), searchParams: Promise.resolve({}) }).then(
        () => 'opened',
        (error: Error) => error.message,
      )
      const isOut = identity === 'nobody' || identity === 'agent'
      if (!allowed && isOut)
        expect([identity, opened]).toEqual([identity, expect.stringMatching(/^redirect \/sign-in/)])
      else if (!allowed) expect([identity, opened]).toEqual([identity, 'not found'])
      // A page about a thing of the shop does not exist for another merchant's member.
      else if (identity === 'foreign' && page.includes('[') && needs !== 'wallet')
        expect([identity, opened]).toEqual([identity, expect.stringMatching(/^(not found|opened)$/)])
      else
        expect([identity, opened]).toEqual([
          identity,
          expect.stringMatching(/^(opened|not found|redirect \/(?!sign-in))/),
        ])
    }
  })
})

function paramsOf(page: string): Record<string, string> {
  const ids: Record<string, string> = {
    channels: shop.channelId,
    payments: shop.paymentId,
    policies: shop.policyId,
    resources: shop.resourceId,
    transactions: shop.transactionId,
    webhooks: shop.endpointId,
  }
  const [, folder = ''] = page.split('/')
  return {
    id: ids[folder] ?? shop.paymentId,
    wallet: `0x${'1'.repeat(40)}`,
    network: 'eip155:1337',
    delivery: shop.paymentId,
    token: '0'.repeat(64),
    month: '2026-01',
  }
}

/** Routes that a browser's session opens. */
const sessionRoutes = filesNamed('route.ts').filter((file) => /^\(dashboard\)|^api\/(overview|search)\//.test(file))

test.each(sessionRoutes)('the route %s answers members only', async (file) => {
  const { GET } = (await import(path.join(root, file))) as {
    GET: (request: Request, context: object) => Promise<Response>
  }
  for (const identity of identities) {
    signIn(identity)
    const request = new Request(`http://sluice.test/x${file.startsWith('api/search') ? `?q=${shop.paymentId}` : ''}`)
    const answer = await GET(request, { params: Promise.resolve({ month: '2026-01' }) })
    const text = await answer.text()
    const isOut = identity === 'nobody' || identity === 'agent'
    expect([identity, answer.status]).toEqual([identity, isOut ? 401 : expect.not.stringMatching(/^401$/)])
    if (identity === 'foreign') expect(text).not.toContain(shop.paymentId)
  }
})
