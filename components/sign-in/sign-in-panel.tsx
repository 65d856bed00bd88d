'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { LoaderCircle, Wallet } from 'lucide-react'
import Image from 'next/image'
import { useState } from 'react'
import { defineChain } from 'viem'
import {
  type Config,
  type Connector,
  createConfig,
  createStorage,
  http,
  noopStorage,
  useConfig,
  useConnectors,
  WagmiProvider,
} from 'wagmi'
import { Button } from '../ui/button'
import { useHydrated } from '../use-hydrated'
import { demoConnector, demoConnectorType, type DemoWallet } from './demo-connector'
import { sentenceOf, signInWith } from './sign-in-with'
import { signInBySolana, useSolanaWallets } from './solana-wallets'

type Props = {
  /** Path to open after signing in. */
  next: string
  chainId: number
  /** Test wallets; the server gives their keys in the demo only. */
  demos: readonly DemoWallet[]
}

export function SignInPanel({ next, chainId, demos }: Props) {
  const [config] = useState(() => createWallets(chainId, demos))
  const [queryClient] = useState(() => new QueryClient())
  return (
    <WagmiProvider config={config} reconnectOnMount={false}>
      <QueryClientProvider client={queryClient}>
        <Wallets next={next} />
      </QueryClientProvider>
    </WagmiProvider>
  )
}

/** Injected wallets announce themselves (EIP-6963). No RPC is called: signing in needs none. */
function createWallets(chainId: number, demos: readonly DemoWallet[]): Config {
  const chain = defineChain({
    id: chainId,
    name: `Chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  })
  return createConfig({
    chains: [chain],
    transports: { [chain.id]: http('/') },
    connectors: demos.map((wallet) => demoConnector(wallet, chainId)),
    // Nothing to store: the server holds the session.
    storage: createStorage({ storage: noopStorage }),
    ssr: true,
  })
}

/** The page with a wallet's own payments. */
const ownPage = '/me'

function Wallets({ next }: { next: string }) {
  const config = useConfig()
  const ready = useHydrated()
  const connectors = useConnectors()
  const solana = useSolanaWallets()
  const [busy, setBusy] = useState<string>()
  const [error, setError] = useState<string>()
  const demos = connectors.filter(({ type }) => type === demoConnectorType)
  const injected = connectors.filter(({ type }) => type !== demoConnectorType)

  async function begin(id: string, signIn: () => Promise<{ member: boolean }>) {
    setBusy(id)
    setError(undefined)
    try {
      const { member } = await signIn()
      window.location.assign(member || isOwnPage(next) ? next : ownPage)
    } catch (thrown) {
      setError(sentenceOf(thrown))
      setBusy(undefined)
    }
  }

  const button = (of: { id: string; label: string; icon?: string | undefined; main?: boolean }, work: () => void) => (
    <Button
      key={of.id}
      size="lg"
      variant={of.main ? 'default' : 'outline'}
      disabled={busy !== undefined || !ready}
      onClick={work}
    >
      {busy === of.id ? (
        <LoaderCircle aria-hidden className="animate-spin" />
      ) : of.icon ? (
        <Image src={of.icon} alt="" width={16} height={16} unoptimized className="rounded-sm" />
      ) : (
        <Wallet aria-hidden />
      )}
      {of.label}
    </Button>
  )
  const byEvm = (connector: Connector, label: string, main = false) =>
    button(
      { id: connector.uid, label, icon: connector.icon, main },
      () => void begin(connector.uid, () => signInWith(config, connector)),
    )

  return (
    <div className="flex flex-col gap-2">
      {demos.map((connector, index) => byEvm(connector, connector.name, index === 0))}
      {injected.map((connector) => byEvm(connector, `Continue with ${connector.name}`))}
      {solana.map((wallet) => {
        const id = `solana:${wallet.name}`
        return button(
          { id, label: `Continue with ${wallet.name} on Solana`, icon: wallet.icon },
          () => void begin(id, () => signInBySolana(wallet).then(() => ({ member: false }))),
        )
      })}
      {injected.length + solana.length === 0 && <NoWallet isDemo={demos.length > 0} />}
      <div role="alert" className="text-sm text-destructive empty:hidden">
        {error}
      </div>
    </div>
  )
}

function NoWallet({ isDemo }: { isDemo: boolean }) {
  return (
    <p className="pt-1 text-center text-xs text-muted-foreground">
      {isDemo
        ? 'No wallet extension was found in this browser; none is needed.'
        : 'No wallet was found in this browser. Install a wallet extension, then reload this page.'}
    </p>
  )
}

function isOwnPage(path: string): boolean {
  return path === ownPage || path.startsWith(`${ownPage}/`) || path.startsWith(`${ownPage}?`)
}
