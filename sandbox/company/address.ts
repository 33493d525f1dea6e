import type { Row } from '../row.js'
import type { Random } from './random.js'
import type { WordPools } from './word-pools.js'

export function drawAddress(random: Random, words: WordPools): Row {
  const route = random.pick(words.streets)
  const street_number = String(random.int(1, 200))
  const locality = random.pick(words.cities)
  const country = random.pick(words.countries)
  const postal_code = String(random.int(10_000, 99_999))
  const value = `${route} ${street_number}, ${locality}, ${country}`
  return {
    value,
    subpremise: '',
    street_number,
    route,
    sublocality: '',
    locality,
    admin_area_level_1: random.chance(0.5) ? locality : '',
    admin_area_level_2: '',
    country,
    postal_code,
    formatted_address: `${street_number} ${route}, ${postal_code} ${locality}, ${country}`,
  }
}
