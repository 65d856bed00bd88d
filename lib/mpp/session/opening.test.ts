import { Session } from 'mppx/tempo'
import { encodeFunctionData, type Hex } from 'viem'
import { Abis, Transaction } from 'viem/tempo'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { Reserve } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import type { AppError } from '@/lib/errors'
import { nowMs, pathUsd, payer, payTo, quote, spellingsOf, usdc } from '@/sandbox/testing/credential-fixture'
import { header } from '@/sandbox/testing/mpp-fixture'
import {
  mppxClient,
  quoteOf,
  resign,
  sessionChallenge,
  sessions,
  stranger,
  unpack,
} from '@/sandbox/testing/session-fixture'

type Open = Extract<ChannelProtocol.ChannelCredential, { action: 'open' }>
type TopUp = Extract<ChannelProtocol.ChannelCredential, { action: 'topUp' }>

let open: Open
let topUp: TopUp
let terms: ChannelProtocol.ChannelTerms
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs })
  const client = mppxClient()
  const challenge = sessionChallenge()
  const value = await client.pay(challenge)
  open = sessions.parse(header(value)) as Open
  terms = sessions.terms(open, quoteOf(open), nowMs)
  const { channelId, descriptor } = unpack(value).payload
  const more = { action: 'topUp', channelId, descriptor, additionalDepositRaw: '500' }
  topUp = sessions.parse(header(await client.pay(challenge, more))) as TopUp
})
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: nowMs }))
afterEach(() => vi.useRealTimers())

type Given = { terms?: Partial<ChannelProtocol.ChannelTerms>; atMs?: number }
function refusal(credential: Open | TopUp, given: Given = {}): string {
  const asked = { ...terms, ...given.terms }
  const at = given.atMs ?? nowMs
  try {
    if (credential.action === 'open') sessions.opening(credential, asked, at)
    else sessions.topUp(credential, asked, at)
    return 'taken'
  } catch (error) {
    return `${(error as AppError).code}: ${(error as AppError).message}`
  }
}

const seconds = nowMs / 1000
const reserve = Reserve.address
const approve = (spender: Hex, token: Hex = pathUsd) => ({
  to: token,
  data: encodeFunctionData({ abi: Abis.tip20, functionName: 'approve', args: [spender, 10n ** 9n] }),
})

/** The credential with another transaction, and with all values that depend on it computed again. */
async function withTransaction(
  change: Record<string, unknown>,
  of: Open = open,
  account: typeof payer | typeof stranger = payer,
): Promise<Open> {
  const transaction = await resign(of.transaction, change, account)
  const expiringNonceHash = Session.Precompile.Channel.computeExpiringNonceHash(
    Transaction.deserialize(transaction as `0x76${string}`) as Parameters<
      typeof Session.Precompile.Channel.computeExpiringNonceHash
    >[0],
    { sender: account.address },
  )
  return withDescriptor({ expiringNonceHash }, { ...of, transaction })
}

async function withDescriptor(
  change: Partial<Reserve.ReserveDescriptor>,
  of: Open = open,
  signer = payer,
): Promise<Open> {
  const descriptor = { ...of.descriptor, ...change }
  const channelId = Reserve.channelId(descriptor, of.network)
  return { ...of, descriptor, channelId, signature: await signed({ ...of, channelId }, signer) }
}

function signed({ network, channelId, cumulativeBase }: Open, account: typeof payer | typeof stranger): Promise<Hex> {
  const digest = Reserve.voucherDigest(network, { channelId, cumulativeBase })
  return account.sign({ hash: `0x${Buffer.from(digest).toString('hex')}` })
}

function openData(change: Partial<Reserve.ReserveDescriptor & { deposit: bigint }> = {}): Hex {
  const { payee, operator, token, salt, authorizedSigner, deposit } = {
    ...open.descriptor,
    deposit: 1_000_000n,
    ...change,
  }
  const args = [payee, operator, token, deposit, salt, authorizedSigner] as const
  return encodeFunctionData({ abi: Reserve.abi, functionName: 'open', args })
}

describe('an opening', () => {
  it('of mppx’s client is taken', () => {
    const opening = sessions.opening(open, terms, nowMs)
    expect(opening).toEqual({
      channelId: open.channelId,
      descriptor: open.descriptor,
      signer: payer.address.toLowerCase(),
      depositBase: 1_000_000n,
      cumulativeBase: 10_000n,
      signature: open.signature,
      transaction: {
        from: payer.address.toLowerCase(),
        bytes: open.transaction,
        hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
        expiresAtMs: nowMs + 25_000,
      },
    })
  })

  it('has the id that mppx computes', () => {
    const { channelId, descriptor } = open
    expect(Session.Precompile.Channel.computeId({ ...descriptor, chainId: 1337 })).toBe(channelId)
    expect(Reserve.channelId(descriptor, open.network)).toBe(channelId)
  })

  it('made by hand is accepted like the client’s', async () => {
    expect(refusal(await withTransaction({}))).toBe('taken')
    expect(refusal(await withTransaction({ validBefore: seconds + 20 }))).toBe('taken')
  })

  it('may approve the reserve first, and do nothing else', async () => {
    const call = { to: reserve, data: openData() }
    const calls = async (...all: unknown[]) => refusal(await withTransaction({ calls: all }))
    expect(await calls(approve(reserve), call)).toBe('taken')
    expect(await calls(approve(usdc), call)).toMatch(/^verification-failed: .*every other call/)
    expect(await calls(approve(reserve, usdc), call)).toMatch(/^verification-failed: .*every other call/)
    expect(await calls(approve(reserve), approve(reserve), call)).toMatch(/^verification-failed: .*every other call/)
    expect(await calls(call, call)).toMatch(/^verification-failed: .*every other call/)
    expect(await calls(call, approve(reserve))).toMatch(/^verification-failed: .*reserve/)
    expect(await calls({ ...call, to: usdc })).toMatch(/^verification-failed: .*reserve/)
    expect(await calls({ to: reserve })).toMatch(/^verification-failed: .*reserve/)
    expect(await calls({ ...call, value: 1n })).toMatch(/^verification-failed: .*native/)
  })

  it.each<[string, () => Hex]>([
    ['another payee', () => openData({ payee: usdc })],
    ['another operator', () => openData({ operator: usdc })],
    ['another token', () => openData({ token: usdc })],
    ['another salt', () => openData({ salt: `0x${'01'.repeat(32)}` })],
    ['another signer', () => openData({ authorizedSigner: usdc })],
    ['no deposit', () => openData({ deposit: 0n })],
    ['more calldata', () => `${openData()}00`],
    ['dirty calldata', () => openData().replace('0000', '0001') as Hex],
    ['another call', () => '0x12345678'],
    ['a top-up', () => encodeFunctionData({ abi: Reserve.abi, functionName: 'topUp', args: [open.descriptor, 5n] })],
  ])('whose transaction has %s is refused', async (_, data) => {
    const calls = [{ to: reserve, data: data() }]
    expect(refusal(await withTransaction({ calls }))).toMatch(/^verification-failed: .*does not open the channel/)
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['for another network', { chainId: 4217 }, /^verification-failed: .*network/],
    ['without an expiring nonce', { nonceKey: 1n, nonce: 0n }, /^verification-failed: .*nonceKey/],
    ['without an expiry', { validBefore: undefined }, /^verification-failed: .*validBefore/],
    ['that has expired', { validBefore: seconds }, /^payment-expired/],
    ['about to expire', { validBefore: seconds + 1 }, /^payment-expired/],
    ['not valid yet', { validAfter: seconds + 9, validBefore: seconds + 20 }, /^payment-expired: .*validAfter/],
    ['that outlives the challenge', { validBefore: quote.expiresAtMs / 1000 + 3 }, /^verification-failed: .*outlives/],
    ['that leaves its fee to others', { feePayerSignature: null }, /^verification-failed/],
  ])('with a transaction %s is refused', async (_, change, expected) => {
    expect(refusal(await withTransaction(change))).toMatch(expected)
  })

  it('with a transaction that delegates its sender is refused', async () => {
    const signature = Transaction.z_SignatureEnvelope.from(await payer.sign({ hash: open.channelId }))
    const authorizationList = [{ address: usdc, chainId: 1337, nonce: 0n, signature }]
    const of = await withTransaction({ authorizationList })
    expect(refusal(of)).toMatch(/^verification-failed: .*authorises keys/)
  })

  it('with an unreadable transaction, or one of another sender, is refused', async () => {
    for (const transaction of ['0x76', '0x02c0', open.transaction.slice(0, -2)] as Hex[])
      expect(refusal({ ...open, transaction })).toMatch(/^verification-failed: The transaction/)
    expect(refusal(await withTransaction({}, open, stranger))).toMatch(/^verification-failed: .*another account/)
  })

  it('is broadcast in the encoding of a node, whatever encoding the client used', () => {
    const parity = open.transaction.endsWith('1b') ? '00' : '01'
    for (const transaction of [`${open.transaction}00`, open.transaction.slice(0, -2) + parity] as Hex[])
      expect(sessions.opening({ ...open, transaction }, terms, nowMs)).toEqual(sessions.opening(open, terms, nowMs))
  })

  it('of another channel than its descriptor is refused', async () => {
    const other = `0x${'07'.repeat(32)}` as const
    expect(refusal({ ...open, channelId: other })).toMatch(/^verification-failed: .*channelId/)
    expect(refusal(await withDescriptor({ expiringNonceHash: other }))).toMatch(
      /^verification-failed: .*expiringNonceHash/,
    )
    expect(refusal(await withDescriptor({ salt: other }))).toMatch(/^verification-failed: .*does not open/)
    expect(refusal(await withDescriptor({ authorizedSigner: usdc.toLowerCase() as Hex }))).toMatch(
      /^verification-failed/,
    )
  })

  it.each<[string, Partial<ChannelProtocol.ChannelTerms>]>([
    ['payee', { payee: usdc }],
    ['token', { asset: usdc }],
    ['operator', { operator: payTo }],
    ['network', { network: 'eip155:4217' }],
    ['channelId', { escrow: usdc }],
  ])('for another %s than in the challenge is refused', (name, change) => {
    expect(refusal(open, { terms: change })).toMatch(new RegExp(`^verification-failed: .*${name}`))
    expect(refusal(topUp, { terms: change })).toMatch(new RegExp(`^verification-failed: .*${name}`))
  })

  it('may have a voucher of another key that the descriptor names', async () => {
    const authorizedSigner = stranger.address.toLowerCase() as Hex
    const calls = [{ to: reserve, data: openData({ authorizedSigner }) }]
    const of = await withTransaction({ calls }, { ...open, descriptor: { ...open.descriptor, authorizedSigner } })
    expect(refusal(of)).toMatch(/^session-signer-mismatch/)
    expect(refusal({ ...of, signature: await signed(of, stranger) })).toBe('taken')
  })

  it('with a voucher above the deposit is refused', async () => {
    const of = { ...open, cumulativeBase: 1_000_001n }
    expect(refusal({ ...of, signature: await signed(of, payer) })).toMatch(/^session-amount-exceeds-deposit/)
    const all = { ...open, cumulativeBase: 1_000_000n }
    expect(refusal({ ...all, signature: await signed(all, payer) })).toBe('taken')
  })

  it('with another encoding of the voucher is the same opening', () => {
    const taken = sessions.opening(open, terms, nowMs)
    // The parser has already made upper case lower case.
    const { upperCase: _, ...spellings } = spellingsOf(open.signature)
    for (const signature of Object.values(spellings))
      expect(sessions.opening({ ...open, signature }, terms, nowMs)).toEqual(taken)
  })

  it('with a bad signature is refused, with the reason', async () => {
    const like = (signature: string) => refusal({ ...open, signature: signature as Hex })
    const { signature } = open
    expect(like(`${signature.slice(0, -2)}1d`)).toMatch(/^session-invalid-signature: .*27 or 28/)
    expect(like(signature.slice(0, -4))).toMatch(/^session-invalid-signature: .*65 bytes/)
    expect(like(`0x${'00'.repeat(64)}1b`)).toMatch(/^session-invalid-signature/)
    expect(like(await signed(open, stranger))).toMatch(/^session-signer-mismatch/)
    expect(like(await signed({ ...open, cumulativeBase: 10_001n }, payer))).toMatch(/^session-signer-mismatch/)
  })
})

describe('a top-up', () => {
  it('of mppx’s client is taken', () => {
    expect(sessions.topUp(topUp, terms, nowMs)).toEqual({
      from: payer.address.toLowerCase(),
      bytes: topUp.transaction,
      hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      expiresAtMs: nowMs + 25_000,
    })
  })

  it('with another amount or another call is refused', async () => {
    expect(refusal({ ...topUp, addedBase: 501n })).toMatch(/^verification-failed: .*additionalDeposit/)
    expect(refusal({ ...topUp, addedBase: 0n })).toMatch(/^verification-failed: .*nothing/)
    expect(refusal({ ...topUp, transaction: open.transaction })).toMatch(/^verification-failed: .*additionalDeposit/)
    expect(refusal(topUp, { atMs: nowMs + 24_000 })).toMatch(/^payment-expired/)
    const foreign = { ...topUp, transaction: await resign(topUp.transaction, {}, stranger) }
    expect(refusal(foreign)).toMatch(/^verification-failed: .*another account/)
    const wild = { ...topUp, transaction: await resign(topUp.transaction, { calls: [approve(usdc), approve(usdc)] }) }
    expect(refusal(wild)).toMatch(/^verification-failed: .*reserve/)
  })
})
