import { writeFileSync } from 'node:fs'
import { manifest } from '../src/manifest/manifest.js'
import { streamsDoc } from './streams-doc.js'

writeFileSync(new URL('../docs/streams.md', import.meta.url), streamsDoc(manifest))
