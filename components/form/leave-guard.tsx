'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Button } from '../ui/button'
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from '../ui/dialog'

type Props = {
  /** The form was changed and not saved. */
  isChanged: boolean
  /** What was typed is kept in this tab. */
  isKept: boolean
}

/** Asks before a link or a closed tab loses what was typed. */
export function LeaveGuard({ isChanged, isKept }: Props) {
  const router = useRouter()
  const [href, setHref] = useState<string>()
  useEffect(() => {
    if (!isChanged) return
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault()
    const onClick = (event: MouseEvent) => {
      const target = leavesTo(event)
      if (target === undefined) return
      // Before the link's own handler, which would leave.
      event.preventDefault()
      event.stopPropagation()
      setHref(target)
    }
    addEventListener('beforeunload', onUnload)
    document.addEventListener('click', onClick, true)
    return () => {
      removeEventListener('beforeunload', onUnload)
      document.removeEventListener('click', onClick, true)
    }
  }, [isChanged])
  return (
    <Dialog open={href !== undefined} onOpenChange={(open) => !open && setHref(undefined)}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Leave without saving?</DialogTitle>
          <DialogDescription>
            {isKept
              ? 'Your changes are not saved. This tab keeps what you typed until you come back or close it.'
              : 'Your changes are not saved and will be lost.'}
          </DialogDescription>
        </DialogHeader>
        <DialogFooter>
          <Button variant="outline" onClick={() => setHref(undefined)}>
            Stay
          </Button>
          <Button
            variant="destructive"
            onClick={() => {
              setHref(undefined)
              if (href !== undefined) router.push(href)
            }}
          >
            Leave
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}

/** The page of this site that a plain click on a link opens in this tab; undefined for every other click. */
function leavesTo(event: MouseEvent): string | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null
  if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || link.hasAttribute('download'))
    return undefined
  if (link.origin !== location.origin || link.pathname === location.pathname) return undefined
  return link.pathname + link.search + link.hash
}
