/**
 * Replaces what stands between the two comments `generated: NAME` and `end of generated: NAME` of a handwritten file.
 * The comments keep their own lines. Throws when a comment is missing.
 */
export function replaceGenerated(text: string, name: string, lines: readonly string[]): string {
  const all = text.split('\n')
  const from = all.findIndex(
    (line) => line.includes(` generated: ${name} `) || line.endsWith(` generated: ${name}`),
  )
  const to = all.findIndex((line, at) => at > from && line.includes(`end of generated: ${name}`))
  if (from < 0 || to < 0) throw new Error(`The comments around "generated: ${name}" are missing.`)
  return [...all.slice(0, from + 1), ...lines, ...all.slice(to)].join('\n')
}
