#!/bin/sh
# Runs the tests on a fresh machine as well: brings the libraries and, for the browser tests, Debian's Chromium.
set -eu
cd "$(dirname "$0")/.."

[ -x node_modules/.bin/node ] || npm ci --no-audit --no-fund
if [ ! -x /usr/bin/chromium-headless-shell ] && [ ! -x /usr/bin/chromium ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The browser tests need Chromium: sudo apt-get install -y chromium-headless-shell" >&2
    exit 1
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-headless-shell
fi
# The program finds its own Node; PATH may still have an older one first.
PATH="$PWD/node_modules/.bin:$PATH"
# Hundreds of processes start from the same sources: compiled once, each starts half a second sooner.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$PWD/node_modules/.cache/compiled}"
exec node --test --test-force-exit --test-global-setup=tests/helpers/global-setup.ts --test-timeout=120000 --test-concurrency="${TEST_CONCURRENCY:-2}" "${@:-tests/**/*.test.ts}"
