import { backUpNightly } from '../../backup/shelf/nightly.ts'
import { inThread } from '../in-thread.ts'

await inThread(backUpNightly)
