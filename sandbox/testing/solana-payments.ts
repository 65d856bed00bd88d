import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit'
import { ExactSvmScheme } from '@x402/svm/exact/client'
import { fundSolanaUsdc, solanaNetwork, solanaUsdc, type Solana } from '../solana'
import { letKitFetch } from './kit-fetch'
import { solanaSeeds, solanaSigner } from './solana-signers'

letKitFetch()

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

/** What the official client signs: base64 of a transaction that lacks the fee payer's signature. */
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
