import { call } from '../../core/api.ts'
import { wordsNow } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { toast } from '../../ui/toast.tsx'
import { changeKnown } from '../known.ts'
import { isOpen, openDialog, placeAfter } from '../places.ts'
import type { Dialog } from '../types.ts'
import { whyRefused } from './refusals.ts'
import { texts } from './texts.ts'

export type Ending = { resolution: 'completed' | 'unresolved' | 'spam'; operator_comment?: string }
type Taken = { operator: { id: number; name: string } }

/** What can be done with a dialog. Each says how it went; of two at once only the first is done. */
export function useVerbs({ id, handoff_status }: Dialog) {
  const path = `/api/dialogs/${id}`
  const t = () => wordsNow(texts)
  const { run, busy } = useAction(async (verb: () => Promise<string>) => {
    try {
      toast(await verb())
    } catch (error) {
      toast(await whyRefused(error, id), 'bad')
    }
  })
  return {
    busy,
    take: () =>
      run(async () => {
        const how = handoff_status === 'requested' ? 'takeover' : 'take'
        const { operator } = await call<Taken>('POST', `${path}/handoff/${how}`, {})
        changeKnown(id, { handoff_status: 'active', taken_over_by: operator.id, operator_name: operator.name })
        return t().taken
      }),
    release: (ending: Ending) =>
      run(async () => {
        await call('POST', `${path}/handoff/release`, ending)
        return t().released
      }),
    cancel: () =>
      run(async () => {
        await call('POST', `${path}/handoff/cancel`, {})
        return t().cancelled
      }),
    transfer: (operator_id: number | undefined) =>
      run(async () => {
        await call('POST', `${path}/handoff/transfer`, operator_id === undefined ? {} : { operator_id })
        return t().transferred
      }),
    archive: () =>
      run(async () => {
        const next = placeAfter(id)
        await call('POST', `${path}/archive`, {})
        if (isOpen(id)) openDialog(next)
        return t().closed
      }),
  }
}

export type Verbs = ReturnType<typeof useVerbs>
