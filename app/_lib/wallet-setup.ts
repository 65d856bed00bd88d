import { privateKeyToAccount } from 'viem/accounts'
import type { DemoWallet } from '@/components/sign-in/demo-connector'
import type { WalletSetup } from '@/components/sign-in/wallet-buttons'
import { Challenge } from '@/lib/auth'
import { env } from '@/lib/env'

/** What the wallets of a sign-in page need: the chain that messages name, and in the demo its two test wallets. */
export function walletSetup(first: 'operator' | 'agent' = 'operator'): WalletSetup {
  const demos = demoWallets()
  return { chainId: Challenge.signInChainId(), demos: first === 'agent' ? demos.toReversed() : demos }
}

/** The same for a page on which the signed-in wallet signs again: other test wallets are left out. */
export function ownWalletSetup(address: string): WalletSetup {
  const isOwn = ({ key }: DemoWallet) => privateKeyToAccount(key).address.toLowerCase() === address.toLowerCase()
  return { chainId: Challenge.signInChainId(), demos: demoWallets().filter(isOwn) }
}

function demoWallets(): DemoWallet[] {
  if (!env.SLUICE_DEMO) return []
  return [
    { key: env.DEMO_OPERATOR_KEY, name: 'the demo wallet', label: 'Continue as the demo merchant' },
    { key: env.DEMO_PAYER_KEY, name: 'the demo agent', label: 'Continue as the demo agent' },
  ].flatMap(({ key, ...words }) => (key ? [{ key: key as DemoWallet['key'], ...words }] : []))
}
