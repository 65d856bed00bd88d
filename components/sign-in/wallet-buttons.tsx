'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { LoaderCircle, Wallet } from 'lucide-react'
import Image from 'next/image'
import { useState } from 'react'
import { defineChain } from 'viem'
import {
  type Config,
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
import { sentenceOf, signByEvm, type SignText } from './sign-by-evm'
import { signBySolana, useSolanaWallets } from './solana-wallets'

/** What the server gives for the wallets of a page. */
export type WalletSetup = {
  /** The EVM chain that messages name. */
  chainId: number
  /** Test wallets; the server gives their keys in the demo only. */
  demos: readonly DemoWallet[]
}

type Props = {
  setup: WalletSetup
  /** Uses the wallet: `sign` connects it and signs a challenge of the server. A thrown error is shown as a sentence. */
  act: (sign: SignText) => Promise<void>
  /** The label of a wallet's button; by default "Continue with …". */
  label?: (wallet: string) => string
  /** Whether wallets of Solana are offered too. */
  solana?: boolean
  disabled?: boolean
}

/** One button for each wallet of this browser. */
export function WalletButtons({ setup, ...props }: Props) {
  const [config] = useState(() => createWallets(setup))
  const [queryClient] = useState(() => new QueryClient())
  return (
    <WagmiProvider config={config} reconnectOnMount={false}>
      <QueryClientProvider client={queryClient}>
        <Wallets demos={setup.demos} {...props} />
      </QueryClientProvider>
    </WagmiProvider>
  )
}

/** Injected wallets announce themselves (EIP-6963). No RPC is called: signing a message needs none. */
function createWallets({ chainId, demos }: WalletSetup): Config {
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

type Choice = { id: string; label: string; icon?: string | undefined; sign: SignText }

type Labels = { demos: readonly DemoWallet[]; label: Props['label'] }

function useChoices({ demos, label }: Labels, solana: boolean): { tests: Choice[]; found: Choice[] } {
  const config = useConfig()
  const connectors = useConnectors()
  const solanaWallets = useSolanaWallets()
  const labelOf = label ?? ((wallet: string) => `Continue with ${wallet}`)
  const isDemo = ({ type }: { type: string }) => type === demoConnectorType
  const byEvm = (connector: (typeof connectors)[number], text: string): Choice => ({
    id: connector.uid,
    label: text,
    icon: connector.icon,
    sign: (challenge) => signByEvm(config, connector, challenge),
  })
  return {
    tests: connectors
      .filter(isDemo)
      .map((connector) =>
        byEvm(
          connector,
          label?.(connector.name) ?? demos.find(({ name }) => name === connector.name)?.label ?? connector.name,
        ),
      ),
    found: [
      ...connectors.filter((one) => !isDemo(one)).map((connector) => byEvm(connector, labelOf(connector.name))),
      ...(solana ? solanaWallets : []).map((wallet) => ({
        id: `solana:${wallet.name}`,
        label: `${labelOf(wallet.name)} on Solana`,
        icon: wallet.icon,
        sign: (challenge: Parameters<SignText>[0]) => signBySolana(wallet, challenge),
      })),
    ],
  }
}

function Wallets({
  demos,
  act,
  label,
  solana = true,
  disabled = false,
}: Omit<Props, 'setup'> & Pick<WalletSetup, 'demos'>) {
  const ready = useHydrated()
  const { tests, found } = useChoices({ demos, label }, solana)
  const [busy, setBusy] = useState<string>()
  const [error, setError] = useState<string>()

  async function begin({ id, sign }: Choice) {
    setBusy(id)
    setError(undefined)
    try {
      await act(sign)
    } catch (thrown) {
      setError(sentenceOf(thrown))
    }
    setBusy(undefined)
  }

  return (
    <div className="flex flex-col gap-2">
      {[...tests, ...found].map((choice, index) => (
        <Button
          key={choice.id}
          size="lg"
          variant={index === 0 && (tests.length > 0 || found.length === 1) ? 'default' : 'outline'}
          disabled={busy !== undefined || !ready || disabled}
          onClick={() => void begin(choice)}
        >
          <WalletIcon icon={choice.icon} isBusy={busy === choice.id} />
          {choice.label}
        </Button>
      ))}
      {found.length === 0 && <NoWallet isDemo={tests.length > 0} />}
      <div role="alert" className="text-sm text-destructive empty:hidden">
        {error}
      </div>
    </div>
  )
}

function WalletIcon({ icon, isBusy }: { icon: string | undefined; isBusy: boolean }) {
  if (isBusy) return <LoaderCircle aria-hidden className="animate-spin" />
  if (icon === undefined) return <Wallet aria-hidden />
  return <Image src={icon} alt="" width={16} height={16} unoptimized className="rounded-sm" />
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
