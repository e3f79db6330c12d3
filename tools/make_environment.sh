#!/bin/sh
# Make the virtual environment, on a machine that may have Python without its venv part.
# Usage: make_environment.sh PYTHON DIRECTORY
set -eu
wanted="$1"
directory="$2"

new_enough() {
    "$1" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=""
for candidate in "$wanted" python3 python3.13 python3.12 python3.11; do
    if new_enough "$candidate"; then
        python="$candidate"
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed and was not found. Set PYTHON=/path/to/python3.11." >&2
    exit 1
fi

if ! "$python" -I -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian and Ubuntu keep venv in a package of its own, named by the version.
    package=$("$python" -I -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package, which this Python lacks ..."
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$package" >/dev/null
    fi
    "$python" -I -c 'import ensurepip, venv' 2>/dev/null || {
        echo "This Python lacks venv. On Debian or Ubuntu: sudo apt-get install $package" >&2
        exit 1
    }
fi

echo "Making the environment in $directory with $("$python" --version) ..."
# A half-made environment would be taken for a whole one by the next run.
trap 'rm -rf "$directory"' EXIT
rm -rf "$directory"
"$python" -I -m venv "$directory"
"$directory/bin/python" -m pip --version >/dev/null
trap - EXIT
