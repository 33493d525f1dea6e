import { expect, test } from '@jest/globals'
import { currentText, generatedText, outputs } from '../scripts/generate/outputs.js'

test.each(outputs.map((output) => ({ output, path: output.path })))(
  '$path is current; if it is stale, run `npm run generate`',
  async ({ output, path }) => {
    const isCurrent = currentText(output) === (await generatedText(output))
    expect(isCurrent ? 'current' : `${path} is stale: run npm run generate`).toBe('current')
  },
)
