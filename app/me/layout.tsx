import Link from 'next/link'
import type { ReactNode } from 'react'
import { DocsLink } from '@/components/docs-link'
import { AccountMenu } from '@/components/shell/account-menu'
import { Logo } from '@/components/shell/logo'
import { TestModeBar } from '@/components/shell/test-mode-bar'
import { ThemeToggle } from '@/components/shell/theme-toggle'
import { ButtonLink } from '@/components/ui/button-link'
import { currentSession, requireAgent } from '@/app/_lib/session'
import { env } from '@/lib/env'

const role = 'Agent'

/** The pages of an agent. They are separate from the dashboard, which belongs to merchants. */
export default async function AgentLayout({ children }: { children: ReactNode }) {
  const { wallet } = await requireAgent()
  const isMember = (await currentSession()) !== undefined
  return (
    <div className="min-h-dvh">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-primary-foreground focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <div className="sticky top-0 z-30 print:hidden">
        {env.SLUICE_DEMO && <TestModeBar />}
        <header className="border-b bg-background/95 backdrop-blur-sm">
          <div className="mx-auto flex h-12 max-w-5xl items-center gap-3 px-4 sm:px-6">
            <Link href="/me" aria-label="Sluice, my spending">
              <Logo />
            </Link>
            <div className="ml-auto flex items-center gap-1">
              <DocsLink className="px-2.5 text-sm text-muted-foreground no-underline hover:text-foreground">
                Docs
              </DocsLink>
              {(isMember || env.SIGN_UP !== 'off') && (
                <ButtonLink href={isMember ? '/' : '/start'} variant="ghost" className="text-muted-foreground">
                  {isMember ? 'Dashboard' : 'Open a shop'}
                </ButtonLink>
              )}
              <ThemeToggle />
              <AccountMenu address={wallet} role={role} />
            </div>
          </div>
        </header>
      </div>
      <main id="main" tabIndex={-1} className="mx-auto max-w-5xl px-4 py-6 outline-none sm:px-6">
        {children}
      </main>
    </div>
  )
}
