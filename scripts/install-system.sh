#!/usr/bin/env bash
# Adds the system programs the end-to-end tests need, and only those that are missing.
# Usage: scripts/install-system.sh [browser] [build] [python]      (no word means all three)
# Debian and Ubuntu only; elsewhere it says what to install by hand. Prints nothing when all is there.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
have_browser() { [ -n "${TUNELENS_CHROMIUM:-}" ] || have chromium || have chromium-browser || have google-chrome; }

wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=(browser build python)

packages=()
for group in "${wanted[@]}"; do
  case $group in
    browser)
      have_browser || packages+=(chromium fonts-dejavu-core)
      ;;
    build) # one native module of the editor is compiled on installation
      have g++ || packages+=(g++)
      have make || packages+=(make)
      have python3 || packages+=(python3)
      ;;
    python) # trials of the test projects are Python scripts
      have python3 || packages+=(python3)
      ;;
    *)
      say "install-system: unknown group '$group' (browser, build, python)"
      exit 2
      ;;
  esac
done
[ ${#packages[@]} -gt 0 ] || exit 0
# shellcheck disable=SC2207 # names of packages have no spaces; macOS has no mapfile
packages=($(printf '%s\n' "${packages[@]}" | sort -u))

if ! have apt-get; then
  say "install-system: missing here: ${packages[*]}. This system has no apt-get, so please install them yourself."
  say "A browser elsewhere can be named with TUNELENS_CHROMIUM=/path/to/chrome."
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! have sudo || ! sudo -n true 2>/dev/null; then
    say "install-system: missing here: ${packages[*]}. Run this as root, then try again:"
    say "  apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
    exit 1
  fi
  as_root=(sudo -n)
fi

install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
}

say "install-system: installing ${packages[*]}"
# Fresh images carry no package lists, and old lists name files that are gone: refresh once, then try again.
if ! install; then
  "${as_root[@]}" apt-get update -qq >&2
  install
fi
