import { expect, test } from '@playwright/test'
import { x402Client, x402HTTPClient } from '@x402/core/client'
import { decodePaymentResponseHeader } from '@x402/core/http'
import { BatchSettlementEvmScheme } from '@x402/evm/batch-settlement/client'
import { wrapFetchWithPayment } from '@x402/fetch'
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

test.setTimeout(150_000)

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
  return { scheme, pay: wrapFetchWithPayment(fetch, client) }
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
