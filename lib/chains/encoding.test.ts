import {
  decodeFunctionData,
  encodeFunctionData,
  encodeFunctionResult,
  erc20Abi,
  hashTypedData,
  multicall3Abi,
  pad,
  toHex,
  type Hex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { findAsset } from './Chain'
import * as Eip3009 from './Eip3009'
import * as Erc20 from './Erc20'
import { addressTopic, type Log } from './Log'
import * as Multicall3 from './Multicall3'

const account = privateKeyToAccount('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d')
const usdcAddress = '0x036cbd53842c5426634e7929541ec2318f3dcf7e'
const asset = findAsset('eip155:84532', usdcAddress)
if (!asset) throw new Error('no asset')
const payTo = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'

const message: Eip3009.Eip3009Message = {
  from: account.address,
  to: payTo,
  value: '10000',
  validAfter: '0',
  validBefore: '1790000000',
  nonce: `0x${'ab'.repeat(32)}`,
}
const typed = {
  value: 10_000n,
  validAfter: 0n,
  validBefore: 1_790_000_000n,
  from: account.address,
  to: payTo,
  nonce: message.nonce,
} as const

describe('Eip3009', () => {
  it('digests as EIP-712 says', () => {
    expect(Eip3009.digest(asset, message)).toBe(
      hashTypedData({
        domain: { name: 'USDC', version: '2', chainId: 84532, verifyingContract: usdcAddress },
        types: Eip3009.types,
        primaryType: 'TransferWithAuthorization',
        message: typed,
      }),
    )
  })

  it('encodes both forms as a general encoder does', async () => {
    const signature = await account.sign({ hash: Eip3009.digest(asset, message) })
    const authorization = { kind: 'eip3009', ...message, signature } as const
    const words = [account.address, payTo, 10_000n, 0n, 1_790_000_000n, message.nonce] as const
    expect(Eip3009.transferData(authorization)).toBe(
      encodeFunctionData({ abi: [Eip3009.abi[0]], args: [...words, signature] }),
    )
    const { args } = decodeFunctionData({ abi: [Eip3009.abi[1]], data: Eip3009.transferDataVrs(authorization) })
    expect(args).toEqual([
      ...words,
      Number.parseInt(signature.slice(130), 16),
      signature.slice(0, 66),
      `0x${signature.slice(66, 130)}`,
    ])
    expect(Eip3009.stateData(account.address, message.nonce)).toBe(
      encodeFunctionData({
        abi: Eip3009.abi,
        functionName: 'authorizationState',
        args: [account.address, message.nonce],
      }),
    )
  })
})

describe('findTransfer', () => {
  const token = asset.address.toLowerCase()
  const used = (nonce: Hex, logIndex: number): Log => ({
    address: token,
    topics: [Eip3009.usedTopic, addressTopic(account.address), nonce],
    data: '0x',
    logIndex,
  })
  const moved = (value: bigint, logIndex: number): Log => ({
    address: token,
    topics: [Erc20.transferTopic, addressTopic(account.address), addressTopic(payTo)],
    data: pad(toHex(value)),
    logIndex,
  })
  const first = pad('0x01')
  const second = pad('0x02')
  const wanted = { asset: asset.address, from: account.address, to: payTo, value: 5n }

  it('tells payments apart that look alike', () => {
    // A plain transfer of the same amount stands before them.
    const logs = [moved(5n, 2), used(first, 3), moved(5n, 4), used(second, 5), moved(5n, 6)]
    expect(Eip3009.findTransfer(logs, { ...wanted, nonce: first })).toBe(4)
    expect(Eip3009.findTransfer(logs, { ...wanted, nonce: second })).toBe(6)
  })

  it('finds nothing when value, recipient, token or nonce differ', () => {
    const logs = [used(first, 0), moved(5n, 1)]
    expect(Eip3009.findTransfer(logs, { ...wanted, value: 6n, nonce: first })).toBeUndefined()
    expect(Eip3009.findTransfer(logs, { ...wanted, to: account.address, nonce: first })).toBeUndefined()
    expect(Eip3009.findTransfer(logs, { ...wanted, asset: payTo, nonce: first })).toBeUndefined()
    expect(Eip3009.findTransfer(logs, { ...wanted, nonce: second })).toBeUndefined()
    expect(Eip3009.findTransfer([used(first, 0)], { ...wanted, nonce: first })).toBeUndefined()
  })

  it('leaves taken plain transfers alone', () => {
    const logs = [moved(5n, 1), moved(5n, 2)]
    expect(Erc20.findPlainTransfer(logs, wanted, new Set())).toBe(1)
    expect(Erc20.findPlainTransfer(logs, wanted, new Set([1]))).toBe(2)
    expect(Erc20.findPlainTransfer(logs, wanted, new Set([1, 2]))).toBeUndefined()
  })
})

describe('Multicall3', () => {
  const members = [
    { target: payTo, callData: '0x' as Hex },
    { target: asset.address, callData: Erc20.balanceOfData(payTo) },
    { target: asset.address, callData: `0x${'12'.repeat(64)}` as Hex },
  ]

  it('encodes as a general encoder does', () => {
    const args = members.map(({ target, callData }) => ({ target: target as Hex, allowFailure: true, callData }))
    expect(Multicall3.encode(members)).toBe(
      encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [args] }),
    )
  })

  it('decodes results of any length', () => {
    const results = [
      { success: true, returnData: '0x' as Hex },
      { success: false, returnData: `0x${'ab'.repeat(33)}` as Hex },
      { success: true, returnData: pad('0x05') },
    ]
    const data = encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result: results })
    expect(Multicall3.decode(data)).toEqual(results)
  })

  it('refuses what is no list', () => {
    expect(() => Multicall3.decode('0x')).toThrow(TypeError)
    expect(() => Multicall3.decode(`0x${'ff'.repeat(96)}`)).toThrow(TypeError)
  })
})

it('encodes token calls as a general encoder does', () => {
  expect(Erc20.transferData(payTo, 77n)).toBe(
    encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [payTo, 77n] }),
  )
  expect(Erc20.balanceOfData(payTo)).toBe(
    encodeFunctionData({ abi: erc20Abi, functionName: 'balanceOf', args: [payTo] }),
  )
})
