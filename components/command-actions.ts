import { Keyboard, LogOut, type LucideIcon, Monitor, Moon, Pause, Play, Plus, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { toast } from 'sonner'
import type { Outcome } from './outcome'
import { runSignedIn } from './sign-in/again'

/** Something that the command menu does. */
export type CommandAction = {
  label: string
  icon: LucideIcon
  /** More words that find it. */
  words?: string
  /** What it asks before it runs. */
  question?: string
  run: () => void | Promise<void>
}

export type ShopPause = { isPaused: boolean; setPaused: (isPaused: boolean) => Promise<Outcome<null>> }

type Targets = {
  go: (href: string) => void
  showHelp: () => void
  /** Absent: the reader may not pause the shop. */
  shop?: ShopPause | undefined
}

/** The actions that the reader may run from the menu. */
export function useCommandActions({ go, showHelp, shop }: Targets): readonly CommandAction[] {
  const { setTheme } = useTheme()
  return [
    ...(shop
      ? [
          pauseAction(shop),
          { label: 'New resource', icon: Plus, words: 'sell create', run: () => go('/resources/new') },
        ]
      : []),
    { label: 'Dark theme', icon: Moon, words: 'night', run: () => setTheme('dark') },
    { label: 'Light theme', icon: Sun, words: 'day', run: () => setTheme('light') },
    { label: 'Theme of the system', icon: Monitor, run: () => setTheme('system') },
    { label: 'Keyboard shortcuts', icon: Keyboard, words: 'help keys', run: showHelp },
    { label: 'Sign out', icon: LogOut, words: 'log out leave', run: signOut },
  ]
}

function pauseAction({ isPaused, setPaused }: ShopPause): CommandAction {
  const run = async () => {
    const outcome = await runSignedIn(() => setPaused(!isPaused)).catch(() => undefined)
    if (outcome?.ok) toast.success(isPaused ? 'Sales are on again.' : 'All sales are paused.')
    else toast.error(outcome?.message ?? 'The server cannot be reached.')
  }
  return isPaused
    ? { label: 'Resume sales', icon: Play, words: 'pause shop unpause', run }
    : {
        label: 'Pause all sales',
        icon: Pause,
        words: 'stop shop',
        question: 'Pause all sales? Every resource answers 503 until you resume.',
        run,
      }
}

async function signOut(): Promise<void> {
  const answer = await fetch('/api/auth/sign-out', { method: 'POST' }).catch(() => undefined)
  if (answer?.ok) window.location.assign('/sign-in')
  else toast.error('Signing out failed. Check the connection and try again.')
}
