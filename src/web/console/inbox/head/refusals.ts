import { ApiError, sentenceOf } from '../../core/errors.ts'
import { wordsNow } from '../../core/i18n.ts'
import { dialogNow, refresh } from '../known.ts'
import { texts } from './texts.ts'

/** Why something about a dialog was refused, for a person: who has it, or what to do about it. The dialog is asked for anew, since it is not what it seemed. */
export async function whyRefused(error: unknown, dialog_id: number): Promise<string> {
  if (!(error instanceof ApiError)) return sentenceOf(error)
  const t = wordsNow(texts)
  if (error.code === 'OPERATOR_CAPACITY_EXCEEDED') return t.full(Number(error.details.max_capacity))
  if (error.code !== 'HANDOFF_CONFLICT' && error.code !== 'HANDOFF_NOT_FOUND') return sentenceOf(error)
  await refresh(dialog_id)
  const { operator_name } = error.details
  const winner = typeof operator_name === 'string' ? operator_name : dialogNow(dialog_id)?.operator_name
  return winner ? t.taken_by(winner) : t.changed
}
