import { invalid } from '../errors.ts'

const MIN = 8
const MAX = 128
// The first guesses of every list that also pass the letter-and-digit rule.
const COMMON = new Set(
  'password1 password12 password123 qwerty123 qwerty12 1q2w3e4r 1qaz2wsx admin123 admin1234 welcome1 letmein1 abc12345 abcd1234 passw0rd iloveyou1 qwertyuiop1 пароль123 пароль12 йцукен123'.split(
    ' ',
  ),
)

/** Refuses (VALIDATION_ERROR) a password of the wrong length, without a letter of any script and a digit, or among the first that are tried. */
export function assertGoodPassword(password: string, field = 'password'): void {
  if (password.length < MIN || password.length > MAX) {
    throw invalid(field, `нужно от ${MIN} до ${MAX} символов`, `${MIN} to ${MAX} characters are needed`)
  }
  if (!/\p{L}/u.test(password) || !/\d/.test(password)) {
    throw invalid(field, 'нужны хотя бы одна буква и одна цифра', 'at least one letter and one digit are needed')
  }
  if (COMMON.has(password.toLowerCase()))
    throw invalid(field, 'этот пароль угадывают первым', 'this password is among the first that are guessed')
}
