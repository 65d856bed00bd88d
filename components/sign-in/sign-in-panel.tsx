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
import { demoConnector, demoConnectorId } from './demo-connector'
import { sentenceOf, signInWith } from './sign-in-with'

type Props = {
  /** Path to go to afterwards. */
  next: string
  chainId: number
  /** Key of the demo's test wallet; the server gives it in the demo only. */
  demoKey?: `0x${string}`
}

export function SignInPanel({ next, chainId, demoKey }: Props) {
  const [config] = useState(() => createWallets(chainId, demoKey))
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
function createWallets(chainId: number, demoKey: `0x${string}` | undefined): Config {
  const chain = defineChain({
    id: chainId,
    name: `Chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  })
  return createConfig({
    chains: [chain],
    transports: { [chain.id]: http('/') },
    connectors: demoKey ? [demoConnector(demoKey, chainId)] : [],
    // Nothing to remember: the session is the server's.
    storage: createStorage({ storage: noopStorage }),
    ssr: true,
  })
}

function Wallets({ next }: { next: string }) {
  const config = useConfig()
  const ready = useHydrated()
  const connectors = useConnectors()
  const [busy, setBusy] = useState<string>()
  const [error, setError] = useState<string>()
  const demo = connectors.find((connector) => connector.id === demoConnectorId)
  const injected = connectors.filter((connector) => connector !== demo)

  async function begin(connector: Connector) {
    setBusy(connector.uid)
    setError(undefined)
    try {
      await signInWith(config, connector)
      window.location.assign(next)
    } catch (thrown) {
      setError(sentenceOf(thrown))
      setBusy(undefined)
    }
  }

  return (
    <div className="flex flex-col gap-2">
      {demo && (
        <Button size="lg" disabled={busy !== undefined || !ready} onClick={() => void begin(demo)}>
          {busy === demo.uid ? <LoaderCircle aria-hidden className="animate-spin" /> : <Wallet aria-hidden />}
          Continue with the demo wallet
        </Button>
      )}
      {injected.map((connector) => (
        <Button
          key={connector.uid}
          size="lg"
          variant="outline"
          disabled={busy !== undefined || !ready}
          onClick={() => void begin(connector)}
        >
          {busy === connector.uid ? (
            <LoaderCircle aria-hidden className="animate-spin" />
          ) : connector.icon ? (
            <Image src={connector.icon} alt="" width={16} height={16} unoptimized className="rounded-sm" />
          ) : (
            <Wallet aria-hidden />
          )}
          Continue with {connector.name}
        </Button>
      ))}
      {injected.length === 0 && (
        <p className="pt-1 text-center text-xs text-muted-foreground">
          {demo
            ? 'No wallet extension was found in this browser; none is needed.'
            : 'No wallet was found in this browser. Install a wallet extension, then reload this page.'}
        </p>
      )}
      <div role="alert" className="text-sm text-destructive empty:hidden">
        {error}
      </div>
    </div>
  )
}
