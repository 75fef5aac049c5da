#!/usr/bin/env bash
# Opens VS Code with TuneLens on a folder, by default the example: the desktop editor when its "code" command is
# there, else one in the browser, which is installed on first use and runs until Ctrl+C.
# Usage: scripts/open-editor.sh [--browser] [folder]
#   --browser       the one in the browser even when a desktop editor is there
#   TUNELENS_PORT   its port, by default any free one
#   TUNELENS_CACHE  cache folder, by default ~/.cache/tunelens
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
browser=no
if [ "${1:-}" = --browser ]; then
  browser=yes
  shift
fi
# npm runs scripts in the repository, whatever folder the user is in.
wanted=${1:-$repository/examples/digits}
folder=$(cd "${INIT_CWD:-$PWD}" && cd "$wanted" 2>/dev/null && pwd) || { say "open-editor: no folder '$wanted'" && exit 1; }

cd "$repository"
[ -d node_modules ] || npm ci

# Inside a terminal of a remote window "code" is another program that cannot run an extension from source.
if [ $browser = no ] && command -v code >/dev/null 2>&1 && [ -z "${VSCODE_IPC_HOOK_CLI:-}" ]; then
  npm run --silent build
  exec code --new-window --extensionDevelopmentPath="$repository" "$folder"
fi

newest_package() { find dist -maxdepth 1 -name '*.vsix' -exec ls -t {} + 2>/dev/null | head -n 1; }
package=$(newest_package)
if [ -z "$package" ] || [ -n "$(find package.json esbuild.mjs src webview media -newer "$package" -print -quit)" ]; then
  npm run --silent package >&2
  package=$(newest_package)
fi

root=$("$repository/scripts/install-editor.sh" --no-browser)
data=${TUNELENS_CACHE:-$HOME/.cache/tunelens}/open-editor
mkdir -p "$data/User"
[ -f "$data/User/settings.json" ] || cat >"$data/User/settings.json" <<'SETTINGS'
{
  "files.autoSave": "off",
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off"
}
SETTINGS

# Terminals and trials get the user's programs, not the tools that npm put in front of them.
PATH=$(printf '%s' "$PATH" | tr : '\n' | grep -v -e node_modules -e node-gyp-bin | paste -sd : -)
export PATH
editor=("$root/node" "$root/entry.js" --config "$data/config.yaml"
  --user-data-dir "$data" --extensions-dir "$data/extensions")
"${editor[@]}" --install-extension "$package" --force >"$data/install.log" 2>&1 ||
  { cat "$data/install.log" >&2 && exit 1; }

log=$data/server.log
: >"$log"
set -m # a process group of its own, to be ended as a whole
"${editor[@]}" --auth none --bind-addr "127.0.0.1:${TUNELENS_PORT:-0}" --disable-telemetry --disable-update-check \
  --disable-workspace-trust --disable-getting-started-override "$folder" >"$log" 2>&1 </dev/null &
server=$!
set +m
stop() {
  trap - EXIT INT TERM HUP
  kill -- "-$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
}
trap stop EXIT
trap 'exit 0' INT TERM HUP

address=
while [ -z "$address" ]; do
  kill -0 "$server" 2>/dev/null || { cat "$log" >&2 && exit 1; }
  address=$(sed -n 's|.*HTTP server listening on \(http://127\.0\.0\.1:[0-9]*\)/.*|\1|p' "$log" | head -n 1)
  sleep 0.1
done
query=$("$root/node" -p 'encodeURIComponent(process.argv[1])' "$folder")

printf '\nTuneLens is ready. Open this address in a browser on this machine:\n\n    %s/?folder=%s\n\nCtrl+C ends it.\n' \
  "$address" "$query"
wait "$server"
