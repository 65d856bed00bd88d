'use client'

import { usePathname } from 'next/navigation'
import { IntentLink } from '../intent-link'
import { cn } from '../ui/cn'
import { documentation, navigation } from './navigation'

/** The dashboard's pages; the current one is marked. */
export function SidebarNav({ isOperator, onNavigate }: { isOperator: boolean; onNavigate?: () => void }) {
  const pathname = usePathname()
  return (
    <nav aria-label="Main" className="flex flex-col gap-4 px-3 py-3">
      {navigation
        .filter(({ forOperators }) => isOperator || !forOperators)
        .map((group) => (
          <div key={group.label}>
            <p id={`nav-${group.label}`} className="px-2 pb-1 text-xs text-muted-foreground">
              {group.label}
            </p>
            <ul aria-labelledby={`nav-${group.label}`} className="flex flex-col gap-px">
              {group.items.map((item) => {
                const exact = pathname === item.href
                const current = exact || (item.href !== '/' && pathname.startsWith(`${item.href}/`))
                return (
                  <li key={item.href}>
                    <IntentLink
                      href={item.href}
                      aria-current={exact ? 'page' : current ? 'true' : undefined}
                      {...(onNavigate && { onClick: onNavigate })}
                      className={cn(
                        'flex h-7.5 items-center gap-2 rounded-md px-2 text-sm transition-colors',
                        current
                          ? 'bg-accent font-medium text-foreground'
                          : 'text-muted-foreground hover:bg-accent/60 hover:text-foreground',
                      )}
                    >
                      <item.icon aria-hidden className="size-4" strokeWidth={1.75} />
                      {item.label}
                    </IntentLink>
                  </li>
                )
              })}
            </ul>
          </div>
        ))}
      <a
        href={documentation.href}
        className="flex h-7.5 items-center gap-2 rounded-md px-2 text-sm text-muted-foreground transition-colors hover:bg-accent/60 hover:text-foreground"
      >
        <documentation.icon aria-hidden className="size-4" strokeWidth={1.75} />
        {documentation.label}
      </a>
    </nav>
  )
}
