import Sequencer from '@jest/test-sequencer'

/** Short files whose tests take long. */
const SLOW = [
  'acceptance-rules/full-refresh',
  'acceptance-rules/incremental',
  'e2e/hostile/outage',
  'e2e/random-model',
  'e2e/side-by-side',
].map((name) => `/test/${name}.test.ts`)

/**
 * Starts what takes longest first, so that no processor waits for the last file. Where jest has no times yet, as in a
 * fresh clone, it goes by the size of the files.
 */
export default class extends Sequencer {
  sort(tests) {
    const isSlow = ({ path }) => SLOW.some((end) => path.endsWith(end))
    return super.sort(tests).toSorted((a, b) => Number(isSlow(b)) - Number(isSlow(a)))
  }
}
