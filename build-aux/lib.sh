# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sourced by run, check and bench: where things are, and installing what is missing.

set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$source_dir"

say () { printf '\n== %s (after %d s)\n' "$*" "$SECONDS" >&2; }
fail () { printf 'Watchfire: %s\n' "$*" >&2; exit 1; }

# packages_of GROUP…: the packages that the list names for these groups
packages_of () {
  local group
  for group in "$@"; do
    sed -n "s/^$group //p" build-aux/packages
  done | tr ' ' '\n' | sort -u
}

# install_packages GROUP…: installs the packages of these groups that are not there yet
install_packages () {
  local package missing=()

  command -v dpkg-query > /dev/null || fail "this is no Debian system: install what build-aux/packages lists by hand"

  for package in $(packages_of "$@"); do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null | grep -qx installed && continue
    # Node.js from its makers brings npm along and bars Debian's.
    [ "$package" = npm ] && command -v npm > /dev/null && continue
    missing+=("$package")
  done

  [ "${#missing[@]}" -gt 0 ] || return 0

  say "Installing: ${missing[*]}"
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || fail "these packages are missing, and neither root nor sudo is at hand: ${missing[*]}"
    root=(sudo)
  fi
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
}

# configure FOLDER OPTION…: sets up a build folder once, and again when its options have changed
configure () {
  local folder=$1 key
  shift
  key=$(printf '%s\n' "$@")
  if [ -f "$folder/build.ninja" ] && [ -f "$folder/.options" ] && [ "$(cat "$folder/.options")" = "$key" ]; then
    return 0
  fi
  rm -rf "$folder"
  mkdir -p "$(dirname "$folder")"
  meson setup "$folder" "$@" > "$folder.log" 2>&1 || { cat "$folder.log" >&2; fail "the build could not be set up"; }
  mv "$folder.log" "$folder/setup.log"
  printf '%s' "$key" > "$folder/.options"
}
