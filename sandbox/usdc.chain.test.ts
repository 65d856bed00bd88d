import {
  createWalletClient,
  http,
  maxUint256,
  parseAbi,
  parseSignature,
  publicActions,
  toHex,
  type Hex,
  type PublicClient,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { baseSepolia, polygon as polygonChain } from 'viem/chains'
import { beforeAll, describe, expect, test } from 'vitest'
import { faucet } from './anvil'
import { fundGas, fundUsdc, multicall3, polygonUsdc, tokenBalance, usdc } from './evm'
import { chains } from './testing/chains'

const abi = parseAbi([
  'function name() view returns (string)',
  'function authorizationState(address authorizer, bytes32 nonce) view returns (bool)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)',
  'function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)',
  'function receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)',
  'function cancelAuthorization(address authorizer, bytes32 nonce, bytes signature)',
  'function permit(address owner, address spender, uint256 value, uint256 deadline, bytes signature)',
])
const payer = privateKeyToAccount(generatePrivateKey())
const payee = privateKeyToAccount(generatePrivateKey()).address
const domain = { name: 'USDC', version: '2', chainId: 84_532, verifyingContract: usdc } as const
const authorization = [
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'validAfter', type: 'uint256' },
  { name: 'validBefore', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
] as const
const types = {
  TransferWithAuthorization: authorization,
  ReceiveWithAuthorization: authorization,
  CancelAuthorization: [
    { name: 'authorizer', type: 'address' },
    { name: 'nonce', type: 'bytes32' },
  ],
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const

let lastNonce = 0
function message(changes: Partial<{ value: bigint; validAfter: bigint; validBefore: bigint; to: Hex }> = {}) {
  const base = { from: payer.address, to: payee, value: 10_000n, validAfter: 0n, validBefore: maxUint256 }
  return { ...base, nonce: toHex(++lastNonce, { size: 32 }), ...changes }
}
type Message = ReturnType<typeof message>
type Kind = 'TransferWithAuthorization' | 'ReceiveWithAuthorization'
const sign = (signed: Message, primaryType: Kind = 'TransferWithAuthorization') =>
  payer.signTypedData({ domain, types, primaryType, message: signed })
const argsOf = (m: Message) => [m.from, m.to, m.value, m.validAfter, m.validBefore, m.nonce] as const

const wallet = () =>
  createWalletClient({ account: faucet, chain: baseSepolia, transport: http(chains().evm.url) }).extend(publicActions)
/** Simulates first, so that a revert brings its reason. */
async function transfer(m: Message, signature: Hex): Promise<void> {
  const call = {
    address: usdc,
    abi,
    functionName: 'transferWithAuthorization',
    args: [...argsOf(m), signature],
  } as const
  const { request } = await wallet().simulateContract(call)
  await included(wallet().writeContract(request))
}
/** A node answers before it has made the block. */
async function included(sending: Promise<Hex>, client: Pick<PublicClient, 'waitForTransactionReceipt'> = wallet()) {
  await client.waitForTransactionReceipt({ hash: await sending, pollingInterval: 20 })
}
const balanceOf = (address: Hex) => tokenBalance(chains().evm, usdc, address)

beforeAll(() => fundUsdc(chains().evm, payer.address, 1_000_000n))

test('stands at the canonical address and funds once', async () => {
  await fundUsdc(chains().evm, payer.address, 1_000_000n)
  expect(await balanceOf(payer.address)).toBe(1_000_000n)
  expect(await wallet().readContract({ address: usdc, abi, functionName: 'name' })).toBe('USDC')
  expect(await chains().evm.rpc<Hex>('eth_getCode', [multicall3, 'latest'])).toMatch(/^0x6080/)
})

describe('transferWithAuthorization', () => {
  test('moves exactly the value once, by either form of the signature', async () => {
    const [before, byBytes, byParts] = [await balanceOf(payee), message(), message({ value: 1n })]
    await transfer(byBytes, await sign(byBytes))
    const { v, r, s } = parseSignature(await sign(byParts))
    const args = [...argsOf(byParts), Number(v), r, s] as const
    await included(wallet().writeContract({ address: usdc, abi, functionName: 'transferWithAuthorization', args }))
    expect((await balanceOf(payee)) - before).toBe(10_001n)
    await expect(transfer(byBytes, await sign(byBytes))).rejects.toThrow(/authorization is used or canceled/)
    const used = [payer.address, byParts.nonce] as const
    expect(await wallet().readContract({ address: usdc, abi, functionName: 'authorizationState', args: used })).toBe(
      true,
    )
  })

  test('refuses another value, another signer, a high s, and times outside the window', async () => {
    const signed = message()
    const signature = await sign(signed)
    await expect(transfer({ ...signed, value: 10_001n }, signature)).rejects.toThrow(/invalid signature/)
    await expect(transfer({ ...signed, from: faucet as typeof signed.from }, signature)).rejects.toThrow(
      /invalid signature/,
    )
    const { r, s, v } = parseSignature(signature)
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const twin = `${r}${toHex(order - BigInt(s), { size: 32 }).slice(2)}${v === 27n ? '1c' : '1b'}` as Hex
    await expect(transfer(signed, twin)).rejects.toThrow(/'s' value/)
    const early = message({ validAfter: maxUint256 - 1n })
    await expect(transfer(early, await sign(early))).rejects.toThrow(/not yet valid/)
    const late = message({ validBefore: 1n })
    await expect(transfer(late, await sign(late))).rejects.toThrow(/expired/)
    const rich = message({ value: maxUint256 })
    await expect(transfer(rich, await sign(rich))).rejects.toThrow(/exceeds balance/)
  })
})

test('receiveWithAuthorization is for the payee only', async () => {
  const m = message({ to: faucet })
  const signature = await sign(m, 'ReceiveWithAuthorization')
  const call = {
    address: usdc,
    abi,
    functionName: 'receiveWithAuthorization',
    args: [...argsOf(m), signature],
  } as const
  await expect(wallet().simulateContract({ ...call, account: payee })).rejects.toThrow(/caller must be the payee/)
  const before = await balanceOf(faucet)
  await included(wallet().writeContract(call))
  expect((await balanceOf(faucet)) - before).toBe(10_000n)
})

test('a cancelled authorization is never usable', async () => {
  const m = message()
  const cancel = { authorizer: payer.address, nonce: m.nonce }
  const signature = await payer.signTypedData({ domain, types, primaryType: 'CancelAuthorization', message: cancel })
  const args = [cancel.authorizer, cancel.nonce, signature] as const
  await included(wallet().writeContract({ address: usdc, abi, functionName: 'cancelAuthorization', args }))
  await expect(transfer(m, await sign(m))).rejects.toThrow(/used or canceled/)
})

test('permit allows what was signed, once', async () => {
  await fundGas(chains().evm, payer.address, 10n ** 18n)
  const m = { owner: payer.address, spender: payee, value: 7n, nonce: 0n, deadline: maxUint256 }
  const signature = await payer.signTypedData({ domain, types, primaryType: 'Permit', message: m })
  const args = [m.owner, m.spender, m.value, m.deadline, signature] as const
  await included(wallet().writeContract({ address: usdc, abi, functionName: 'permit', args }))
  const spender = [m.owner, m.spender] as const
  expect(await wallet().readContract({ address: usdc, abi, functionName: 'allowance', args: spender })).toBe(7n)
  await expect(wallet().simulateContract({ address: usdc, abi, functionName: 'permit', args })).rejects.toThrow(
    /invalid signature/,
  )
})

test('stands on a second chain with Polygon’s id, address and EIP-712 domain', async () => {
  const polygon = await chains().polygon()
  await fundUsdc(polygon, payer.address, 1_000_000n, polygonUsdc)
  const there = createWalletClient({ account: faucet, chain: polygonChain, transport: http(polygon.url) }).extend(
    publicActions,
  )
  expect(await there.getChainId()).toBe(137)
  const signed = message()
  const primaryType = 'TransferWithAuthorization'
  const ofPolygon = { name: 'USD Coin', version: '2', chainId: 137, verifyingContract: polygonUsdc } as const
  const call = { address: polygonUsdc, abi, functionName: 'transferWithAuthorization' } as const
  const elsewhere = await sign(signed)
  await expect(there.simulateContract({ ...call, args: [...argsOf(signed), elsewhere] })).rejects.toThrow(/signature/)
  const signature = await payer.signTypedData({ domain: ofPolygon, types, primaryType, message: signed })
  const { request } = await there.simulateContract({ ...call, args: [...argsOf(signed), signature] })
  await included(there.writeContract(request), there)
  expect(await tokenBalance(polygon, polygonUsdc, payee)).toBe(10_000n)
})
