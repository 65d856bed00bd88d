import { x402Client } from '@x402/core/client'
import { decodePaymentRequiredHeader } from '@x402/core/http'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { UptoEvmScheme } from '@x402/evm/upto/client'
import { BuilderCodeFacilitatorExtension } from '@x402/extensions/builder-code'
import { encodeFunctionData, erc20Abi, maxUint256, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { Permit2 } from '@/lib/chains'
import type { AppError } from '@/lib/errors'
import { Quote } from '@/lib/pricing'
import { agentRequest, evm, payer, payTo, quote, toBase64, usdc } from '@/sandbox/testing/credential-fixture'
import { signPermit2, type Signed } from '@/sandbox/testing/permit2-fixture'
import { createProtocol } from '.'
import { suffixOf } from './builder-code'

const secret = 'secret-of-these-tests-0123456789abcdef'
const x402 = createProtocol({ secrets: () => [secret], serves: (network) => network === evm })
const facilitator = privateKeyToAddress(process.env.SETTLEMENT_PRIVATE_KEY as Hex)
const fresh = (change: Partial<Quote.Quote> = {}): Quote.Quote => {
  const issuedAtMs = Date.now() - 1_000
  return { ...quote, issuedAtMs, expiresAtMs: issuedAtMs + Quote.lifetimeMs, ...change }
}
const metered = { scale: 10_000 }
const taking = (takes: { permit2?: boolean; contracts?: boolean }) => ({ ...agentRequest, takes })

function required(of: Quote.Quote, takes: Parameters<typeof taking>[0]) {
  const { headers } = x402.challenge(of, taking(takes), {})
  return decodePaymentRequiredHeader(headers[0]?.[1] ?? '')
}

/** A client's payload for the offer with this method. */
function carry(of: Quote.Quote, payload: unknown, extensions: object = {}): Headers {
  const accepted = required(of, { permit2: true }).accepts.find(({ extra }) => extra.assetTransferMethod === 'permit2')
  return new Headers({ 'PAYMENT-SIGNATURE': toBase64({ x402Version: 2, accepted, payload, extensions }) })
}

async function pay(of: Quote.Quote, headers: Headers, takes: Parameters<typeof taking>[0] = { permit2: true }) {
  const credential = x402.parse(headers)
  if (!credential) throw new Error('no credential')
  return x402.authorize(credential, of, taking(takes), Date.now())
}

async function refusal(...args: Parameters<typeof pay>): Promise<string> {
  return pay(...args).then(
    () => 'accepted',
    (error: AppError) => `${String(error.extra.reason)}: ${error.message}`,
  )
}

const exact = (change: object = {}) => signPermit2(payer, { amountBase: 10_000n, payTo, ...change })
const changed = (signed: Signed, change: Partial<Signed['permit2Authorization']>): Signed => ({
  ...signed,
  permit2Authorization: { ...signed.permit2Authorization, ...change },
})

describe('a challenge', () => {
  it('also offers Permit2 if the seller accepts it, and only upto if the price is metered', () => {
    const ways = (of: Quote.Quote, takes = {}) =>
      required(of, takes).accepts.map(
        ({ scheme, extra }) => `${scheme} ${String(extra.assetTransferMethod ?? 'eip3009')}`,
      )
    expect(ways(fresh())).toEqual(['exact eip3009'])
    expect(ways(fresh(), { permit2: true })).toEqual(['exact eip3009', 'exact permit2'])
    expect(ways(fresh({ metered }), { permit2: true })).toEqual(['upto permit2'])
    expect(required(fresh({ metered }), {}).accepts[0]?.extra).toMatchObject({ facilitatorAddress: facilitator })
    expect(required(fresh(), {}).extensions ?? {}).not.toHaveProperty('eip2612GasSponsoring')
    expect(required(fresh({ metered }), {}).extensions).toHaveProperty('eip2612GasSponsoring')
  })

  it('is paid by the official client, which sends a permit', async () => {
    const reads: string[] = []
    const signer = {
      address: payer.address,
      signTypedData: payer.signTypedData,
      readContract: async ({ functionName }: { functionName: string }) => {
        reads.push(functionName)
        return functionName === 'allowance' ? 0n : 7n
      },
    }
    for (const of of [fresh(), fresh({ metered })]) {
      const client = new x402Client((_, accepts) => accepts.at(-1)!)
        .register(evm, new ExactEvmScheme(signer as never))
        .register(evm, new UptoEvmScheme(signer as never))
      const payload = await client.createPaymentPayload(required(of, { permit2: true }))
      const { scheme, payer: from, instrument } = await pay(of, new Headers({ 'PAYMENT-SIGNATURE': toBase64(payload) }))
      expect([scheme, from]).toEqual([of.metered ? 'upto' : 'exact', payer.address.toLowerCase()])
      expect(instrument).toMatchObject({
        kind: 'permit2',
        value: '10000',
        sponsor: { kind: 'eip2612', nonce: '7', value: '10000' },
        ...(of.metered && { facilitator: facilitator.toLowerCase() }),
      })
    }
    expect(reads).toContain('nonces')
  })
})

describe('a permit', () => {
  it('is one credential in every encoding', async () => {
    const signed = await exact()
    const upper = { ...signed, signature: signed.signature.toUpperCase().replace('0X', '0x') }
    const keys = [signed, upper].map((payload) => x402.parse(carry(fresh(), payload))?.claimKey)
    const { from, nonce } = signed.permit2Authorization
    expect(keys).toEqual(Array(2).fill(`permit2|${evm}|${from.toLowerCase()}|${nonce}`))
  })

  it.each<[string, (signed: Signed) => Signed, RegExp]>([
    ['another token', (s) => changed(s, { permitted: { token: payTo, amount: '10000' } }), /^token/],
    ['another recipient', (s) => changed(s, { witness: { to: usdc, validAfter: '0' } }), /^recipient/],
    ['less', (s) => changed(s, { permitted: { token: usdc, amount: '9999' } }), /^value/],
    ['more', (s) => changed(s, { permitted: { token: usdc, amount: '10001' } }), /^value/],
    ['another spender', (s) => changed(s, { spender: Permit2.address }), /^spender/],
    ['another nonce', (s) => changed(s, { nonce: '1' }), /^signature/],
    ['a later start', (s) => changed(s, { witness: { to: payTo, validAfter: '99999999999' } }), /^not-yet-valid/],
    ['an end that is over', (s) => changed(s, { deadline: '1' }), /^expired/],
    ['an end in years', (s) => changed(s, { deadline: '99999999999' }), /^too-long/],
    ['another payer', (s) => changed(s, { from: payTo }), /^signature: .*"from"/],
    ['an ERC-6492 wrapper', (s) => ({ ...s, signature: `${s.signature}${'6492'.repeat(16)}` }), /^signature: .*6492/],
    ['a signature of a contract', (s) => ({ ...s, signature: `${s.signature}00` }), /^signature: .*ERC-1271/],
  ])('with %s is refused', async (_, change, expected) => {
    const of = fresh()
    expect(await refusal(of, carry(of, change(await exact())))).toMatch(expected)
  })

  it('is verified by the chain if contracts may pay, except wrappers', async () => {
    const of = fresh()
    const signed = await exact()
    const takes = { permit2: true, contracts: true }
    const { instrument } = await pay(of, carry(of, { ...signed, signature: `${signed.signature}00` }), takes)
    expect(instrument).toMatchObject({ contract: true })
    expect((await pay(of, carry(of, signed), takes)).instrument).not.toHaveProperty('contract')
    const wrapped = { ...signed, signature: `${signed.signature}${'6492'.repeat(16)}` }
    expect(await refusal(of, carry(of, wrapped), takes)).toMatch(/6492/)
  })

  it('under upto may exceed the price, and is for our signers only', async () => {
    const of = fresh({ metered })
    const signed = await exact({ facilitator })
    expect((await pay(of, carry(of, signed))).instrument).toMatchObject({ scheme: 'upto' })
    expect((await pay(of, carry(of, await exact({ facilitator, amountBase: 20_000n })))).instrument).toMatchObject({
      value: '20000',
    })
    expect(await refusal(of, carry(of, await exact({ facilitator, amountBase: 9_999n })))).toMatch(/^value/)
    expect(await refusal(of, carry(of, await exact({ facilitator: payTo })))).toMatch(/^facilitator/)
  })
})

describe('an allowance sent with the payment', () => {
  const approve = (change: object = {}) =>
    payer.signTransaction({
      type: 'eip1559',
      chainId: 84_532,
      to: usdc,
      data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [Permit2.address, maxUint256] }),
      nonce: 3,
      gas: 70_000n,
      maxFeePerGas: 2_000_000_000n,
      maxPriorityFeePerGas: 1_000_000n,
      ...change,
    })
  const extension = (signedTransaction: Hex, change: object = {}) => ({
    erc20ApprovalGasSponsoring: {
      info: {
        ...{ from: payer.address, asset: usdc, spender: Permit2.address, amount: maxUint256.toString() },
        ...{ signedTransaction, version: '1', ...change },
      },
    },
  })

  it('is the payer’s own approval', async () => {
    const of = fresh()
    const { instrument } = await pay(of, carry(of, await exact(), extension(await approve())))
    expect(instrument).toMatchObject({ sponsor: { kind: 'approval', nonce: 3, feeWei: '140000000000000' } })
  })

  it.each<[string, object, object?]>([
    ['of another token', { to: payTo }],
    ['that sends native value', { value: 1n }],
    ['that does something else', { data: '0xa9059cbb' }],
    ['of another spender', { data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [payTo, 1n] }) }],
    [
      'of too little',
      { data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [Permit2.address, 9n] }) },
    ],
    ['that burns gas', { gas: 1_000_000n }],
    ['for another chain', { chainId: 8_453 }],
    ['for another payer', {}, { from: payTo }],
  ])('is refused %s', async (_, change, info) => {
    const of = fresh()
    expect(await refusal(of, carry(of, await exact(), extension(await approve(change), info)))).toMatch(/^sponsor/)
  })

  it('is refused with a changed signature, and absent in a plain echo', async () => {
    const of = fresh()
    const bytes = await approve()
    const flipped = `${bytes.slice(0, 40)}${bytes[40] === '0' ? '1' : '0'}${bytes.slice(41)}` as Hex
    expect(await refusal(of, carry(of, await exact(), extension(flipped)))).toMatch(/^sponsor/)
    const echo = { erc20ApprovalGasSponsoring: { info: { description: 'as the 402 says', version: '1' } } }
    expect((await pay(of, carry(of, await exact(), echo))).instrument).not.toHaveProperty('sponsor')
  })
})

it('appends builder codes to the calldata like the official facilitator', () => {
  const official = new BuilderCodeFacilitatorExtension()
  for (const info of [
    { a: 'bc_weather' },
    { a: 'bc_weather', s: ['one', 'two'] },
    { s: 'only_one', w: 'not_theirs_to_say' },
    { a: 'x'.repeat(32), s: Array.from({ length: 12 }, (_, index) => `service_${index}`) },
    { a: 'Not A Code', s: ['AND NOT', 7] },
    {},
  ]) {
    const extensions = { 'builder-code': { info } }
    const paymentPayload = { x402Version: 2, extensions } as never
    expect(suffixOf(extensions)).toBe(official.buildDataSuffix({ paymentPayload, paymentRequirements: {} as never }))
  }
})
