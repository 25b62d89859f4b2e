#!/usr/bin/env bash
# Brings everything that `npm run test:emulators` needs beside npm into .emulators/: an AWS emulator, a second PDF
# verifier and a log verifier in Go. Debian packages are installed where they are missing and this is root.
# What is there already is left alone, so a second run takes no time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PINS=(moto[server]==5.2.5 pyhanko==0.38.0 pyhanko-cli==0.6.0)
FOLDER=.emulators
VENV=$FOLDER/venv
TLOG=$FOLDER/tlog

say() { printf 'emulators: %s (%s s)\n' "$1" "$SECONDS"; }
fail() {
  printf 'emulators: %s\n' "$1" >&2
  exit 1
}

# Debian package → a command by which it is known to be there.
missing_packages() {
  local pair
  for pair in poppler-utils:pdfsig libnss3-tools:certutil qpdf:qpdf openssl:openssl; do
    command -v "${pair#*:}" >/dev/null || printf '%s ' "${pair%%:*}"
  done
  # Debian takes the part that makes virtual environments out of Python.
  python3 -c 'import ensurepip, venv' 2>/dev/null || printf 'python3-venv '
}

install_packages() {
  local packages
  read -ra packages <<<"$(missing_packages)"
  if [ ${#packages[@]} -eq 0 ]; then
    say 'Debian packages are there'
    return
  fi
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    fail "install these first: apt-get install ${packages[*]}"
  fi
  say "installing ${packages[*]}"
  apt-get update -qq </dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" </dev/null >/dev/null
  say 'Debian packages installed'
}

install_python_tools() {
  local wanted="${PINS[*]}"
  if [ "$(cat "$VENV/pins" 2>/dev/null || true)" = "$wanted" ]; then
    say 'Python tools are there'
    return
  fi
  say "installing $wanted"
  rm -rf "$VENV"
  python3 -m venv "$VENV"
  "$VENV/bin/pip" install --quiet --disable-pip-version-check "${PINS[@]}" </dev/null
  # Last, so that a run that was cut short is made again.
  printf '%s' "$wanted" >"$VENV/pins"
  say 'Python tools installed'
}

build_log_verifier() {
  local source=test/oracles/tlog
  if [ -x "$TLOG" ] && [ -z "$(find "$source" -type f -newer "$TLOG")" ]; then
    say 'log verifier is there'
    return
  fi
  say 'building the log verifier'
  (cd "$source" && go build -o "../../../$TLOG" .)
  say 'log verifier built'
}

command -v python3 >/dev/null || fail 'Python 3.11 or newer is needed: apt-get install python3 python3-venv'
command -v go >/dev/null || fail 'Go 1.22 or newer is needed: https://go.dev/doc/install'
mkdir -p "$FOLDER"
install_packages
install_python_tools
build_log_verifier
