# Finds a Python that is new enough and enters an environment made with it. Sourced by the scripts beside it.

step() { printf '\n== %s (after %d s)\n' "$1" "${SECONDS}"; }

# The first Python of at least 3.11 that can make environments.
find_python() {
    local candidate
    for candidate in ${SYNTHVIEW_PYTHON:-} python3 python3.11 python3.12 python3.13 python; do
        if "${candidate}" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "${candidate}"
            return
        fi
    done
    return 1
}

# Debian keeps the module for environments in a package of its own.
install_python() {
    echo "No Python 3.11 or newer with its venv module here: asking apt for one." >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3 python3-venv >&2
}

# Use the environment that is active, or make one in the folder $1 and activate it.
enter_environment() {
    if [[ -n "${VIRTUAL_ENV:-}" && -x "${VIRTUAL_ENV}/bin/python" ]]; then
        export PATH="${VIRTUAL_ENV}/bin:${PATH}"
        return
    fi
    if [[ ! -x "$1/bin/python" ]]; then
        local python
        python="$(find_python || { install_python && find_python; })"
        "${python}" -m venv "$1"
    fi
    # shellcheck source=/dev/null
    source "$1/bin/activate"
}

# The tests of pages look at them in a real browser.
install_browser() {
    if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
        return
    fi
    echo "No Chromium with its driver here: asking apt for them." >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver >&2
}

# The tests of SQL start a server of PostgreSQL, and the shell of SQLite.
install_databases() {
    if compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null && command -v psql sqlite3 >/dev/null; then
        return
    fi
    echo "No PostgreSQL or no shell of SQLite here: asking apt for them." >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql sqlite3 >&2
}

# Spark runs on Java 17 or newer.
install_java() {
    if command -v java >/dev/null; then
        return
    fi
    echo "No Java here: asking apt for it." >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openjdk-17-jre-headless >&2
}

# An analyser of access logs.
install_goaccess() {
    if command -v goaccess >/dev/null; then
        return
    fi
    echo "No GoAccess here: asking apt for it." >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq goaccess >&2
}

# Libraries of JavaScript run on it.
install_node() {
    if command -v node npm >/dev/null; then
        return
    fi
    echo "No Node.js or no npm here: asking apt for them." >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nodejs npm >&2
}
