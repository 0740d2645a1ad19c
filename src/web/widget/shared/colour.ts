type Rgb = [number, number, number]

const FALLBACK: Rgb = [37, 99, 235]
const READABLE = 4.5 // WCAG 2.2, 1.4.3: contrast of normal text

/** The theme colour and the text colour readable on it (4.5 : 1); anything but `#rrggbb` gives blue. */
export function accentOf(color: string): { accent: string; on_accent: string } {
  const accent = parseHex(color)
  const onWhite = 1.05 / (luminance(accent) + 0.05)
  return { accent: toCss(accent), on_accent: onWhite >= READABLE ? '#fff' : '#000' }
}

/** The theme colour as text, shifted until it is readable on the light and on the dark bubbles. */
export function inksOf(color: string): { ink_light: string; ink_dark: string } {
  const accent = parseHex(color)
  return {
    ink_light: toCss(shiftUntilReadable(accent, { on: [240, 241, 244], towards: [0, 0, 0] })),
    ink_dark: toCss(shiftUntilReadable(accent, { on: [62, 64, 71], towards: [255, 255, 255] })),
  }
}

function parseHex(color: string): Rgb {
  if (!/^#[0-9a-f]{6}$/i.test(color)) return FALLBACK
  return [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16)) as Rgb
}

function shiftUntilReadable(color: Rgb, { on, towards }: { on: Rgb; towards: Rgb }): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = color.map((part, index) => Math.round(part + (towards[index]! - part) * share)) as Rgb
    if (contrast(mixed, on) >= READABLE) return mixed
  }
  return towards
}

// The contrast ratio of WCAG 2.2, from 1 to 21.
function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function toCss(color: Rgb): string {
  return `rgb(${color.join(' ')})`
}
