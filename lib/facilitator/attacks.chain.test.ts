import type { PaymentPayload } from '@x402/core/types'
import { concatHex, encodeAbiParameters, encodeFunctionData, numberToHex, parseAbi, type Hex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { sendFromFaucet } from '@/sandbox/anvil'
import { usdc } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import {
  setUpFacilitator,
  balance,
  facilitator,
  newPayer,
  payTo,
  requirements,
  sent,
  sign,
} from '@/sandbox/testing/facilitator-harness'
import { sendAs } from '@/sandbox/testing/permit2-fixture'
import { Eip3009 } from '@/lib/chains'

setUpFacilitator()

// The eight rules of "When HTTP 402 Meets the Blockchain" (arXiv 2607.19545) and the attacks on EVM facilitators that are
// published (research: docs/security.md), against ours, as a black box: what it answers, what it sends, what the chain holds.

const { evm } = chains()

type Signed = { authorization: Record<string, string>; signature: Hex }
const signedOf = (payload: PaymentPayload) => payload.payload as unknown as Signed

function withSigned(payload: PaymentPayload, change: (signed: Signed) => Partial<Signed>): PaymentPayload {
  const signed = signedOf(payload)
  return { ...payload, payload: { ...signed, ...change(signed) } as never }
}

/** What both verbs say of a payload, where neither takes it and nothing is signed or moved. */
async function refusals(payload: PaymentPayload, asked = requirements()): Promise<string> {
  const [bytes, held] = [await sent(), await balance()]
  const told = async (work: Promise<unknown>) => JSON.stringify(await work.catch((error: Error) => error.message))
  const [verified, settled] = [
    await told(facilitator.verify(payload, asked)),
    await told(facilitator.settle(payload, asked)),
  ]
  expect([verified, settled].join()).not.toMatch(/"(isValid|success)":true/)
  expect([await sent(), await balance()]).toEqual([bytes, held])
  return codesIn(verified) === codesIn(settled) ? codesIn(verified) : `${verified} but ${settled}`
}

/** x402's code in an answer, or the whole of it. */
const codesIn = (answer: string) => /"(?:invalid|error)Reason":"([^"]+)"/.exec(answer)?.[1] ?? answer

async function cancel(payer: PrivateKeyAccount, payload: PaymentPayload): Promise<void> {
  const nonce = signedOf(payload).authorization.nonce as Hex
  const message = { authorizer: payer.address, nonce }
  const types = {
    CancelAuthorization: [
      { name: 'authorizer', type: 'address' },
      { name: 'nonce', type: 'bytes32' },
    ],
  } as const
  const domain = { name: 'USDC', version: '2', chainId: 84_532, verifyingContract: usdc }
  const signature = await payer.signTypedData({ domain, types, primaryType: 'CancelAuthorization', message })
  const abi = parseAbi(['function cancelAuthorization(address authorizer, bytes32 nonce, bytes signature)'])
  await sendFromFaucet(evm.rpc, usdc, encodeFunctionData({ abi, args: [payer.address, nonce, signature] }))
}

describe('rule 1: the payment is bound to what is asked', () => {
  it('when its fields are changed behind the signature', async () => {
    const payer = await newPayer()
    const payload = await sign(payer)
    for (const [name, value] of [
      ['value', '9999'],
      ['to', payer.address],
      ['nonce', numberToHex(7, { size: 32 })],
    ] as const)
      expect(
        await refusals(
          withSigned(payload, ({ authorization }) => ({ authorization: { ...authorization, [name]: value } })),
        ),
      ).toMatch(/invalid_exact_evm_(authorization_value|recipient_mismatch|signature)/)
  })

  it('when they are changed and signed again', async () => {
    const payer = await newPayer()
    expect(await refusals(await sign(payer, requirements({ amount: '1' })))).toMatch(
      'invalid_exact_evm_authorization_value',
    )
    expect(await refusals(await sign(payer, requirements({ payTo: payer.address })))).toMatch(
      'invalid_exact_evm_recipient_mismatch',
    )
    for (const extra of [
      { name: 'USD Coin', version: '2' },
      { name: 'USDC', version: '1' },
    ])
      expect(await refusals(await sign(payer, requirements({ extra })))).toMatch('invalid_exact_evm_signature')
    const other = await sign(payer, requirements({ asset: payTo }))
    expect(await refusals(other)).toMatch('invalid_exact_evm_signature')
  })
})

describe('rule 2: the payer signed', () => {
  it('with a key of its own', async () => {
    const [payer, thief] = [await newPayer(), await newPayer()]
    const payload = await sign(payer)
    const stolen = withSigned(payload, ({ authorization }) => ({
      authorization: { ...authorization, from: thief.address },
    }))
    expect(await refusals(stolen)).toMatch('invalid_exact_evm_signature')
    const { signature } = signedOf(payload)
    const otherV = signature.slice(0, -2) + (signature.endsWith('1b') ? '01' : '00')
    for (const form of [otherV, signature.slice(0, 128), `${signature}00`, '0x'] as Hex[])
      expect(await refusals(withSigned(payload, () => ({ signature: form })))).toMatch(
        /invalid_exact_evm_signature|invalid_payload/,
      )
    expect(await facilitator.verify(payload, requirements())).toMatchObject({ isValid: true })
  })
})

describe('rule 3: in its time', () => {
  it.each([
    ['expired', -60, 'valid_before'],
    ['about to expire', 4, 'valid_before'],
  ])('not when it is %s', async (_, seconds, code) => {
    const payer = await newPayer()
    expect(await refusals(await sign(payer, requirements({ maxTimeoutSeconds: seconds })))).toMatch(
      `authorization_${code}`,
    )
  })
})

describe('rule 4 and 5: what is settled has moved, once', () => {
  it('takes no payment of nothing', async () => {
    const payer = await newPayer()
    expect(await refusals(await sign(payer, requirements({ amount: '0' })), requirements({ amount: '0' }))).toMatch(
      /authorization_value/,
    )
  })

  it('tells the same hash to its caller, and another resource nothing', async () => {
    const payer = await newPayer()
    const payload = await sign(payer)
    const settled = await facilitator.settle(payload, requirements())
    expect(settled.success).toBe(true)
    const elsewhere = { ...payload, resource: { url: 'https://shop.test/b', description: '', mimeType: '' } }
    expect(await facilitator.settle(elsewhere, requirements())).toMatchObject({
      success: false,
      errorReason: 'invalid_exact_evm_nonce_already_used',
    })
  })

  it('names the transfer that another party submitted meanwhile', async () => {
    const payer = await newPayer()
    const payload = await sign(payer)
    const { authorization, signature } = signedOf(payload)
    const held = await balance()
    const bytes = await sent()
    await evm.rpc('evm_setAutomine', [false])
    await evm.rpc('evm_setIntervalMining', [0])
    const settling = facilitator.settle(payload, requirements())
    try {
      while ((await sent()) === bytes || (await waiting()) === 0)
        await new Promise((resolve) => setTimeout(resolve, 20))
      const { from, to, value, validAfter, validBefore, nonce } = authorization
      const data = Eip3009.transferData({
        kind: 'eip3009',
        from,
        to,
        value,
        validAfter,
        validBefore,
        nonce,
        signature,
      } as Eip3009.Eip3009Authorization)
      const [faucet] = await evm.rpc<Hex[]>('eth_accounts', [])
      const fees = { maxFeePerGas: '0x174876e800', maxPriorityFeePerGas: '0x12a05f2000' }
      await evm.rpc('eth_sendTransaction', [{ from: faucet, to: usdc, data, gas: '0x30d40', ...fees }])
      await evm.rpc('evm_mine', [])
    } finally {
      await evm.rpc('evm_setAutomine', [true])
      await evm.rpc('evm_setIntervalMining', [2])
    }
    const answer = await settling
    const settled = answer.success ? answer : await again(payload)
    expect(settled).toMatchObject({ success: true, transaction: expect.stringMatching(/^0x[0-9a-f]{64}$/) as string })
    expect((await balance()) - held).toBe(10_000n)
  })
})

/** How many transactions wait for a block. */
const waiting = async () => Number((await evm.rpc<{ pending: Hex }>('txpool_status', [])).pending)

/** A settlement that was pending, once it is known. */
async function again(payload: PaymentPayload) {
  for (let tries = 0; ; tries++) {
    const answer = await facilitator.settle(payload, requirements())
    if (answer.success || tries === 50) return answer
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

describe('rule 6 and 8: the sponsor pays for nothing else', () => {
  it('calls no factory, and no token that is not known', async () => {
    const payer = await newPayer()
    const payload = await sign(payer)
    const wrapped = concatHex([
      encodeAbiParameters(
        [{ type: 'address' }, { type: 'bytes' }, { type: 'bytes' }],
        [
          usdc,
          encodeFunctionData({ abi: parseAbi(['function mint(address,uint256)']), args: [payTo, 1n] }),
          signedOf(payload).signature,
        ],
      ),
      '0x6492649264926492649264926492649264926492649264926492649264926492',
    ])
    expect(await refusals(withSigned(payload, () => ({ signature: wrapped })))).toMatch(
      /invalid_exact_evm_signature|invalid_payload|6492/,
    )
    const burner = requirements({ asset: payTo })
    expect(await refusals(await sign(payer, burner), burner)).toMatch('unsupported_scheme')
  })
})

describe('rule 7: it is looked at again before it is sent', () => {
  it('when it was cancelled after it was verified', async () => {
    const payer = await newPayer()
    const payload = await sign(payer)
    expect(await facilitator.verify(payload, requirements())).toMatchObject({ isValid: true })
    await cancel(payer, payload)
    expect(await refusals(payload)).toMatch('invalid_exact_evm_nonce_already_used')
  })

  it('when the money has gone since', async () => {
    const payer = await newPayer()
    const payload = await sign(payer)
    expect(await facilitator.verify(payload, requirements())).toMatchObject({ isValid: true })
    const abi = parseAbi(['function transfer(address to, uint256 value) returns (bool)'])
    await sendAs(payer.address, usdc, encodeFunctionData({ abi, args: [usdc, await balance(payer.address)] }))
    expect(await refusals(payload)).toMatch('invalid_exact_evm_insufficient_balance')
  })
})
