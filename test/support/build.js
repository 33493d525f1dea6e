import { execFileSync } from 'node:child_process'

/** Once before all tests: some run the built command, and none may find it half written. */
export default function build() {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
}
