#!/bin/sh
# Install what the browser tests drive, Debian's chromium and a Chinese font, where this may be done; or say loudly that
# it is not there. Usage: install_browser.sh
set -eu
has_font() {
    # Without fontconfig nobody can say; chromium brings it.
    command -v fc-list >/dev/null && fc-list :lang=zh family | grep -q .
}

if command -v chromium >/dev/null && has_font; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing chromium and fonts-noto-cjk for the browser tests ..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium fonts-noto-cjk >/dev/null || true
fi
if ! command -v chromium >/dev/null; then
    echo "**********************************************************************" >&2
    echo "There is no chromium here: the browser tests will be left out." >&2
    echo "On Debian or Ubuntu: sudo apt-get install chromium fonts-noto-cjk" >&2
    echo "**********************************************************************" >&2
    # Where CI=true, pytest fails for the lack of it (tests/conftest.py).
fi
