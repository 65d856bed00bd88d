'use client'

import { Menu } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Button } from '../ui/button'
import { Dialog, DialogTitle, DialogTrigger, SheetContent } from '../ui/dialog'
import { Logo } from './logo'
import { SidebarNav } from './sidebar-nav'

/** Navigation on narrow screens: a drawer. The children stand above the pages. */
export function MobileNav({ isOperator, children }: { isOperator: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(false)
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger render={<Button variant="ghost" size="icon" aria-label="Open navigation" className="lg:hidden" />}>
        <Menu aria-hidden />
      </DialogTrigger>
      <SheetContent>
        <div className="flex h-12 shrink-0 items-center px-5">
          <DialogTitle className="sr-only">Navigation</DialogTitle>
          <Logo />
        </div>
        {children}
        <SidebarNav isOperator={isOperator} onNavigate={() => setOpen(false)} />
      </SheetContent>
    </Dialog>
  )
}
