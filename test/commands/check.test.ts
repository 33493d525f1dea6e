import { describe, expect, test } from '@jest/globals'
import { manifest } from '../../src/manifest/manifest.js'
import { noFeatures, everyFeature } from '../../sandbox/features.js'
import { configOf, file, run, runForText } from '../support/connector.js'
import { oauthConfig } from '../support/oauth.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()
const check = (config: object, ...more: string[]) => run(['check', '--config', file(config), ...more])

describe('check ends with how many streams are readable', () => {
  test('if all are', async () => {
    const sandbox = pipedrive.open({ switches: everyFeature })
    const output = await check(configOf(sandbox))
    expect(output.logs().at(-1)).toBe(`All ${manifest.length} streams are readable.`)
  })

  test('if the account lacks features: names them, after one request per feature', async () => {
    const sandbox = pipedrive.open({ switches: noFeatures })
    const output = await check(configOf(sandbox))
    const lacking = manifest.filter(({ feature }) => feature && !feature.name.startsWith('a phone'))
    const readable = manifest.length - lacking.length
    expect(output.logs('INFO').at(-1)).toMatch(`${readable} streams readable, ${lacking.length} not: `)
    expect(output.logs('INFO').at(-1)).toContain('legacy_teams (the account does not have teams)')
    expect(output.logs('INFO').at(-1)).toMatch(/\bprojects, .* \(the account does not have projects\)/)
    expect(output.messages.at(-1)?.connectionStatus?.status).toBe('SUCCEEDED')
    expect(sandbox.ledger.entries).toHaveLength(1 + 4)
  })

  test('if scopes are missing', async () => {
    const scopes = ['contacts:read', 'activities:read', 'products:full', 'goals:read', 'projects:read']
    const granted = [...scopes, 'phone-integration', 'admin', 'deals:read', 'users:read']
    const sandbox = pipedrive.open({ switches: everyFeature, oauth: { scopes: granted } })
    const output = await check(oauthConfig(sandbox))
    expect(output.logs('INFO').at(-1)).toMatch(
      / \d+ not: leads, .* \(scope missing: leads:read\); .*deal_changelog.* \(scope missing: recents:read\)/,
    )
  })

  test('if verification is turned off, or lacks scopes: it says what is not found', async () => {
    const sandbox = pipedrive.open({ oauth: { scopes: ['contacts:read'] } })
    const lines = async (more: object) =>
      (await check(oauthConfig(sandbox, {}, more))).logs('INFO').find((line) => line.startsWith('Records'))
    expect(await lines({ verification: 0 })).toContain('are not looked for: verification is 0.')
    expect(await lines({})).toMatch(/are found in \d of \d\d streams\.$/)
  })

  test('if the requests for features fail: it says nothing of them', async () => {
    const sandbox = pipedrive.open({ switches: everyFeature })
    sandbox.faults.inject({
      path: '/v1/legacyTeams',
      times: Infinity,
      fault: { kind: 'status', status: 418 },
    })
    expect((await check(configOf(sandbox))).logs().at(-1)).toMatch(/^All \d+ streams are readable\.$/)
  })
})

describe('check --exit-code', () => {
  test('is 1 if the check failed, and 0 if not', async () => {
    const sandbox = pipedrive.open()
    const wrong = { credentials: { auth_type: 'api_token', api_token: 'f00dfeed'.repeat(5) } }
    expect((await check(wrong, '--exit-code')).exitCode).toBe(1)
    expect((await check(wrong)).exitCode).toBe(0)
    expect((await check(configOf(sandbox), '--exit-code')).exitCode).toBe(0)
  })
})

describe('a suggestion is made for', () => {
  test('an unknown setting, which is a warning', async () => {
    const output = await check({ ...configOf(pipedrive.open()), look_back_minutes: 3, 'x\ny': 1 })
    expect(output.logs('WARN')).toEqual([
      'The config has the unknown setting look_back_minutes. It is ignored. Did you mean "lookback_minutes"?',
      'The config has the unknown setting x y. It is ignored.',
    ])
    expect(output.messages.at(-1)?.connectionStatus?.status).toBe('SUCCEEDED')
  })

  test('an unknown flag, which is a warning', async () => {
    const output = await run(['discover', '--config', file(configOf(pipedrive.open())), '--debg'])
    expect(output.logs('WARN')).toEqual(['Unknown flags are ignored: --debg. Did you mean "--debug"?'])
    expect(output.exitCode).toBe(0)
  })

  test('a setting that is missing because it is misspelled', async () => {
    const { base_url } = configOf(pipedrive.open()) as { base_url: string }
    const output = await check({ base_url, credentials: { auth_type: 'api_token', api_tokn: 'x' } })
    expect(output.logs('WARN')).toEqual([
      'The config has the unknown setting credentials.api_tokn. It is ignored. Did you mean "api_token"?',
    ])
    expect(output.messages.at(-1)?.connectionStatus?.message).toContain('credentials.api_token is missing')
  })

  test('a flag that is missing because it is misspelled', async () => {
    const output = await run(['read', '--confg=config.json', '--stream', 'deals'])
    expect(output.errors()[0]?.message).toBe(
      'Missing required argument: config. Did you mean "--config" by --confg? See src-pipedrive --help.',
    )
  })

  test('an unknown command', async () => {
    const output = await run(['chek'])
    expect(output.errors()[0]?.message).toBe(
      'Unknown command: chek. Did you mean "check"? See src-pipedrive --help.',
    )
  })

  test('an unknown stream, in read, catalog and start dates', async () => {
    const config = configOf(pipedrive.open())
    const read = await run(['read', '--config', file(config), '--stream', 'user'])
    expect(read.errors()[0]?.message).toBe('The stream user does not exist. Did you mean "users"?')
    const catalog = await runForText(['catalog', '--config', file(config), '--streams', 'user,stagse'])
    expect(catalog.aside).toContain(
      'For user: did you mean \\"users\\"? For stagse: did you mean \\"stages\\"?',
    )
    const dates = await check({ ...config, start_dates: { deal: '2024-01-01' } })
    expect(dates.messages.at(-1)?.connectionStatus?.message).toContain('Did you mean "deals"?')
  })
})
