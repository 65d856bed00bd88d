import { decimal, type Booking } from './Booking'
import type { BookSettings } from './BookSettings'
import * as Month from './Month'

/**
 * The DATEV format "Buchungsstapel" (EXTF, header 700, category 21, version 13): semicolons, texts in quotes, numbers with a comma, CR LF,
 * Windows-1252, at most 99,999 bookings. https://developer.datev.de/datev/platform/en/dtvf and the formats below it. Amounts are US
 * dollars; the accountant's program converts them.
 */

const numbered = (from: number, to: number, names: (n: number) => string[]) =>
  Array.from({ length: to - from + 1 }, (_, index) => names(from + index)).flat()

/** The 125 columns in their order; the first fourteen are written, the rest stay empty. */
const columns = [
  'Umsatz (ohne Soll/Haben-Kz)',
  'Soll/Haben-Kennzeichen',
  'WKZ Umsatz',
  'Kurs',
  'Basis-Umsatz',
  'WKZ Basis-Umsatz',
  'Konto',
  'Gegenkonto (ohne BU-Schlüssel)',
  'BU-Schlüssel',
  'Belegdatum',
  'Belegfeld 1',
  'Belegfeld 2',
  'Skonto',
  'Buchungstext',
  'Postensperre',
  'Diverse Adressnummer',
  'Geschäftspartnerbank',
  'Sachverhalt',
  'Zinssperre',
  'Beleglink',
  ...numbered(1, 8, (n) => [`Beleginfo - Art ${n}`, `Beleginfo - Inhalt ${n}`]),
  'KOST1 - Kostenstelle',
  'KOST2 - Kostenstelle',
  'Kost-Menge',
  'EU-Land u. UStID (Bestimmung)',
  'EU-Steuersatz (Bestimmung)',
  'Abw. Versteuerungsart',
  'Sachverhalt L+L',
  'Funktionsergänzung L+L',
  'BU 49 Hauptfunktionstyp',
  'BU 49 Hauptfunktionsnummer',
  'BU 49 Funktionsergänzung',
  ...numbered(1, 20, (n) => [`Zusatzinformation - Art ${n}`, `Zusatzinformation- Inhalt ${n}`]),
  'Stück',
  'Gewicht',
  'Zahlweise',
  'Forderungsart',
  'Veranlagungsjahr',
  'Zugeordnete Fälligkeit',
  'Skontotyp',
  'Auftragsnummer',
  'Buchungstyp',
  'USt-Schlüssel (Anzahlungen)',
  'EU-Land (Anzahlungen)',
  'Sachverhalt L+L (Anzahlungen)',
  'EU-Steuersatz (Anzahlungen)',
  'Erlöskonto (Anzahlungen)',
  'Herkunft-Kz',
  'Buchungs GUID',
  'KOST-Datum',
  'SEPA-Mandatsreferenz',
  'Skontosperre',
  'Gesellschaftername',
  'Beteiligtennummer',
  'Identifikationsnummer',
  'Zeichnernummer',
  'Postensperre bis',
  'Bezeichnung SoBil-Sachverhalt',
  'Kennzeichen SoBil-Buchung',
  'Festschreibung',
  'Leistungsdatum',
  'Datum Zuord. Steuerperiode',
  'Fälligkeit',
  'Generalumkehr (GU)',
  'Steuersatz',
  'Land',
  'Abrechnungsreferenz',
  'BVV-Position',
  'EU-Land u. UStID (Ursprung)',
  'EU-Steuersatz (Ursprung)',
  'Abw. Skontokonto',
] as const

const eol = '\r\n'
/** No control characters; quotes doubled. */
const quoted = (text: string, max: number) =>
  `"${text
    .replace(/[\u0000-\u001f]/g, ' ')
    .slice(0, max)
    .replaceAll('"', '""')}"`
const compact = (day: string) => day.replaceAll('-', '')

/** Both head lines. @param madeAt of a closed month the time of its close, so that its file stays the same. */
export function head(month: Month.Month, settings: BookSettings, madeAt: Date): string {
  const { consultant, client, chart, yearStart, accounts } = settings
  const year = month.slice(5) >= yearStart ? Number(month.slice(0, 4)) : Number(month.slice(0, 4)) - 1
  const made = madeAt.toISOString().replace(/[^0-9]/g, '')
  const fields = [
    '"EXTF"',
    '700',
    '21',
    '"Buchungsstapel"',
    '13',
    made,
    '',
    '"RE"',
    '""',
    '""',
    consultant,
    client,
    `${year}${yearStart}01`,
    String(accounts.datev.cash.length),
    `${compact(month)}01`,
    compact(Month.lastDay(month)),
    quoted(`Sluice ${month}`, 30),
    '""',
    // Bookkeeping, for no special purpose, not locked: the accountant checks the batch first.
    '1',
    '0',
    '0',
    '"USD"',
    '',
    '""',
    '',
    '',
    `"${chart}"`,
    '',
    '',
    '""',
    '""',
  ]
  return `${fields.join(';')}${eol}${columns.join(';')}${eol}`
}

/** A booking: its debit account is `Konto` with S. The date has no year, which the head names. */
export function line({ voucher, day, debit, credit, cents, text }: Booking): string {
  const fields = [
    decimal(cents).replace('.', ','),
    '"S"',
    '"USD"',
    '',
    '',
    '""',
    debit,
    credit,
    '""',
    `${day.slice(8)}${day.slice(5, 7)}`,
    quoted(voucher, 36),
    '""',
    '',
    quoted(text, 60),
  ]
  return `${[...fields, ...columns.slice(fields.length).map(() => '')].join(';')}${eol}`
}
