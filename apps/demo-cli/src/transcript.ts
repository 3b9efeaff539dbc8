import { readFile } from 'node:fs/promises'

/**
 * Reads the answers from a transcript; its format is described at the top of transcript.txt.
 *
 * @throws where it holds no answers, or an empty one
 */
export function parseTranscript(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => !line.startsWith('#'))
  const [before = '', ...blocks] = lines.join('\n').split(/^== .*$/m)
  if (before.trim() !== '') throw new Error('the transcript has text before its first "== question" line')
  const answers = blocks.map(asParagraphs)
  if (answers.length === 0) throw new Error('the transcript holds no answers')
  const empty = answers.indexOf('')
  if (empty !== -1) throw new Error(`answer ${empty + 1} of the transcript is empty`)
  return answers
}

/** Lines are broken for whoever reads the file; to the reviewer a paragraph is one line. */
function asParagraphs(block: string): string {
  const paragraphs = block.trim().split(/\n\s*\n/)
  return paragraphs.map((paragraph) => paragraph.replaceAll('\n', ' ')).join('\n\n')
}

/** The answers of the demo's candidate. */
export async function readTranscript(): Promise<string[]> {
  return parseTranscript(await readFile(new URL('../transcript.txt', import.meta.url), 'utf8'))
}
