/** Writes every generated file anew and prints the names of those that changed. */
import { writeFileSync } from 'node:fs'
import { currentText, generatedText, outputs, urlOf } from './generate/outputs.js'

for (const output of outputs) {
  const text = await generatedText(output)
  if (text === currentText(output)) continue
  writeFileSync(urlOf(output), text)
  console.log(output.path)
}
