// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must go
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** Text that any store and any screen takes: well-formed UTF-16, NFC, no control characters but tab and line ends. */
export function cleanText(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(CONTROL, '')
}

/** At most `max` UTF-16 units, cut at a space where there is one near, with an ellipsis when something was cut; never splits a surrogate pair. */
export function trimTo(text: string, max: number): string {
  if (text.length <= max) return text
  const cut = text.slice(0, max - 1)
  const space = cut.lastIndexOf(' ')
  // A space in the last third keeps whole words without throwing much away.
  return `${(space > max * 0.66 ? cut.slice(0, space) : cut).toWellFormed().replace(/\uFFFD$/, '')}…`
}

/** One line for a terminal: control and escape sequences cannot move the cursor or colour the screen. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must go
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
}
