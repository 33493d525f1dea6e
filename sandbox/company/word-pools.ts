import type { Faker } from '@faker-js/faker'
// The whole of faker takes ten times as long to load as one language of it.
import { faker } from '@faker-js/faker/locale/en'

const foreignFirst = ['José', 'Łukasz', 'Žofia', 'Ørjan', 'Ülle', 'Siân', '小龙', 'さくら', 'Ольга', 'محمد']
const foreignLast = [
  'Müller',
  "O'Brien",
  'Nguyễn',
  'Çelik',
  'Jõgi',
  'Østergård',
  '李',
  '山本',
  'Соколова',
  'الفارسي',
]
const foreignCompanies = [
  'Bäckerei Groß & Söhne',
  'Ōsaka 株式会社',
  'Café Olé 🥐',
  'ООО «Ромашка»',
  'Ünlü "A.Ş."',
]

export interface WordPools {
  readonly firstNames: readonly string[]
  readonly lastNames: readonly string[]
  readonly companies: readonly string[]
  readonly jobs: readonly string[]
  readonly sentences: readonly string[]
  readonly paragraphs: readonly string[]
  readonly products: readonly string[]
  readonly categories: readonly string[]
  readonly streets: readonly string[]
  readonly cities: readonly string[]
  readonly countries: readonly string[]
}

const drawn = new Map<number, WordPools>()

/** Words to build rows from. Drawn once: faker is too slow to be asked for every one of forty thousand rows. */
export function wordPools(seed: number): WordPools {
  const pools = drawn.get(seed) ?? drawWordPools(seed)
  drawn.set(seed, pools)
  return pools
}

function drawWordPools(seed: number): WordPools {
  // An instance of its own, so that other draws from faker do not change it.
  const OwnFaker = faker.constructor as typeof Faker
  const words = new OwnFaker({ locale: faker.rawDefinitions, seed })
  const draw = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make)
  return {
    firstNames: [...draw(150, () => words.person.firstName()), ...foreignFirst],
    lastNames: [...draw(250, () => words.person.lastName()), ...foreignLast],
    companies: [...draw(200, () => words.company.name()), ...foreignCompanies],
    jobs: draw(40, () => words.person.jobTitle()),
    sentences: [...draw(80, () => words.lorem.sentence()), 'Ça marche 🚀', 'Привет, мир'],
    paragraphs: draw(30, () => words.lorem.paragraph()),
    products: draw(60, () => words.commerce.productName()),
    categories: draw(8, () => words.commerce.department()),
    streets: draw(80, () => words.location.street()),
    cities: [...draw(60, () => words.location.city()), 'Tallinn', 'Łódź', 'São Paulo', '東京'],
    countries: draw(30, () => words.location.country()),
  }
}
