'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cn } from '../ui/cn'

const pages = [
  { href: '/settings', label: 'Shop' },
  { href: '/settings/payouts', label: 'Payouts' },
  { href: '/settings/members', label: 'Members' },
  { href: '/settings/notifications', label: 'Notifications' },
  { href: '/settings/security', label: 'Security' },
] as const

/** The pages of the settings. */
export function SettingsNav() {
  const pathname = usePathname()
  return (
    <nav aria-label="Settings" className="mb-5 border-b">
      <ul className="flex gap-4 overflow-x-auto">
        {pages.map(({ href, label }) => {
          const current = pathname === href
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={current ? 'page' : undefined}
                className={cn(
                  '-mb-px block border-b-2 border-transparent px-0.5 py-2 text-sm whitespace-nowrap text-muted-foreground hover:text-foreground focus-visible:-outline-offset-2',
                  current && 'border-foreground font-medium text-foreground',
                )}
              >
                {label}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
