#!/usr/bin/env bash
# Puts a complete VS Code (code-server with its own Node) into a cache outside the repository and prints
# its folder as the only line of output. A second call finds it and returns at once.
# Usage: scripts/install-editor.sh [--no-browser]
#   TUNELENS_CACHE  cache folder, by default ~/.cache/tunelens
set -euo pipefail

EDITOR_VERSION=4.139.1
NODE_VERSION=24.21.0
RECIPE=1 # raise when the steps below change, so that old caches are not mistaken for new ones

say() { printf '%s\n' "$*" >&2; }
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
store=${TUNELENS_CACHE:-$HOME/.cache/tunelens}/editor
root=$store/code-server-$EDITOR_VERSION-node-$NODE_VERSION-$RECIPE

[ "${1:-}" = --no-browser ] || "$scripts/install-system.sh" browser python

if [ -f "$root/complete" ]; then
  echo "$root"
  exit 0
fi

case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=darwin ;;
  *) say "install-editor: this system ($(uname -s)) is not supported; use desktop VS Code." && exit 1 ;;
esac
case $(uname -m) in
  x86_64 | amd64) arch=x64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *) say "install-editor: this processor ($(uname -m)) is not supported; use desktop VS Code." && exit 1 ;;
esac
command -v npm >/dev/null 2>&1 || { say "install-editor: npm is missing; install Node.js first." && exit 1; }
"$scripts/install-system.sh" build

say "install-editor: installing VS Code (code-server $EDITOR_VERSION); about half a minute, 400 MB"
mkdir -p "$store"
store=$(cd "$store" && pwd)
work=$(mktemp -d "$store/partial.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

node_package=node-$system-$arch
add() { npm install --ignore-scripts --no-audit --no-fund --loglevel=error "$@" >&2; }

echo '{ "private": true }' >package.json
add --no-save "code-server@$EDITOR_VERSION" "$node_package@$NODE_VERSION"

node_root=$work/node_modules/$node_package
vscode=$work/node_modules/code-server/lib/vscode
export PATH=$node_root/bin:$PATH
export npm_config_nodedir=$node_root # headers of the Node that will load the module, not of the system's

# code-server leaves VS Code's own dependencies to be installed afterwards. Its lock file is not complete
# enough for "npm ci".
(cd "$vscode" && add --omit=dev)
(cd "$vscode/extensions" && add --omit=dev)
# The one module without a prebuilt file that matters: without it every output channel stays empty.
(cd "$vscode" && JOBS=2 npm rebuild --loglevel=error @vscode/spdlog >&2)

# Half of the size is for other systems or for features the tests never touch.
modules=$vscode/node_modules
rm -rf "$modules"/@github/copilot-sdk* "$modules/@microsoft/mxc-sdk" "$modules/@vscode/windows-process-tree" \
  "$vscode/extensions/copilot" "$vscode/extensions/mermaid-markdown-features" \
  "$node_root/include" "$node_root/share"
for folder in "$modules"/node-pty/prebuilds/* "$modules"/@vscode/ripgrep-universal/bin/*; do
  case $(basename "$folder") in
    "$system-$arch"*) ;;
    *) rm -rf "$folder" ;;
  esac
done

# Fixed names, so that nobody else needs to know versions and platforms.
ln -s "node_modules/$node_package/bin/node" node
ln -s node_modules/code-server/out/node/entry.js entry.js
"$work/node" "$work/entry.js" --version >/dev/null
touch complete

# Another call may have finished meanwhile; its result is as good as ours.
if [ ! -f "$root/complete" ]; then
  rm -rf "$root"
  whole=() # -T: never into a folder that appeared just now
  [ $system = darwin ] || whole=(-T)
  mv "${whole[@]+"${whole[@]}"}" "$work" "$root" || [ -f "$root/complete" ]
fi
echo "$root"
