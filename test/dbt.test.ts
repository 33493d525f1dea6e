import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { manifest } from '../src/manifest/manifest.js'
import { fencedBlocks, root } from './support/pages/blocks.js'

interface Models {
  models: { name: string; description: string }[]
}
interface Sources {
  sources: { tables: { name: string }[] }[]
}

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const sqlFiles = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.replace('.sql', ''))
const models = (path: string) => (parse(read(path)) as Models).models
const [source] = (parse(read('dbt/models/sources.yml')) as Sources).sources
const tables = source?.tables.map(({ name }) => name) ?? []

test('the dbt project has a mart for each question of docs/recipes.md', () => {
  const questions = [...read('docs/recipes.md').matchAll(/^## \d+\. (.*)$/gm)].map(([, question]) => question)
  const marts = models('dbt/models/marts/marts.yml')
  expect(marts.map(({ description }) => description)).toEqual(questions)
  expect(marts.map(({ name }) => name).sort()).toEqual(sqlFiles('dbt/models/marts').sort())
})

test('each mart of the dbt project is compared with a truth by the acceptance tests', () => {
  const [, truths = ''] = /^TRUTHS[^{]*\{\n([^}]*)\}/m.exec(read('acceptance/recipes.py')) ?? []
  const compared = [...truths.matchAll(/"(\w+)":/g)].map(([, name]) => name)
  expect(compared).toEqual(models('dbt/models/marts/marts.yml').map(({ name }) => name))
})

test('the dbt project reads tables of streams that exist, and its README names them all', () => {
  expect(manifest.map(({ name }) => name)).toEqual(expect.arrayContaining(tables))
  const readme = read('dbt/README.md')
  expect(tables.filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
  expect(fencedBlocks('dbt/README.md').map(({ runner }) => runner)).toEqual(['pyairbyte'])
})

test('models of the dbt project select only from sources and models that are declared', () => {
  const staging = sqlFiles('dbt/models/staging')
  expect(
    models('dbt/models/staging/staging.yml')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(staging.sort())
  const texts = ['staging', 'marts'].flatMap((folder) =>
    sqlFiles(`dbt/models/${folder}`).map((name) => read(`dbt/models/${folder}/${name}.sql`)),
  )
  const sources = texts.flatMap((text) =>
    [...text.matchAll(/source\('pipedrive', '(\w+)'\)/g)].map(([, name]) => name),
  )
  expect(new Set(sources)).toEqual(new Set(tables))
})
