'use client'

import './globals.css'

/** Shown if even the layout cannot be rendered. */
export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Sluice</title>
        <main className="mx-auto flex min-h-dvh max-w-lg flex-col items-center justify-center gap-2 px-4 text-center">
          <h1 className="text-base font-semibold">Sluice could not show this page</h1>
          <p className="text-muted-foreground">Nothing was changed. Load it again in a moment.</p>
          {error.digest && <p className="font-mono text-xs text-muted-foreground">Request {error.digest}</p>}
          <button type="button" onClick={reset} className="mt-3 h-8 rounded-md border px-3 font-medium hover:bg-accent">
            Try again
          </button>
        </main>
      </body>
    </html>
  )
}
