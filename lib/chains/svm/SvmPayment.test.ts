import {
  address,
  appendTransactionMessageInstructions,
  compileTransaction,
  createTransactionMessage,
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  partiallySignTransaction,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
  type Address,
  type Blockhash,
  type Instruction,
  type KeyPairSigner,
} from '@solana/kit'
import { beforeAll, expect, it } from 'vitest'
import * as Ata from './Ata'
import * as SvmPayment from './SvmPayment'
import { computeBudgetProgram, lighthouseProgram, memoProgram, systemProgram, tokenProgram } from './programs'

const mint = '4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU'
const shop = 'GJWE5eTrKYbuSpJTqm1AcKjQ8LyQ7ZE1eHSpqmP3wJJq'
const blockhash = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG' as Blockhash
let payer: KeyPairSigner
let feePayer: KeyPairSigner

beforeAll(async () => {
  ;[payer, feePayer] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()])
})

const [readonly, writable, readonlySigner, writableSigner] = [0, 1, 2, 3]
const limit = (units: number) => {
  const data = Buffer.of(2, 0, 0, 0, 0)
  data.writeUInt32LE(units, 1)
  return { programAddress: address(computeBudgetProgram), accounts: [], data }
}
const price = (microLamports: bigint) => {
  const data = Buffer.alloc(9, 3)
  data.writeBigUInt64LE(microLamports, 1)
  return { programAddress: address(computeBudgetProgram), accounts: [], data }
}
const memo = (text = 'hello') => ({ programAddress: address(memoProgram), accounts: [], data: Buffer.from(text) })
const assertion = (kind = 5) => ({
  programAddress: address(lighthouseProgram),
  accounts: [] as object[],
  data: Buffer.of(kind, 0, 1),
})

type Transfer = { mint?: string; to?: string; amountBase?: bigint; kind?: number; program?: string; authority?: string }
function transfer(changes: Transfer = {}) {
  const { mint: token = mint, to = shop, amountBase = 1_000n, kind = 12, program = tokenProgram, authority } = changes
  const owner = authority ?? payer.address
  const data = Buffer.alloc(10, 6)
  data.writeUInt8(kind, 0)
  data.writeBigUInt64LE(amountBase, 1)
  return {
    programAddress: address(program),
    accounts: [
      { address: address(Ata.of(owner, token)), role: writable },
      { address: address(token), role: readonly },
      { address: address(Ata.of(to, token)), role: writable },
      { address: address(owner), role: readonlySigner },
    ],
    data,
  }
}

async function made(instructions: readonly object[], by: readonly KeyPairSigner[] = [payer]): Promise<string> {
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (one) => setTransactionMessageFeePayer(feePayer.address, one),
    (one) => setTransactionMessageLifetimeUsingBlockhash({ blockhash, lastValidBlockHeight: 1n }, one),
    (one) => appendTransactionMessageInstructions(instructions as Instruction[], one),
    compileTransaction,
  )
  const signed = await partiallySignTransaction(
    by.map(({ keyPair }) => keyPair),
    message,
  )
  return getBase64EncodedWireTransaction(signed)
}

const usual = () => [limit(20_000), price(1n), transfer(), memo()]

it('reads what the payer signed', async () => {
  const text = await made(usual())
  const read = SvmPayment.read(text)
  expect(read).toMatchObject({
    feePayer: feePayer.address,
    payer: payer.address,
    mint,
    destination: Ata.of(shop, mint),
    amountBase: 1_000n,
    units: 20_000,
    unitPrice: 1n,
    blockhash,
  })
  const sealed = SvmPayment.seal(Buffer.alloc(64, 7), read)
  expect(sealed.subarray(65, 129)).toEqual(Buffer.from(read.signature))
  expect(SvmPayment.read(sealed.toString('base64')).digest).toBe(read.digest)
})

it('takes wallets’ assertions and three to seven instructions', async () => {
  const [first, second, third] = usual()
  for (const more of [0, 1, 4]) {
    const text = await made([first, second, third, ...Array.from({ length: more }, () => assertion())] as object[])
    expect(SvmPayment.read(text).amountBase).toBe(1_000n)
  }
})

it('takes assertions wherever a wallet puts them, also when they look at the fee payer', async () => {
  const [first, second, third, fourth] = usual()
  const ofFeePayer = { ...assertion(), accounts: accountOf(feePayer.address, readonly) }
  const phantom = [first, second, assertion(), assertion(), ofFeePayer, third, fourth, assertion()]
  expect(SvmPayment.read(await made(phantom as object[]))).toMatchObject({
    amountBase: 1_000n,
    memos: [expect.anything()],
  })
  const before = [assertion(), first, assertion(), second, third, fourth, ofFeePayer]
  expect(SvmPayment.read(await made(before as object[])).units).toBe(20_000)
})

it('says what the memos are', async () => {
  const text = await made([...usual().slice(0, 3), memo('a'), assertion(), memo('ü')])
  expect(SvmPayment.read(text).memos.map((data) => Buffer.from(data).toString())).toEqual(['a', 'ü'])
})

const accountOf = (one: Address, role: number) => [{ address: one, role }]
const system = (accounts: object[]) => ({ programAddress: address(systemProgram), accounts, data: Buffer.of(2) })

it.each<[string, string, () => readonly object[]]>([
  ['an instruction of another program', 'unknown_fourth_instruction', () => [...usual().slice(0, 3), system([])]],
  ['one behind an assertion', 'unknown_fifth_instruction', () => [...usual().slice(0, 3), assertion(), system([])]],
  ['a second transfer', 'unknown_fourth_instruction', () => [...usual().slice(0, 3), transfer({ amountBase: 1n })]],
  ['five assertions', 'instructions_length', () => [...usual(), ...Array.from({ length: 5 }, () => assertion())]],
  ['five memos', 'instructions_length', () => [...usual(), ...Array.from({ length: 4 }, () => memo())]],
  [
    'another program behind the seventh',
    'unknown_optional_instruction',
    () => [...usual(), ...Array.from({ length: 4 }, () => assertion()), system([])],
  ],
  ['two instructions', 'instructions_length', () => usual().slice(1, 3)],
  ['no limit', 'compute_limit_instruction', () => [price(1n), price(1n), transfer()]],
  ['no price', 'compute_price_instruction', () => [limit(1), limit(1), transfer()]],
  ['a limit of 1.4 million', 'compute_limit_instruction_too_high', () => [limit(1_400_000), price(1n), transfer()]],
  ['a price of 10 million', 'compute_price_instruction_too_high', () => [limit(1), price(10_000_000n), transfer()]],
  ['much at a fair price', 'compute_price_instruction_too_high', () => [limit(200_000), price(5_000_000n), transfer()]],
  ['a plain Transfer', 'no_transfer_instruction', () => [limit(1), price(1n), transfer({ kind: 3 })]],
  [
    'another program’s transfer',
    'no_transfer_instruction',
    () => [limit(1), price(1n), transfer({ program: memoProgram })],
  ],
  [
    'the fee payer as an account of a memo',
    'fee_payer_in_instruction',
    () => [...usual().slice(0, 3), { ...memo(), accounts: accountOf(feePayer.address, writableSigner) }],
  ],
  ...[0, 1, 16, 17, 255].map((kind): [string, string, () => readonly object[]] => [
    `the fee payer as an account of Lighthouse’s instruction ${kind}`,
    'fee_payer_in_instruction',
    () => [...usual(), { ...assertion(kind), accounts: accountOf(feePayer.address, readonly) }],
  ]),
  [
    'the fee payer in an assertion without data',
    'fee_payer_in_instruction',
    () => [...usual(), { ...assertion(), data: Buffer.alloc(0), accounts: accountOf(feePayer.address, readonly) }],
  ],
  [
    'the tokens of a wallet that did not sign',
    'signers',
    () => [
      limit(1),
      price(1n),
      {
        ...transfer(),
        accounts: transfer().accounts.map((one, index) => (index === 3 ? { ...one, role: readonly } : one)),
      },
    ],
  ],
])('refuses %s', async (_, reason, instructions) => {
  const text = await made(instructions(), reason === 'signers' ? [] : [payer])
  expect(() => SvmPayment.read(text)).toThrow(expect.objectContaining({ reason }) as Error)
})

it('refuses the fee payer as the owner of the tokens, and a third signer', async () => {
  const ours = await made([limit(1), price(1n), transfer({ authority: feePayer.address })], [feePayer])
  expect(() => SvmPayment.read(ours)).toThrow(SvmPayment.LayoutError)
  const third = await generateKeyPairSigner()
  const witness = { ...memo(), accounts: accountOf(third.address, readonlySigner) }
  const text = await made([limit(1), price(1n), transfer(), witness], [payer, third])
  expect(() => SvmPayment.read(text)).toThrow(/fee payer only/)
})

it('refuses a lookup table, and bytes that are not exactly one transaction', async () => {
  const text = await made(usual())
  const bytes = Buffer.from(text, 'base64')
  // The message ends with the number of lookup tables: one, of this account, with one writable index.
  const table = Buffer.concat([bytes.subarray(0, -1), Buffer.of(1), Buffer.alloc(32, 5), Buffer.of(1, 0, 0)])
  expect(() => SvmPayment.read(table.toString('base64'))).toThrow(
    expect.objectContaining({ reason: 'lookup_tables' }) as Error,
  )
  const longer = Buffer.concat([bytes, Buffer.of(0)]).toString('base64')
  for (const wrong of [longer, `${text}\n`, text.slice(4), '', bytes.toString('base64url')])
    expect(() => SvmPayment.read(wrong)).toThrow(SvmPayment.LayoutError)
})

it('refuses a signature of another wallet, a missing one, and one of another message', async () => {
  expect(() => SvmPayment.read('')).toThrow(SvmPayment.LayoutError)
  const unsigned = await made(usual(), [])
  expect(() => SvmPayment.read(unsigned)).toThrow(expect.objectContaining({ reason: 'signature' }) as Error)
  const signed = Buffer.from(await made(usual()), 'base64')
  const other = Buffer.from(await made([limit(20_000), price(1n), transfer({ amountBase: 2n }), memo()]), 'base64')
  const mixed = Buffer.concat([signed.subarray(0, 129), other.subarray(129)]).toString('base64')
  expect(() => SvmPayment.read(mixed)).toThrow(expect.objectContaining({ reason: 'signature' }) as Error)
})
