import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Logo } from '@/components/shell/logo'
import { TestModeBar } from '@/components/shell/test-mode-bar'
import type { DemoWallet } from '@/components/sign-in/demo-connector'
import { SignInPanel } from '@/components/sign-in/sign-in-panel'
import { Card } from '@/components/ui/card'
import { currentAgent, currentSession } from '@/app/_lib/session'
import { Challenge } from '@/lib/auth'
import { env } from '@/lib/env'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignInPage({ searchParams }: Props) {
  const next = toPath((await searchParams).next)
  const asAgent = /^\/me([/?]|$)/.test(next)
  if (await (asAgent ? currentAgent() : currentSession())) redirect(next)
  const demos = env.SLUICE_DEMO ? demoWallets(asAgent) : []
  return (
    <div className="flex min-h-dvh flex-col">
      {env.SLUICE_DEMO && <TestModeBar />}
      <main className="flex flex-1 items-center justify-center px-4 py-12">
        <div className="w-full max-w-sm">
          <div className="mb-6 flex justify-center">
            <Logo />
          </div>
          <Card className="p-6">
            <h1 className="text-lg font-semibold tracking-tight">Sign in</h1>
            <p className="mt-1 mb-5 text-muted-foreground">
              Your wallet signs a message that proves who you are. It moves no money and costs nothing.
            </p>
            <SignInPanel next={next} chainId={Challenge.signInChainId()} demos={demos} />
          </Card>
          <dl className="mt-5 flex flex-col gap-2 px-1 text-xs text-muted-foreground">
            <div>
              <dt className="inline font-medium text-foreground">You sell here:</dt>{' '}
              <dd className="inline">a wallet that is a member of a merchant opens the merchant’s dashboard.</dd>
            </div>
            <div>
              <dt className="inline font-medium text-foreground">You pay here:</dt>{' '}
              <dd className="inline">
                an agent’s wallet, or its owner with the same key, sees what it spent, its receipts and its credit.
              </dd>
            </div>
          </dl>
        </div>
      </main>
    </div>
  )
}

/** The demo's two wallets, the suggested one first. */
function demoWallets(asAgent: boolean): DemoWallet[] {
  const wallets = [
    { key: env.DEMO_OPERATOR_KEY, label: 'Continue with the demo wallet' },
    { key: env.DEMO_PAYER_KEY, label: 'Continue as the demo agent' },
  ].flatMap(({ key, label }) => (key ? [{ key: key as DemoWallet['key'], label }] : []))
  return asAgent ? wallets.reverse() : wallets
}

/** The path to open after signing in. Only paths of this site are accepted. */
function toPath(next: string | string[] | undefined): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/'
  const url = new URL(next, 'https://this.invalid')
  // "/.//evil.example" has this origin and the path "//evil.example", which a browser reads as another host.
  const ours = url.origin === 'https://this.invalid' && !url.pathname.startsWith('//')
  return ours ? url.pathname + url.search : '/'
}
