import { expect, test } from '@playwright/test'
import { x402Client, x402HTTPClient } from '@x402/core/client'
import { decodePaymentResponseHeader } from '@x402/core/http'
import { BatchSettlementEvmScheme } from '@x402/evm/batch-settlement/client'
import { wrapFetchWithPayment } from '@x402/fetch'
import { wrapAxiosWithPayment, x402Client as OldClient } from '@x402/axios'
import axios, { type AxiosError } from 'axios'
import { createPublicClient, encodeFunctionData, http, parseAbi, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { baseSepolia } from 'viem/chains'
import { balance, evm, networkOf, readDemo } from '../demo'

/** `@x402/fetch` with the official batch-settlement scheme, unmodified, against a running demo; the chain says where the money went. */

const demo = readDemo()
const { session } = demo.resources
const { payTo } = demo.merchant
const { rpcUrl, asset } = networkOf(demo, evm)
/** $0.001 in base units of six decimals. */
const unit = 1_000n

const events = parseAbi([
  'struct Config { address payer; address payerAuthorizer; address receiver; address receiverAuthorizer; address token; uint40 withdrawDelay; bytes32 salt; }',
  'event ChannelCreated(bytes32 indexed channelId, Config config)',
  'event Claimed(bytes32 indexed channelId, address indexed sender, uint128 claimAmount, uint128 newTotalClaimed)',
])
const escrow = '0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003'

/** Who claimed how much of a payer's channel, as the contract says. */
async function claimsOf(payer: string): Promise<{ sender: string; amount: bigint }[]> {
  const chain = createPublicClient({ chain: baseSepolia, transport: http(rpcUrl) })
  const logs = await chain.getContractEvents({ address: escrow, abi: events, fromBlock: 0n })
  const opened = logs.find((log) => log.eventName === 'ChannelCreated' && log.args.config?.payer === payer)
  return logs.flatMap((log) =>
    log.eventName === 'Claimed' && log.args.channelId === opened?.args.channelId
      ? [{ sender: log.args.sender ?? '', amount: log.args.claimAmount ?? 0n }]
      : [],
  )
}

/** A wallet of its own with five dollars, which needs no gas: deposits are sent for it. */
async function newWallet() {
  const chain = createPublicClient({ chain: baseSepolia, transport: http(rpcUrl) })
  const account = privateKeyToAccount(generatePrivateKey())
  const [faucet] = (await chain.request({ method: 'eth_accounts' as never })) as Hex[]
  const abi = parseAbi(['function mint(address to, uint256 value) returns (bool)'])
  const data = encodeFunctionData({ abi, functionName: 'mint', args: [account.address, 5_000_000n] })
  await chain.request({ method: 'eth_sendTransaction', params: [{ from: faucet, to: asset, data }] } as never)
  await expect.poll(() => balance(demo, evm, account.address)).toBe(5_000_000n)
  return account
}

function clientOf(account: ReturnType<typeof privateKeyToAccount>) {
  const reader = createPublicClient({ chain: baseSepolia, transport: http(rpcUrl) })
  const signer = {
    address: account.address,
    signTypedData: (message: Parameters<typeof account.signTypedData>[0]) => account.signTypedData(message),
    readContract: (call: Parameters<typeof reader.readContract>[0]) => reader.readContract(call),
  }
  const scheme = new BatchSettlementEvmScheme(signer as ConstructorParameters<typeof BatchSettlementEvmScheme>[0])
  const client = new x402HTTPClient(new x402Client().register(evm, scheme))
  const old = wrapAxiosWithPayment(axios.create(), new OldClient().register(evm, scheme as never))
  return { scheme, pay: wrapFetchWithPayment(fetch, client), payByAxios: (url: string) => old.get<unknown>(url) }
}

test('a deposit, twenty vouchers and a refund move exactly what was bought', async () => {
  const before = await balance(demo, evm, payTo)
  const account = await newWallet()
  const { scheme, pay } = clientOf(account)
  for (let n = 1; n <= 20; n++) {
    const response = await pay(session)
    expect(response.status, `request ${n}`).toBe(200)
    expect(await response.json()).toHaveProperty('tick')
    const { extra } = decodePaymentResponseHeader(response.headers.get('payment-response') ?? '')
    expect(extra).toMatchObject({ chargedAmount: unit.toString() })
  }
  const refund = await scheme.refund(session)
  expect(refund.success).toBe(true)
  expect(5_000_000n - (await balance(demo, evm, account.address))).toBe(20n * unit)
  // Others may be paid there meanwhile.
  expect((await balance(demo, evm, payTo)) - before).toBeGreaterThanOrEqual(20n * unit)

  // The same wallet comes back to the same channel, and a client that forgot everything goes on with it.
  expect((await pay(session)).status).toBe(200)
  const forgetful = clientOf(account)
  expect((await forgetful.pay(session)).status).toBe(200)
  await forgetful.scheme.refund(session)
  expect(5_000_000n - (await balance(demo, evm, account.address))).toBe(22n * unit)
})

test('another facilitator claims what was spent and pays it out; the rest goes back', async () => {
  // As much as makes the schedule settle at once.
  const { url, cost, times } = { url: `${demo.relay.meteredUrl}?count=1000`, cost: 10_000n, times: 26 }
  const account = await newWallet()
  const before = await balance(demo, evm, payTo)
  const { scheme, pay } = clientOf(account)
  for (let n = 1; n <= times; n++) expect((await pay(url)).status, `request ${n}`).toBe(200)
  const claims = () => claimsOf(account.address)
  const claimed = async () => (await claims()).reduce((sum, { amount }) => sum + amount, 0n)
  await expect.poll(claimed).toBe(BigInt(times) * cost)
  const supported = (await (await fetch(`${demo.facilitators.baseUrl}/honest/supported`)).json()) as {
    signers: Record<string, string[]>
  }
  const [theirs] = supported.signers['eip155:*'] ?? []
  for (const { sender } of await claims()) expect(sender.toLowerCase()).toBe(theirs?.toLowerCase())
  // Others may be paid there meanwhile.
  await expect.poll(async () => (await balance(demo, evm, payTo)) - before).toBeGreaterThanOrEqual(BigInt(times) * cost)
  await scheme.refund(url)
  expect(5_000_000n - (await balance(demo, evm, account.address))).toBe(BigInt(times) * cost)
})

test('@x402/axios 2.11 deposits and is served; what its core forgets to say of the channel costs it nothing', async () => {
  const account = await newWallet()
  const { payByAxios } = clientOf(account)
  expect((await payByAxios(session)).status).toBe(200)
  const held = await balance(demo, evm, account.address)
  // Its core passes no answer to the scheme: it signs the same deposit and voucher again.
  const refused = await payByAxios(session).catch((error: unknown) => (error as AxiosError).response)
  expect(refused?.status).toBe(402)
  expect(refused?.data).toMatchObject({ code: 'session-insufficient-balance', retryable: true })
  expect(await balance(demo, evm, account.address)).toBe(held)
  // A client of today goes on with the same channel.
  const today = clientOf(account)
  expect((await today.pay(session)).status).toBe(200)
  await today.scheme.refund(session)
  expect(5_000_000n - (await balance(demo, evm, account.address))).toBe(2n * unit)
})
