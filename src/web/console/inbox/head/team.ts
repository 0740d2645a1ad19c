import { useEffect } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { onEvent } from '../../core/live/events.ts'
import { type Loaded, useLoad } from '../../core/load.ts'
import type { TeamMember } from '../../core/types.ts'

const SETTLE_MS = 1000 // several come and go at once when a shift changes

/** The team with who is there and how much each carries, asked for again when somebody comes, goes, takes or gives. */
export function useTeam(): Loaded<TeamMember[]> {
  const team = useLoad(() => call<TeamMember[]>('GET', '/api/operator/team'))
  useEffect(() => {
    let timer: number | undefined
    const end = onEvent(({ type }) => {
      if (type !== 'operator.presence' && type !== 'handoff.started' && type !== 'handoff.released') return
      clearTimeout(timer)
      timer = window.setTimeout(() => void team.reload(), SETTLE_MS)
    })
    return () => {
      clearTimeout(timer)
      end()
    }
  }, [])
  return team
}
