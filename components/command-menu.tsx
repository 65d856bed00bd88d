'use client'

import { Command } from 'cmdk'
import { Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { navigation } from './shell/navigation'
import { Button } from './ui/button'
import { Dialog, DialogContent, DialogTitle } from './ui/dialog'

/** ⌘K: jump to a page. */
export function CommandMenu() {
  const [open, setOpen] = useState(false)
  const router = useRouter()

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      setOpen((before) => !before)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  function go(href: string) {
    setOpen(false)
    router.push(href)
  }

  return (
    <>
      <Button
        variant="outline"
        onClick={() => setOpen(true)}
        className="w-full max-w-72 justify-start text-muted-foreground max-sm:w-8 max-sm:justify-center max-sm:px-0"
      >
        <Search aria-hidden />
        <span className="max-sm:sr-only">Find anything</span>
        <kbd className="ml-auto font-sans text-xs max-sm:hidden">⌘K</kbd>
      </Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent closable={false} className="top-[20%] translate-y-0 p-0">
          <DialogTitle className="sr-only">Find</DialogTitle>
          <Command label="Find">
            <Command.Input
              placeholder="Go to…"
              className="h-11 w-full border-b bg-transparent px-4 outline-none placeholder:text-muted-foreground"
            />
            <Command.List className="max-h-80 overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-muted-foreground">Nothing found.</Command.Empty>
              {navigation.flatMap((group) =>
                group.items.map((item) => (
                  <Command.Item
                    key={item.href}
                    onSelect={() => go(item.href)}
                    className="flex items-center gap-2 rounded-md px-2.5 py-2 data-[selected=true]:bg-accent"
                  >
                    <item.icon aria-hidden className="size-4 text-muted-foreground" />
                    {item.label}
                  </Command.Item>
                )),
              )}
            </Command.List>
          </Command>
        </DialogContent>
      </Dialog>
    </>
  )
}
