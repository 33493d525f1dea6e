import { fileURLToPath } from 'node:url'

/** The folder of package.json, spec.json and schemas/: one above src/ in the sources, one above dist/ in the bundle. */
export const packageRoot = fileURLToPath(new URL('..', import.meta.url))
