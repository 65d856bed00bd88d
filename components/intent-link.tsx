'use client'

import Link, { useLinkStatus } from 'next/link'
import { useState, type ComponentProps } from 'react'

/**
 * A link within the dashboard. Its page is loaded whole as soon as a person points at it, focuses it or touches it, so that a
 * click only has to draw it. While a click waits, a bar at the top of the window shows it.
 */
export function IntentLink({
  children,
  ...props
}: Omit<ComponentProps<typeof Link>, 'prefetch' | 'onFocus' | 'onPointerEnter'>) {
  const [intends, setIntends] = useState(false)
  const intend = () => setIntends(true)
  return (
    <Link {...props} prefetch={intends} onPointerEnter={intend} onFocus={intend}>
      {children}
      <Pending />
    </Link>
  )
}

function Pending() {
  const { pending } = useLinkStatus()
  return pending && <span aria-hidden className="navigation-bar" />
}
