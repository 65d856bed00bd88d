import { randomBytes } from 'node:crypto'
import { bytesToHex, encodeFunctionData, parseAbi, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sendFromFaucet } from '@/sandbox/anvil'
import { fundUsdc, usdc } from '@/sandbox/evm'
import { startChainProxy, type ChainProxy } from '@/sandbox/testing/chain-proxy'
import { chains } from '@/sandbox/testing/chains'
import { findAuthorizationUse } from './find-authorization-use'
import * as Eip3009 from './Eip3009'

const network = 'eip155:84532'
const payer = privateKeyToAccount(generatePrivateKey())
const to = privateKeyToAccount(generatePrivateKey()).address
const { evm } = chains()
const domain = { name: 'USDC', version: '2', chainId: 84_532, verifyingContract: usdc } as const

let proxy: ChainProxy

beforeAll(async () => {
  proxy = await startChainProxy(evm.url)
  process.env.NETWORKS = JSON.stringify({ [network]: { rpcUrls: [proxy.url] } })
  await fundUsdc(evm, payer.address, 1_000_000n)
})
afterAll(() => proxy.stop())

async function authorize() {
  const nonce = bytesToHex(randomBytes(32))
  const message = { from: payer.address, to, value: 7n, validAfter: 0n, validBefore: 2n ** 40n, nonce }
  const signature = await payer.signTypedData({
    domain,
    types: Eip3009.types,
    primaryType: 'TransferWithAuthorization',
    message,
  })
  const instrument = {
    ...message,
    kind: 'eip3009',
    value: '7',
    validAfter: '0',
    validBefore: String(2n ** 40n),
    signature,
  } as const
  return { wanted: { asset: usdc, from: payer.address, to, value: 7n, nonce }, data: Eip3009.transferData(instrument) }
}

async function cancel(nonce: Hex): Promise<void> {
  const types = {
    CancelAuthorization: [
      { name: 'authorizer', type: 'address' },
      { name: 'nonce', type: 'bytes32' },
    ],
  } as const
  const message = { authorizer: payer.address, nonce }
  const signature = await payer.signTypedData({ domain, types, primaryType: 'CancelAuthorization', message })
  const abi = parseAbi(['function cancelAuthorization(address authorizer, bytes32 nonce, bytes signature)'])
  await sendFromFaucet(evm.rpc, usdc, encodeFunctionData({ abi, args: [payer.address, nonce, signature] }))
}

it('finds the transfer that another party submitted, once it is included', async () => {
  const { wanted, data } = await authorize()
  expect(await findAuthorizationUse(network, wanted)).toEqual({ kind: 'unused' })
  await sendFromFaucet(evm.rpc, usdc, data)
  expect(await findAuthorizationUse(network, wanted)).toMatchObject({ kind: 'moved', logIndex: 1 })
})

it('tells a cancelled authorization', async () => {
  const { wanted } = await authorize()
  await cancel(wanted.nonce)
  expect(await findAuthorizationUse(network, wanted)).toEqual({ kind: 'cancelled' })
})

it('concludes nothing when a node knows the nonce as used but shows no event', async () => {
  const { wanted, data } = await authorize()
  await sendFromFaucet(evm.rpc, usdc, data)
  proxy.fault = ({ method }) => (method === 'eth_getLogs' ? { result: [] } : 'forward')
  await expect(findAuthorizationUse(network, wanted)).rejects.toMatchObject({ code: 'unavailable' })
  proxy.fault = () => 'forward'
  expect(await findAuthorizationUse(network, wanted)).toMatchObject({ kind: 'moved' })
})
