import Link from 'next/link'
import type { ReactNode } from 'react'
import { CoinPrices } from '@/components/coin-prices'
import { CommandMenu } from '@/components/command-menu'
import { AccountMenu } from '@/components/shell/account-menu'
import { Logo } from '@/components/shell/logo'
import { MerchantSwitcher } from '@/components/shell/merchant-switcher'
import { MobileNav } from '@/components/shell/mobile-nav'
import { SidebarNav } from '@/components/shell/sidebar-nav'
import { TestModeBar } from '@/components/shell/test-mode-bar'
import { ThemeToggle } from '@/components/shell/theme-toggle'
import { roleNames } from '@/components/member/role-names'
import { requireSession } from '@/app/_lib/session'
import { ownWalletSetup } from '@/app/_lib/wallet-setup'
import { SignInAgain } from '@/components/sign-in/sign-in-again'
import { MemberScope } from '@/lib/auth'
import { findPrices } from '@/lib/coin-prices'
import { env } from '@/lib/env'
import { getMerchant, listOwnMerchants } from '@/lib/merchants'
import { setShopPausedAction } from './resources/actions'
import { switchMerchantAction } from './settings/actions'

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const scope = await requireSession()
  const [merchant, merchants, prices] = await Promise.all([
    getMerchant(scope, scope.merchantId),
    listOwnMerchants(scope),
    findPrices(),
  ])
  const switcher = (
    <MerchantSwitcher
      current={merchant}
      merchants={merchants}
      isOperator={scope.operator}
      open={switchMerchantAction}
    />
  )
  const role = scope.operator ? 'Operator' : roleNames[scope.role]
  return (
    <div className="min-h-dvh lg:pl-56">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-primary-foreground focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <aside className="fixed inset-y-0 left-0 flex w-56 flex-col overflow-y-auto border-r bg-sidebar max-lg:hidden">
        <Link href="/" aria-label="Sluice, overview" className="flex h-12 shrink-0 items-center px-5">
          <Logo />
        </Link>
        {switcher}
        <SidebarNav isOperator={scope.operator} />
      </aside>
      <div className="sticky top-0 z-30">
        {env.SLUICE_DEMO && <TestModeBar />}
        <header className="flex h-12 items-center gap-2 border-b bg-background/95 px-4 backdrop-blur-sm sm:px-6">
          <MobileNav isOperator={scope.operator}>{switcher}</MobileNav>
          <CommandMenu
            {...(merchant.closedAt === null &&
              MemberScope.may(scope, merchant.id, 'sell') && {
                shop: { isPaused: merchant.pausedAt !== null, setPaused: setShopPausedAction.bind(null, merchant.id) },
              })}
          />
          <div className="ml-auto flex items-center gap-1">
            <ThemeToggle />
            <AccountMenu address={scope.address} role={role} />
          </div>
        </header>
      </div>
      <SignInAgain address={scope.address} setup={ownWalletSetup(scope.address)} />
      <main id="main" tabIndex={-1} className="mx-auto max-w-6xl px-4 py-6 outline-none sm:px-6">
        <CoinPrices prices={prices}>{children}</CoinPrices>
      </main>
    </div>
  )
}
