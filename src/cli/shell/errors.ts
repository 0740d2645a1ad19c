import { AppError, defineErrors } from '../../errors.ts'
import type { Said } from './command.ts'

export const errors = defineErrors({
  NO_DATA: [
    404,
    'Здесь ещё нет данных ReplyX: выполните «replyx setup» или укажите папку через --data-dir',
    'There is no ReplyX data here yet: run «replyx setup» or name the folder with --data-dir',
  ],
  LAST_ADMIN: [
    409,
    'Это единственный администратор; сначала добавьте другого: replyx user add --admin …',
    'This is the only admin; add another one first: replyx user add --admin …',
  ],
  NOT_AN_OPERATOR: [409, 'Это владелец, а не оператор', 'This is an owner, not an operator'],
  NOT_AN_OWNER: [
    409,
    'Это оператор чужой команды, а не владелец',
    "This is an operator of somebody's team, not an owner",
  ],
  SERVICE_DOWN: [503, 'Сервер не отвечает', 'The server does not answer'],
  PORT_TAKEN: [
    409,
    'Порт занят другой программой: задайте другой через --port или «replyx config set port N»',
    'The port is taken by another program: choose another with --port or «replyx config set port N»',
  ],
})

/** A command that was called wrongly. */
export function misuse(...[ru, en]: Said): AppError {
  return new AppError('USAGE', 400, { ru, en })
}

/** The exit code of a refusal: 2 wrong usage, 3 not found, 4 refused, 69 a service is down, 1 anything else. */
export function exitCodeOf({ status }: AppError): number {
  if (status === 400 || status === 422) return 2
  if (status === 404) return 3
  if (status >= 502 && status <= 504) return 69
  return status < 500 ? 4 : 1
}
