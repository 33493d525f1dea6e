import { describe, expect, test } from '@jest/globals'
import type { FieldDefinition } from '../../../../src/sync/records/custom-fields/definitions.js'
import { OptionLabels } from '../../../../src/sync/records/custom-fields/option-labels.js'

const tiers = (...labels: string[]): FieldDefinition => ({
  key: 'tier',
  name: 'Tier',
  type: 'enum',
  options: new Map(labels.map((label, at) => [String(at + 1), label])),
})

/** Definitions that change with each reading; the last ones stay. */
function labelsOf(...readings: (readonly FieldDefinition[] | undefined | Error)[]) {
  const counted = { reads: 0 }
  const labels = new OptionLabels('/dealFields', () => {
    const found = readings[Math.min(counted.reads, readings.length - 1)]
    counted.reads += 1
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found)
  })
  return { labels, counted }
}

describe('the labels of options', () => {
  test('are read when the first option is met, not before', async () => {
    const { labels, counted } = labelsOf([tiers('Gold')])
    expect(labels.isIncomplete).toBe(false)
    expect(labels.of('tier', '1')).toBe('1')
    expect(labels.isIncomplete).toBe(true)
    await labels.complete()
    expect([labels.of('tier', '1'), labels.isIncomplete, counted.reads]).toEqual(['Gold', false, 1])
  })

  test('are read once for all that wait at the same time', async () => {
    const { labels, counted } = labelsOf([tiers('Gold')])
    labels.of('tier', '1')
    await Promise.all([labels.complete(), labels.complete()])
    expect(counted.reads).toBe(1)
  })

  test('are read again for an option that is met later, and never a third time', async () => {
    const { labels, counted } = labelsOf([tiers('Gold')], [tiers('Gold', 'Silver')])
    labels.of('tier', '1')
    await labels.complete()
    expect([labels.of('tier', '2'), labels.isIncomplete]).toEqual(['2', true])
    await labels.complete()
    expect(labels.of('tier', '2')).toBe('Silver')
    expect([labels.of('tier', '3'), labels.isIncomplete, counted.reads]).toEqual(['3', false, 2])
  })

  test('are not read again for an option that was deleted before the first reading', async () => {
    const { labels } = labelsOf([tiers('Gold')])
    labels.of('tier', '9')
    await labels.complete()
    expect([labels.of('tier', '9'), labels.isIncomplete]).toEqual(['9', false])
  })

  test('are not read again for a field that Pipedrive does not define', async () => {
    const { labels } = labelsOf([tiers('Gold')])
    labels.of('tier', '1')
    await labels.complete()
    expect([labels.of('channel', '5'), labels.isIncomplete]).toEqual(['5', false])
  })

  test('are read again after a failure, for the next stream that needs them', async () => {
    const { labels } = labelsOf(new Error('down'), [tiers('Gold')])
    labels.of('tier', '1')
    await expect(labels.complete()).rejects.toThrow('down')
    expect(labels.isIncomplete).toBe(true)
    await labels.complete()
    expect(labels.of('tier', '1')).toBe('Gold')
  })

  test('that may not be read are ids, with one warning that names the list', async () => {
    const { labels } = labelsOf(undefined)
    labels.of('tier', '1')
    await labels.complete()
    expect([labels.of('tier', '2'), labels.isIncomplete]).toEqual(['2', false])
    expect([labels.takeWarning(), labels.takeWarning()]).toEqual([
      expect.stringContaining('/dealFields'),
      undefined,
    ])
  })
})
