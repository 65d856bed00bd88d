import localFont from 'next/font/local'

// The letters of English and western European text in a small file; others, such as Polish or Cyrillic ones, in the whole file,
// which is loaded only where a page has them. How the small files are made: README.md. next/font reads literals only.

const sans = localFont({
  src: './geist-latin.woff2',
  variable: '--font-geist-sans',
  weight: '100 900',
})

const mono = localFont({
  src: './geist-mono-latin.woff2',
  variable: '--font-geist-mono',
  weight: '100 900',
})

const sansRest = localFont({
  src: './geist.woff2',
  variable: '--font-geist-sans-rest',
  weight: '100 900',
  preload: false,
  adjustFontFallback: false,
  declarations: [{ prop: 'unicode-range', value: 'U+0100-0130, U+0132-0151, U+0154-02FF, U+0370-052F, U+1E00-1EFF' }],
})

const monoRest = localFont({
  src: './geist-mono.woff2',
  variable: '--font-geist-mono-rest',
  weight: '100 900',
  preload: false,
  adjustFontFallback: false,
  declarations: [{ prop: 'unicode-range', value: 'U+0100-0130, U+0132-0151, U+0154-02FF, U+0370-052F, U+1E00-1EFF' }],
})

/** The classes that declare the fonts; `globals.css` uses their variables. */
export const fontClasses = [sans, mono, sansRest, monoRest].map(({ variable }) => variable).join(' ')
