import type { DemoWallet } from '@/components/sign-in/demo-connector'
import type { WalletSetup } from '@/components/sign-in/wallet-buttons'
import { Challenge } from '@/lib/auth'
import { env } from '@/lib/env'

/** What the wallets of a page need: the chain that messages name, and in the demo its two test wallets. */
export function walletSetup(first: 'operator' | 'agent' = 'operator'): WalletSetup {
  return { chainId: Challenge.signInChainId(), demos: env.SLUICE_DEMO ? demoWallets(first) : [] }
}

function demoWallets(first: 'operator' | 'agent'): DemoWallet[] {
  const wallets = [
    { key: env.DEMO_OPERATOR_KEY, label: 'Continue with the demo wallet' },
    { key: env.DEMO_PAYER_KEY, label: 'Continue as the demo agent' },
  ].flatMap(({ key, label }) => (key ? [{ key: key as DemoWallet['key'], label }] : []))
  return first === 'agent' ? wallets.reverse() : wallets
}
