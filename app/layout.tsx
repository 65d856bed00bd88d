import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { ThemeProvider } from '@/components/theme-provider'
import { Toaster } from '@/components/ui/sonner'
import { fontClasses } from './fonts/fonts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Sluice', template: '%s · Sluice' },
  description: 'Sell HTTP APIs to agents by x402 and MPP, and see every payment to its final block.',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfbfc' },
    { media: '(prefers-color-scheme: dark)', color: '#0e0f11' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce')
  return (
    <html lang="en" suppressHydrationWarning className={fontClasses}>
      <body>
        <ThemeProvider {...(nonce !== null && { nonce })}>
          {children}
          <Toaster />
        </ThemeProvider>
      </body>
    </html>
  )
}
