import { decodePaymentRequiredHeader, decodePaymentResponseHeader } from '@x402/core/http'
import { parseBuilderCodeSuffixFromCalldata } from '@x402/extensions/builder-code'
import { encodeFunctionData, parseAbi, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { sendFromFaucet } from '@/sandbox/anvil'
import { compile } from '@/sandbox/compile'
import { evmNetwork, fundGas, fundUsdc, putCode, tokenBalance, usdc } from '@/sandbox/evm'
import { approvePermit2Data, permit2 } from '@/sandbox/permit2'
import { chains } from '@/sandbox/testing/chains'
import { permit2Payer, sendAs } from '@/sandbox/testing/permit2-fixture'
import {
  setUpPermit2,
  call,
  exclusivePayTo,
  failUpstream,
  meanwhile,
  sell,
  sign,
  type Required,
  type Shop,
} from '@/sandbox/testing/permit2-harness'
import { Permit2 } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Payment } from '@/lib/payments'

setUpPermit2()

// Agents that pay by Permit2, with the payloads of `@x402/evm`, through the gateway to the chain.

const { evm } = chains()
const receiptOf = (response: Response) => decodePaymentResponseHeader(response.headers.get('payment-response') ?? '')
const received = ({ payTo }: Shop) => tokenBalance(evm, usdc, payTo)

async function lastPayment(): Promise<Payment.Payment & { form: string | null }> {
  const [row] = await db.query<Payment.Payment & { form: string | null }>(sql`
    SELECT p.*, p.amount_base AS "amountBase", p.authorized_base AS "authorizedBase", p.tx_hash AS "txHash", b.form
    FROM payment p LEFT JOIN settlement_batch b ON b.id = p.batch_id ORDER BY p.created_at DESC LIMIT 1`)
  if (!row) throw new Error('no payment')
  return row
}

/**
 * The ledger balances, no finished payment leaves a debt or a reservation, and the booked cash is the address's balance.
 */
async function booksBalance(shop: Shop): Promise<void> {
  const [row] = await db.query<{ cash: bigint; sum: bigint; owed: bigint; open: bigint }>(sql`
    SELECT coalesce(sum(amount), 0) AS sum,
      coalesce(sum(amount) FILTER (WHERE account = ${`cash:${shop.payTo.toLowerCase()}`}), 0) AS cash,
      coalesce(sum(amount) FILTER (WHERE account LIKE 'receivable:%'), 0) AS owed,
      (SELECT coalesce(sum(reserved_base), 0) FROM exposure) AS open
    FROM ledger_line`)
  expect(row).toEqual({ sum: 0n, cash: await received(shop), owed: 0n, open: 0n })
}

describe('exact by Permit2', () => {
  it('moves the price once, also when repeated', async () => {
    const shop = await sell()
    const { headers } = await sign(shop.path, await permit2Payer(100_000n))
    const [first, second] = [await call(shop.path, headers), await call(shop.path, headers)]
    expect([first.status, second.status]).toEqual([200, 200])
    expect(receiptOf(first)).toMatchObject({ success: true, network: evmNetwork, amount: '10000' })
    expect(receiptOf(second)).toEqual(receiptOf(first))
    expect(await received(shop)).toBe(10_000n)
    await booksBalance(shop)
  })

  it('shares a transaction with EIP-3009, and with payments that look the same', async () => {
    const shop = await sell()
    const payer = await permit2Payer(100_000n)
    await fundUsdc(evm, payer.address, 100_000n)
    const methods = ['permit2', 'eip3009', 'permit2', 'eip3009', 'permit2'] as const
    const signed = await Promise.all(methods.map((method) => sign(shop.path, payer, method)))
    const answers = await Promise.all(signed.map(({ headers }) => call(shop.path, headers)))
    expect(answers.map(({ status }) => status)).toEqual(methods.map(() => 200))
    expect(await received(shop)).toBe(50_000n)
    const [batch] = await db.query<{ size: number }>(
      sql`SELECT max(size) AS size FROM settlement_batch WHERE form = 'aggregate'`,
    )
    expect(batch?.size).toBeGreaterThan(1)
    await booksBalance(shop)
  })

  it('counts as paid if another party submits it first and the address is exclusive to this server', async () => {
    const shop = await sell({ payTo: exclusivePayTo })
    const { headers, payload } = await sign(shop.path, await permit2Payer(100_000n))
    meanwhile.work = () => sendFromFaucet(evm.rpc, Permit2.proxies.exact, settleData(payload.payload))
    const answer = await call(shop.path, headers)
    expect([answer.status, await answer.text()]).toEqual([200, 'the answer'])
    expect(await received(shop)).toBe(10_000n)
    await booksBalance(shop)
  })

  it('buys nothing if another party submits it first and it may have paid another server', async () => {
    const shop = await sell()
    const { headers, payload } = await sign(shop.path, await permit2Payer(100_000n))
    meanwhile.work = () => sendFromFaucet(evm.rpc, Permit2.proxies.exact, settleData(payload.payload))
    const answer = await call(shop.path, headers)
    expect([answer.status, await answer.text()]).toEqual([402, expect.not.stringContaining('the answer')])
    expect(await lastPayment()).toMatchObject({
      status: 'voided',
      settlement: 'failed',
      reason: expect.stringContaining('another party') as string,
    })
  })

  it('gives no answer for an invalidated nonce or an empty balance', async () => {
    const shop = await sell()
    for (const spoil of [invalidate, drain]) {
      const payer = await permit2Payer(20_000n)
      const { headers, payload } = await sign(shop.path, payer)
      meanwhile.work = () => spoil(payer.address, payload.payload)
      const answer = await call(shop.path, headers)
      expect([answer.status, await answer.text()]).toEqual([402, expect.not.stringContaining('the answer')])
      expect(await lastPayment()).toMatchObject({ status: 'voided', settlement: 'failed', txHash: null })
    }
    expect(await received(shop)).toBe(0n)
    await booksBalance(shop)
  })

  it('asks for an allowance with 412 and a challenge, and names the missing amount', async () => {
    const shop = await sell()
    const without = await permit2Payer(100_000n, 0n)
    const { headers } = await sign(shop.path, without, 'permit2', (required) => ({ ...required, extensions: {} }))
    const answer = await call(shop.path, headers)
    expect(answer.status).toBe(412)
    expect(await answer.json()).toMatchObject({ code: 'allowance-required', spender: permit2 })
    expect(decodePaymentRequiredHeader(answer.headers.get('payment-required') ?? '').error).toBe(
      'permit2_allowance_required',
    )
    const poor = await call(shop.path, (await sign(shop.path, await permit2Payer(9_999n, 100_000n))).headers)
    expect([poor.status, ((await poor.json()) as { code: string }).code]).toEqual([402, 'payment-insufficient'])
  })

  it('submits a permit along', async () => {
    const shop = await sell()
    const payer = await permit2Payer(100_000n, 0n)
    for (const total of [10_000n, 20_000n]) {
      const { headers, payload } = await sign(shop.path, payer)
      expect(payload.extensions).toHaveProperty('eip2612GasSponsoring.info.signature')
      expect((await call(shop.path, headers)).status).toBe(200)
      expect(await received(shop)).toBe(total)
    }
    await booksBalance(shop)
  })

  it('sends the payer’s own approval first, once', async () => {
    const shop = await sell()
    const payer = await permit2Payer(100_000n, 0n)
    const byApproval = (required: Required) => ({ ...required, extensions: { erc20ApprovalGasSponsoring: {} } })
    const poor = await call(shop.path, (await sign(shop.path, payer, 'permit2', byApproval)).headers)
    expect([poor.status, await poor.text()]).toEqual([402, expect.stringContaining('wei')])
    await fundGas(evm, payer.address, 10n ** 18n)
    const signed = [
      await sign(shop.path, payer, 'permit2', byApproval),
      await sign(shop.path, payer, 'permit2', byApproval),
    ]
    const answers = await Promise.all(signed.map(({ headers }) => call(shop.path, headers)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await received(shop)).toBe(20_000n)
    const [row] = await db.query<{ count: number }>(
      sql`SELECT count(*)::int AS count FROM transaction WHERE kind = 'raw' AND signer = ${payer.address.toLowerCase()}`,
    )
    expect(row?.count).toBe(1)
    await booksBalance(shop)
  })

  it('writes the client’s builder codes onto the chain', async () => {
    const shop = await sell()
    const coded = (info: object) => (required: Required) => ({ ...required, extensions: { 'builder-code': { info } } })
    const { headers } = await sign(shop.path, await permit2Payer(100_000n), 'permit2', coded({ s: ['my_client'] }))
    const { transaction } = receiptOf(await call(shop.path, headers))
    const { input } = await evm.rpc<{ input: Hex }>('eth_getTransactionByHash', [transaction])
    expect(parseBuilderCodeSuffixFromCalldata(input)).toEqual({ s: ['my_client'] })
    // The seller may name the app; this one does not.
    const other = await sign(shop.path, await permit2Payer(100_000n), 'permit2', coded({ a: 'bc_acme' }))
    const refused = await call(shop.path, other.headers)
    expect([refused.status, await refused.text()]).toEqual([402, expect.stringContaining('builder-code')])
  })
})

describe('upto', () => {
  it.each([
    ['1234', 1_234n],
    ['5000', 5_000n],
    ['10000', 10_000n],
    ['999999', 10_000n],
    ['0', 0n],
    ['none', 0n],
  ])('charges an answer of %s units %d', async (units, chargedBase) => {
    const shop = await sell({ metered: true })
    const payer = await permit2Payer(100_000n)
    const { headers } = await sign(shop.path, payer)
    const [answer, repeat] = [
      await call(`${shop.path}?units=${units}`, headers),
      await call(`${shop.path}?units=${units}`, headers),
    ]
    expect([answer.status, await answer.text()]).toEqual([200, 'the answer'])
    const receipt = receiptOf(answer)
    expect(receipt).toMatchObject({ success: true, amount: chargedBase.toString() })
    expect(receipt.transaction === '').toBe(chargedBase === 0n)
    expect([repeat.status, receiptOf(repeat)]).toEqual([200, receipt])
    expect(await received(shop)).toBe(chargedBase)
    expect(await tokenBalance(evm, usdc, payer.address)).toBe(100_000n - chargedBase)
    expect(await lastPayment()).toMatchObject({
      scheme: 'upto',
      status: 'delivered',
      settlement: 'settled',
      amountBase: chargedBase,
      authorizedBase: 10_000n,
      form: chargedBase === 0n ? null : 'single',
    })
    await booksBalance(shop)
  })

  it('serves several in parallel, each in its own transaction, also with a permit', async () => {
    const shop = await sell({ metered: true })
    const payers: PrivateKeyAccount[] = []
    for (let count = 0; count < 4; count++) payers.push(await permit2Payer(100_000n, 0n))
    const signed = await Promise.all(payers.map((payer) => sign(shop.path, payer)))
    const answers = await Promise.all(
      signed.map(({ headers }, index) => call(`${shop.path}?units=${index + 1}`, headers)),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(await received(shop)).toBe(10n)
    await booksBalance(shop)
  })

  it('does not pay for another resource, and is not charged for a failing upstream', async () => {
    const [other, shop] = [await sell({ metered: true }), await sell({ metered: true })]
    const payer = await permit2Payer(100_000n)
    expect((await call(other.path, (await sign(shop.path, payer)).headers)).status).toBe(402)
    const { headers } = await sign(shop.path, payer)
    meanwhile.work = async () => failUpstream()
    expect((await call(shop.path, headers)).status).toBe(502)
    expect(await received(shop)).toBe(0n)
    await booksBalance(shop)
  })
})

describe('a smart account', () => {
  const abi = parseAbi(['function initialize(address owner)', 'function setBurning(bool burning)'])
  let account: Address
  let owner: PrivateKeyAccount

  beforeEach(async () => {
    account = privateKeyToAccount(generatePrivateKey()).address
    owner = privateKeyToAccount(generatePrivateKey())
    await putCode(evm, account, compile('SmartAccount', inject('chainsDir')))
    await sendFromFaucet(
      evm.rpc,
      account,
      encodeFunctionData({ abi, functionName: 'initialize', args: [owner.address] }),
    )
    await fundUsdc(evm, account, 100_000n)
    await sendAs(account, usdc, approvePermit2Data(100_000n))
  })

  it.each(['eip3009', 'permit2'] as const)('pays by %s if the resource accepts contracts', async (method) => {
    const shop = await sell({ contracts: true })
    const signer = { address: account, signTypedData: owner.signTypedData }
    expect((await call(shop.path, (await sign(shop.path, signer, method)).headers)).status).toBe(200)
    expect(await received(shop)).toBe(10_000n)
    expect((await lastPayment()).form).toBe('single')
    await booksBalance(shop)
  })

  it('is refused by other resources, for another key, and if it burns gas', async () => {
    const signer = { address: account, signTypedData: owner.signTypedData }
    const plain = await sell()
    expect((await call(plain.path, (await sign(plain.path, signer)).headers)).status).toBe(402)
    const shop = await sell({ contracts: true })
    const thief = privateKeyToAccount(generatePrivateKey())
    for (const from of [account, owner.address]) {
      const stolen = { address: from, signTypedData: thief.signTypedData }
      await fundUsdc(evm, from, 100_000n)
      const answer = await call(shop.path, (await sign(shop.path, stolen, 'eip3009')).headers)
      expect([answer.status, await answer.text()]).toEqual([402, expect.stringContaining('ERC-1271')])
    }
    await sendFromFaucet(evm.rpc, account, encodeFunctionData({ abi, functionName: 'setBurning', args: [true] }))
    expect((await call(shop.path, (await sign(shop.path, signer)).headers)).status).toBe(402)
    expect(await received(shop)).toBe(0n)
  })

  it('that starts to burn gas after the check costs a bounded amount and gets nothing', async () => {
    const shop = await sell({ contracts: true })
    const { headers } = await sign(shop.path, { address: account, signTypedData: owner.signTypedData })
    const burn = encodeFunctionData({ abi, functionName: 'setBurning', args: [true] })
    meanwhile.work = () => sendFromFaucet(evm.rpc, account, burn)
    expect((await call(shop.path, headers)).status).toBe(402)
    const [last] = await db.query<{ gas: bigint | null }>(
      sql`SELECT gas_limit AS gas FROM transaction ORDER BY created_at DESC LIMIT 1`,
    )
    expect(last?.gas).toBe(600_000n)
    expect(await received(shop)).toBe(0n)
  })
})

// Last, because it replaces the code of USDC.
describe('a token that reports success without a transfer', () => {
  beforeAll(async () => {
    await evm.rpc('anvil_setCode', [usdc, compile('HostileToken', inject('chainsDir'))])
    const abi = parseAbi(['function setBurning(bool burning)'])
    await sendFromFaucet(evm.rpc, usdc, encodeFunctionData({ abi, args: [false] }))
  })

  it.each<['eip3009' | 'permit2', boolean, number]>([
    ['eip3009', false, 402],
    ['permit2', true, 402],
    ['permit2', false, 503],
  ])('gives no answer by %s (metered: %s)', async (method, metered, status) => {
    const shop = await sell({ metered })
    const payer = privateKeyToAccount(generatePrivateKey())
    const { headers } = await sign(shop.path, payer, method)
    const answers: string[] = []
    const ask = async () => {
      const answer = await call(`${shop.path}?units=5`, headers)
      answers.push(await answer.text())
      return answer.status
    }
    // Unknown until the block without the transfer is final.
    expect(await ask()).toBe(503)
    await expect.poll(ask, { interval: 300 }).toBe(status)
    for (const answer of answers) expect(answer).not.toContain('the answer')
    expect((await lastPayment()).status).not.toBe('delivered')
  })
})

type Sent = Record<string, unknown>

/** Calls the proxy as any third party can. */
function settleData(payload: Sent): Hex {
  const { signature, permit2Authorization: signed } = payload as {
    signature: Hex
    permit2Authorization: {
      from: Address
      permitted: { token: Address; amount: string }
      nonce: string
      deadline: string
      witness: { to: Address; validAfter: string }
    }
  }
  const { from, permitted, nonce, deadline, witness } = signed
  const { token, amount: value } = permitted
  return Permit2.settleData(
    { kind: 'permit2', scheme: 'exact', from, ...witness, token, value, nonce, deadline, signature },
    BigInt(value),
  )
}

async function invalidate(payer: Address, payload: Sent): Promise<void> {
  const { nonce } = (payload as { permit2Authorization: { nonce: string } }).permit2Authorization
  const abi = parseAbi(['function invalidateUnorderedNonces(uint256 word, uint256 mask)'])
  const args = [BigInt(nonce) >> 8n, 1n << (BigInt(nonce) & 0xffn)] as const
  await sendAs(payer, permit2, encodeFunctionData({ abi, args }))
}

async function drain(payer: Address): Promise<void> {
  const abi = parseAbi(['function transfer(address to, uint256 value)'])
  await sendAs(payer, usdc, encodeFunctionData({ abi, args: [permit2, await tokenBalance(evm, usdc, payer)] }))
}
