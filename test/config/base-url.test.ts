import { describe, expect, test } from '@jest/globals'
import { ConnectorError } from '../../src/airbyte/errors.js'
import { parseBaseUrl } from '../../src/config/base-url.js'

describe('a base URL may name', () => {
  test.each([
    'http://localhost:4010',
    'https://LOCALHOST',
    'http://pipedrive.localhost/x',
    'http://127.0.0.1:4010',
    'http://127.200.3.4',
    'http://2130706433/x',
    'http://0x7f.1',
    'http://[::1]:4010',
    'http://10.1.2.3',
    'http://172.17.0.1:4010',
    'http://172.31.255.255',
    'http://192.168.0.9',
    'http://[fd00::17]/pipedrive',
    'http://[::ffff:10.1.2.3]',
    'http://sandbox:4010',
    'https://user:password@sandbox/x/y',
  ])('a simulator in the own network: %s', (address) => {
    expect(parseBaseUrl(address)).toBe(address)
  })

  test('it without the slashes at its end', () => {
    expect(parseBaseUrl('http://localhost:4010/x//')).toBe('http://localhost:4010/x')
  })

  test.each([
    { address: 'https://sim.example.com', allowed: 'sim.example.com' },
    { address: 'https://SIM.example.com:8443/x', allowed: 'other.example.com, Sim.Example.com' },
    { address: 'http://sim.example.com:8080', allowed: 'sim.example.com:8080' },
    { address: 'https://sim.example.com:8443/x', allowed: 'https://sim.example.com:8443/ http://x' },
    { address: 'https://8.8.8.8', allowed: '8.8.8.8' },
    { address: 'http://[2001:db8::1]', allowed: '[2001:db8::1]' },
  ])('$address, if the operator names it: $allowed', ({ address, allowed }) => {
    expect(parseBaseUrl(address, allowed)).toBe(address)
  })
})

function refusalOf(address: string, allowed?: string): ConnectorError {
  try {
    parseBaseUrl(address, allowed)
  } catch (error) {
    if (error instanceof ConnectorError) return error
  }
  throw new Error(`${address} was accepted.`)
}

describe('a base URL may not name', () => {
  test.each([
    'https://evil.example',
    'https://api.pipedrive.com.evil.example',
    'https://localhost.evil.example',
    'https://127.0.0.1.evil.example',
    'https://localhost@evil.example',
    'https://evil.example\\@localhost',
    'https://evil.example./',
    'https://evil。example',
    'http://evil%2eexample',
    'http://8.8.8.8',
    'http://134744072',
    'http://172.32.0.1',
    'http://169.254.169.254/latest',
    'http://[2001:db8::1]',
    'http://[::ffff:8.8.8.8]',
  ])('any other host: %s', (address) => {
    const { failureType, message } = refusalOf(address)
    expect(failureType).toBe('config_error')
    expect(message).toMatch(/^The config's base_url names the host .* PIPEDRIVE_ALLOW_BASE_URL=\S+ where/)
  })

  test.each([
    { allowed: 'example.com', address: 'https://sim.example.com' },
    { allowed: 'sim.example.com', address: 'https://sim.example.com.evil.example' },
    { allowed: 'sim.example.com:8443', address: 'https://sim.example.com' },
    { allowed: 'https://sim.example.com', address: 'http://sim.example.com' },
    { allowed: ' , ', address: 'https://sim.example.com' },
    { allowed: '*', address: 'https://sim.example.com' },
    { allowed: '://', address: 'https://sim.example.com' },
  ])('$address, if the operator names $allowed', ({ address, allowed }) => {
    expect(refusalOf(address, allowed).message).toContain('names the host sim.example.com')
  })

  test('what is not a URL', () => {
    expect(refusalOf('https://[host').message).toContain('base_url is not a URL')
  })
})
