import { execFileSync } from 'node:child_process'

/** Builds dist once before all tests of the project e2e: some of them start the built command. */
export default function build() {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
}
