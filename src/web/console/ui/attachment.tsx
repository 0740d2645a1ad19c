import { useEffect, useState } from 'preact/hooks'
import { sizeInWords } from '../../widget/shared/sizes.ts'
import { callBlob } from '../core/api.ts'
import { sentenceOf } from '../core/errors.ts'
import { language, useWords } from '../core/i18n.ts'
import { useAction } from '../core/load.ts'
import { Button } from './button.tsx'
import { Dialog as Window } from './dialog.tsx'
import { saveFile } from './save-file.ts'
import { texts } from './texts.ts'

type Props = { path: string; file: { name: string; content_type: string; size: number } }

/** A file that lies at a path of the API: a picture as a thumbnail that opens large, anything else by its name, to be downloaded. */
export function AttachmentOf(props: Props) {
  return props.file.content_type.startsWith('image/') ? <Picture {...props} /> : <FileLink {...props} />
}

function Picture({ path, file }: Props) {
  const t = useWords(texts)
  const [url, setUrl] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [isLarge, setLarge] = useState(false)
  useEffect(() => {
    let made: string | undefined
    let isGone = false
    callBlob(path).then(
      (blob) => {
        if (isGone) return
        made = URL.createObjectURL(blob)
        setUrl(made)
      },
      (error: unknown) => setProblem(sentenceOf(error)),
    )
    return () => {
      isGone = true
      if (made) URL.revokeObjectURL(made)
    }
  }, [path])
  if (problem) return <p class="file-problem">{`${file.name}: ${problem}`}</p>
  return (
    <>
      <button type="button" class="picture" aria-label={`${t.open_image}: ${file.name}`} onClick={() => setLarge(true)}>
        {url && <img src={url} alt={file.name} onError={() => setProblem(t.file_failed)} />}
      </button>
      {isLarge && url && (
        <Window wide title={file.name} onClose={() => setLarge(false)}>
          <img class="picture-large" src={url} alt={file.name} />
        </Window>
      )}
    </>
  )
}

function FileLink({ path, file }: Props) {
  const t = useWords(texts)
  const { run, busy, error } = useAction(async () => saveFile(await callBlob(path), file.name))
  return (
    <>
      <Button icon="file" busy={busy} onClick={() => void run()} aria-label={`${t.download}: ${file.name}`}>
        {file.name} <span class="muted small">{sizeInWords(file.size, language.get())}</span>
      </Button>
      {error !== undefined && <p class="file-problem">{sentenceOf(error)}</p>}
    </>
  )
}
