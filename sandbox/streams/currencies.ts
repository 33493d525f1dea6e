import { routes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const codes =
  'EUR USD GBP SEK NOK DKK CHF PLN CZK HUF RON BGN ISK TRY UAH JPY CNY KRW INR AUD NZD CAD BRL MXN ARS CLP COP PEN ' +
  'ZAR EGP NGN KES ILS AED SAR THB VND IDR MYR PHP SGD HKD'
const noDecimals = ['JPY', 'KRW', 'CLP', 'VND', 'ISK']

export const currencies = defineSandboxStream({
  name: 'currencies',
  key: ['id'],
  table: 'currencies',
  route: { ...routes.whole, path: '/currencies', cost: 20, scopes: ['base'] },
  exampleRow: {
    id: 0,
    code: 'EUR',
    name: 'Euro',
    symbol: '€',
    decimal_points: 2,
    active_flag: true,
    is_custom_flag: false,
  },
  generate: () => {
    const names = new Intl.DisplayNames('en', { type: 'currency' })
    return codes.split(' ').map((code, index) => ({
      id: index + 1,
      code,
      name: names.of(code) ?? code,
      symbol: code === 'EUR' ? '€' : code,
      decimal_points: noDecimals.includes(code) ? 0 : 2,
      active_flag: true,
      is_custom_flag: false,
    }))
  },
})
