import type { ReadStrategy, StreamSpec } from '../src/manifest/stream.js'

/** docs/streams.md, from the manifest. */
export function streamsDoc(manifest: readonly StreamSpec[]): string {
  const streams = [...manifest].sort((a, b) => a.name.localeCompare(b.name))
  return [
    '# Streams',
    '',
    'Made from the manifest by `npm run docs`; a test fails when it is stale.',
    '',
    `${manifest.length} streams, ${manifest.filter(({ cursorField }) => cursorField).length} of them incremental. ` +
      'A request costs the same number of tokens of the company’s daily budget whatever it returns, so pages are always as large as they can be.',
    '',
    row([
      'stream',
      'list',
      'primary key',
      'cursor',
      'read',
      'rows a request',
      'tokens a request',
      'an unchanged sync costs',
    ]),
    row(Array<string>(8).fill('---')),
    ...streams.map((stream) => row(cells(stream, streams))),
    '',
    '## How they are read',
    '',
    ...Object.values(WAYS).map(({ name, meaning }) => `- **${name}**: ${meaning}`),
    '',
    '## What Pipedrive does not date',
    '',
    'An incremental sync finds a change by the update time that it moves. These move none, and come with the next change that does, or with a full refresh:',
    '',
    ...streams.flatMap(undated),
    '',
    '## Archived rows',
    '',
    ...streams.flatMap(archive),
    '',
    'Archived rows are in lists of their own. Whether archiving moves the update time is read off them; if it does not, the archived list is read whole in each sync, and a row that is archived in the middle of one and restored before the next has succeeded comes with its next change. Full refreshes read each list as it is.',
    '',
    '## Deleted rows',
    '',
    'Deleted deals come with `is_deleted: true` if a sync succeeds within the 30 days that Pipedrive keeps them. Of the other streams Pipedrive lists no deleted rows. Children of deleted parents are not read.',
    '',
    '## Not in every account',
    '',
    ...streams.flatMap(gated),
    '',
    'Where Pipedrive answers so, the stream stays empty and a warning says why; the sync succeeds. The state stays where it was, so that everything is read once the account has the feature. Until then each sync asks again: at least a page of each parent list, from its oldest rows on, and a request for their children. A user who may not read the list can look the same to us; a missing OAuth scope is an error.',
    '',
    '## OAuth scopes',
    '',
    'Any one of them opens the list.',
    '',
    row(['stream', 'scopes']),
    row(['---', '---']),
    ...streams.map(({ name, scopes }) => row([name, scopes.map(code).join(' ')])),
    '',
  ].join('\n')
}

const WAYS = {
  'by-update-time': {
    name: 'by time',
    meaning:
      'Pipedrive filters by update time. Rows that have no update time are looked for at both ends of the list in the first sync and once a day, two requests each time.',
  },
  'newest-first': {
    name: 'newest first',
    meaning:
      'Pipedrive cannot filter, but sorts by update time: read until the last sync’s rows. Rows without a time as above.',
  },
  'full-scan': {
    name: 'full-scan',
    meaning:
      'a short list without filter or order: read whole, and rows are sent whose content differs from what was sent before. The start date does not apply.',
  },
  children: {
    name: 'by parent',
    meaning: 'all children of each parent that changed, a batch of parents a request.',
  },
} satisfies Record<ReadStrategy['kind'], object>

function cells(stream: StreamSpec, streams: readonly StreamSpec[]): string[] {
  const { name, api, path, primaryKey, cursorField, strategy, paging, pageSize, cost } = stream
  return [
    name,
    code(`${api} ${path}`),
    primaryKey.map(code).join(' '),
    cursorField ? code(cursorField) : 'full refresh only',
    WAYS[strategy.kind].name,
    paging === 'none' ? 'all' : String(pageSize),
    String(cost),
    [unchanged(stream), ...archivesOf(stream, streams)].join('; '),
  ]
}

function unchanged({ strategy, cost, paging }: StreamSpec): string {
  if (strategy.kind === 'children') return `nothing beyond ${strategy.of.join(' and ')}`
  if (strategy.kind === 'full-scan' && paging !== 'none') return `the list’s pages (${cost} tokens each)`
  return `1 request, ${cost} tokens`
}

/** What a stream costs more because rows of it may have been archived. */
function archivesOf({ name }: StreamSpec, streams: readonly StreamSpec[]): string[] {
  const archives = streams.filter(({ archiveOf }) => archiveOf?.stream === name && archiveOf.includeWithLive)
  return archives.map((archive) => `the same for ${archive.name} (${archive.cost} tokens), selected or not`)
}

function undated({ name, untrackedChanges, strategy }: StreamSpec): string[] {
  const changes = untrackedChanges.length > 0 ? [`- ${code(name)}: ${untrackedChanges.join('; ')}`] : []
  if (strategy.kind !== 'children' || strategy.bumpsParent === 'yes') return changes
  const known = strategy.bumpsParent === 'no' ? 'does not move' : 'is not known to move'
  return [
    ...changes,
    `- ${code(name)}: a change ${known} the time of its parent in ${strategy.of.map(code).join(' or ')}, which is what decides`,
  ]
}

function gated({ name, feature }: StreamSpec): string[] {
  if (!feature) return []
  const lacking = feature.lacking.map(String).map(code).join(', ')
  return [`- ${code(name)} needs ${feature.name}; an account without it is told by the status: ${lacking}`]
}

function archive({ name, archiveOf }: StreamSpec): string[] {
  if (!archiveOf) return []
  const { stream, includeWithLive } = archiveOf
  const [live, archived] = [code(stream), code(name)]
  const condition = includeWithLive ? '' : `, if ${archived} is selected too`
  return [
    `- ${live} is told when a row is archived, with \`is_archived: true\`, and when it is restored${condition}. ${archived} is told when a row is restored, with \`is_archived: false\`, if ${live} is selected too.`,
  ]
}

function row(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`
}

function code(text: string): string {
  return `\`${text}\``
}
