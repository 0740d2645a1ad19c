import { type Block, parseBlocks, parseSpans, type Span } from '../../widget/shared/markdown.ts'

/** An answer with its small Markdown as elements. Pictures are never loaded; a link whose text hides its address shows the host. */
export function RichText({ text }: { text: string }) {
  return (
    <div class="rich">
      {parseBlocks(text).map((block, index) => (
        <BlockOf key={index} block={block} />
      ))}
    </div>
  )
}

function BlockOf({ block }: { block: Block }) {
  if (block.kind === 'code')
    return (
      <pre>
        <code>{block.text}</code>
      </pre>
    )
  if (block.kind === 'list') {
    const items = block.items.map((item, index) => (
      <li key={index}>
        <Spans text={item} />
      </li>
    ))
    return block.start === undefined ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>
  }
  return (
    <p class={block.kind === 'heading' ? 'rich-heading' : ''}>
      <Spans text={block.text} />
    </p>
  )
}

function Spans({ text }: { text: string }) {
  return <>{parseSpans(text).map((span, index) => spanOf(span, index))}</>
}

function spanOf(span: Span, key: number) {
  if (span.kind === 'code') return <code key={key}>{span.text}</code>
  if (span.kind === 'bold') return <strong key={key}>{span.spans.map(spanOf)}</strong>
  if (span.kind === 'italic') return <em key={key}>{span.spans.map(spanOf)}</em>
  if (span.kind === 'cite') return <sup key={key}>{span.n}</sup>
  if (span.kind === 'text') return span.text
  const host = new URL(span.href).host
  return (
    <a key={key} href={span.href} target="_blank" rel="noopener noreferrer nofollow">
      {span.text}
      {host && !span.text.includes(host) && <span class="muted"> ({host})</span>}
    </a>
  )
}
