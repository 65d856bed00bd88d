import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { toHex, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, it } from 'vitest'
import { faucet } from '@/sandbox/anvil'
import { compile } from '@/sandbox/compile'
import { evmNetwork, fundUsdc, tokenBalance, usdc } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { findAsset } from './Chain'
import * as Eip3009 from './Eip3009'
import { hasSettler } from './has-settler'
import * as Settler from './Settler'

const { evm } = chains()
const amountBase = 10_000n

async function sign(to: Address, about: Partial<Eip3009.Eip3009Message> = {}): Promise<Eip3009.Eip3009Authorization> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(evm, payer.address, amountBase)
  const message = {
    from: payer.address,
    to,
    value: amountBase.toString(),
    validAfter: '0',
    validBefore: String(Math.floor(Date.now() / 1000) + 3_600),
    nonce: generatePrivateKey(),
    ...about,
  }
  const asset = findAsset(evmNetwork, usdc)
  if (!asset) throw new Error('no asset')
  return { kind: 'eip3009', ...message, signature: await payer.sign({ hash: Eip3009.digest(asset, message) }) }
}

async function send(to: Address, data: Hex): Promise<'0x0' | '0x1'> {
  const hash = await evm.rpc<Hex>('eth_sendTransaction', [{ from: faucet, to, data, gas: toHex(5_000_000) }])
  await evm.rpc('evm_mine', [])
  return (await evm.rpc<{ status: '0x0' | '0x1' }>('eth_getTransactionReceipt', [hash])).status
}

const newPayee = () => privateKeyToAccount(generatePrivateKey()).address

it('is the contract that its source says', () => {
  const cacheDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-settler-'))
  expect(Settler.code).toBe(compile('Settler', cacheDir, new URL('./', import.meta.url)))
  fs.rmSync(cacheDir, { recursive: true })
})

it('is deployed to the address that follows from its code', async () => {
  await evm.rpc('anvil_setCode', [Settler.address, '0x'])
  expect(await hasSettler(evmNetwork, 0)).toBe(false)
  expect(await send(Settler.deployer, Settler.deployment)).toBe('0x1')
  expect(await evm.rpc('eth_getCode', [Settler.address, 'latest'])).toBe(Settler.code)
  // It is looked for again after a while.
  expect(await hasSettler(evmNetwork, 60_000)).toBe(false)
  expect(await hasSettler(evmNetwork, 3_600_000)).toBe(true)
})

it('moves what several payers owe several payees, and lets what fails fail alone', async () => {
  const [one, two] = [newPayee(), newPayee()]
  const good = [await sign(one), await sign(two), await sign(one), await sign(two)]
  const [first, second] = good as [Eip3009.Eip3009Authorization, Eip3009.Eip3009Authorization]
  const forged = { ...(await sign(one)), signature: second.signature }
  const expired = await sign(two, { validBefore: '1' })
  const all = [...good, forged, first, expired]
  expect(all.every((authorization) => Settler.takes(authorization))).toBe(true)
  expect(await send(Settler.address, Settler.settleData(usdc, all))).toBe('0x1')
  expect(await tokenBalance(evm, usdc, one)).toBe(2n * amountBase)
  expect(await tokenBalance(evm, usdc, two)).toBe(2n * amountBase)
})

it('moves nothing for an argument that was not signed', async () => {
  const [honest, thief] = [newPayee(), newPayee()]
  const signed = await sign(honest)
  expect(await send(Settler.address, Settler.settleData(usdc, [{ ...signed, to: thief }]))).toBe('0x1')
  expect(await send(Settler.address, Settler.settleData(usdc, [{ ...signed, value: '9999' }]))).toBe('0x1')
  expect([await tokenBalance(evm, usdc, honest), await tokenBalance(evm, usdc, thief)]).toEqual([0n, 0n])
  // Nor was it used up.
  expect(await send(Settler.address, Settler.settleData(usdc, [signed]))).toBe('0x1')
  expect(await tokenBalance(evm, usdc, honest)).toBe(amountBase)
})

it('refuses bytes that end within a payment', async () => {
  const payee = newPayee()
  const data = Settler.settleData(usdc, [await sign(payee)])
  // Says two members where one follows.
  const lies = data.replace(`${payee.slice(2).toLowerCase()}01`, `${payee.slice(2).toLowerCase()}02`) as Hex
  expect(lies).not.toBe(data)
  expect(await send(Settler.address, lies)).toBe('0x0')
  expect(await tokenBalance(evm, usdc, payee)).toBe(0n)
})
