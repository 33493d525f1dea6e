import type { ChildStrategy } from '../../src/manifest/child-strategy.js'
import type { StreamSpec } from '../../src/manifest/stream.js'
import { bullet, code, paragraph, table } from './markdown.js'
import { PER_PARENT, STRATEGIES, strategyOf } from './read-strategies.js'
import { overview } from './streams-overview.js'

const OR = new Intl.ListFormat('en', { type: 'disjunction' })

/** docs/streams.md. */
export function streamsDoc(manifest: readonly StreamSpec[]): string {
  const streams = [...manifest].sort((a, b) => a.name.localeCompare(b.name))
  return [
    '# Streams',
    '',
    'Generated from the manifest by `npm run generate`. A test fails when this page is stale.',
    '',
    ...summary(streams),
    '',
    ...overview(streams),
    '',
    ...strategies(streams),
    '',
    ...untracked(streams),
    '',
    ...archives(streams),
    '',
    ...DELETED_ROWS,
    '',
    ...features(streams),
    '',
    ...scopes(streams),
    '',
  ].join('\n')
}

function summary(streams: readonly StreamSpec[]): string[] {
  const incremental = streams.filter(({ cursorField }) => cursorField !== undefined).length
  return paragraph(
    `${streams.length} streams, ${incremental} of them incremental. A request costs the same number of tokens of the ` +
      'company’s daily budget whatever it returns, so each page is as large as Pipedrive allows.',
  )
}

function strategies(streams: readonly StreamSpec[]): string[] {
  const used = new Set(streams.map(strategyOf))
  return [
    '## Read strategies',
    '',
    ...[...Object.values(STRATEGIES), PER_PARENT]
      .filter((strategy) => used.has(strategy))
      .flatMap(({ name, meaning }) => bullet(`**${name}**: ${meaning}`)),
  ]
}

function untracked(streams: readonly StreamSpec[]): string[] {
  return [
    '## Changes that Pipedrive does not date',
    '',
    ...paragraph(
      'An incremental sync finds a change by the update time that the change moves. The following changes move no ' +
        'update time. They arrive with the next change of the row that does, with a full refresh, or when all rows or ' +
        'parents are read again, where the list says so:',
    ),
    '',
    ...streams.flatMap(untrackedOf),
    '',
    ...paragraph(
      'A lead that is converted to a deal disappears from both lists of leads; a deal or person that is merged into ' +
        'another one disappears from its list. Both are found as deleted rows are.',
    ),
    '',
    ...paragraph(
      'It is undocumented whether archiving a deal or lead moves its update time. Should it not, a sync finds what was ' +
        'archived or restored by comparing the whole archive with the keys of the last time: an archive of one page ' +
        'in every sync, a larger one daily. A row that is archived and restored around one sync is missing in both ' +
        'lists when they are read, and comes with its next change. The `archive_time` of a row that is restored and ' +
        'archived again between two comparisons stays the earlier one.',
    ),
    '',
    ...paragraph(
      'A state has room for the keys of about 200,000 archived deals (more where most deals are archived), and of ' +
        '14,000 archived leads. An archive that has outgrown it is read by time alone, from then on.',
    ),
  ]
}

function untrackedOf({ name, untrackedChanges, strategy }: StreamSpec): string[] {
  const found = strategy.kind === 'by-update-time' ? rereadingRows(strategy.reread?.days) : ''
  const changes =
    untrackedChanges.length > 0 ? bullet(`${code(name)}: ${untrackedChanges.join('; ')}${found}`) : []
  if (strategy.kind !== 'children' || strategy.bumpsParent === 'yes') return changes
  const effect = strategy.bumpsParent === 'no' ? 'does not move' : 'is not known to move'
  return [
    ...changes,
    ...bullet(
      `${code(name)}: a change ${effect} the update time of its parent in ${strategy.of.map(code).join(' or ')}, ` +
        `and only children of changed parents are read${rereading(strategy)}`,
    ),
  ]
}

/** What the allowance of streams per parent pays for beside changes. */
function rereadingRows(days: number | undefined): string {
  return days === undefined
    ? ''
    : `. All rows are read again every ${days} days, as far as the daily share goes`
}

function rereading({ rereadDays: days, read }: ChildStrategy): string {
  if (read.kind === 'batch')
    return '; which ones there are is compared once a day, of all parents that had any'
  return days === undefined ? '' : `; those of all others every ${days} days, as far as the daily share goes`
}

function archives(streams: readonly StreamSpec[]): string[] {
  return [
    '## Archived rows',
    '',
    ...paragraph(
      'Pipedrive keeps archived rows in lists of their own. A row that moves between the two lists is emitted in both ' +
        'streams. Full refreshes read each list as it is.',
    ),
    '',
    ...streams.flatMap(archive),
  ]
}

function archive({ name, archiveOf }: StreamSpec): string[] {
  if (!archiveOf) return []
  const [live, archived] = [code(archiveOf.stream), code(name)]
  const condition = archiveOf.includeWithLive ? '' : `, if ${archived} is selected too`
  return [
    ...bullet(
      `${live} emits a row when it is archived, with \`is_archived: true\`, and when it is restored${condition}.`,
    ),
    ...bullet(
      `${archived} emits a row when it is restored, with \`is_archived: false\`, if ${live} is selected too.`,
    ),
  ]
}

const DELETED_ROWS = [
  '## Deleted rows',
  '',
  ...paragraph(
    'A deleted deal is emitted with `is_deleted: true` if a sync succeeds within the 30 days for which Pipedrive keeps ' +
      'it. Pipedrive lists deleted rows of no other stream: they are found by comparing the list with what was read ' +
      'before, at most once a day, at the cost in the table. [deletes.md](deletes.md) explains it. Children of deleted ' +
      'parents are not read.',
  ),
]

function features(streams: readonly StreamSpec[]): string[] {
  return [
    '## Streams that not every account has',
    '',
    ...streams.flatMap(({ name, feature }) => {
      if (!feature) return []
      const statuses = OR.format(feature.lacking.map(String).map(code))
      return bullet(
        `${code(name)} needs ${feature.name}. Without it, Pipedrive answers with status ${statuses}.`,
      )
    }),
    '',
    ...paragraph(
      'If Pipedrive answers with one of these statuses, the stream stays empty, a warning says why, and the sync ' +
        'succeeds. The state does not advance, so that everything is read once the account has the feature. A user ' +
        'who may not read the list can get the same answer. A missing OAuth scope is an error.',
    ),
  ]
}

function scopes(streams: readonly StreamSpec[]): string[] {
  const rows = streams.map(({ name, scopes }) => [name, scopes.map(code).join(' ')])
  return [
    '## OAuth scopes',
    '',
    'Each stream needs any one of its scopes.',
    '',
    ...table(['stream', 'scopes'], rows),
  ]
}
