export type Outcome = 'passed' | 'failed' | 'skipped'

/** The outcome of each test in a JUnit report, by the test's name. */
export function outcomes(report: string): Map<string, Outcome> {
  const cases = report.matchAll(/<testcase\b[^>]*?\sname="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)
  return new Map([...cases].map(([, name = '', inside = '']) => [name, outcomeOf(inside)]))
}

function outcomeOf(inside: string): Outcome {
  if (/<(failure|error)\b/.test(inside)) return 'failed'
  return /<skipped\b/.test(inside) ? 'skipped' : 'passed'
}
