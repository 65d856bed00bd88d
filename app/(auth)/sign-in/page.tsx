import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Logo } from '@/components/shell/logo'
import { TestModeBar } from '@/components/shell/test-mode-bar'
import { SignInPanel } from '@/components/sign-in/sign-in-panel'
import { Card } from '@/components/ui/card'
import { currentSession } from '@/app/session'
import { Challenge } from '@/lib/accounts'
import { env } from '@/lib/env'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignInPage({ searchParams }: Props) {
  const next = toPath((await searchParams).next)
  if (await currentSession()) redirect(next)
  const demoKey = env.SLUICE_DEMO ? env.DEMO_OPERATOR_KEY : undefined
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
            <SignInPanel
              next={next}
              chainId={Challenge.signInChainId()}
              {...(demoKey && { demoKey: demoKey as `0x${string}` })}
            />
          </Card>
        </div>
      </main>
    </div>
  )
}

/** Where to go after signing in: a path of this site, whatever the URL says. */
function toPath(next: string | string[] | undefined): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/'
  const url = new URL(next, 'https://this.invalid')
  // "/.//evil.example" has this origin and the path "//evil.example", which a browser reads as another host.
  const ours = url.origin === 'https://this.invalid' && !url.pathname.startsWith('//')
  return ours ? url.pathname + url.search : '/'
}
