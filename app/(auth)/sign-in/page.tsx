import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { DocsLink } from '@/components/docs-link'
import { Logo } from '@/components/shell/logo'
import { TestModeBar } from '@/components/shell/test-mode-bar'
import { SignInPanel } from '@/components/sign-in/sign-in-panel'
import { Card } from '@/components/ui/card'
import { currentAgent, currentSession } from '@/app/_lib/session'
import { walletSetup } from '@/app/_lib/wallet-setup'
import { env } from '@/lib/env'
import { hasPaid } from '@/lib/payments'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignInPage({ searchParams }: Props) {
  const next = toPath((await searchParams).next)
  const asAgent = /^\/me([/?]|$)/.test(next)
  const forEveryWallet = /^\/(me|start|invite)([/?]|$)/.test(next)
  if (await (forEveryWallet ? currentAgent() : currentSession())) redirect(next)
  // A wallet that is signed in and is no member: signing in again would lead here again.
  const agent = next === '/' ? await currentAgent() : undefined
  if (agent) redirect((await hasPaid(agent.wallet)) ? '/me' : '/start')
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
            <SignInPanel next={next} {...walletSetup(asAgent ? 'agent' : 'operator')} />
          </Card>
          <Destinations />
          <p className="mt-5 px-1 text-xs text-muted-foreground">
            New here? <DocsLink page="sell">Sell an API</DocsLink>, <DocsLink page="pay-x402">pay for one</DocsLink>, or
            read <DocsLink>the documentation</DocsLink>.
          </p>
        </div>
      </main>
    </div>
  )
}

/** The two kinds of people who sign in here. */
function Destinations() {
  return (
    <dl className="mt-5 flex flex-col gap-2 px-1 text-xs text-muted-foreground">
      <div>
        <dt className="inline font-medium text-foreground">You sell:</dt>{' '}
        <dd className="inline">
          a member’s wallet opens its shop. A new wallet can{' '}
          <Link href="/start" prefetch={false} className="rounded-sm text-brand underline">
            open a shop
          </Link>
          .
        </dd>
      </div>
      <div>
        <dt className="inline font-medium text-foreground">You pay:</dt>{' '}
        <dd className="inline">
          an agent’s wallet sees its{' '}
          <Link href="/me" prefetch={false} className="rounded-sm text-brand underline">
            payments, receipts and credit
          </Link>
          .
        </dd>
      </div>
    </dl>
  )
}

/** The path to open after signing in. Only paths of this site are accepted. */
function toPath(next: string | string[] | undefined): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/'
  const url = new URL(next, 'https://this.invalid')
  // "/.//evil.example" has this origin and the path "//evil.example", which a browser reads as another host.
  const ours = url.origin === 'https://this.invalid' && !url.pathname.startsWith('//')
  return ours ? url.pathname + url.search : '/'
}
