#!/usr/bin/env bash
# Brings everything that `npm run test:emulators` needs beside npm into .emulators/: emulators of AWS (moto, ministack,
# versitygw, DynamoDB Local), verifiers of PDF, BagIt, OSCAL and OCSF and linters of CloudFormation in Python, veraPDF, log
# verifiers in Go, and a browser. With --cosign it builds cosign too, which takes some minutes; without it, that judge is left out and the
# table says so. Debian packages are installed where they are missing and this is root. What is there already is left
# alone, so a second run takes no time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PINS=(
  moto[server]==5.2.5 ministack==1.5.33 cryptography==50.0.2
  pyhanko==0.38.0 pyhanko-cli==0.6.0
  bagit==1.9.0 compliance-trestle==5.2.0 ocsf-json-schema==1.2.0 jsonschema==4.26.0
)
# Installs what Python needs in a tenth of pip's time.
UV=uv==0.13.9
# Linters of CloudFormation, which want other versions of what the tools above need.
LINTERS=(cfn-lint==1.58.0 checkov==3.3.30)
COSIGN_VERSION=v3.1.3
TESSERA_VERSION=v1.0.4
VERSITYGW_VERSION=v1.8.0
FOLDER=.emulators
VENV=$FOLDER/venv
LINT=$FOLDER/lint
TLOG=$FOLDER/tlog

say() { printf 'emulators: %s (%s s)\n' "$1" "$SECONDS"; }
fail() {
  printf 'emulators: %s\n' "$1" >&2
  exit 1
}

# Debian package → a command by which it is known to be there.
missing_packages() {
  local pair
  for pair in poppler-utils:pdfsig libnss3-tools:certutil qpdf:qpdf openssl:openssl default-jre-headless:java maven:mvn chromium:chromium; do
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

# A virtual environment with exactly these packages.
install_python_tools() {
  local venv=$1 wanted
  shift
  wanted="$*"
  if [ "$(cat "$venv/pins" 2>/dev/null || true)" = "$wanted" ]; then
    say "${venv##*/}: Python tools are there"
    return
  fi
  say "installing $wanted"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$UV" </dev/null
  "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" "$@" </dev/null
  # Last, so that a run that was cut short is made again.
  printf '%s' "$wanted" >"$venv/pins"
  say "${venv##*/}: Python tools installed"
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

# Jars of a test/oracles/<name>/pom.xml with all that they depend on, in .emulators/<name>. The version stands in the pom.
install_jars() {
  local name=$1 pom=test/oracles/$1/pom.xml folder=$FOLDER/$1
  if [ -d "$folder" ] && cmp -s "$pom" "$folder/pom.xml"; then
    say "$name is there"
    return
  fi
  say "installing $name"
  rm -rf "$folder"
  mvn --batch-mode --quiet -Dstyle.color=never --file "$pom" dependency:copy-dependencies -DoutputDirectory="$PWD/$folder" </dev/null
  # Last, so that a run that was cut short is made again.
  cp "$pom" "$folder/pom.xml"
  say "$name installed"
}

# A command of a Go module, by its package path and version.
build_go_command() {
  local package=$1 version=$2 command=$FOLDER/${1##*/}
  if [ -x "$command" ] && go version -m "$command" | grep -Eq "^[[:space:]]mod[[:space:]].*[[:space:]]$version([[:space:]]|$)"; then
    say "${package##*/} is there"
    return
  fi
  say "building ${package##*/} $version"
  GOBIN=$PWD/$FOLDER go install "$package@$version"
  say "${package##*/} built"
}

command -v python3 >/dev/null || fail 'Python 3.11 or newer is needed: apt-get install python3 python3-venv'
command -v go >/dev/null || fail 'Go 1.22 or newer is needed: https://go.dev/doc/install'
mkdir -p "$FOLDER"
install_packages
install_python_tools "$VENV" "${PINS[@]}"
install_python_tools "$LINT" "${LINTERS[@]}"
install_jars verapdf
install_jars dynamodb-local
build_log_verifier
build_go_command github.com/transparency-dev/tessera/cmd/fsck "$TESSERA_VERSION"
build_go_command github.com/transparency-dev/tessera/cmd/examples/posix-oneshot "$TESSERA_VERSION"
build_go_command github.com/versity/versitygw/cmd/versitygw "$VERSITYGW_VERSION"
if [ "${1:-}" = --cosign ]; then build_go_command github.com/sigstore/cosign/v3/cmd/cosign "$COSIGN_VERSION"; fi
