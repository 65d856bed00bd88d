'use client'

import Link, { useLinkStatus } from 'next/link'
import { useState, type ComponentProps } from 'react'

type Props = Omit<ComponentProps<typeof Link>, 'prefetch' | 'onFocus' | 'onPointerEnter'> & {
  /** False for a file or a page that is costly to make: it is loaded at the click. */
  prefetch?: false
}

/**
 * A link within the dashboard. Its page is loaded whole as soon as a person points at it, focuses it or touches it, so that a
 * click only has to draw it. While a click waits, a bar at the top of the window shows it.
 */
export function IntentLink({ children, prefetch, ...props }: Props) {
  const [intends, setIntends] = useState(false)
  const intend = () => setIntends(true)
  return (
    <Link {...props} prefetch={intends && prefetch !== false} onPointerEnter={intend} onFocus={intend}>
      {children}
      <Pending />
    </Link>
  )
}

function Pending() {
  const { pending } = useLinkStatus()
  return pending && <span aria-hidden className="navigation-bar" />
}
