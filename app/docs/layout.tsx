import Link from 'next/link'
import type { ReactNode } from 'react'
import { Logo } from '@/components/shell/logo'

/** Public pages that explain the gateway's errors. Plain documents without scripts. */
export default function DocsLayout({ children }: { children: ReactNode }) {
  return (
    <div className="min-h-dvh">
      <header className="border-b">
        <div className="mx-auto flex h-12 max-w-3xl items-center gap-6 px-4 sm:px-6">
          <Link href="/docs/errors" aria-label="Sluice, error codes">
            <Logo />
          </Link>
          <nav aria-label="Documentation" className="flex gap-4 text-muted-foreground">
            <Link href="/docs/errors" className="rounded-sm hover:text-foreground">
              Errors
            </Link>
          </nav>
          <Link href="/" className="ml-auto rounded-sm text-muted-foreground hover:text-foreground">
            Dashboard
          </Link>
        </div>
      </header>
      <main id="main" className="mx-auto max-w-3xl px-4 py-8 text-base sm:px-6 sm:py-12">
        {children}
      </main>
    </div>
  )
}
