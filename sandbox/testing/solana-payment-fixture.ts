import {
  AccountRole,
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
  type Blockhash,
  type Instruction,
  type KeyPairSigner,
} from '@solana/kit'
import { ExactSvmScheme } from '@x402/svm/exact/client'
import { Svm } from '@/lib/chains'
import { fundSolanaUsdc, solanaNetwork, solanaUsdc, type Solana } from '../solana'
import { letKitFetch } from './kit-fetch'
import { solanaSeeds, solanaSigner } from './solana-signers'

letKitFetch()

const computeBudgetProgram = 'ComputeBudget111111111111111111111111111111'
const memoProgram = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr'
const lighthouseProgram = 'L2TExMFKdjpN9kozasaurPirfHy9P8sbXoAN1qA3S95'

/** A wallet with that much USDC and no SOL, and a shop that can be paid. */
export async function solanaParties(
  solana: Solana,
  tokensBase = 1_000_000n,
): Promise<{ payer: KeyPairSigner; shop: string; feePayer: string }> {
  const [payer, shop, feePayer] = await Promise.all([
    generateKeyPairSigner(),
    generateKeyPairSigner(),
    solanaSigner(solanaSeeds.settlement),
  ])
  await fundSolanaUsdc(solana, payer.address, tokensBase)
  await fundSolanaUsdc(solana, shop.address, 0n)
  return { payer, shop: shop.address, feePayer: feePayer.address }
}

/** A payment of the official client: base64 of a transaction without the fee payer's signature. */
export async function signSolanaPayment(
  solana: Pick<Solana, 'url'>,
  payer: KeyPairSigner,
  { payTo, feePayer, amountBase }: { payTo: string; feePayer: string; amountBase: bigint },
): Promise<string> {
  const { payload } = await new ExactSvmScheme(payer, { rpcUrl: solana.url }).createPaymentPayload(2, {
    scheme: 'exact',
    network: solanaNetwork,
    asset: solanaUsdc,
    amount: amountBase.toString(),
    payTo,
    maxTimeoutSeconds: 60,
    extra: { feePayer },
  })
  return (payload as { transaction: string }).transaction
}

const [reading, writing, signing] = [AccountRole.READONLY, AccountRole.WRITABLE, AccountRole.READONLY_SIGNER]

/** An instruction of the Memo program, and one of Lighthouse that asserts something about an account. */
export const memo = (text: string): Instruction => ({ programAddress: address(memoProgram), data: Buffer.from(text) })
export const guard = (account: string): Instruction => ({
  programAddress: address(lighthouseProgram),
  accounts: [{ address: address(account), role: reading }],
  data: Buffer.of(5, 0, 1, 2, 3),
})

/** A payment made by hand, with other instructions before and behind the transfer than the official client writes. */
export async function craftSolanaPayment(
  solana: Pick<Solana, 'rpc'>,
  payer: KeyPairSigner,
  { payTo, feePayer, amountBase }: { payTo: string; feePayer: string; amountBase: bigint },
  { before = [], behind = [] }: { before?: readonly Instruction[]; behind?: readonly Instruction[] },
): Promise<string> {
  const { value } = await solana.rpc<{ value: { blockhash: Blockhash } }>('getLatestBlockhash', [])
  const [limit, price, data] = [Buffer.alloc(5, 2), Buffer.alloc(9, 3), Buffer.alloc(10, 6)]
  limit.writeUInt32LE(60_000, 1)
  price.writeBigUInt64LE(1n, 1)
  data.writeUInt8(12, 0)
  data.writeBigUInt64LE(amountBase, 1)
  const budget = (bytes: Buffer): Instruction => ({ programAddress: address(computeBudgetProgram), data: bytes })
  const accounts = [
    { address: address(Svm.Ata.of(payer.address, solanaUsdc)), role: writing },
    { address: address(solanaUsdc), role: reading },
    { address: address(Svm.Ata.of(payTo, solanaUsdc)), role: writing },
    { address: payer.address, role: signing },
  ]
  const transfer: Instruction = { programAddress: address(Svm.tokenProgram), accounts, data }
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (one) => setTransactionMessageFeePayer(address(feePayer), one),
    (one) =>
      setTransactionMessageLifetimeUsingBlockhash({ blockhash: value.blockhash, lastValidBlockHeight: 1n << 60n }, one),
    (one) => appendTransactionMessageInstructions([budget(limit), budget(price), ...before, transfer, ...behind], one),
    compileTransaction,
  )
  return getBase64EncodedWireTransaction(await partiallySignTransaction([payer.keyPair], message))
}
