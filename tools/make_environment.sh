#!/bin/sh
# Make the virtual environment, on a machine that may have Python without its venv or pip parts.
# Usage: make_environment.sh PYTHON DIRECTORY
set -eu
python="$1"
directory="$2"

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; '$python' is older. Set PYTHON=/path/to/python3.11." >&2
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        # Debian and Ubuntu keep venv in a package of its own.
        apt-get update -qq && apt-get install -qq -y python3-venv
    else
        echo "This Python lacks venv. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi
"$python" -m venv "$directory"
"$directory/bin/python" -m pip install --quiet --disable-pip-version-check "setuptools>=77"
