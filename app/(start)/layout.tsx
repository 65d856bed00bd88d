import Link from 'next/link'
import type { ReactNode } from 'react'
import { AccountMenu } from '@/components/shell/account-menu'
import { Logo } from '@/components/shell/logo'
import { TestModeBar } from '@/components/shell/test-mode-bar'
import { ThemeToggle } from '@/components/shell/theme-toggle'
import { currentAgent } from '@/app/_lib/session'
import { env } from '@/lib/env'

const role = 'Wallet'

/** Pages that lead into a shop: opening one, its first resource and sale, an invitation. */
export default async function StartLayout({ children }: { children: ReactNode }) {
  const agent = await currentAgent()
  return (
    <div className="flex min-h-dvh flex-col">
      {env.SLUICE_DEMO && <TestModeBar />}
      <header className="border-b">
        <div className="mx-auto flex h-12 max-w-3xl items-center px-4 sm:px-6">
          <Link href="/" aria-label="Sluice, overview">
            <Logo />
          </Link>
          <div className="ml-auto flex items-center gap-1">
            <ThemeToggle />
            {agent && <AccountMenu address={agent.wallet} role={role} />}
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-3xl flex-1 px-4 py-8 outline-none sm:px-6">
        {children}
      </main>
    </div>
  )
}
